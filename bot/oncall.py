"""Who is on call at an instant (BEHAVIOUR 31). Pure.

A shift begins at a wall-clock time in the rotation's zone, so it is shifts that are counted, in local days, never
hours: a handover at 09:00 is at 09:00 on both sides of a change to summer time. dateutil's rrule would count the same
days, but leaves gaps and folds to its caller.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.calendar import Calendar
from bot.local_time import existing
from bot.settings import WEEKDAYS, Rotation
from bot.settings_oncall import Layer, Turns


@dataclass(frozen=True, slots=True)
class Shift:
    """A person's time on call, [start, end), in UTC."""

    person: str
    start: datetime
    end: datetime


def on_call(rotation: Rotation, instant: datetime, zone: str = "UTC", standing: Sequence[Shift] = ()) -> str:
    """The handle of who is on call at an instant.

    zone: an IANA name, for a rotation or a layer that names none; a layer without one is in its rotation's. `standing`
    are those who were said in chat to stand in, in the order in which that was said.
    Of the overrides and stand-ins that cover the instant ([start, end), each with a zone) the one that starts last
    wins, and of those the one listed last, stand-ins behind overrides. Without one, of the layers the first whose hours
    it is counts, and outside all of them the rotation's own people.
    People take turns: the first person's ends at the first handover on a later day, and before the first day the first
    person is on call. A weekly handover without a weekday is on that of the first day; a daily one is every day. A
    handover in an hour that the zone skips is at the gap's end, one in an hour that it repeats is at the first of both
    (PEP 495). ValueError: an instant without a zone; KeyError (ZoneInfoNotFoundError): an unknown zone.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"a datetime without a time zone: {instant}")
    return _Plan(rotation, zone, standing).at(instant)


def handovers(
    rotation: Rotation, start: datetime, end: datetime, zone: str = "UTC", standing: Sequence[Shift] = ()
) -> list[Shift]:
    """The shifts in [start, end), in order and without a gap; the first and the last are cut to it. See `on_call`.

    Consecutive shifts of one person are one: nobody hands over to themselves.
    """
    begin, last = start.astimezone(UTC), end.astimezone(UTC)
    return _joined(_Plan(rotation, zone, standing).pieces(begin, last), frozenset())


def shifts(
    rotation: Rotation, start: datetime, end: datetime, zone: str = "UTC", standing: Sequence[Shift] = ()
) -> list[Shift]:
    """All shifts that overlap [start, end), whole, as a calendar keeps them: where one begins depends on nothing else.

    So consecutive ones of one person are one only between two handovers of the rotation's own people.
    """
    plan = _Plan(rotation, zone, standing)
    turns = range(_turn(rotation, start, plan.tz), _turn(rotation, end, plan.tz) + 2)
    edges = [_handover(rotation, turn, plan.tz) for turn in turns]
    found = _joined(plan.pieces(edges[0], edges[-1]), frozenset(edges))
    return [shift for shift in found if shift.start < end and shift.end > start]


def _joined(pieces: Iterable[Shift], kept: Container[datetime]) -> list[Shift]:
    """The pieces with those of one person joined, but for those that begin at an edge to be kept."""
    joined: list[Shift] = []
    for piece in pieces:
        if joined and joined[-1].person == piece.person and piece.start not in kept:
            joined[-1] = Shift(piece.person, joined[-1].start, piece.end)
        else:
            joined.append(piece)
    return joined


class _Plan:
    """A rotation with its zones and hours looked up, and all who stand in, lowest rank first."""

    def __init__(self, rotation: Rotation, zone: str, standing: Sequence[Shift]) -> None:
        self.rotation, self.tz = rotation, ZoneInfo(rotation.zone or zone)
        written = [Shift(override.person, override.start, override.end) for override in rotation.overrides]
        self._standing = sorted([*written, *standing], key=lambda shift: shift.start)
        self._layers = [(layer, _hours(layer, layer.zone or self.tz.key)) for layer in rotation.layers]

    def at(self, instant: datetime) -> str:
        for shift in reversed(self._standing):
            if shift.start <= instant < shift.end:
                return shift.person
        for layer, hours in self._layers:
            if hours.is_open(instant):
                return _in_turn(layer, instant, ZoneInfo(hours.zone))
        return _in_turn(self.rotation, instant, self.tz)

    def pieces(self, begin: datetime, end: datetime) -> Iterator[Shift]:
        """[begin, end) cut wherever anybody could hand over."""
        edges = sorted({begin, *(edge for edge in self._edges(begin, end) if begin < edge < end)})
        for edge, until in zip(edges, [*edges[1:], end], strict=True):
            if edge < until:
                yield Shift(self.at(edge), edge, until)

    def _edges(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        yield from _turns(self.rotation, begin, end, self.tz)
        for layer, hours in self._layers if begin < end else ():
            yield from _turns(layer, begin, end, ZoneInfo(hours.zone))
            for span in hours.spans(begin, end):
                yield from span
        for shift in self._standing:
            yield from (shift.start, shift.end)


@lru_cache(maxsize=256)
def _hours(layer: Layer, zone: str) -> Calendar:
    return Calendar(zone, layer.windows())


def _in_turn(turns: Turns, instant: datetime, tz: ZoneInfo) -> str:
    return turns.people[max(_turn(turns, instant, tz), 0) % len(turns.people)]


def _turns(turns: Turns, begin: datetime, end: datetime, tz: ZoneInfo) -> list[datetime]:
    """The handovers around [begin, end)."""
    return [_handover(turns, turn, tz) for turn in range(_turn(turns, begin, tz), _turn(turns, end, tz) + 1)]


def _turn(turns: Turns, instant: datetime, tz: ZoneInfo) -> int:
    """Which shift an instant is in: 0 is the first person's first, those before are negative."""
    turn = (instant.astimezone(tz).date() - _first(turns)).days // _days(turns)
    # A zone may skip a whole day (Samoa, 30 December 2011), and with it a handover's date: count, then compare.
    while instant < _handover(turns, turn, tz):
        turn -= 1
    while instant >= _handover(turns, turn + 1, tz):
        turn += 1
    return turn


def _handover(turns: Turns, turn: int, tz: ZoneInfo) -> datetime:
    hour, minute = turns.handover.split(" ")[-1].split(":")
    day = _first(turns) + timedelta(days=turn * _days(turns))
    return existing(datetime.combine(day, time(int(hour), int(minute))), tz)


def _first(turns: Turns) -> date:
    """The local date of the handover to the first person: the last one on or before their first day."""
    weekday = turns.handover.split(" ")[0]
    if turns.every == "day" or weekday not in WEEKDAYS:
        return turns.starts
    return turns.starts - timedelta(days=(turns.starts.weekday() - WEEKDAYS.index(weekday)) % 7)


def _days(turns: Turns) -> int:
    return 7 if turns.every == "week" else 1
