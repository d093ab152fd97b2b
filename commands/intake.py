"""A request becomes a ticket: its number, category, priority, owner, deadlines, cards.

Every channel's intake ends here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot import attachments, cards, places, sla, triage
from bot.context import Context, Scene
from bot.deadlines import opening, retime
from bot.forms import Wrong
from bot.lifecycle import Status
from bot.settings import Level, Policy
from bot.timeline import record
from bot.titles import title
from bot.words import PRIORITY, Address, Button, Card, Fact, File, Reply, blank, clean, following, one_line
from commands import assignment
from storage import announcements, tickets
from storage import posts as post_rows
from storage import timeline as rows
from storage.tables import Person, Ticket

UNTOUCHED = {
    "resolved_at": None,
    "closed_at": None,
    "first_reply_at": None,
    "resolution": "",
    "resolved_by": "",
    "outcome": "",
    "stars": None,
    "reopened": 0,
    "merged_into": None,
    "major": False,
    "version": 1,
}
"""What a ticket's columns hold that only its later life fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks for.

    `via` is how it came in; `origin` where, with the thread of their own message if there is one.
    """

    text: str
    requester: Person
    submitter: str
    via: str
    origin: Address
    category: str = ""
    urgency: str = triage.URGENCY.value
    message: str = ""
    files: Sequence[File] = ()
    follows: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket that has just been opened, with its clocks."""

    ticket: Ticket
    clocks: tuple[sla.Clock, ...]


def open_ticket(scene: Scene, request: Request) -> Opened:
    """Write the ticket with all that belongs to it.

    `Wrong` for an empty request and for one over the limit of a minute.
    """
    text = clean(request.text, scene.settings.limits.text)
    if blank(text):
        raise Wrong("Please say in a few words what is the matter.", "text")
    _check_limit(scene, request)
    guess = _guess(scene, request, text)
    team = scene.settings.team_key_of(guess.category)
    choice = assignment.choose(scene, team, guess.category, request.requester.id)
    values = _values(scene, request, text, guess, team, choice)
    ticket = tickets.made(values)
    tickets.add(scene.db, values)
    _first_entries(scene, ticket, request, text, guess, choice)
    clocks = retime(scene, ticket, opening(scene.now))
    if request.origin.thread:
        at = request.origin
        post_rows.link(scene.db, scene.workspace, at.channel, at.room, at.thread, ticket.number, "requester")
    places.stand(scene, ticket)
    tell_choice(scene, ticket, choice)
    return Opened(ticket, clocks)


def open_and_tell(ctx: Context, request: Request) -> Reply:
    """Open the ticket for its own requester: what they are told at once, and fixes right behind it."""
    return told(ctx, open_ticket(ctx, request))


def told(ctx: Context, opened: Opened, body: str = "") -> Reply:
    """What is said of every new ticket, however it came in, with a body of its own; then what may help with it."""
    card = success(ctx, opened)
    follow = following(ctx.incoming, "suggest", ticket=str(opened.ticket.number))
    return Reply(replace(card, body=body) if body else card, follow=follow)


def first_time(ctx: Context, what: str, message: str) -> bool:
    """Whether this is made of a message for the first time. Whoever comes at the same moment waits here."""
    key = f"{what}:{ctx.at.channel}:{ctx.at.room}:{message}"
    return not message or announcements.announce(ctx.db, ctx.workspace, key, ctx.now)


def _check_limit(scene: Scene, request: Request) -> None:
    limit = scene.settings.limits.tickets_per_minute
    since = scene.now - timedelta(minutes=1)
    if tickets.filed_as_many(scene.db, scene.workspace, request.submitter, since, limit):
        raise Wrong(
            f"That is more than {limit} tickets within a minute. Those you have opened are safe; please wait a minute.",
            said_wrong=False,
        )


def _guess(scene: Scene, request: Request, text: str) -> triage.Guess:
    if request.category:
        as_before = request.follows and f"as in {cards.reference(request.follows, scene.settings)}"
        return triage.Guess(request.category, as_before or "chosen")
    return triage.category(text[:2000], scene.settings)


def _values(
    scene: Scene, request: Request, text: str, guess: triage.Guess, team: str, choice: triage.Choice
) -> dict[str, Any]:
    settings = scene.settings
    category = settings.categories.get(guess.category)
    impact = (category.impact if category else Level.LOW).value
    return {
        "workspace": scene.workspace,
        "number": tickets.next_number(scene.db, scene.workspace, settings.organisation.first_number),
        "title": title(text),
        "status": Status.NEW.value,
        "category": guess.category,
        "team": team,
        "urgency": request.urgency,
        "impact": impact,
        "priority": settings.priority(request.urgency, impact),
        "requester": request.requester.id,
        "submitter": request.submitter,
        "owner": choice.person,
        "why": _why(guess, choice),
        "via": request.via,
        "created_at": scene.now,
        "updated_at": scene.now,
        "follows": request.follows,
        "origin_channel": request.origin.channel,
        "origin_room": request.origin.room,
        "origin_thread": request.origin.thread,
        **UNTOUCHED,
    }


def _why(guess: triage.Guess, choice: triage.Choice) -> str:
    return "; ".join(
        part
        for part in (guess.because and f"category: {guess.because}", choice.because and f"owner: {choice.because}")
        if part
    )


def _first_entries(
    scene: Scene, ticket: Ticket, request: Request, text: str, guess: triage.Guess, choice: triage.Choice
) -> None:
    common = {"workspace": scene.workspace, "ticket": ticket.number, "at": scene.now}
    opened = common | {
        "kind": "opened",
        "public": True,
        "author": request.submitter,
        "text": text,
        "data": {
            "via": request.via,
            "category": guess.category,
            "why": guess.because,
            "priority": ticket.priority,
            "team": ticket.team,
        },
        "channel": request.origin.channel,
        "room": request.origin.room,
        "message": request.message,
    }
    owner = common | {"kind": "owner", "data": {"to": choice.person}, "text": choice.because}
    if request.files:
        entry = rows.add(scene.db, opened)
        attachments.keep(scene, ticket, entry, request.files, request.origin.channel)
    further = [owner] if choice.person else []
    rows.add_all(scene.db, further if request.files else [opened, *further])


def tell_choice(scene: Scene, ticket: Ticket, choice: triage.Choice) -> None:
    """Who was chosen hears of it; where nobody was, the lead, unless the team claims its tickets."""
    if choice.person:
        assignment.tell_owner(scene, ticket, f"You were chosen as {choice.because}.")
    elif scene.settings.teams[ticket.team].policy is not Policy.CLAIM:
        tell_lead(scene, ticket, choice.because)


def tell_lead(scene: Scene, ticket: Ticket, because: str) -> None:
    """A team that assigns had nobody for the ticket: it waits in the queue, marked, and the lead is told."""
    record(scene, ticket, "unowned", because)
    lead = scene.settings.teams[ticket.team].lead
    known = cards.about(ticket)
    card = Card(
        f"No owner: {cards.title(ticket, scene.settings)}",
        f"{because[:1].upper()}{because[1:]}.",
        buttons=(
            Button("Assign", "assign", known, "primary"),
            Button("Claim", "claim", known),
            Button("Show", "tickets status", known),
        ),
        mentions=(lead,) if lead else (),
        tone="warning",
    )
    if not (lead and places.to_person(scene, lead, f"unowned:{ticket.number}:{ticket.version}", card, ticket)):
        places.to_agents(scene, ticket, f"unowned:{ticket.version}", card)


def _where(ticket: Ticket) -> str:
    """Where the talk will be, which is seldom where this is said."""
    if ticket.origin_room.startswith("@"):
        return "We will answer you here."
    return f"We will answer you in {'the thread under your message' if ticket.origin_thread else 'private'}."


def success(scene: Scene, opened: Opened) -> Card:
    """What the requester is told at once: number, link, priority, owner or team, and when a first answer is due."""
    ticket = opened.ticket
    link = f"{scene.settings.organisation.address}/tickets/{ticket.number}"
    facts = [
        Fact(PRIORITY, ticket.priority.capitalize()),
        Fact("With", cards.owner_or_team(scene, ticket)),
        Fact("Category", ticket.category or cards.UNCATEGORISED),
    ]
    facts += cards.answer_due(scene, opened.clocks)
    return Card(
        f"{cards.reference(ticket, scene.settings)} is open",
        f"{one_line(ticket.title, 200)}\n\n[See the ticket]({link}). {_where(ticket)}",
        tuple(facts),
        tone="good",
    )
