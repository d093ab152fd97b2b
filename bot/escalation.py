"""Ladders and leases: who hears of a breach, level by level, until somebody acknowledges. Pure.

An escalation carries a copy of its ladder, made when it starts (BEHAVIOUR 27): what the settings say later is for the
next one. All that moves is one instant, `next_at`: when the next level is said unless somebody does something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.plan import Plan as Plan
from bot.plan import Rung as Rung
from bot.plan import plan as plan
from bot.plan import snapshot as snapshot

_WARNING = re.compile(r"warn:\d+:(\w+):(\S+?Z)(?::|\Z)")


@dataclass(frozen=True, slots=True)
class Escalation:
    """A ladder that was started at `started`, a breach. Change it by the functions of this module only.

    level: how many levels were announced; 0: none yet. next_at: when the next one is; None: the ladder rests, or is
    closed. While somebody has acknowledged it, `lease_until` is when their lease ends; `next_at` is earlier while they
    are to be reminded of that. held_since: since when quiet hours hold the next level back. without_snooze: while it is
    snoozed, when the next level could be said if it were not.
    """

    plan: Plan
    started: datetime
    level: int = 0
    next_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    lease_until: datetime | None = None
    closed_at: datetime | None = None
    held_since: datetime | None = None
    without_snooze: datetime | None = None


def key(ticket: int | str, clock: str, deadline: datetime, level: int) -> str:
    """What names an announcement: `breach:1042:resolution:2026-11-23T15:00:00Z:level2`.

    Level 0 is the warning, `warn:1042:resolution:2026-11-23T15:00:00Z`. The deadline is exact, with a fraction if it
    has one: two deadlines within one second are two.
    """
    instant = deadline.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"breach:{ticket}:{clock}:{instant}:level{level}" if level else f"warn:{ticket}:{clock}:{instant}"


def warned_of(key: str) -> tuple[str, datetime] | None:
    """The clock and the deadline in a warning's `key`, whatever stands around it; None for another key."""
    found = _WARNING.search(key)
    return (found[1], datetime.fromisoformat(found[2])) if found else None


def start(plan: Plan, at: datetime) -> Escalation:
    """A ladder that starts at a breach. It rests at once if it has no rungs.

    Waits are wall-clock time, here and below: what a ladder is for is a breach that somebody has to hear of now, and
    who is on call at night is on call to be woken.
    """
    first = _after(at, plan.rungs[0].after_seconds) if plan.rungs else None
    return Escalation(plan, at, next_at=first)


def announce(escalation: Escalation, now: datetime, *, loud: bool = False) -> tuple[Escalation, list[int]]:
    """The escalation after `now`, and the levels to say, in order: each once, whatever was missed.

    After an outage the rungs that came due in it are said together, the waits between them being over. Repeats are not:
    the next one counts from when the one before was really said. Where a lease has ended, the ladder goes on
    unacknowledged. A level in its quiet hours waits for their end, and what follows it counts from then; `loud`: they
    hold nothing back. A reminder that is due (see `reminds`) counts as said.
    """
    said: list[int] = []
    while (due := escalation.next_at) is not None and due <= now:
        if _to_be_reminded(escalation):
            escalation = replace(escalation, next_at=escalation.lease_until)
        elif not loud and (until := escalation.plan.told_from(escalation.level + 1, now)) > now:
            return _hold_back(escalation, due, until), said
        else:
            escalation = _climb(escalation, due, now)
            said.append(escalation.level)
    return escalation, said


def reminds(escalation: Escalation, now: datetime) -> bool:
    """Whether whoever acknowledged is to be told at `now` that their lease ends soon; not once it has ended."""
    until, due = escalation.lease_until, escalation.next_at
    return _to_be_reminded(escalation) and until is not None and due is not None and due <= now < until


def release(escalation: Escalation, now: datetime) -> Escalation:
    """What quiet hours hold back is due at `now`, as it has become too urgent for them."""
    return replace(escalation, next_at=now) if escalation.held_since else escalation


def put_off(escalation: Escalation, until: datetime) -> Escalation:
    """Nothing is said before `until`, as in a flood. A rest stays one."""
    if escalation.next_at is None:
        return escalation
    return replace(escalation, next_at=max(escalation.next_at, until))


def acknowledge(escalation: Escalation, who: str, now: datetime) -> Escalation:
    """Somebody has it: the ladder stops for a lease (BEHAVIOUR 28). Who acknowledges what another has takes it over.

    The next level is never said earlier than without; a snooze is over, and the lease has its place. A ladder that
    rests goes on too when the lease is over: its last rung is said again, so that nothing that was taken on and
    forgotten stays silent.
    """
    if escalation.closed_at:
        return escalation
    until = _after(now, escalation.plan.lease)
    if awaited := escalation.without_snooze or escalation.lease_until or escalation.next_at:
        until = max(until, awaited)
    held = replace(_unheld(escalation), acknowledged_by=who, acknowledged_at=now, lease_until=until, held_since=None)
    return replace(held, next_at=_reminder(held.plan, until)) if escalation.plan.rungs else held


def progress(escalation: Escalation, now: datetime) -> Escalation:
    """Something was done about the ticket: a lease begins anew. Without one, only acknowledging stops a ladder."""
    if escalation.closed_at or escalation.lease_until is None or escalation.next_at is None:
        return escalation
    until = _after(now, escalation.plan.lease)
    if escalation.without_snooze:
        escalation = replace(escalation, without_snooze=max(escalation.without_snooze, until))
    return _extended(escalation, until)


def snooze(escalation: Escalation, now: datetime, *, until: datetime | None = None) -> Escalation:
    """The next level is not said before the snooze is over; it is never said earlier than without. A rest stays one.

    until: when it is over, where that is not as the plan has it; it may end a snooze earlier than was said before. A
    lease lasts as long as the snooze.
    """
    awaited = escalation.lease_until or escalation.next_at
    if escalation.next_at is None or awaited is None:
        return escalation
    without = escalation.without_snooze or awaited
    ends = max(without, until) if until else max(awaited, _after(now, escalation.plan.snooze))
    if ends == awaited:
        return escalation
    snoozed = replace(escalation, without_snooze=without if ends > without else None)
    if escalation.lease_until is None:
        return replace(snoozed, next_at=ends)
    if ends > awaited:
        return _extended(snoozed, ends)
    return replace(snoozed, lease_until=ends, next_at=_reminder(escalation.plan, ends))


def escalate_now(escalation: Escalation, now: datetime, level: int | None = None) -> Escalation:
    """The next level is due at `now`, for `announce`, and an acknowledgement is over. After a rest it is the last rung.

    level: the level of the message that was clicked, if known. A click on an older one than the last changes nothing,
    so that two people who click at once climb one level.
    """
    seen = escalation.level if level is None else level
    if escalation.closed_at or not escalation.plan.rungs or seen != escalation.level:
        return escalation
    return replace(_unheld(escalation), next_at=now, held_since=None)


def close(escalation: Escalation, now: datetime) -> Escalation:
    """The clock was met, or the ticket is finished: nothing more is said, unless the clock comes to stand so again."""
    if escalation.closed_at:
        return escalation
    return replace(escalation, next_at=None, closed_at=now, held_since=None, without_snooze=None)


def resume(escalation: Escalation, now: datetime) -> Escalation:
    """The clock that had stopped runs again, and is over the same deadline: a closed ladder goes on where it was.

    What was said is not said again, and the next level comes after its whole wait. After all of them the last rung
    comes once more, even where it is never repeated: the breach is open again, and somebody has to hear of that.
    """
    if escalation.closed_at is None:
        return escalation
    plan, level = escalation.plan, escalation.level
    wait = plan.rungs[level].after_seconds if level < len(plan.rungs) else plan.repeat_every
    return replace(_unheld(escalation), closed_at=None, next_at=_after(now, wait) if plan.rungs else None)


def _to_be_reminded(escalation: Escalation) -> bool:
    until, due = escalation.lease_until, escalation.next_at
    return until is not None and due is not None and due < until


def _reminder(plan: Plan, until: datetime) -> datetime:
    """When to remind of a lease that ends at `until`: at its end, if never."""
    return until - timedelta(seconds=min(plan.remind, plan.lease / 2, plan.snooze / 2))


def _extended(escalation: Escalation, until: datetime) -> Escalation:
    """A lease that lasts until then, if it does not last longer already."""
    assert escalation.lease_until is not None
    assert escalation.next_at is not None
    if until <= escalation.lease_until:
        return escalation
    return replace(escalation, lease_until=until, next_at=max(escalation.next_at, _reminder(escalation.plan, until)))


def _hold_back(escalation: Escalation, due: datetime, until: datetime) -> Escalation:
    """Quiet hours: a lease that has ended has ended all the same."""
    return replace(_unheld(escalation), next_at=until, held_since=escalation.held_since or due)


def _climb(escalation: Escalation, due: datetime, now: datetime) -> Escalation:
    plan, level = escalation.plan, escalation.level + 1
    following: datetime | None = None
    if level < len(plan.rungs):
        following = _after(due, plan.rungs[level].after_seconds)
    elif level < len(plan.rungs) + plan.repeat:
        following = _after(now, plan.repeat_every)
    return replace(_unheld(escalation), level=level, next_at=following, held_since=None)


def _unheld(escalation: Escalation) -> Escalation:
    return replace(escalation, acknowledged_by="", acknowledged_at=None, lease_until=None, without_snooze=None)


def _after(start: datetime, seconds: int) -> datetime:
    return start + timedelta(seconds=seconds)
