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
        return datetime.combine(day, self.at)

    def look(self, local: datetime) -> str:
        while local >= self.next:
            self.turn += 1
            self.next = self._after(self.next.date())
        return self.turns.people[self.turn % len(self.turns.people)]


def covered(layer: Layer, local: datetime) -> bool:
    """Whether it is one of the layer's hours, by its wall clock."""
    if layer.days and DAYS[local.weekday()] not in layer.days:
        return False
    now = local.hour * 60 + local.minute
    for written in layer.hours:
        start, end = written.split("-")
        if _minutes(start) <= now < (_minutes(end) or 1440):
            return True
    return not layer.hours


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def walk(
    rotation: Rotation, start: datetime, minutes: int, zone: str, standing: list[Shift]
) -> Iterator[tuple[datetime, str]]:
    """Each minute with who is on call then. The walk begins before anybody's first turn is over."""
    base = Hand(rotation, zone)
    layers = [(layer, Hand(layer, rotation.zone or zone)) for layer in rotation.layers]
    instant = start
    for _ in range(minutes):
        who = base.look(instant.astimezone(base.tz).replace(tzinfo=None, fold=0))
        others = []
        for layer, hand in layers:
            local = instant.astimezone(hand.tz).replace(tzinfo=None, fold=0)
            others.append((hand.look(local), covered(layer, local)))
        who = next((person for person, here in others if here), who)
        for shift in sorted(standing, key=lambda each: each.start):
            if shift.start <= instant < shift.end:
                who = shift.person
        yield instant.astimezone(UTC), who
        instant += MINUTE
