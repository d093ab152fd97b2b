"""Ladders and leases: who hears of a breach, level by level, until somebody acknowledges. Pure.

An escalation carries a copy of its ladder, made when it starts (BEHAVIOUR 27): what the settings say later is for the
next one. All that moves is one instant, `next_at`: when the next level is said unless somebody does something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.calendar import Calendar
from bot.settings import Ladder


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of a ladder: who hears ("owner", "lead", "person:ada" …), so many seconds after the level before."""

    tell: str
    after_seconds: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A ladder as an escalation keeps it: durations in seconds, rooms as channel:room."""

    rungs: tuple[Rung, ...]
    rooms: tuple[str, ...] = ()
    lease: int = 1800
    snooze: int = 1800
    repeat: int = 0
    repeat_every: int = 3600

    def tells(self, level: int) -> str:
        """Who hears at a level (the first is 1); a level past the last rung repeats it. IndexError for no rungs."""
        return self.rungs[min(level, len(self.rungs)) - 1].tell

    def repeats(self, level: int) -> bool:
        """Whether a level says the last rung again."""
        return level > len(self.rungs)


@dataclass(frozen=True, slots=True)
class Escalation:
    """A ladder that was started at `started`, a breach. Change it by the functions of this module only.

    level: how many levels were announced; 0: none yet. next_at: when the next one is; None: the ladder rests, or is
    closed. While somebody has acknowledged it, `lease_until` is when their lease ends, and `next_at` is the same or
    later.
    """

    plan: Plan
    started: datetime
    level: int = 0
    next_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    lease_until: datetime | None = None
    closed_at: datetime | None = None


def snapshot(ladder: Ladder, rooms: Sequence[str] = ()) -> dict[str, Any]:
    """A ladder of the settings as JSON values, to be stored with an escalation; `rooms` is where it is said."""
    return {
        "rungs": [[step.tell, _seconds(step.after)] for step in ladder.steps],
        "rooms": list(rooms or ladder.rooms),
        "lease": _seconds(ladder.lease),
        "snooze": _seconds(ladder.snooze),
        "repeat": ladder.repeat,
        "repeat_every": _seconds(ladder.repeat_every),
    }


def plan(stored: Mapping[str, Any]) -> Plan:
    """The inverse of `snapshot`; what an older version did not store has its default."""
    rest = {name: stored[name] for name in ("lease", "snooze", "repeat", "repeat_every") if name in stored}
    rungs = tuple(Rung(tell, after) for tell, after in stored["rungs"])
    return Plan(rungs, tuple(stored.get("rooms", ())), **rest)


def key(ticket: int | str, clock: str, deadline: datetime, level: int) -> str:
    """What names an announcement: `breach:1042:resolution:2026-11-23T15:00:00Z:level2`.

    Level 0 is the warning, `warn:1042:resolution:2026-11-23T15:00:00Z`. The deadline is exact, with a fraction if it
    has one: two deadlines within one second are two.
    """
    instant = deadline.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"breach:{ticket}:{clock}:{instant}:level{level}" if level else f"warn:{ticket}:{clock}:{instant}"


def start(plan: Plan, at: datetime, calendar: Calendar | None = None) -> Escalation:
    """A ladder that starts at a breach. It rests at once if it has no rungs.

    Waits are wall-clock time unless a calendar is given, here and below: what a ladder is for is a breach that somebody
    has to hear of now, and who is on call at night is on call to be woken. Give the calendar of a team that is not.
    """
    first = _after(at, plan.rungs[0].after_seconds, calendar) if plan.rungs else None
    return Escalation(plan, at, next_at=first)


def announce(escalation: Escalation, now: datetime, calendar: Calendar | None = None) -> tuple[Escalation, list[int]]:
    """The escalation after `now`, and the levels to say, in order: each once, whatever was missed.

    After an outage the rungs that came due in it are said together, the waits between them being over. Repeats are not:
    the next one counts from when the one before was really said. Where a lease has ended, the ladder goes on
    unacknowledged.
    """
    said = []
    while escalation.next_at is not None and escalation.next_at <= now:
        escalation = _climb(escalation, escalation.next_at, now, calendar)
        said.append(escalation.level)
    return escalation, said


def acknowledge(escalation: Escalation, who: str, now: datetime, calendar: Calendar | None = None) -> Escalation:
    """Somebody has it: the ladder stops for a lease (BEHAVIOUR 28). Who acknowledges what another has takes it over.

    A ladder that rests goes on too when the lease is over: its last rung is said again, so that nothing that was taken
    on and forgotten stays silent.
    """
    if escalation.closed_at:
        return escalation
    until = _after(now, escalation.plan.lease, calendar)
    held = replace(escalation, acknowledged_by=who, acknowledged_at=now, lease_until=until)
    return replace(held, next_at=until) if escalation.plan.rungs else held


def progress(escalation: Escalation, now: datetime, calendar: Calendar | None = None) -> Escalation:
    """Something was done about the ticket: a lease begins anew. Without one, only acknowledging stops a ladder."""
    if escalation.closed_at or escalation.lease_until is None or escalation.next_at is None:
        return escalation
    until = max(escalation.lease_until, _after(now, escalation.plan.lease, calendar))
    return replace(escalation, lease_until=until, next_at=max(escalation.next_at, until))


def snooze(escalation: Escalation, now: datetime, calendar: Calendar | None = None) -> Escalation:
    """The next level is not said before the snooze is over; it is never said earlier than without. A rest stays one."""
    if escalation.next_at is None:
        return escalation
    return replace(escalation, next_at=max(escalation.next_at, _after(now, escalation.plan.snooze, calendar)))


def escalate_now(escalation: Escalation, now: datetime, level: int | None = None) -> Escalation:
    """The next level is due at `now`, for `announce`, and an acknowledgement is over. After a rest it is the last rung.

    level: the level of the message that was clicked, if known. A click on an older one than the last changes nothing,
    so that two people who click at once climb one level.
    """
    seen = escalation.level if level is None else level
    if escalation.closed_at or not escalation.plan.rungs or seen != escalation.level:
        return escalation
    return replace(_unheld(escalation), next_at=now)


def close(escalation: Escalation, now: datetime) -> Escalation:
    """The clock was met, or the ticket is finished: nothing more is said, unless the clock comes to stand so again."""
    return escalation if escalation.closed_at else replace(escalation, next_at=None, closed_at=now)


def resume(escalation: Escalation, now: datetime, calendar: Calendar | None = None) -> Escalation:
    """The clock that had stopped runs again, and is over the same deadline: a closed ladder goes on where it was.

    What was said is not said again, and the next level comes after its whole wait. After all of them the last rung
    comes once more, even where it is never repeated: the breach is open again, and somebody has to hear of that.
    """
    if escalation.closed_at is None:
        return escalation
    plan, level = escalation.plan, escalation.level
    wait = plan.rungs[level].after_seconds if level < len(plan.rungs) else plan.repeat_every
    return replace(_unheld(escalation), closed_at=None, next_at=_after(now, wait, calendar) if plan.rungs else None)


def _climb(escalation: Escalation, due: datetime, now: datetime, calendar: Calendar | None) -> Escalation:
    plan, level = escalation.plan, escalation.level + 1
    following: datetime | None = None
    if level < len(plan.rungs):
        following = _after(due, plan.rungs[level].after_seconds, calendar)
    elif level < len(plan.rungs) + plan.repeat:
        following = _after(now, plan.repeat_every, calendar)
    return replace(_unheld(escalation), level=level, next_at=following)


def _unheld(escalation: Escalation) -> Escalation:
    return replace(escalation, acknowledged_by="", acknowledged_at=None, lease_until=None)


def _after(start: datetime, seconds: int, calendar: Calendar | None) -> datetime:
    wait = timedelta(seconds=seconds)
    return calendar.add(start, wait) if calendar is not None else start + wait


def _seconds(duration: timedelta) -> int:
    return round(duration.total_seconds())
