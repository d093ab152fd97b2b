"""Running escalations: their rows, and who hears at which level.

Rules: escalation.py; what is done when one is due: climb.py; what is said: pings.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, select

from bot import escalation, pings, rota, sla
from bot.context import Scene
from bot.settings import Ladder
from bot.timeline import policy_of
from storage.tables import Escalation, Ticket


def begin(scene: Scene, ticket: Ticket, clock: sla.Clock) -> None:
    """Start the ladder of a breach, with a copy of the settings' ladder.

    A second call for one deadline does nothing, but the ladder that was closed when the clock stopped goes on.
    """
    assert clock.deadline is not None
    row = _ladder_of(scene, ticket, clock)
    if row is None:
        _start(scene, ticket, clock, clock.deadline)
    elif row.closed_at:
        change(scene, ticket, row, escalation.resume(running_of(row), scene.now))


def _ladder_of(scene: Scene, ticket: Ticket, clock: sla.Clock) -> Escalation | None:
    return scene.db.exec(
        select(Escalation).where(
            Escalation.workspace == scene.workspace,
            Escalation.ticket == ticket.number,
            Escalation.clock == clock.kind.value,
            Escalation.deadline == clock.deadline,
        )
    ).first()


def _start(scene: Scene, ticket: Ticket, clock: sla.Clock, deadline: datetime) -> None:
    policy = policy_of(scene, ticket)
    ladder = scene.settings.ladders.get(policy.ladder if policy else "", Ladder())
    rooms, zone = scene.settings.escalation_rooms(ladder), scene.settings.organisation.zone
    plan = escalation.snapshot(ladder, rooms, zone)
    # Where a change of the ticket has put the deadline into the past, it was broken by that change, and not before.
    running = escalation.start(escalation.plan(plan), max(deadline, ticket.updated_at))
    row = Escalation(
        workspace=scene.workspace,
        ticket=ticket.number,
        clock=clock.kind.value,
        deadline=deadline,
        plan=plan | {"told": {}},
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
        datetime.fromisoformat(row.plan["held"]) if row.plan.get("held") else None,
    )


def write_back(scene: Scene, row: Escalation, running: escalation.Escalation) -> None:
    """The rules' answer into the row."""
    row.level, row.next_at, row.closed_at = running.level, running.next_at, running.closed_at
    row.acknowledged_by, row.acknowledged_at = running.acknowledged_by, running.acknowledged_at
    row.lease_until = running.lease_until
    if running.held_since or row.plan.get("held"):
        row.plan = row.plan | {"held": running.held_since.isoformat() if running.held_since else ""}
    scene.db.add(row)
    scene.db.flush()


def open_of(scene: Scene, ticket: Ticket) -> list[Escalation]:
    """The ticket's ladders that are not closed, oldest first."""
    return list(
        scene.db.exec(
            select(Escalation)
            .where(
                Escalation.workspace == scene.workspace,
                Escalation.ticket == ticket.number,
                col(Escalation.closed_at).is_(None),
            )
            .order_by(col(Escalation.id))
        ).all()
    )


def standing(clocks: Iterable[sla.Clock]) -> set[tuple[str, datetime | None]]:
    """(clock, deadline) of those that run."""
    return {(clock.kind.value, clock.deadline) for clock in clocks if clock.state == "running"}


def who_hears(scene: Scene, ticket: Ticket, row: Escalation, level: int) -> list[str]:
    """The people of a level, at this instant."""
    tell = escalation.plan(row.plan).tells(level)
    if tell.startswith("person:"):
        return [tell.removeprefix("person:")]
    team = scene.settings.team_for(ticket.team)
    lead = lead_now(scene, ticket.team) or team.manager
    match tell:
        case "owner":
            who = ticket.owner or lead
        case "manager":
            who = team.manager or lead
        case _:
            who = lead
    return [who] if who else []


def lead_now(scene: Scene, team_key: str) -> str | None:
    """Who is called as the team's lead at this instant: whoever is on call, else the lead (BEHAVIOUR 31)."""
    team = scene.settings.team_for(team_key)
    if team.on_call not in scene.settings.on_call:
        return team.lead
    return rota.who(scene.db, scene.workspace, team.on_call, scene.settings, scene.now)


def follow_clocks(scene: Scene, ticket: Ticket, clocks: tuple[sla.Clock, ...], *, worked: bool) -> None:
    """Close the ladders whose clock no longer stands over its deadline.

    Somebody's work on the ticket renews a lease.
    """
    stand = standing(clocks)
    for row in open_of(scene, ticket):
        running = running_of(row)
        if (row.clock, row.deadline) not in stand:
            write_back(scene, row, escalation.close(running, scene.now))
        elif worked:
            write_back(scene, row, escalation.progress(running, scene.now))
        else:
            continue
        pings.show(scene, row, ticket)


def change(scene: Scene, ticket: Ticket, row: Escalation, running: escalation.Escalation) -> None:
    """Write a changed ladder down and show it on all copies of its pings."""
    write_back(scene, row, running)
    pings.show(scene, row, ticket)
