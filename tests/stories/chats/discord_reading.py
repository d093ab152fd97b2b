"""Discord's components read as a person reads them, back into the desk's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple

from adapters.discord import ids, layout, marks
from adapters.discord.inputs import ASKED
from adapters.discord.read import STEP
from adapters.discord.rows import STYLES
from bot.words import Button, Card, Dialog, Fact, Field, FieldKind, Style, Tone, moment
from tests.platforms.discord import Channel, Modal, User
from tests.platforms.discord.messages import walk
from tests.platforms.discord.records import Json

TONES: Mapping[int | None, Tone] = {colour: tone for tone, colour in layout.TONES.items()}
LOOKS: Mapping[int, Style] = {style.value: name for name, style in STYLES.items()}
ROW, BUTTON, SELECT, TEXT, PERSON, DISPLAY, CONTAINER, LABEL, RADIO = 1, 2, 3, 4, 5, 10, 17, 18, 21

_DATE = re.compile(r"<t:(\d+):[a-zA-Z]>")
_INSTANT = re.compile(r"<t:(\d+):f> \(<t:\1:R>\)")
_LINK = re.compile(r"<((?:https?|mailto):[^\s<>]+)>")
_FACT = re.compile(r"\*\*((?:[^*\n\\]|\\.)+):\*\* (.*)")


class Does(NamedTuple):
    """What a button or a form does: its verb, with the answers that it has already."""

    verb: str
    answers: Mapping[str, str]


Aside = Callable[[str], Does]
"""What is put aside under a name."""


@dataclass(frozen=True, slots=True)
class Form(Dialog):
    """A dialog that is open as a modal."""

    modal: Modal | None = field(default=None, compare=False, repr=False)


class Pressable(NamedTuple):
    """A button, or an option of a select: the component, what is chosen in it, and what it means."""

    component: Json
    values: list[str]
    means: Button


def said(text: str, names: Mapping[str, str]) -> str:
    """A person's own words, as they typed them."""
    return re.sub(r"<@!?(\d+)>", lambda found: f"@{names.get(found[1], found[1])}", text)


def card(components: Sequence[Json], aside: Aside) -> Card:
    """The card that was drawn as these components; with what is said to be wrong below it, where that is."""
    first, *more = [_card(one, aside) for one in components if one["type"] == CONTAINER] or [Card()]
    for other in more:
        body = "\n\n".join(filter(None, (first.body, other.title, other.body)))
        first = replace(first, body=body, buttons=(*first.buttons, *other.buttons))
    return first


def answer(components: Sequence[Json], aside: Aside) -> Card:
    """The same as an answer: what is wrong, where something is."""
    wrong = [one for one in components if marks.carries([one], STEP)]
    return card(wrong or components, aside)


def _card(container: Json, aside: Aside) -> Card:
    texts = [str(one["content"]) for one in container["components"] if one["type"] == DISPLAY]
    title = markdown(texts.pop(0).removeprefix("### ")) if texts and re.match(r"### [^\n]*\Z", texts[0]) else ""
    notes = texts.pop() if texts and _each(r"-# ", texts[-1]) else ""
    facts = texts.pop() if texts and _each(_FACT.pattern, texts[-1]) else ""
    body = "\n\n".join(map(markdown, filter(None, [*texts, notes.replace("-# ", "")])))
    found = tuple(map(_fact, facts.split("\n"))) if facts else ()
    buttons = tuple(one.means for one in pressable([container], aside))
    return Card(title, body, found, buttons, tone=TONES[container.get("accent_color")])


def _each(pattern: str, text: str) -> bool:
    return all(re.match(pattern, line) for line in text.split("\n"))


def _fact(line: str) -> Fact:
    found = _FACT.fullmatch(line)
    assert found
    instant = _INSTANT.fullmatch(found[2])
    value = datetime.fromtimestamp(int(instant[1]), UTC) if instant else markdown(found[2])
    return Fact(markdown(found[1]), value)


def markdown(text: str) -> str:
    """A text as the Markdown that it was drawn from: instants as marks, nothing escaped."""
    words = _DATE.sub(lambda found: moment(datetime.fromtimestamp(int(found[1]), UTC)), text)
    return re.sub(r"\\([^\w\s])", r"\1", _LINK.sub(r"\1", words).replace("\u200b", ""))


def pressable(components: Sequence[Json], aside: Aside) -> Iterator[Pressable]:
    """Everything that can be pressed or chosen."""
    for one in walk(list(components)):
        if one["type"] == BUTTON:
            yield Pressable(one, [], _button(one["label"], one["custom_id"], LOOKS[one["style"]], aside))
        for option in one.get("options") or () if one["type"] == SELECT else ():
            yield Pressable(one, [option["value"]], _button(option["label"], option["value"], "plain", aside))


def made_up(button: Button, beside: Sequence[Json]) -> Json:
    """A row with a button that nobody has drawn. What a custom id cannot hold is cut off."""
    custom_id = f"do:{button.verb}:" + "&".join(f"{name}={text}" for name, text in button.answers.items())
    custom_id = ids.pack(button.verb, button.answers) or custom_id[:100]
    free = count(1 + max((one["id"] for one in walk(list(beside)) if one["id"] < 1_000), default=0))
    drawn = {"type": BUTTON, "id": next(free), "style": 2, "label": button.label, "custom_id": custom_id}
    return {"type": ROW, "id": next(free), "components": [drawn]}


def forged(form: Dialog, user: User, channel: Channel) -> Modal:
    """A modal that the desk never opened, as it would be sent."""
    custom_id = ids.pack_form(form.verb, form.kept) or f"form:{form.verb}"
    any = {"type": TEXT, "style": 1, "max_length": 100_000, "required": False}
    inputs = [any | {"custom_id": f"{ASKED}{field.name}"} for field in form.fields]
    labels = [{"type": LABEL, "label": one["custom_id"], "component": one} for one in inputs]
    return Modal(custom_id, form.title, labels, user, channel)


def _button(label: str, custom_id: str, style: Style, aside: Aside) -> Button:
    packed = ids.unpack(custom_id)
    assert packed, custom_id
    does = aside(packed.aside) if packed.aside else Does(packed.verb, packed.answers)
    return Button(label, does.verb, does.answers, style)


def inputs(modal: Modal) -> dict[str, Json]:
    """The components that ask, by the names of their fields."""
    asking = [one["component"] for one in modal.components if one["type"] == LABEL]
    named = {str(one["custom_id"]): one for one in asking if str(one["custom_id"]).startswith(ASKED)}
    return {custom_id.removeprefix(ASKED): one for custom_id, one in named.items()}


def form(modal: Modal, wrong: str, aside: Aside, names: Mapping[str, str]) -> Form:
    """An open modal; `wrong` is what is said to be wrong with what was filled in before."""
    packed = ids.unpack_form(modal.custom_id)
    assert packed, modal.custom_id
    does = aside(packed.aside) if packed.aside else Does(packed.verb, packed.answers)
    labels = [one for one in modal.components if one["type"] == LABEL and one["component"] in inputs(modal).values()]
    answers = {name: _answer(one, names) for name, one in inputs(modal).items()}
    return Form(
        verb=does.verb,
        title=modal.title,
        fields=tuple(map(_field, labels)),
        answers={**does.answers, **{name: text for name, text in answers.items() if text}},
        kept=does.answers,
        errors=_errors(labels, wrong) if wrong else {},
        modal=modal,
    )


def _field(label: Json) -> Field:
    one = label["component"]
    choices = tuple((option["value"], option["label"]) for option in one.get("options") or ())
    required = one.get("required") is not False
    return Field(_name(one), label["label"], _kind(one), label.get("description") or "", required, choices)


def _name(one: Json) -> str:
    return str(one["custom_id"]).removeprefix(ASKED)


def _kind(one: Json) -> FieldKind:
    if one["type"] == TEXT:
        return "long" if one["style"] == 2 else "text"
    stars = all("★" in option["label"] for option in one.get("options") or ())
    return "person" if one["type"] == PERSON else "stars" if one["type"] == RADIO and stars else "choice"


def _answer(one: Json, names: Mapping[str, str]) -> str:
    chosen: list[Any] = [option["value"] for option in one.get("options") or () if option.get("default")]
    chosen += [f"@{names[str(known['id'])]}" for known in one.get("default_values") or ()]
    return str(chosen[0] if chosen else one.get("value") or "")


def _errors(labels: Sequence[Json], wrong: str) -> dict[str, str]:
    """What is wrong, whole, by the fields at which a part of it stands, or which it names."""
    marked = [_name(one["component"]) for one in labels if str(one.get("description")).startswith("⚠️")]
    marked = marked or [_name(one["component"]) for one in labels if wrong.startswith(one["label"])] or [""]
    lines = wrong.split("\n")
    return dict(zip(marked, lines, strict=True)) if len(lines) == len(marked) else dict.fromkeys(marked, wrong)
