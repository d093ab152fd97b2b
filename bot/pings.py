"""What an escalation says: a ping for each level, with its buttons, in every room of the ladder; a digest of many."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bot import cards, escalation, places
from bot.context import Scene
from bot.people import GROUP
from bot.posts import URGENT, Wanted, say
from bot.settings import ClockKind
from bot.timeline import CLOCK_LABELS
from bot.words import Address, Button, Card, Fact, moment
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


class Ping(NamedTuple):
    """A level of a running ladder that has just become due."""

    row: Escalation
    ticket: Ticket
    level: int


def say_all(scene: Scene, pings: list[Ping]) -> None:
    """Say these levels, folding a flood into a digest."""
    alone = [ping for ping in pings if len(pings) <= FLOOD or ping.ticket.priority == "critical"]
    folded = [ping for ping in pings if ping not in alone]
    for row, ticket, _ in alone:
        show(scene, row, ticket)
    if folded:
        _digest(scene, folded)


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
                    replace(card, mentions=_pinged(scene, row, ticket, level, room)),
                    ticket=ticket.number,
                    urgency=URGENT + (ticket.priority != "critical"),
                )
                for room in row.plan["rooms"]
            ),
        )


def _ping(scene: Scene, row: Escalation, ticket: Ticket, level: int) -> Card:
    told = row.plan["told"][str(level)]["who"]
    who = ", ".join(places.their_name(scene, person) for person in told) or "nobody"
    again = ", told again" if escalation.plan(row.plan).repeats(level) else ""
    facts = (
        Fact("Deadline", row.deadline),
        Fact("Priority", ticket.priority.capitalize()),
        Fact("Owner", cards.owner_or_team(scene, ticket)),
        Fact("Team", cards.team_name(scene, ticket.team)),
        Fact("Level", f"{level} · {who}{again}"),
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
        f"{_wrong(scene, row)}: {cards.title(ticket, scene.settings)}",
        WAITING[ClockKind(row.clock)].format(places.their_name(scene, ticket.requester)),
        facts,
        () if row.closed_at else buttons,
        tone="good" if row.closed_at else "warning" if row.acknowledged_by else "danger",
    )


def _wrong(scene: Scene, row: Escalation) -> str:
    """Somebody may escalate what is still in time."""
    return f"{CLOCK_LABELS[ClockKind(row.clock)]} overdue" if row.deadline <= scene.now else "Escalated"


def _pinged(scene: Scene, row: Escalation, ticket: Ticket, level: int, room: str) -> tuple[str, ...]:
    """Who hears of a level, or in the place of the lead or of whoever is on call their team's user group there."""
    team, channel = scene.settings.team_for(ticket.team), Address.parse(room).channel
    if escalation.plan(row.plan).tells(level) in ("lead", "on-call") and team.group_in(scene.workspace, channel):
        return (f"{GROUP}{ticket.team}",)
    return tuple(row.plan["told"][str(level)]["who"])


def _state(scene: Scene, row: Escalation) -> str:
    if row.closed_at:
        return "Over"
    if row.acknowledged_by and row.lease_until:
        return f"Acknowledged by {places.their_name(scene, row.acknowledged_by)}, until {moment(row.lease_until)}"
    return f"Next level {moment(row.next_at)}" if row.next_at else "The ladder has ended: please act"


def _digest(scene: Scene, pings: list[Ping]) -> None:
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
            people.setdefault(room, set()).update(_pinged(scene, row, ticket, level, room))
    for room, lines in rooms.items():
        _say_digest(scene, room, lines, tuple(sorted(people[room])), pings[0])


def _say_digest(scene: Scene, room: str, lines: list[str], mentions: tuple[str, ...], first: Ping) -> None:
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
