"""The stretches of time that reports are about, in a zone's own days. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Unit = Literal["hour", "day", "week"]
NAMES: dict[str, tuple[str, int, Unit]] = {
    "today": ("today", 1, "hour"),
    "week": ("last 7 days", 7, "day"),
    "month": ("last 30 days", 30, "day"),
    "quarter": ("last 13 weeks", 91, "week"),
}
"""By name: what it is called, how many days (today is the last of them), and how its pictures divide it."""


@dataclass(frozen=True, slots=True)
class Period:
    """[start, end) in UTC, both a local midnight, looked at from `now`; `edges` divide it, from start to end inclusive.

    It ends with today, so that what happens at `now` itself belongs to it.
    """

    label: str
    zone: ZoneInfo
    now: datetime
    unit: Unit
    edges: tuple[datetime, ...]

    @property
    def start(self) -> datetime:
        return self.edges[0]

    @property
    def end(self) -> datetime:
        return self.edges[-1]

    @property
    def seen(self) -> datetime:
        """The instant that open tickets and running clocks are judged at: the end, or now where that is earlier."""
        return min(self.now, self.end)

    @property
    def when(self) -> str:
        """`today`, `in the last 7 days`: as a sentence has it."""
        return self.label if self.label == "today" else f"in the {self.label}"

    def has(self, instant: datetime | None) -> bool:
        return instant is not None and self.start <= instant < self.end


def named(name: str, now: datetime, zone: ZoneInfo) -> Period:
    """The period of that name, up to today. KeyError: a name not in NAMES; ValueError: `now` without a zone."""
    if now.utcoffset() is None:
        raise ValueError(f"a datetime without a time zone: {now}")
    label, days, unit = NAMES[name]
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    first = tomorrow - timedelta(days=days)
    return Period(label, zone, now, unit, tuple(_edges(first, tomorrow, unit, zone)))


def _edges(first: date, end: date, unit: Unit, zone: ZoneInfo) -> list[datetime]:
    if unit == "hour":
        start, stop = _midnight(first, zone), _midnight(end, zone)
        # In UTC, since a local day may have 23 or 25 hours.
        return [start + timedelta(hours=n) for n in range(-((start - stop) // timedelta(hours=1)))] + [stop]
    step = 7 if unit == "week" else 1
    return [_midnight(first + timedelta(days=n), zone) for n in range(0, (end - first).days + 1, step)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
