"""/major and /metoo: one incident that touches many."""

from __future__ import annotations

from bot import cards, moves
from bot.context import Context
from bot.forms import AboutTicket, Wrong
from bot.lifecycle import Status
from bot.people import ANYONE, WORKERS, Role
from bot.posts import SOON, Wanted, say
from bot.registry import command
from bot.settings import Level
from bot.timeline import record
from bot.words import Address, Button, Card, Fact, Reply, tell
from commands import surge
from commands.merge import fold
from commands.watch import join
from storage import tickets
from storage.tables import Ticket


@command(
    "major",
    "Make a ticket a major incident, joining similar ones to it",
    needs=WORKERS,
    group="Priorities and escalations",
    form=AboutTicket,
    sample="IT-1042",
)
def major(ctx: Context, asked: AboutTicket) -> Reply:
    ticket = ctx.the_ticket
    ref = cards.reference(ticket, ctx.settings)
    if ticket.major:
        return tell(f"{ref} is a major incident already.")
    moves.must_be_open(ctx, ticket)
    ticket.major, ticket.impact = True, Level.HIGH.value
    ticket.priority = ctx.settings.priority(ticket.urgency, ticket.impact)
    entry = record(ctx, ticket, "major", author=ctx.sender.id, by_agent=True, public=True)
    alike = _similar_open(ctx, ticket)
    for duplicate in alike:
        fold(ctx, duplicate, ticket)
    moves.settle(ctx, ticket, worked=True)
    similar = "1 similar ticket is" if len(alike) == 1 else f"{len(alike)} similar tickets are"
    joined = f" {similar} joined to it." if alike else ""
    moves.line(ctx, ticket, entry, f"{ctx.sender.name} made it a major incident.{joined}")
    _announce(ctx, ticket)
    return tell(f"{ref} is a major incident now.{joined} It is announced where people ask.")


def _similar_open(ctx: Context, ticket: Ticket) -> list[Ticket]:
    numbers = [other.number for other in surge.like(ctx, ticket) if other.number != ticket.number and not other.major]
    found = (tickets.locked(ctx.db, ctx.workspace, number) for number in sorted(numbers))
    return [other for other in found if other and Status(other.status).open]


def _announce(ctx: Context, ticket: Ticket) -> None:
    """Say it once in the watched rooms, with the button by which people join."""
    card = Card(
        f"Known problem: {cards.title(ticket, ctx.settings)}",
        "We are working on it. Does it affect you too? One click joins you, and its progress reaches you.",
        (Fact("Priority", ticket.priority.capitalize()),),
        (Button("Me too", "metoo", cards.about(ticket), "primary"),),
        tone="warning",
    )
    for name, channel in ctx.settings.channels.items():
        for room in channel.watched:
            key = f"major:{ticket.number}:{name}:{room}"
            say(ctx, Wanted(key, Address(name, room), card, ticket=ticket.number, urgency=SOON))


@command(
    "metoo",
    "Join a major incident: it affects me too",
    needs=ANYONE,
    group="Asking for help",
    form=AboutTicket,
    sample="IT-1042",
)
def metoo(ctx: Context, asked: AboutTicket) -> Reply:
    ticket = ctx.the_ticket
    ref = cards.reference(ticket, ctx.settings)
    if not ticket.major and ctx.roles is Role.OUTSIDER:  # they learn nothing of it, as with any other command
        raise Wrong(f"There is no ticket {ref} that you may see.", "ticket")
    if not ticket.major:
        raise Wrong(f"{ref} is no major incident.", "ticket")
    if not Status(ticket.status).open:
        return tell(
            f"{ref} is {Status(ticket.status).label} already. Still broken for you? Open a ticket with `/ticket`."
        )
    if not join(ctx, ticket, ctx.sender.id):
        return tell(f"You are joined to {ref} already: its progress reaches you.")
    entry = record(ctx, ticket, "joined", author=ctx.sender.id)
    moves.settle(ctx, ticket)
    moves.line(ctx, ticket, entry, f"{ctx.sender.name} is affected too.")
    return tell(
        f"You are joined to {ref}: its progress and its resolution reach you.",
        Button("Leave", "unwatch", cards.about(ticket)),
    )
