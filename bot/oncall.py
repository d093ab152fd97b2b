"""Who is on call at an instant (BEHAVIOUR 31). Pure.

A shift begins at a wall-clock time in the rotation's zone, so it is shifts that are counted, in local days, never
hours: a handover at 09:00 is at 09:00 on both sides of a change to summer time. dateutil's rrule would count the same
days, but leaves gaps and folds to its caller.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.settings import WEEKDAYS, Rotation

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """A person's time on call, [start, end), in UTC."""

    person: str
    start: datetime
    end: datetime


def on_call(rotation: Rotation, instant: datetime, zone: str = "UTC") -> str:
    """The handle of who is on call at an instant.

    zone: an IANA name, for a rotation that names none. Of the overrides that cover the instant ([start, end); one
    without a zone is local time) the one that starts last wins, and of those the one listed last. Before the rotation's
    first day the first person is on call. Without an override people take turns: the first person's turn ends at the
    first handover on a later day. A weekly handover without a weekday is on that of the first day; a daily one
    is every day. A handover in an hour that the zone skips is at the gap's end, one in an hour that it repeats is at
    the first of both (PEP 495). ValueError: an instant without a zone; KeyError (ZoneInfoNotFoundError): an unknown
    zone.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"a datetime without a time zone: {instant}")
    return _at(rotation, instant, ZoneInfo(rotation.zone or zone))


def handovers(rotation: Rotation, start: datetime, end: datetime, zone: str = "UTC") -> list[Shift]:
    """The shifts in [start, end), in order and without a gap; the first and the last are cut to it. See `on_call`.

    Consecutive shifts of one person are one: nobody hands over to themselves.
    """
    begin, last, tz = start.astimezone(UTC), end.astimezone(UTC), ZoneInfo(rotation.zone or zone)
    edges = sorted({begin, *(edge for edge in _edges(rotation, begin, last, tz) if begin < edge < last)})
    shifts: list[Shift] = []
    for edge, until in zip(edges, [*edges[1:], last], strict=True):
        person = _at(rotation, edge, tz)
        if shifts and shifts[-1].person == person:
            shifts[-1] = Shift(person, shifts[-1].start, until)
        elif edge < until:
            shifts.append(Shift(person, edge, until))
    return shifts


def _at(rotation: Rotation, instant: datetime, tz: ZoneInfo) -> str:
    covering = [o for o in rotation.overrides if _fixed(o.start, tz) <= instant < _fixed(o.end, tz)]
    if covering:
        return max(reversed(covering), key=lambda override: _fixed(override.start, tz)).person
    return rotation.people[max(_turn(rotation, instant, tz), 0) % len(rotation.people)]


def _edges(rotation: Rotation, begin: datetime, last: datetime, tz: ZoneInfo) -> list[datetime]:
    turns = range(_turn(rotation, begin, tz), _turn(rotation, last, tz) + 1)
    edges = [_handover(rotation, turn, tz) for turn in turns]
    for override in rotation.overrides:
        edges += [_fixed(override.start, tz), _fixed(override.end, tz)]
    return edges


def _turn(rotation: Rotation, instant: datetime, tz: ZoneInfo) -> int:
    """Which shift an instant is in: 0 is the first person's first, those before are negative."""
    turn = (instant.astimezone(tz).date() - _first(rotation)).days // _days(rotation)
    # A zone may skip a whole day (Samoa, 30 December 2011), and with it a handover's date: count, then compare.
    while instant < _handover(rotation, turn, tz):
        turn -= 1
    while instant >= _handover(rotation, turn + 1, tz):
        turn += 1
    return turn


def _handover(rotation: Rotation, turn: int, tz: ZoneInfo) -> datetime:
    hour, minute = rotation.handover.split(" ")[-1].split(":")
    day = _first(rotation) + timedelta(days=turn * _days(rotation))
    return _existing(datetime.combine(day, time(int(hour), int(minute))), tz)


def _first(rotation: Rotation) -> date:
    """The local date of the handover to the first person: the last one on or before their first day."""
    weekday = rotation.handover.split(" ")[0]
    if rotation.every == "day" or weekday not in WEEKDAYS:
        return rotation.starts
    return rotation.starts - timedelta(days=(rotation.starts.weekday() - WEEKDAYS.index(weekday)) % 7)


def _days(rotation: Rotation) -> int:
    return 7 if rotation.every == "week" else 1


def _existing(local: datetime, tz: ZoneInfo) -> datetime:
    """A naive local time in UTC: the first of two, and the gap's end for one that does not exist."""
    late = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if late.astimezone(tz).replace(tzinfo=None, fold=0) == local:
        return late
    # In a gap, fold 0 and fold 1 give instants after and before the change of the offset: it is in between.
    early = local.replace(tzinfo=tz, fold=1).astimezone(UTC)
    before = early.astimezone(tz).utcoffset()
    seconds = range(int((late - early).total_seconds()) + 1)
    changed = bisect_left(seconds, True, key=lambda s: (early + s * SECOND).astimezone(tz).utcoffset() != before)
    return early + changed * SECOND


def _fixed(instant: datetime, tz: ZoneInfo) -> datetime:
    return instant if instant.tzinfo else _existing(instant, tz)
