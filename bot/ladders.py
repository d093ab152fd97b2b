"""Running escalations: their rows, their pings, and who hears at which level. The rules are escalation.py's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, select

from bot import cards, escalation, people, places, sla
from bot.context import Scene
from bot.posts import URGENT, Wanted, say
from bot.settings import ClockKind, Ladder
from bot.timeline import CLOCK_LABELS, record
from bot.words import Address, Button, Card, Fact, moment
from storage import sweeps
from storage.tables import Escalation, Ticket

FLOOD = 6
"""More pings than this for one room in one sweep are folded into a digest.

Critical tickets stand alone all the same.
"""


WAITING = {
    ClockKind.FIRST: "No answer has reached {} yet.",
    ClockKind.NEXT: "{} waits for the next answer.",
    ClockKind.RESOLUTION: "It is still not fixed for {}.",
}


def begin(scene: Scene, ticket: Ticket, clock: sla.Clock) -> None:
    """Start the ladder of a breach, with a copy of the settings' ladder.

    A second call for one deadline does nothing.
    """
    assert clock.deadline is not None
    key = escalation.key(ticket.number, clock.kind.value, clock.deadline, 1)
    if not sweeps.announce(scene.db, scene.workspace, f"ladder:{key}", scene.now):
        return
    policy = scene.settings.policy_of(ticket.priority, ticket.category, ticket.team)
    ladder = scene.settings.ladders.get(policy.ladder if policy else "", Ladder())
    plan = escalation.snapshot(ladder, scene.settings.escalation_rooms(ladder))
    # Where a change of the ticket has put the deadline into the past, it was broken by that change, and not before.
    running = escalation.start(escalation.plan(plan), max(clock.deadline, ticket.updated_at))
    row = Escalation(
        workspace=scene.workspace,
        ticket=ticket.number,
        clock=clock.kind.value,
        deadline=clock.deadline,
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
    )


def write_back(scene: Scene, row: Escalation, running: escalation.Escalation) -> None:
    """The rules' answer into the row."""
    row.level, row.next_at, row.closed_at = running.level, running.next_at, running.closed_at
    row.acknowledged_by, row.acknowledged_at = running.acknowledged_by, running.acknowledged_at
    row.lease_until = running.lease_until
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


def advance(scene: Scene, rows: Iterable[Escalation]) -> int:
    """Announce every level that is due, folding a flood; how many levels were said."""
    pings: list[tuple[Escalation, Ticket, int]] = []
    for row in rows:
        ticket = scene.db.get(Ticket, (row.workspace, row.ticket))
        if ticket is None:
            continue
        running, levels = escalation.announce(running_of(row), scene.now)
        row.plan = row.plan | {
            "told": row.plan["told"] | {str(level): {"who": who_hears(scene, ticket, row, level)} for level in levels}
        }
        write_back(scene, row, running)
        for level in levels:
            key = escalation.key(row.ticket, row.clock, row.deadline, level)
            if sweeps.announce(scene.db, scene.workspace, key, scene.now):
                record(
                    scene,
                    ticket,
                    "escalated",
                    data={"clock": row.clock, "level": level, "told": row.plan["told"][str(level)]["who"]},
                )
                pings.append((row, ticket, level))
    _say_all(scene, pings)
    return len(pings)


def _say_all(scene: Scene, pings: list[tuple[Escalation, Ticket, int]]) -> None:
    alone = [ping for ping in pings if len(pings) <= FLOOD or ping[1].priority == "critical"]
    folded = [ping for ping in pings if ping not in alone]
    for row, ticket, _ in alone:
        show(scene, row, ticket)
    if folded:
        _digest(scene, folded)


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
    rotation = scene.settings.on_call.get(team.on_call or "")
    if rotation is None:
        return team.lead
    return people.on_call_now(scene.db, scene.workspace, team.on_call or "", rotation, scene.settings, scene.now)


def show(scene: Scene, row: Escalation, ticket: Ticket) -> None:
    """Bring all copies of a ladder's pings up to date: every level that was said alone, in every room."""
    said = [int(level) for level, told in row.plan["told"].items() if not told.get("digest")]
    for level in sorted(said):
        card = _ping(scene, row, ticket, level)
        key = escalation.key(row.ticket, row.clock, row.deadline, level)
        say(
            scene,
            *(
                Wanted(
                    f"{key}:{room}",
                    Address.parse(room),
                    card,
                    ticket=ticket.number,
                    urgency=URGENT + (ticket.priority != "critical"),
                )
                for room in row.plan["rooms"]
            ),
        )


def _ping(scene: Scene, row: Escalation, ticket: Ticket, level: int) -> Card:
    told = row.plan["told"][str(level)]["who"]
    who = ", ".join(places.their_name(scene, person) for person in told) or "nobody"
    label = CLOCK_LABELS[ClockKind(row.clock)]
    facts = (
        Fact("Deadline", row.deadline),
        Fact("Priority", ticket.priority.capitalize()),
        Fact("Owner", cards.owner_or_team(scene, ticket)),
        Fact("Team", cards.team_name(scene, ticket.team)),
        Fact("Level", f"{level} · {who}"),
        Fact("State", _state(scene, row)),
    )
    known = cards.about(ticket)
    first = () if row.acknowledged_by else (Button("Acknowledge", "ack", known, "primary"),)
    buttons = (
        *first,
        Button("Take", "take", known),
        Button("Snooze", "snooze", known),
        Button("Escalate now", "escalate", known | {"level": str(row.level)}),
    )
    return Card(
        f"{label} overdue: {cards.title(ticket, scene.settings)}",
        WAITING[ClockKind(row.clock)].format(places.their_name(scene, ticket.requester)),
        facts,
        () if row.closed_at else buttons,
        tuple(told),
        "good" if row.closed_at else "warning" if row.acknowledged_by else "danger",
    )


def _state(scene: Scene, row: Escalation) -> str:
    if row.closed_at:
        return "Over"
    if row.acknowledged_by and row.lease_until:
        return f"Acknowledged by {places.their_name(scene, row.acknowledged_by)}, until {moment(row.lease_until)}"
    return f"Next level {moment(row.next_at)}" if row.next_at else "The ladder has ended: please act"


def _digest(scene: Scene, pings: list[tuple[Escalation, Ticket, int]]) -> None:
    rooms: dict[str, list[str]] = {}
    people: dict[str, set[str]] = {}
    for row, ticket, level in pings:
        told = row.plan["told"][str(level)] | {"digest": True}
        row.plan = row.plan | {"told": row.plan["told"] | {str(level): told}}
        scene.db.add(row)
        label = CLOCK_LABELS[ClockKind(row.clock)].lower()
        due = f"{label} was due {moment(row.deadline)}"
        line = f"- {cards.title(ticket, scene.settings)}: {due}, {ticket.priority}, level {level}"
        for room in row.plan["rooms"]:
            rooms.setdefault(room, []).append(line)
            people.setdefault(room, set()).update(told["who"])
    for room, lines in rooms.items():
        _say_digest(scene, room, lines, tuple(sorted(people[room])), pings[0])


def _say_digest(
    scene: Scene, room: str, lines: list[str], mentions: tuple[str, ...], first: tuple[Escalation, Ticket, int]
) -> None:
    per_card = 40
    row, _, level = first
    for start in range(0, len(lines), per_card):
        part = lines[start : start + per_card]
        words = "\n".join(part) + "\n\n`/ack IT-…` acknowledges one, `/queue` shows what is open."
        card = Card(
            f"{len(lines)} deadlines have passed", words, mentions=mentions if start == 0 else (), tone="danger"
        )
        key = f"digest:{escalation.key(row.ticket, row.clock, row.deadline, level)}:{start}:{room}"
        say(scene, Wanted(key, Address.parse(room), card, urgency=URGENT + 2))


def follow_clocks(scene: Scene, ticket: Ticket, clocks: tuple[sla.Clock, ...], *, worked: bool) -> None:
    """Close the ladders whose clock no longer stands over its deadline.

    Somebody's work on the ticket renews a lease.
    """
    standing = {(clock.kind.value, clock.deadline) for clock in clocks if clock.state == "running"}
    for row in open_of(scene, ticket):
        running = running_of(row)
        if (row.clock, row.deadline) not in standing:
            write_back(scene, row, escalation.close(running, scene.now))
        elif worked:
            write_back(scene, row, escalation.progress(running, scene.now))
        else:
            continue
        show(scene, row, ticket)


def change(scene: Scene, ticket: Ticket, row: Escalation, running: escalation.Escalation) -> None:
    """Write a changed ladder down and show it on all copies of its pings."""
    write_back(scene, row, running)
    show(scene, row, ticket)


def acknowledged(row: Escalation, who: str, now: datetime) -> escalation.Escalation:
    """The ladder with somebody's acknowledgement."""
    return escalation.acknowledge(running_of(row), who, now)
