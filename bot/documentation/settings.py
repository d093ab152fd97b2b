"""docs/settings.md, made from the settings' own declarations: `make docs` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.documentation.examples import EXAMPLES, INTRODUCTION, INTROS
from bot.settings import Settings, written_duration
from bot.settings_discord import GatewayAddress, Reaction, Snowflake, VersionedAddress
from bot.settings_values import (
    ApiAddress,
    Duration,
    Email,
    Emoji,
    Handle,
    Handover,
    Person,
    Room,
    RoomName,
    Secret,
    Share,
    Some,
    WebAddress,
    Window,
)

HEADER = "| key | what it is | default | what it does |\n| --- | --- | --- | --- |"

VALUES = (
    (Duration, "duration"),
    (Some, "duration"),
    (ApiAddress, "web address"),
    (Emoji, "emoji"),
    (GatewayAddress, "WebSocket address"),
    (Reaction, "emoji"),
    (Snowflake, "id"),
    (VersionedAddress, "web address"),
    (Secret, "secret"),
    (Share, "share, like 60%"),
    (Email, "e-mail address"),
    (Handle, "handle"),
    (Handover, "time, or day and time"),
    (Person, "person:HANDLE"),
    (Room, "room, as channel:room"),
    (RoomName, "room"),
    (WebAddress, "web address"),
    (Window, "hours, like 09:00-17:00"),
    (str, "text"),
    (int, "whole number"),
    (float, "number"),
    (date, "date"),
    (datetime, "date and time"),
)
KEYS = {
    "calendars": "calendar",
    "people": "handle",
    "identities": "channel",
    "teams": "team",
    "members": "handle",
    "user_groups": "channel",
    "agent_roles": "channel",
    "lead_roles": "channel",
    "admin_roles": "channel",
    "categories": "category",
    "matrix": "urgency",
    "ladders": "ladder",
    "on_call": "rotation",
    "channels": "channel",
}
"""What an owner's own keys are, by the block they stand in."""

DEFAULTS = {
    "matrix": "as in the example",
    "ladders": "one, named default",
    "steps": "lead at once, manager after 30m",
}
"""The defaults that are whole blocks, by the field's name."""


class Row(NamedTuple):
    path: str
    kind: str
    default: str
    text: str


def render() -> str:
    """The whole page, Markdown."""
    hints = get_type_hints(Settings, include_extras=True)
    sections = [_section(name, hints[name], field) for name, field in Settings.model_fields.items()]
    return "\n\n".join([INTRODUCTION.strip(), *sections]) + "\n"


def _section(name: str, hint: Any, field: FieldInfo) -> str:
    rows = list(_rows(name, name, hint, field))
    intro = INTROS.get(name, field.description or "")
    example = f"```yaml\n{EXAMPLES[name].strip()}\n```" if name in EXAMPLES else ""
    return "\n\n".join(part for part in (f"## {name}", intro, _table(rows), example) if part)


def _table(rows: list[Row]) -> str:
    lines = (f"| `{row.path}` | {_cell(row.kind)} | {row.default} | {_cell(row.text)} |" for row in rows)
    return "\n".join([HEADER, *lines])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rows(path: str, name: str, hint: Any, field: FieldInfo) -> Iterator[Row]:
    """A field's row, or the rows of what is inside it."""
    way, inner = _inside(path, name, hint)
    if _is_model(inner):
        if way != path:
            yield Row(way, "block", _default(name, field), field.description or "")
        yield from _fields(way, inner)
    else:
        yield Row(way, words(inner), _default(name, field), field.description or "")


def _fields(path: str, model: type[BaseModel]) -> Iterator[Row]:
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        yield from _rows(f"{path}.{name}", name, hints[name], field)


def _inside(path: str, name: str, hint: Any) -> tuple[str, Any]:
    """The path and type of what a block of the owner's own keys, or a list of blocks, holds."""
    if get_origin(hint) is dict:
        inner = get_args(hint)[1]
        return (
            (f"{path}.‹{KEYS[name]}›", inner)
            if get_origin(inner) is not dict
            else (f"{path}.‹urgency›.‹impact›", get_args(inner)[1])
        )
    if get_origin(hint) is tuple and _is_model(get_args(hint)[0]):
        return f"{path}[]", get_args(hint)[0]
    return path, hint


def words(hint: Any) -> str:
    """A type in words: `list of durations`, `one of claim, round-robin, least-load`."""
    for known, word in VALUES:
        if hint == known:
            return word
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return f"one of {', '.join(hint)}"
    origin, arguments = get_origin(hint), [part for part in get_args(hint) if part not in (..., NoneType)]
    if origin is Literal:
        return f"one of {', '.join(arguments)}"
    if origin is tuple:
        return f"list: {words(arguments[0])}"
    if origin in (Union, UnionType):
        return " or ".join(words(part) for part in arguments)
    if origin is Annotated:
        return words(arguments[0])
    raise TypeError(f"{hint!r} has no words: name it in VALUES")


def _default(name: str, field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "**required**"
    if name in DEFAULTS:
        return DEFAULTS[name]
    if value is None or value in ("", (), {}, SecretStr("")) or isinstance(value, BaseModel):
        return ""
    return f"`{_written(value)}`"


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_written(part) for part in value)
    return written_duration(value) if isinstance(value, timedelta) else str(value)


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)
