"""Block Kit read as a person reads it, back into the desk's words: the chats' own ways of showing a thing are one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bot.words import MOMENT, Button, Card, Dialog, Fact, Field, FieldKind, Tone, moment
from tests.platforms.slack import View
from tests.platforms.slack.filling import part, state
from tests.platforms.slack.records import Json

TONES: Mapping[str, Tone] = {"✅": "good", "⚠️": "warning", "🔴": "danger"}
KINDS: Mapping[str, FieldKind] = {
    "users_select": "person",
    "static_select": "choice",
    "external_select": "article",
    "radio_buttons": "stars",
    "number_input": "number",
}
ASKED = "ask:"

_PINGS = re.compile(r"(?:<@\w+>|<!subteam\^\w+>)(?: (?:<@\w+>|<!subteam\^\w+>))*(?: and \d+ more)?")
_PING = re.compile(r"<@(\w+)>|<!subteam\^(\w+)>")
_DATE = re.compile(r"<!date\^(\d+)\^[^<>|]*\|[^<>]*>")
_LINK = re.compile(r"<(https?://[^<>|]*|mailto:[^<>|]*)(?:\|([^<>]*))?>")
_BOLD = re.compile(r"(?<![\w*])\*(?![\s*])([^*\n]*[^*\s])\*(?![\w*])")
_FACT = re.compile(r"\*([^*\n]*)\*\n(.*)", re.DOTALL)


class Read(NamedTuple):
    """What a message of the desk's says."""

    card: Card
    pinged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form(Dialog):
    """A dialog that is open as a modal."""

    view: str = ""


def said(text: str, names: Mapping[str, str]) -> str:
    """A person's own words, as they typed them."""
    named = re.sub(r"<@(\w+)(?:\|[^<>]*)?>", lambda found: f"@{names.get(found[1], found[1])}", text)
    return _unescaped(re.sub(r"<!(channel|here|everyone)>", r"@\1", named))


def card(blocks: Sequence[Json], text: str = "") -> Read:
    """The card that was drawn as these blocks, or as text alone."""
    left = list(blocks) or [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    pinged = _pinged(left)
    title = _title(left)
    facts = tuple(_fact(field["text"]) for block in left for field in block.get("fields", ()))
    words = "\n\n".join(filter(None, map(_words, left)))
    tone, title, words = _tone(title, words)
    return Read(Card(title, words, facts, tuple(_buttons(left)), tone=tone), pinged)


def _pinged(blocks: list[Json]) -> tuple[str, ...]:
    """Whom the first line pings, which is then taken away."""
    shown = _text(blocks[0]) if blocks else ""
    if not _PINGS.fullmatch(shown):
        return ()
    del blocks[0]
    return tuple(person or group for person, group in _PING.findall(shown))


def _title(blocks: list[Json]) -> str:
    shown = _text(blocks[0]) if blocks else ""
    if blocks and blocks[0]["type"] == "header":
        return str(blocks.pop(0)["text"]["text"])
    if len(shown) > 150 and re.fullmatch(r"\*[^\n]*\*", shown):  # too long for a header
        del blocks[0]
        return _unescaped(shown[1:-1])
    return ""


def _tone(title: str, words: str) -> tuple[Tone, str, str]:
    for mark, tone in TONES.items():
        if title.startswith(mark):
            return tone, title.removeprefix(mark).strip(), words
        if not title and words.startswith(mark):
            return tone, "", words.removeprefix(mark).strip()
    return "plain", title, words


def _text(block: Json) -> str:
    return str(block["text"]["text"]) if block.get("type") == "section" and "text" in block else ""


def _words(block: Json) -> str:
    if block["type"] == "context":
        return "\n".join(markdown(element["text"]) for element in block["elements"])
    return markdown(_text(block))


def markdown(mrkdwn: str) -> str:
    """mrkdwn as the Markdown that it was drawn from: instants as marks, emphasis with two stars."""
    words = _DATE.sub(lambda found: moment(datetime.fromtimestamp(int(found[1]), UTC)), mrkdwn)
    words = _LINK.sub(lambda found: f"[{found[2]}]({found[1]})" if found[2] else found[1], words)
    words = re.sub(r"^•", "-", _BOLD.sub(r"**\1**", words.replace("\u200b", "")), flags=re.MULTILINE)
    return _unescaped(words)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _fact(text: str) -> Fact:
    found = _FACT.fullmatch(text)
    label, value = (_unescaped(found[1]), markdown(found[2])) if found else ("", markdown(text))
    instant = MOMENT.fullmatch(value)
    return Fact(label, datetime.fromisoformat(instant[1]) if instant else value)


def pressable(blocks: Iterable[Json]) -> Iterable[tuple[Json, Json]]:
    """Every button, with the block it stands in."""
    return ((block, one) for block in blocks if block["type"] == "actions" for one in block["elements"])


def button(element: Json) -> Button:
    """A button as the desk means it."""
    told = json.loads(element["value"])
    return Button(element["text"]["text"], told["v"], told["a"], element.get("style", "plain"))


def value(button: Button) -> str:
    """What stands behind a button."""
    return json.dumps({"v": button.verb, "a": dict(button.answers)})


def _buttons(blocks: Iterable[Json]) -> Iterable[Button]:
    return (button(element) for _, element in pressable(blocks))


def form(view: View, errors: Mapping[str, str], names: Mapping[str, str]) -> Form:
    """An open modal; `errors` are those that stand at its fields, by label, and `names` the people's by id."""
    told = json.loads(view.given["private_metadata"])
    inputs = [block for block in view.blocks if block["type"] == "input" and block["element"]["type"] != "file_input"]
    wrong = {_name(block): errors[block["label"]["text"]] for block in inputs if block["label"]["text"] in errors}
    filled = state(view.blocks, view.values)
    answers = {_name(block): _answer(block, filled, names) for block in inputs}
    return Form(
        verb=told["v"],
        title=view.title,
        fields=tuple(map(_field, inputs)),
        answers=told["k"] | {name: text for name, text in answers.items() if text},
        kept=told["k"],
        errors=_errors_drawn(view.blocks) | wrong,
        submit=view.given.get("submit", {}).get("text", ""),
        suggests=next((_name(block) for block in inputs if block.get("dispatch_action")), ""),
        view=view.id,
    )


def _name(block: Json) -> str:
    return str(block["block_id"]).removeprefix(ASKED)


def _field(block: Json) -> Field:
    element = block["element"]
    options = tuple((option["value"], option["text"]["text"]) for option in element.get("options", ()))
    kind = KINDS.get(element["type"]) or ("long" if element.get("multiline") else "text")
    return Field(_name(block), block["label"]["text"], kind, required=not block.get("optional"), choices=options)


def _answer(block: Json, filled: Mapping[str, Mapping[str, Json]], names: Mapping[str, str]) -> str:
    element = block["element"]
    value: Any = filled[block["block_id"]][element["action_id"]].get(part(element))
    if isinstance(value, dict):
        return str(value["value"])
    return f"@{names[value]}" if element["type"] == "users_select" and value else str(value or "")


def _errors_drawn(blocks: Sequence[Json]) -> dict[str, str]:
    """What is said to be wrong between the fields: each below its own, the others above the first."""
    name, found = next((_name(block) for block in blocks if block["type"] == "input"), ""), {}
    for block in blocks:
        name = _name(block) if block["type"] == "input" else name
        words = _words(block) if block["type"] == "context" else ""
        if words.startswith("⚠️"):
            found[name] = words.removeprefix("⚠️").strip()
    return found
