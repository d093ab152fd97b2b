"""Until when, in the words that people use: a length, a time of day, a day. `parse` is pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from bot.context import Context
from bot.forms import Wrong
from bot.local_time import existing
from bot.settings import Duration
from bot.settings_values import wall

WAYS = "like 45m, 2h or 3d, or a time or a day: 14:00, tomorrow, monday at 9, 2026-12-01"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_BEFORE = re.compile(r"(?:for|in|until|till|to|on|by|next)\s+")
_PART = re.compile(
    r"(?P<count>\d+(?:\.\d+)?|\ban?\b)\s*"
    r"(?P<unit>s(?:ecs?|econds?)?|m(?:ins?|inutes?)?|h(?:rs?|ours?)?|d(?:ays?)?|w(?:ks?|eeks?)?)(?![a-z])"
    r"[\s,]*(?:and\s+)?"
)
"""A part of a length: its unit begins with the letter that the settings write."""
_TIME = re.compile(r"(?:^|,?\s+)(?P<at>at\s+)?(?P<hour>\d\d?)(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap]m)?$")
_LENGTH: TypeAdapter[timedelta] = TypeAdapter(Duration)


class Over(ValueError):
    """An instant that is understood, and is over."""


def until(ctx: Context, text: str, field: str) -> datetime:
    """The instant that the sender means (see `parse`). `Wrong` names the field."""
    said = text[:40]
    try:
        return parse(text, ctx.now, ctx.zone)
    except Over:
        raise Wrong(f"Until when? “{said}” is over already; write a later time, {WAYS}.", field) from None
    except (ValueError, OverflowError):
        raise Wrong(f"Until when? I did not understand “{said}”; write it {WAYS}.", field) from None


def parse(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """An instant in UTC: the next such time of day, or the beginning of the next such day there, or its time.

    `for`, `in` and `until` before it change nothing. ValueError for what is none of `WAYS`, `Over` for what is over.
    """
    said = _BEFORE.sub("", " ".join(text.casefold().split()), count=1)
    try:
        instant = now + _length(said)
    except (ValidationError, OverflowError):
        instant = _on_the_clock(said, now, zone)
    if instant <= now:
        raise Over(f"{text!r} is over")
    return instant.astimezone(UTC)


def _length(said: str) -> timedelta:
    """`1h30m`, `2 hours and 5 min`, `an hour`."""
    written = _PART.sub(lambda part: f"{'1' if part['count'][0] == 'a' else part['count']}{part['unit'][0]} ", said)
    return _LENGTH.validate_python(written.strip())


def _on_the_clock(said: str, now: datetime, zone: ZoneInfo) -> datetime:
    """`14:00`, `2pm`, `tomorrow`, `monday at 9`: the next one. A bare `9` may be anything, and is nothing."""
    found = _TIME.search(said)
    if found is None and said:
        return _next(said, time(), now, zone)
    day = said[: found.start()] if found else ""
    if found is None or not (day or found["at"] or found["minute"] or found["half"]):
        raise ValueError(f"{said!r} is no time of day")
    return _next(day, _time(found), now, zone)


def _time(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    if found["half"] and hour <= 12:
        hour = hour % 12 + 12 * (found["half"] == "pm")
    return wall(f"{hour}:{found['minute'] or '00'}")


def _next(day: str, at: time, now: datetime, zone: ZoneInfo) -> datetime:
    first, again = _day(day, now.astimezone(zone).date())
    once = datetime.combine(first, at)
    for instant in (existing(once, zone), once.replace(tzinfo=zone, fold=1)):  # an hour may come twice on a day
        if instant.astimezone(UTC) > now.astimezone(UTC):
            return instant
    return existing(once + timedelta(again), zone)


def _day(said: str, today: date) -> tuple[date, int]:
    """The first such day from today on, and after how many days it comes again."""
    if not said:
        return today, 1
    if said in ("today", "tomorrow"):
        return today + timedelta(said == "tomorrow"), 0
    weekday = next((n for n, name in enumerate(DAYS) if len(said) >= 3 and name.startswith(said)), None)
    if weekday is not None:
        return today + timedelta((weekday - today.weekday()) % 7), 7
    return date.fromisoformat(said), 0
