"""Dialogs as Discord's modals, in as many steps as they need, and what was filled in, back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from discord import ComponentType
from discord.ui import Checkbox, FileUpload, Label, Modal, TextDisplay

from adapters.discord import file_objects, limits, markup
from adapters.discord.inputs import ASKED, asked
from adapters.discord.rows import plain
from bot.choices import without_label
from bot.words import Dialog, Field, File, blank

FILES = "files"
"""The custom id of what asks for files."""

ERRORS = 1_000
"""Characters of errors that belong to no field."""


class Submitted(NamedTuple):
    """What came back with a modal: what was filled in (blank answers are left out), and the files that came along."""

    custom_id: str
    answers: dict[str, str]
    files: tuple[File, ...] = ()


def pages(dialog: Dialog) -> list[Dialog]:
    """The dialog in steps that each fit a modal, in its order; files are asked for in the last.

    Errors that belong to none of the fields stand in the first, all others in the step of their field.
    """
    items: list[Field | None] = [*dialog.fields, *([None] if dialog.files else [])]
    first = limits.MODAL_ITEMS - bool(_other_errors(dialog))
    parts = [items[:first]]
    parts += [items[start : start + limits.MODAL_ITEMS] for start in range(first, len(items), limits.MODAL_ITEMS)]
    return [_page(dialog, part, place, len(parts)) for place, part in enumerate(parts)]


def form(page: Dialog, custom_id: str) -> Modal:
    """The modal of a page of a dialog.

    An error stands at its field, in place of its hint; Discord writes the words on the button that sends it.
    """
    made = Modal(title=_title(page.title), custom_id=custom_id)
    if errors := _other_errors(page):
        made.add_item(TextDisplay(errors))
    for field in page.fields:
        made.add_item(_label(field, page))
    if page.files:
        picker: FileUpload[Any] = FileUpload(
            custom_id=FILES, required=False, min_values=0, max_values=limits.ATTACHMENTS
        )
        made.add_item(Label(text="Files", description="Pictures of it often help", component=picker))
    if not page.fields and not page.files:
        made.add_item(Label(text="Nothing more is needed", component=Checkbox[Any](custom_id="nothing")))
    made.stop()  # discord.py need not remember it, and would for ever: its custom id says all
    return made


def submitted(data: Mapping[str, Any]) -> Submitted:
    """What was filled in, from an interaction's data as Discord sends it. A person is their mention, as `<@1>`."""
    answers: dict[str, str] = {}
    files: list[File] = []
    for component in _inputs(data.get("components") or ()):
        name = str(component.get("custom_id", ""))
        if name == FILES:
            files += _files(component, data.get("resolved") or {})
        elif name.startswith(ASKED) and not blank(value := _value(component)):
            answers[name.removeprefix(ASKED)] = value
    return Submitted(str(data.get("custom_id", "")), answers, tuple(files))


def _page(dialog: Dialog, items: Sequence[Field | None], place: int, count: int) -> Dialog:
    fields = tuple(item for item in items if item is not None)
    here = {field.name for field in fields}
    elsewhere = {field.name for field in dialog.fields} - here
    errors = {
        name: text for name, text in dialog.errors.items() if name in here or (place == 0 and name not in elsewhere)
    }
    step = f" ({place + 1} of {count})" if count > 1 else ""
    title = f"{_title(dialog.title, limits.MODAL_TITLE - len(step))}{step}"
    return replace(dialog, title=title, fields=fields, errors=errors, files=None in items)


def _title(title: str, limit: int = limits.MODAL_TITLE) -> str:
    """Cut behind a whole word."""
    words = plain(title, 1_000, "Form")
    if limits.length(words) <= limit:
        return words
    part = limits.head(words, limit - 1)
    return (part.rpartition(" ")[0] or part).rstrip(" ,;:–-") + "…"


def _other_errors(dialog: Dialog) -> str:
    shown = {field.name for field in dialog.fields}
    told = [text for name, text in dialog.errors.items() if name not in shown and not blank(text)]
    return markup.fitted("\n".join(f"⚠️ {text}" for text in told), ERRORS, markup.line)[0]


def _label(field: Field, page: Dialog) -> Label[Any]:
    item, told = asked(field, page.answers.get(field.name, ""))
    label = plain(field.label, limits.MODAL_LABEL, field.name)
    cut = field.label if label.endswith("…") and not field.label.endswith("…") else ""
    wrong = page.errors.get(field.name, "")
    words = (
        f"⚠️ {without_label(wrong, field.label)}" if not blank(wrong) else " – ".join(filter(None, [cut, field.advice]))
    )
    described = " ".join(text for text in (words, told) if not blank(text))
    return Label(
        text=label,
        description=plain(described, limits.MODAL_DESCRIPTION) if described else None,
        component=item,
    )


def _inputs(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """What was filled in, within labels and rows."""
    for component in components:
        if "component" in component:
            yield component["component"]
        elif "components" in component:
            yield from _inputs(component["components"])
        else:
            yield component


def _value(component: Mapping[str, Any]) -> str:
    """What a component holds, "" where it was left open."""
    values = component.get("values") or [component.get("value")]
    value = str(values[0] or "")
    person = component.get("type") == ComponentType.user_select.value
    return f"<@{value}>" if value and person else value


def _files(component: Mapping[str, Any], resolved: Mapping[str, Any]) -> Iterator[File]:
    known = resolved.get("attachments") or {}
    for id in component.get("values") or ():
        yield file_objects.file(known.get(str(id)) or {}, str(id))
