"""What an escalation says: a ping for each level, with its buttons, in every room of the ladder; a digest of many."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot import cards, escalation, flood, lease_ends, places
from bot.context import Scene
from bot.lifecycle import Status
from bot.people import GROUP
from bot.posts import URGENT, Wanted, say
from bot.settings import ClockKind, Priority
from bot.timeline import CLOCK_LABELS
from bot.words import PRIORITY, Address, Button, Card, Fact, moment, one_line
from storage import posts
from storage.tables import BY_HAND, Escalation, Ticket

PRIORITIES = tuple(reversed(Priority))
"""The most urgent first."""
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


def urgent(ticket: Ticket) -> bool:
    """Whether its pings stand alone and first, whatever else there is to say."""
    return ticket.priority == "critical"


def show(scene: Scene, row: Escalation, ticket: Ticket, new: Collection[int] = ()) -> None:
    """Bring all copies of a ladder's pings up to date: every level that was said alone, in every room, and the
    reminders of its leases.

    What was said so long ago that it is forgotten is not said anew; the levels that are `new` are.
    """
    kept = {post.key for post in posts.of_ticket(scene.db, scene.workspace, ticket.number, "breach")}
    said = [int(level) for level, told in row.plan["told"].items() if not told.get("digest")]
    for level in sorted(said):
        card = _ping(scene, row, ticket, level)
        key = escalation.key(row.ticket, row.clock, row.deadline, level)
        for room in row.plan["rooms"]:
            if level not in new and f"{key}:{room}" not in kept:
                continue
            at = Address.parse(room)
            here = replace(
                card,
                mentions=_pinged(scene, row, ticket, level, room),
                leads_to=places.leads_to(scene, ticket, at.channel),
            )
            say(scene, Wanted(f"{key}:{room}", at, here, ticket=ticket.number, urgency=URGENT + (not urgent(ticket))))
    lease_ends.follow(scene, row, ticket)


def _ping(scene: Scene, row: Escalation, ticket: Ticket, level: int) -> Card:
    told = row.plan["told"][str(level)]
    who = ", ".join(places.their_name(scene, person) for person in told["who"]) or "nobody"
    again = ", told again" if escalation.plan(row.plan).repeats(level) else ""
    facts = (
        Fact("Deadline", _deadline(row)),
        Fact(PRIORITY, ticket.priority.capitalize()),
        Fact("Owner", cards.owner_or_team(scene, ticket)),
        Fact("Team", cards.team_name(scene, ticket.team)),
        Fact("Level", f"{level} · {who}{again}"),
        Fact("State", _state(scene, row)),
        *((Fact("Held back since", datetime.fromisoformat(told["held"])),) if told.get("held") else ()),
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
        _waiting(scene, row, ticket),
        facts,
        () if row.closed_at else buttons,
        tone="good" if row.closed_at else "warning" if row.acknowledged_by else "danger",
        past=row.closed_at is not None,
    )


def _waiting(scene: Scene, row: Escalation, ticket: Ticket) -> str:
    """What there is to be done, or why nothing is any more."""
    if row.closed_at is None:
        return WAITING[ClockKind(row.clock)].format(places.their_name(scene, ticket.requester))
    status = Status(ticket.status)
    return "Nothing is to be done about this deadline any more." if status.open else f"It is {status.label}."


def _wrong(scene: Scene, row: Escalation) -> str:
    """Somebody may escalate what is still in time."""
    return f"{CLOCK_LABELS[ClockKind(row.clock)]} overdue" if _deadline(row) <= scene.now else "Escalated"


def _deadline(row: Escalation) -> datetime:
    moved = row.plan.get(BY_HAND)
    return datetime.fromisoformat(moved) if moved else row.deadline


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
    if row.next_at and (snoozed := row.plan.get("snoozed")) and snoozed[1] == row.next_at.isoformat():
        return f"Snoozed by {places.their_name(scene, snoozed[0])}, next level {moment(row.next_at)}"
    quiet = ", held back by quiet hours" if row.plan.get("held") else ""
    return f"Next level {moment(row.next_at)}{quiet}" if row.next_at else "The ladder has ended: please act"


def say_digests(scene: Scene, pings: list[Ping]) -> None:
    """Say many as one in each room, the most urgent first; each names its ticket."""
    ordered = sorted(pings, key=lambda ping: (PRIORITIES.index(Priority(ping.ticket.priority)), ping.row.deadline))
    for room in dict.fromkeys(room for ping in ordered for room in ping.row.plan["rooms"]):
        here = [ping for ping in ordered if room in ping.row.plan["rooms"]]
        mentions = {who for row, ticket, level in here for who in _pinged(scene, row, ticket, level, room)}
        row, _, level = here[0]
        digest = flood.Digest(
            f"digest:{escalation.key(row.ticket, row.clock, row.deadline, level)}",
            f"{len(here)} deadlines have passed",
            [_line(scene, *ping) for ping in here],
            f"`/ack {scene.settings.organisation.prefix}-…` acknowledges one, `/queue` shows what is open.",
            tuple(sorted(mentions)),
            urgency=URGENT + 2,
        )
        flood.say_digest(scene, Address.parse(room), digest)


def _line(scene: Scene, row: Escalation, ticket: Ticket, level: int) -> flood.Line:
    label = CLOCK_LABELS[ClockKind(row.clock)].lower()
    held = row.plan["told"][str(level)].get("held")
    since = f", held back since {moment(datetime.fromisoformat(held))}" if held else ""
    name = f"{cards.reference(ticket, scene.settings)} · {one_line(ticket.title, 60)}"
    words = f"- {name}: {label} was due {moment(_deadline(row))}, {ticket.priority}, level {level}{since}"
    return flood.Line(escalation.key(row.ticket, row.clock, row.deadline, level), words)
