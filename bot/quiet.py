"""Quiet hours: the part of each day in which a level of a ladder is not told. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from functools import lru_cache

from bot.calendar import Calendar
from bot.settings_values import window

DAY = 24 * 60
"""Minutes."""


def told_from(windows: Sequence[str], zone: str, instant: datetime) -> datetime:
    """When something may be told: at `instant` itself, or in quiet hours at their end, in UTC.

    windows: like 22:00-07:00, of the wall clock in `zone`; one that ends no later than it begins runs over midnight.
    An hour that the zone repeats is quiet twice, one that it skips not at all. ValueError: an instant without a zone,
    or windows that leave no minute of the day.
    """
    return _told(tuple(windows), zone).next_open(instant) if windows else instant


def told_hours(windows: Sequence[str]) -> list[tuple[time, time]]:
    """What quiet windows leave of a day, as (start, end); an end of 00:00 is the day's. ValueError if it is nothing."""
    silent = {minute for written in windows for minute in _minutes(*window(written))}
    told = [minute for minute in range(DAY) if minute not in silent]
    if not told:
        raise ValueError("must leave some hour of the day in which it can be told")
    begins = [minute for minute in told if minute == 0 or minute - 1 in silent]
    ends = [minute + 1 for minute in told if minute + 1 == DAY or minute + 1 in silent]
    return [(_clock(begin), _clock(end)) for begin, end in zip(begins, ends, strict=True)]


def _minutes(start: time, end: time) -> Iterator[int]:
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    return (minute % DAY for minute in range(first, last if first < last else last + DAY))


def _clock(minute: int) -> time:
    return time(minute % DAY // 60, minute % 60)


@lru_cache(64)
def _told(windows: tuple[str, ...], zone: str) -> Calendar:
    hours = told_hours(windows)
    return Calendar(zone, dict.fromkeys(range(7), hours))
