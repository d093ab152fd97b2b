"""Dialogs as Slack's modals, and what was filled in, back. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote

from adapters.slack import file_objects, limits, markup
from adapters.slack.blocks import Block, button, compact, context, plain, section
from adapters.slack.inputs import element
from bot.choices import without_label
from bot.words import Card, Dialog, Field, blank, one_line

CALLBACK = "form"
"""The callback_id of every modal of ours."""

ASKED, SUGGESTED = "ask:", "suggest:"
"""What the block_id of a field, and of a suggestion below it, begins with."""

_SENT = {
    *("type", "callback_id", "title", "submit", "close", "private_metadata"),
    *("external_id", "clear_on_close", "notify_on_close"),
}
"""What views.update takes of a view; the rest is what Slack tells of it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a modal was opened: the room, and the thread and the message it is about."""

    room: str
    thread: str = ""
    message: str = ""


class Submitted(NamedTuple):
    """What came back with a modal: the kept answers and those filled in, of which blank ones are left out."""

    verb: str
    answers: dict[str, str]
    origin: Origin


class TooMuchKept(ValueError):
    """The answers behind a dialog are longer than a modal can carry: `field` is the longest of them."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is too long to be kept behind a form: ask for it in the form")
        self.field = field


class TooManyFields(ValueError):
    """More fields than a modal can show."""


def view(dialog: Dialog, about: Origin) -> dict[str, Any]:
    """The modal of a dialog, for views.open, views.push or a response_action.

    Raises TooMuchKept and TooManyFields: nothing is dropped silently.
    """
    blocks = [*_full_title(dialog.title), *_other_errors(dialog)]
    for field in dialog.fields:
        blocks += _asked(field, dialog)
    if dialog.files:
        blocks.append(_files())
    if len(blocks) > limits.VIEW_BLOCKS:
        raise TooManyFields(f"{dialog.verb} asks for {len(dialog.fields)} things")
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(_short(dialog.title), limits.VIEW_TITLE, "Form"),
        "submit": plain(_short(dialog.submit), limits.VIEW_TITLE, "Send"),
        "close": plain("Cancel", limits.VIEW_TITLE),
        "private_metadata": _metadata(dialog, about),
        "blocks": blocks or [section("Nothing more is needed.")],
    }


def errors(dialog: Dialog) -> dict[str, str]:
    """What was wrong, by block_id, for response_action "errors". What belongs to no field stands at the first one."""
    shown = {field.name: field for field in dialog.fields}
    told: dict[str, str] = {}
    for name, text in dialog.errors.items():
        field = shown.get(name) or next(iter(dialog.fields), None)
        if field is not None and not blank(text):
            words = without_label(text, field.label)
            told[block_id(field.name)] = " ".join(filter(None, [told.get(block_id(field.name), ""), words]))
    return {block: one_line(markup.inert(text), limits.LABEL) for block, text in told.items()}


def submitted(view: Mapping[str, Any]) -> Submitted:
    """The answers in a view as Slack sends it, with its state. A person is their mention, as `<@U1>`."""
    kept = json.loads(view["private_metadata"])
    answers: dict[str, str] = dict(kept["k"])
    for block, elements in view.get("state", {}).get("values", {}).items():
        value = next((_value(state) for state in elements.values()), "")
        if block.startswith(ASKED) and not blank(value):
            answers[block.removeprefix(ASKED)] = value
    return Submitted(kept["v"], answers, Origin(kept["r"], kept["t"], kept["m"]))


def with_suggestions(view: Mapping[str, Any], card: Card | None) -> dict[str, Any]:
    """The view, ours or as Slack sends it, with these suggestions in place of those before; None: with none.

    It is what views.update takes: the `hash` is given beside it, and what was typed stays, as no input changes.
    """
    own = [block for block in view["blocks"] if not str(block.get("block_id", "")).startswith(SUGGESTED)]
    behind = next((place + 1 for place, block in enumerate(own) if block.get("dispatch_action")), 0)
    below = _suggestions(card)[: limits.VIEW_BLOCKS - len(own)] if card and behind else []
    kept = {name: value for name, value in view.items() if name in _SENT and value}
    return kept | {"blocks": [*own[:behind], *below, *own[behind:]]}


def block_id(field: str) -> str:
    """The block of a field, by its name."""
    return f"{ASKED}{field}"[: limits.ID]


def _short(text: str) -> str:
    """Cut to a modal's title behind a whole word."""
    words = " ".join(markup.inert(text).split())
    if len(words) <= limits.VIEW_TITLE:
        return words
    head = words[: limits.VIEW_TITLE]
    return (head.rpartition(" ")[0] or head[:-1]).rstrip(" ,;:–-") + "…"


def _full_title(title: str) -> list[Block]:
    words = " ".join(title.split())
    return [section(f"*{markup.cut(markup.verbatim(words), 1_000)}*")] if len(words) > limits.VIEW_TITLE else []


def _metadata(dialog: Dialog, about: Origin) -> str:
    kept = {"v": dialog.verb, "k": dict(dialog.kept), "r": about.room, "t": about.thread, "m": about.message}
    made = compact(kept)
    if len(made) > limits.PRIVATE_METADATA:
        raise TooMuchKept(max(dialog.kept, key=lambda name: len(dialog.kept[name]), default=dialog.verb))
    return made


def _asked(field: Field, dialog: Dialog) -> list[Block]:
    suggests = field.name == dialog.suggests and field.kind in ("text", "long")
    made = element(field, dialog.answers.get(field.name, ""), live=suggests)
    block: Block = {
        "type": "input",
        "block_id": block_id(field.name),
        "label": plain(field.label, limits.LABEL, field.name or "–"),
        "element": made.element,
        "optional": not field.required,
        "dispatch_action": suggests,
    }
    if hint := " ".join(filter(None, [field.advice, made.told])):
        block["hint"] = plain(hint, limits.LABEL)
    wrong = dialog.errors.get(field.name, "")
    return [block, _error(without_label(wrong, field.label))] if not blank(wrong) else [block]


def _files() -> Block:
    picker = {"type": "file_input", "action_id": "answer:files", "max_files": limits.FILES}
    label = plain("Files", limits.LABEL)
    return {"type": "input", "block_id": file_objects.BLOCK, "label": label, "element": picker, "optional": True}


def _other_errors(dialog: Dialog) -> list[Block]:
    shown = {field.name for field in dialog.fields}
    return [_error(text) for name, text in dialog.errors.items() if name not in shown and not blank(text)]


def _error(text: str) -> Block:
    return context(f"⚠️ {markup.cut(markup.line(text), limits.CONTEXT - 10)}")


def _value(state: Mapping[str, Any]) -> str:
    """What an element of a submitted view holds, "" when it was left open."""
    match state["type"]:
        case "users_select":
            return f"<@{state['selected_user']}>" if state.get("selected_user") else ""
        case "static_select" | "radio_buttons" | "external_select":
            return unquote((state.get("selected_option") or {}).get("value", ""))
        case _:
            return str(state.get("value") or "")


def _suggestions(card: Card) -> Sequence[Block]:
    """A line for each article, with a button beside it that shows it."""
    made = (
        [context(f"*{markup.cut(markup.verbatim(one_line(card.title, 200)), 200)}*")] if not blank(card.title) else []
    )
    for place, said in enumerate(card.buttons):
        shown = button(said, place) | {"text": plain("Show", limits.BUTTON_LABEL)}
        shown["accessibility_label"] = one_line(f"Show {markup.inert(said.label)}", limits.BUTTON_LABEL)
        words = markup.cut(markup.verbatim(one_line(said.label, 300)), 300)
        if len(shown["value"]) <= limits.BUTTON_VALUE:
            made.append(section("–" if blank(words) else words) | {"accessory": shown})
    return [block | {"block_id": f"{SUGGESTED}{place}"} for place, block in enumerate(made)]
