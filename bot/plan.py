"""A ladder as an escalation keeps it: copied when it starts, so that the settings cannot change a running one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import quiet
from bot.settings import Ladder

PLAIN = ("lease", "snooze", "repeat", "repeat_every", "remind", "zone")
"""What a stored plan holds as Plan does."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of a ladder: who hears ("owner", "lead", "person:ada" …), so many seconds after the level before.

    quiet: the hours in which it is not told, like 22:00-07:00.
    """

    tell: str
    after_seconds: int
    quiet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A ladder as an escalation keeps it: durations in seconds, rooms as channel:room.

    zone: that of the quiet hours; never_quiet: the priorities that they do not hold back.
    """

    rungs: tuple[Rung, ...]
    rooms: tuple[str, ...] = ()
    lease: int = 1800
    snooze: int = 1800
    repeat: int = 0
    repeat_every: int = 3600
    remind: int = 0
    zone: str = "UTC"
    never_quiet: tuple[str, ...] = ()

    def tells(self, level: int) -> str:
        """Who hears at a level (the first is 1); a level past the last rung repeats it. IndexError for no rungs."""
        return self._rung(level).tell

    def told_from(self, level: int, instant: datetime) -> datetime:
        """When a level that is due at `instant` may be told: then, or at the end of its quiet hours."""
        return quiet.told_from(self._rung(level).quiet, self.zone, instant)

    def _rung(self, level: int) -> Rung:
        return self.rungs[min(level, len(self.rungs)) - 1]

    def repeats(self, level: int) -> bool:
        """Whether a level says the last rung again."""
        return level > len(self.rungs)


def snapshot(ladder: Ladder, rooms: Sequence[str] = (), zone: str = "UTC") -> dict[str, Any]:
    """A ladder of the settings as JSON values, to be stored with an escalation.

    `rooms` is where it is said, `zone` that of its quiet hours where it names none.
    """
    return {
        "rungs": [[step.tell, _seconds(step.after)] for step in ladder.steps],
        "rooms": list(rooms or ladder.rooms),
        "lease": _seconds(ladder.lease),
        "snooze": _seconds(ladder.snooze),
        "repeat": ladder.repeat,
        "repeat_every": _seconds(ladder.repeat_every),
        "remind": _seconds(ladder.remind),
        "quiet": [list(step.quiet) for step in ladder.steps],
        "zone": ladder.zone or zone,
        "never_quiet": list(ladder.never_quiet),
    }


def plan(stored: Mapping[str, Any]) -> Plan:
    """The inverse of `snapshot`; what an older version did not store has its default."""
    rest = {name: stored[name] for name in PLAIN if name in stored}
    hours = stored.get("quiet") or [()] * len(stored["rungs"])
    rungs = tuple(Rung(tell, after, tuple(h)) for (tell, after), h in zip(stored["rungs"], hours, strict=True))
    return Plan(rungs, tuple(stored.get("rooms", ())), never_quiet=tuple(stored.get("never_quiet", ())), **rest)


def _seconds(duration: timedelta) -> int:
    return round(duration.total_seconds())
