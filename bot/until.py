"""Until when, in the words that people use: a length, a time of day, a day. `parse` is pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from bot.context import Context
from bot.forms import Wrong
from bot.settings import Duration

WAYS = "like 45m, 2h or 3d, or a time or a day: 14:00, tomorrow, monday, 2026-12-01"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_BEFORE = re.compile(r"(?:for|in|until|till|to)\s+", re.IGNORECASE)
_LENGTH: TypeAdapter[timedelta] = TypeAdapter(Duration)


def until(ctx: Context, text: str, field: str) -> datetime:
    """The instant that the sender means (see `parse`). `Wrong` names the field."""
    try:
        return parse(text, ctx.now, ctx.zone)
    except (ValueError, OverflowError):
        raise Wrong(f"Until when? “{text[:40]}” is not a time in the future; write it {WAYS}.", field) from None


def parse(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """An instant in UTC: the next such time of day, or the beginning of the next such day there.

    `for`, `in` and `until` before it change nothing. ValueError for what is none of `WAYS`, or is over.
    """
    said = _BEFORE.sub("", text.strip(), count=1).casefold()
    try:
        instant = now + _LENGTH.validate_python(said)
    except (ValidationError, OverflowError):
        instant = _on_the_clock(said, now.astimezone(zone))
    if instant <= now:
        raise ValueError(f"{text!r} is over")
    return instant.astimezone(UTC)


def _on_the_clock(said: str, here: datetime) -> datetime:
    if re.fullmatch(r"\d\d?:\d\d", said):
        at = time.fromisoformat(said.zfill(5))
        today = datetime.combine(here.date(), at, here.tzinfo)
        return today if today > here else datetime.combine(here.date() + timedelta(1), at, here.tzinfo)
    return datetime.combine(_day(said, here.date()), time(), here.tzinfo)


def _day(said: str, today: date) -> date:
    if said == "tomorrow":
        return today + timedelta(1)
    if said in DAYS:
        return today + timedelta((DAYS.index(said) - today.weekday() - 1) % 7 + 1)
    return date.fromisoformat(said)
