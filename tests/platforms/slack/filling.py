"""Fields of a view as a person fills them in, and as Slack sends them (view.state.values)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.platforms.slack.blockkit import elements
from tests.platforms.slack.blockkit.elements import INPUTS
from tests.platforms.slack.records import Json
from tests.platforms.slack.show import label_text

_MULTI = {
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}
_ONE = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
_INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "rich_text_value": "initial_value",
    "value": "initial_value",
}


def part(element: Json) -> str:
    """The name under which an element's value is sent."""
    kind = element["type"]
    return _MULTI.get(kind) or _ONE.get(kind) or "value"


def holds(element: Json) -> bool:
    """Whether an element has a value: buttons, pictures and words have none."""
    return element["type"] in INPUTS


def empty(element: Json) -> Json:
    """An element's value before anybody touched it."""
    name = part(element)
    nothing: Any = [] if name in _MULTI.values() or name == "files" else None
    return {"type": element["type"], name: element.get(_INITIAL.get(name, ""), nothing)}


def state(blocks: list[Json], known: dict[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
    """The state of all fields: what was filled in, else what they begin with."""
    values: dict[str, dict[str, Json]] = {}
    for block, element in elements(blocks):
        if holds(element):
            filled = known.get(block["block_id"], {}).get(element["action_id"])
            values.setdefault(block["block_id"], {})[element["action_id"]] = filled or empty(element)
    return values


def value(element: Json, given: Any, offered: list[Json] | None = None) -> Json:
    """What a person chose or typed: options by their text or value, others as they are sent."""
    name = part(element)
    options = offered if offered is not None else list(_options(element))
    if name == "selected_option":
        return {"type": element["type"], name: None if given is None else _option(options, given)}
    if name == "selected_options":
        return {"type": element["type"], name: [_option(options, one) for one in given]}
    return {"type": element["type"], name: given}


def problem(block: Json, filled: Json) -> str:
    """What Slack's own client says before anything is sent; "" when all is well."""
    element = block["element"]
    given = filled.get(part(element))
    if given in (None, "", []):
        return "" if block.get("optional") else "Please complete this required field."
    if isinstance(given, str) and len(given) < element.get("min_length", 0):
        return "Please enter more characters."
    if isinstance(given, str) and len(given) > element.get("max_length", 3000):
        return "Please enter fewer characters."
    return ""


def field(blocks: list[Json], label: str) -> tuple[Json, Json]:
    """The block and element that a person means by a label (or a test by block_id or action_id)."""
    known = []
    for block, element in elements(blocks):
        names = {block.get("block_id"), element.get("action_id"), label_text(element)}
        names |= {block["label"]["text"]} if "label" in block else set()
        names |= {block["text"]["text"]} if isinstance(block.get("text"), dict) else set()
        if label in names:
            return block, element
        known.append(block["label"]["text"] if "label" in block else label_text(element))
    raise AssertionError(f"nothing is called {label!r}; there are {known}")


def _options(element: Json) -> Iterator[Json]:
    yield from element.get("options", [])
    for group in element.get("option_groups", []):
        yield from group["options"]


def _option(options: list[Json], wanted: str) -> Json:
    for option in options:
        if wanted in (option["text"]["text"], option["value"]):
            return option
    raise AssertionError(f"no option {wanted!r}; there are {[option['text']['text'] for option in options]}")
