"""How single values are written in settings.yaml: durations, hours, rooms, handles; each pattern also in words.

And Shape, which every block of them is.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    WithJsonSchema,
    model_validator,
)

from bot.words import Address

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LONGEST = timedelta(days=3660)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ADDRESS = r"^https?://[^\s/]+"
EMOJI = r"^[a-z0-9_+'-]{1,100}$"
EMAIL = r"^$|^[^@\s]+@[^@\s]+$"
GATEWAY = r"^$|^wss?://[^\s/]+"
HANDLE = r"^[a-z0-9][a-z0-9._-]{0,62}$"
HANDOVER = r"^((mon|tue|wed|thu|fri|sat|sun) )?\d{1,2}:\d\d$"
PERSON = r"^person:[a-z0-9][a-z0-9._-]{0,62}$"
PREFIX = r"^[A-Z][A-Z0-9]{0,9}$"
SNOWFLAKE = r"^$|^[0-9]{1,20}$"
WINDOW = r"^\d{1,2}:\d\d ?[-–] ?\d{1,2}:\d\d$"

IN_WORDS = {
    ADDRESS: "must be an address that starts with http:// or https://",
    EMOJI: "must be the name of an emoji, like ticket",
    EMAIL: "must be an e-mail address, like ana@example.org",
    GATEWAY: "must be an address that starts with wss:// or ws://",
    HANDLE: "must be a handle: small letters, digits, dots, dashes and underscores, like ana",
    HANDOVER: "must be a time like 09:00, or a day and a time like mon 09:00",
    PERSON: "person:HANDLE, like person:ana",
    PREFIX: "must be up to ten capital letters and digits, a letter first, like IT",
    SNOWFLAKE: "must be an id of Discord's, which is a long number",
    WINDOW: "must be hours like 09:00-17:00",
}
"""What a value that does not match a pattern should have been."""

_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhdw])")


def _duration(value: Any) -> Any:
    """`15m`, `4h`, `2d`, `1h 30m`: minutes, hours, days of 24 h (of working time, where a calendar counts)."""
    if isinstance(value, timedelta):
        return value
    if value == 0 and isinstance(value, int):
        return timedelta(0)
    parts = [_PART.fullmatch(part) for part in str(value).split()]
    matched = [part for part in parts if part]
    if not matched or len(matched) < len(parts):
        raise ValueError(f"{value!r} is no duration: write it like 15m, 4h or 1h 30m")
    seconds = sum(float(part[1]) * UNITS[part[2]] for part in matched)
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{value!r} is too long: a duration has at most {LONGEST.days}d")
    return timedelta(seconds=round(seconds))


def written_duration(value: timedelta) -> str:
    """A duration as settings write it: `1h 30m`. Days only from a week up: of working time, 24h are three days."""
    seconds = int(value.total_seconds())
    parts = []
    units = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
    for unit, size in units if seconds >= UNITS["w"] else units[1:]:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0m"


def _share(value: Any) -> Any:
    """`60%`, or 0.6."""
    text = str(value).strip()
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise ValueError(f"{value!r} is no share: write it like 60% or 0.6") from None
    if not 0 <= share <= 1:
        raise ValueError(f"must be between 0% and 100%, not {value}")
    return share


def _some(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("must be longer than nothing")
    return value


def _room(value: str) -> str:
    Address.parse(value)
    return value.replace(":#", ":")


def _room_name(value: str) -> str:
    return value.strip().removeprefix("#")


def wall(text: str) -> time:
    """`9:00` as a time of day; `24:00` is 00:00. ValueError for one that no clock shows."""
    hour, minute = (int(part) for part in text.strip().split(":"))
    if (hour, minute) == (24, 0):
        return time(0, 0)
    if hour > 23 or minute > 59:
        raise ValueError(f"{text.strip()} is no time of day")
    return time(hour, minute)


def window(text: str) -> tuple[time, time]:
    """`09:00-17:00` as start and end; ValueError for a time that no clock shows."""
    start, end = text.replace("–", "-").split("-")
    if start.strip() == "24:00":
        raise ValueError("a day starts at 00:00, not at 24:00")
    return wall(start), wall(end)


def _window_text(value: str) -> str:
    window(value)
    return value


def _handover(value: str) -> str:
    wall(value.split()[-1])
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(written_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9.]+[smhdw]( [0-9.]+[smhdw])*$", "examples": ["15m", "1h 30m"]}),
]
Some = Annotated[Duration, AfterValidator(_some)]
"""A duration that is longer than nothing."""
Part = Annotated[
    float,
    BeforeValidator(_share),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1},
                {"type": "string", "examples": ["60%"]},
            ]
        }
    ),
]
"""A part of a whole, 0 to 1; shown as a number."""
Share = Annotated[Part, PlainSerializer(lambda value: f"{value * 100:.6g}%", return_type=str)]
"""The same, shown in percent."""
Room = Annotated[str, AfterValidator(_room)]
RoomName = Annotated[str, AfterValidator(_room_name)]
Handle = Annotated[str, Field(pattern=HANDLE)]
RoleIds = dict[str, tuple[str, ...]]
"""The ids of a platform's roles, by channel."""
Person = Annotated[str, Field(pattern=PERSON)]
Window = Annotated[str, Field(pattern=WINDOW), AfterValidator(_window_text)]
Handover = Annotated[str, Field(pattern=HANDOVER), AfterValidator(_handover)]
WebAddress = Annotated[str, Field(pattern=ADDRESS), AfterValidator(lambda value: value.rstrip("/"))]
ApiAddress = Annotated[str, Field(pattern=ADDRESS), AfterValidator(lambda value: value.rstrip("/") + "/")]
Emoji = Annotated[str, BeforeValidator(lambda value: str(value).strip(": ")), Field(pattern=EMOJI)]
"""With or without its colons."""
Secret = Annotated[SecretStr, BeforeValidator(lambda value: value.strip() if isinstance(value, str) else value)]
"""A token as it was pasted, less the white space around it; shown nowhere."""
Email = Annotated[str, Field(pattern=EMAIL)]


class Shape(BaseModel):
    """The base of all settings: a key that is not declared is an error, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_absent(cls, value: Any) -> Any:
        """A key with nothing behind it counts as left out, as where all of a list has been commented out."""
        if value is None:
            return {}
        if isinstance(value, dict):
            return {key: part for key, part in value.items() if part is not None or key not in cls.model_fields}
        return value
