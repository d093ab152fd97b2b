"""Who is on call, found by walking: minute by minute, with a hand on the clock of the wall. It counts no days.

A handover of a day happens at the first minute whose local time is not before it: so it is at the end of a gap that it
lies in, and at the first of two. Only whoever stood on call at the beginning is asked of nobody: it is counted from the
first person's first day, so that cases begin there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.oncall import Shift
from bot.settings import Rotation
from bot.settings_oncall import Layer, Turns

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hand:
    """The turns of some people, as the minutes pass; made before their first day is over."""

    def __init__(self, turns: Turns, zone: str) -> None:
        self.turns, self.tz, self.turn = turns, ZoneInfo(turns.zone or zone), 0
        word, _, clock = turns.handover.rpartition(" ")
        hour, minute = clock.split(":")
        self.at = time(int(hour), int(minute))
        weekly = turns.every == "week"
        self.weekday = (DAYS.index(word) if word else turns.starts.weekday()) if weekly else None
        self.next = self._after(turns.starts)

    def _after(self, day: date) -> datetime:
        day += DAY
        while self.weekday is not None and day.weekday() != self.weekday:
            day += DAY
        return datetime.combine(day, self.at, self.tz)

    def look(self, local: datetime) -> str:
        while local >= self.next:  # of one zone, so that it is the hands that are compared
            self.turn += 1
            self.next = self._after(self.next.date())
        return self.turns.people[self.turn % len(self.turns.people)]


class Hours:
    """Whether it is one of a layer's hours, by its wall clock."""

    def __init__(self, layer: Layer) -> None:
        self._days = layer.days or DAYS
        spans = [written.split("-") for written in layer.hours]
        self._spans = [(_minutes(start), _minutes(end) or 1440) for start, end in spans] or [(0, 1440)]

    def at(self, local: datetime) -> bool:
        now = local.hour * 60 + local.minute
        return any(start <= now < end for start, end in self._spans) and DAYS[local.weekday()] in self._days


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def walk(
    rotation: Rotation, start: datetime, minutes: int, zone: str, standing: list[Shift]
) -> Iterator[tuple[datetime, str]]:
    """Each minute with who is on call then. The walk begins before anybody's first turn is over."""
    base = Hand(rotation, zone)
    layers = [(Hand(layer, rotation.zone or zone), Hours(layer)) for layer in rotation.layers]
    ranked = sorted(standing, key=lambda each: each.start)
    for number in range(minutes):
        instant = start + number * MINUTE
        found = base.look(instant.astimezone(base.tz))
        here = [(hours.at(local), hand.look(local)) for hand, hours, local in _clocks(layers, instant)]
        found = next((who for now, who in here if now), found)
        for shift in ranked:
            if shift.start <= instant < shift.end:
                found = shift.person
        yield instant.astimezone(UTC), found


def _clocks(layers: list[tuple[Hand, Hours]], instant: datetime) -> Iterator[tuple[Hand, Hours, datetime]]:
    for hand, hours in layers:
        yield hand, hours, instant.astimezone(hand.tz)
