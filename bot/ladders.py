"""Running escalations: their rows.

Rules: escalation.py; what is done when one is due: climb.py; what is said: pings.py, and to whom: responders.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select

from bot import escalation, pings, sla
from bot.context import Scene
from bot.deadlines import policy_of
from bot.settings import Ladder
from storage.tables import BY_HAND, Escalation, Ticket

PAUSED = "paused"
"""Whether a ladder that was begun by hand is closed only for as long as its clock waits; in its plan."""


def begin(scene: Scene, ticket: Ticket, clock: sla.Clock) -> None:
    """Start the ladder of a breach, with a copy of the settings' ladder.

    A second call for one deadline does nothing, but the ladder that was closed when the clock stopped goes on.
    """
    assert clock.deadline is not None
    row = _ladder_of(scene, ticket, clock)
    if row is None:
        # Where a change of the ticket has put the deadline into the past, it was broken by that change, and not before.
        _start(scene, ticket, clock, max(clock.deadline, ticket.updated_at))
    elif row.closed_at:
        change(scene, ticket, row, escalation.resume(running_of(row), scene.now))


def begin_by_hand(scene: Scene, ticket: Ticket, clock: sla.Clock) -> None:
    """Start the ladder of a deadline that is still to come: it goes on for as long as that clock runs."""
    assert clock.deadline is not None
    row = _ladder_of(scene, ticket, clock)
    if row is None:
        _start(scene, ticket, clock, scene.now, by_hand=True)
    else:
        change(scene, ticket, row, escalation.resume(running_of(row), scene.now))


def broken(scene: Scene, ticket: Ticket, clock: sla.Clock) -> None:
    """A deadline has passed that was escalated by hand before: where that ladder has ended, its last rung hears."""
    row = _ladder_of(scene, ticket, clock)
    if row and row.plan.get(BY_HAND) and row.next_at is None and row.closed_at is None:
        write_back(scene, row, escalation.escalate_now(running_of(row), scene.now))


def _ladder_of(scene: Scene, ticket: Ticket, clock: sla.Clock) -> Escalation | None:
    """The ladder of this deadline, or the one that was begun by hand before it."""
    found = scene.db.exec(
        select(Escalation).where(
            Escalation.workspace == scene.workspace,
            Escalation.ticket == ticket.number,
            Escalation.clock == clock.kind.value,
            or_(col(Escalation.deadline) == clock.deadline, col(Escalation.closed_at).is_(None)),
        )
    ).all()
    ours = [row for row in found if row.deadline == clock.deadline or row.plan.get(BY_HAND)]
    return min(ours, key=lambda row: row.closed_at is not None, default=None)


def _start(scene: Scene, ticket: Ticket, clock: sla.Clock, at: datetime, *, by_hand: bool = False) -> None:
    assert clock.deadline is not None
    policy = policy_of(scene, ticket)
    ladder = scene.settings.ladders.get(policy.ladder if policy else "", Ladder())
    rooms, zone = scene.settings.escalation_rooms(ladder), scene.settings.organisation.zone
    plan = escalation.snapshot(ladder, rooms, zone)
    running = escalation.start(escalation.plan(plan), at)
    row = Escalation(
        workspace=scene.workspace,
        ticket=ticket.number,
        clock=clock.kind.value,
        deadline=clock.deadline,
        plan=plan | {"told": {}} | ({BY_HAND: clock.deadline.isoformat()} if by_hand else {}),
        started_at=running.started,
    )
    write_back(scene, row, running)


def running_of(row: Escalation) -> escalation.Escalation:
    """The row as the rules take it."""
    return escalation.Escalation(
        escalation.plan(row.plan),
        row.started_at,
        row.level,
        row.next_at,
        row.acknowledged_by,
        row.acknowledged_at,
        row.lease_until,
        row.closed_at,
        _kept(row, "held"),
        _kept(row, "without_snooze"),
    )


def _kept(row: Escalation, name: str) -> datetime | None:
    """An instant that is kept with the plan."""
    return datetime.fromisoformat(row.plan[name]) if row.plan.get(name) else None


def write_back(scene: Scene, row: Escalation, running: escalation.Escalation) -> None:
    """The rules' answer into the row."""
    row.level, row.next_at, row.closed_at = running.level, running.next_at, running.closed_at
    row.acknowledged_by, row.acknowledged_at = running.acknowledged_by, running.acknowledged_at
    row.lease_until = running.lease_until
    for name, at in (("held", running.held_since), ("without_snooze", running.without_snooze)):
        if at or row.plan.get(name):
            row.plan = row.plan | {name: at.isoformat() if at else ""}
    scene.db.add(row)
    scene.db.flush()


def open_of(scene: Scene, ticket: Ticket) -> list[Escalation]:
    """The ticket's ladders that are not closed, oldest first."""
    return _of(scene, ticket, col(Escalation.closed_at).is_(None))


def _of(scene: Scene, ticket: Ticket, which: ColumnElement[bool]) -> list[Escalation]:
    """Those of the ticket's ladders, oldest first."""
    mine = (Escalation.workspace == scene.workspace, Escalation.ticket == ticket.number)
    return list(scene.db.exec(select(Escalation).where(*mine, which).order_by(col(Escalation.id))).all())


def stands(row: Escalation, clocks: Iterable[sla.Clock]) -> bool:
    """Whether a ladder's clock still runs towards its deadline, or over it; for one begun by hand, towards any."""
    running = (clock for clock in clocks if clock.state == "running" and clock.kind == row.clock)
    return any(clock.deadline == row.deadline or BY_HAND in row.plan for clock in running)


def follow_clocks(scene: Scene, ticket: Ticket, clocks: tuple[sla.Clock, ...], *, worked: bool) -> None:
    """Close the ladders whose clock no longer stands over its deadline; go on with what only waited for its clock.

    Somebody's work on the ticket renews a lease.
    """
    followed = or_(col(Escalation.closed_at).is_(None), col(Escalation.plan)[PAUSED].as_boolean())
    for row in _of(scene, ticket, followed):
        before = running = running_of(row)
        if not stands(row, clocks):
            running = escalation.close(running, scene.now)
        elif row.closed_at:
            running = escalation.resume(running, scene.now)
        elif worked:
            running = escalation.progress(running, scene.now)
        if ticket.priority in running.plan.never_quiet:
            running = escalation.release(running, scene.now)
        _note_pause(row, clocks)
        if _another_deadline(row, clocks) or running != before or worked:
            change(scene, ticket, row, running)


def _note_pause(row: Escalation, clocks: Iterable[sla.Clock]) -> None:
    paused = BY_HAND in row.plan and any(clock.state == "paused" and clock.kind == row.clock for clock in clocks)
    if paused != row.plan.get(PAUSED, False):
        row.plan = row.plan | {PAUSED: paused}


def _another_deadline(row: Escalation, clocks: Iterable[sla.Clock]) -> bool:
    """Whether the deadline for which somebody escalated by hand has moved; it is kept then."""
    now = next((clock.deadline for clock in clocks if clock.kind == row.clock and clock.deadline), None)
    if BY_HAND not in row.plan or now is None or row.plan[BY_HAND] == now.isoformat():
        return False
    row.plan = row.plan | {BY_HAND: now.isoformat()}
    return True


def change(scene: Scene, ticket: Ticket, row: Escalation, running: escalation.Escalation) -> None:
    """Write a changed ladder down and show it on all copies of its pings."""
    write_back(scene, row, running)
    pings.show(scene, row, ticket)
