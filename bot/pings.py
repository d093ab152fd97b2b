"""What an escalation says: a ping for each level, with its buttons, in every room of the ladder; a digest of many."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from bot import cards, escalation, flood, lease_ends, places, responders
from bot.context import Scene
from bot.deadlines import CLOCK_LABELS
from bot.lifecycle import Status
from bot.people import GROUP
from bot.posts import URGENT, Wanted, say
from bot.settings import ClockKind, Priority
from bot.words import PRIORITY, Address, Button, Card, Fact, moment, quote
from storage import posts
from storage.tables import BY_HAND, Escalation, Ticket

PRIORITIES = tuple(reversed(Priority))
"""The most urgent first."""
WAITING = {
    ClockKind.FIRST: "No answer has reached {} yet.",
    ClockKind.NEXT: "{} waits for the next answer.",
    ClockKind.RESOLUTION: "It is still not fixed for {}.",
}

CALLED = "called"
"""Where the plan of an escalation keeps who has last said why it was escalated, and their words."""
HEARERS = {"owner": "the owner", "lead": "the lead", "manager": "the manager", "on-call": "whoever is on call"}


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
        Fact("State", _state(scene, row, ticket)),
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
        "\n\n".join(part for part in (_called(scene, row), _waiting(scene, row, ticket)) if part),
        facts,
        () if row.closed_at else buttons,
        tone="good" if row.closed_at else "warning" if row.acknowledged_by else "danger",
        past=row.closed_at is not None,
    )


def _called(scene: Scene, row: Escalation) -> str:
    """Who escalated it by hand, and why."""
    if CALLED not in row.plan:
        return ""
    who, why = row.plan[CALLED]
    name = f"**{places.their_name(scene, who)}** escalated it"
    return f"{name}:\n{quote(why)}" if why else f"{name}."


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


def _state(scene: Scene, row: Escalation, ticket: Ticket) -> str:
    if row.closed_at:
        return "Over"
    if row.acknowledged_by and row.lease_until:
        return f"Acknowledged by {places.their_name(scene, row.acknowledged_by)}, until {moment(row.lease_until)}"
    who = _next(scene, row, ticket)
    if row.next_at and (snoozed := row.plan.get("snoozed")) and snoozed[1] == row.next_at.isoformat():
        return f"Snoozed by {places.their_name(scene, snoozed[0])}: {who} is told {moment(row.next_at)}"
    if row.next_at is None:
        return "The ladder has ended: please act"
    quiet = ", held back by quiet hours" if row.plan.get("held") else ""
    return f"{who[:1].upper()}{who[1:]} is told {moment(row.next_at)}{quiet}"


def _next(scene: Scene, row: Escalation, ticket: Ticket) -> str:
    """Who hears at the next level, as far as it is known now."""
    tell = responders.part(scene, ticket, escalation.plan(row.plan).tells(row.level + 1))
    return HEARERS.get(tell) or places.their_name(scene, tell.removeprefix("person:"))


def say_digests(scene: Scene, pings: list[Ping]) -> None:
    """Say many as one in each room, the most urgent first; each names its ticket."""
    ordered = sorted(pings, key=_urgency)
    for room in dict.fromkeys(room for ping in ordered for room in ping.row.plan["rooms"]):
        here = [ping for ping in ordered if room in ping.row.plan["rooms"]]
        mentions = {who for row, ticket, level in here for who in _pinged(scene, row, ticket, level, room)}
        by_ladder = [list(group) for _, group in groupby(here, key=lambda ping: ping.row.id)]
        row, _, level = here[0]
        digest = flood.Digest(
            f"digest:{escalation.key(row.ticket, row.clock, row.deadline, level)}",
            f"{len(by_ladder)} deadlines have passed",
            [_line(scene, levels) for levels in by_ladder],
            f"`/ack {scene.settings.organisation.prefix}-…` acknowledges one, `/queue` shows what is open.",
            tuple(sorted(mentions)),
            urgency=URGENT + 2,
        )
        flood.say_digest(scene, Address.parse(room), digest)


def _urgency(ping: Ping) -> tuple[int, datetime, int]:
    """The levels of a ladder stand together."""
    return PRIORITIES.index(Priority(ping.ticket.priority)), ping.row.deadline, ping.row.id or 0


def _line(scene: Scene, pings: list[Ping]) -> flood.Line:
    """The levels of a ladder that became due at once, as after a pause of the desk's: lowest first."""
    row, ticket, highest = pings[-1]
    label = CLOCK_LABELS[ClockKind(row.clock)].lower()
    held = row.plan["told"][str(pings[0].level)].get("held")
    since = f", held back since {moment(datetime.fromisoformat(held))}" if held else ""
    levels = " and ".join(str(ping.level) for ping in pings)
    words = (
        f"{cards.in_list(ticket, scene.settings, 60)}: {label} was due {moment(_deadline(row))}, "
        f"{ticket.priority} priority, level{'s' if len(pings) > 1 else ''} {levels}{since}"
    )
    return flood.Line(escalation.key(row.ticket, row.clock, row.deadline, highest), words)
