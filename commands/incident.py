"""/major and /metoo: one incident that touches many."""

from __future__ import annotations

import re
from typing import Annotated

from bot import cards, moves, people, surge
from bot.context import Context
from bot.forms import AboutTicket, Ask, Wrong
from bot.lifecycle import Move, Status
from bot.people import ANYONE, WORKERS, Role
from bot.registry import command
from bot.timeline import record
from bot.words import Button, Reply, one_line, tell
from commands.merge import by_own_word, fold, last_of
from commands.watch import join
from storage import tickets, timeline
from storage.tables import Ticket

QUOTED = re.compile(r"""\A["“„«'](.+)["”“»']\Z""")


class Incident(AboutTicket):
    title: Annotated[
        str, Ask("What everybody reads", hint="For example: E-mail is down. Empty: the ticket’s own title", limit=200)
    ] = ""


@command(
    "major",
    "Make a ticket a major incident, joining similar ones to it",
    needs=WORKERS,
    group="Priorities and escalations",
    form=Incident,
    sample="IT-1042 E-mail is down",
    title="Make it major",
)
def major(ctx: Context, asked: Incident) -> Reply:
    """It is announced by its title, which may be given here, and again as more is known."""
    ticket = ctx.the_ticket
    ref = cards.reference(ticket, ctx.settings)
    title = QUOTED.sub(r"\1", one_line(asked.title, 200))
    if ticket.major and title in ("", ticket.title):
        return tell(f"{ref} is a major incident already.")
    moves.must_be_open(ctx, ticket)
    alike = _similar_open(ctx, ticket)
    moves.rename(ctx, ticket, title or ticket.title, ctx.sender.id)
    if ticket.major:
        moves.settle(ctx, ticket, worked=True)
        return tell(f"Everybody reads now: “{title}”.")
    entry = moves.make_major(ctx, ticket, ctx.sender.id)
    for duplicate in alike:
        fold(ctx, duplicate, ticket)
    moves.settle(ctx, ticket, worked=True)
    similar = "1 similar ticket is" if len(alike) == 1 else f"{len(alike)} similar tickets are"
    joined = f" {similar} joined to it." if alike else ""
    moves.line(ctx, ticket, entry, f"{ctx.sender.name} made it a major incident.{joined}")
    return tell(
        f"{ref} is a major incident now.{joined} Everybody reads where people ask: “{ticket.title}”. "
        f"`/major {ref} …` says it in other words, `/merge … {ref}` joins another ticket to it."
    )


def _similar_open(ctx: Context, ticket: Ticket) -> list[Ticket]:
    numbers = [
        other.number for other in surge.similar(ctx, ticket) if other.number != ticket.number and not other.major
    ]
    found = (tickets.locked(ctx.db, ctx.workspace, number) for number in sorted(numbers))
    return [other for other in found if other and Status(other.status).open]


def shared(ctx: Context) -> bool:
    """Whether the ticket affects others beside its requester."""
    ticket = ctx.the_ticket
    others = (row for row in people.watchers(ctx.db, ticket) if row.person != ticket.requester)
    return ticket.major or any(row.joined for row in others)


def leave(ctx: Context) -> Reply:
    """It is solved for its requester: the work goes on for the others, until an agent ends it."""
    ticket = ctx.the_ticket
    moves.move(ctx, ticket, Move.HEAR, author=ctx.sender.id)
    record(ctx, ticket, "joined", "is no longer affected", author=ctx.sender.id)
    moves.settle(ctx, ticket)
    moves.line(ctx, ticket, f"left:{ticket.reopened}", f"{ctx.sender.name} is no longer affected.")
    ref = cards.reference(ticket, ctx.settings)
    return tell(f"Good to hear. But others are still affected: {ref} stays open for them.")


@command(
    "metoo",
    "Join a major incident: it affects me too",
    needs=ANYONE,
    group="Asking for help",
    form=AboutTicket,
    sample="IT-1042",
    title="Me too",
)
def metoo(ctx: Context, asked: AboutTicket) -> Reply:
    ticket = last_of(ctx, ctx.the_ticket) if ctx.the_ticket.major else ctx.the_ticket
    ref = cards.reference(ticket, ctx.settings)
    if not ctx.the_ticket.major and ctx.roles is Role.OUTSIDER:  # they learn nothing of it, as with any other command
        raise Wrong(f"There is no ticket {ref} that you may see.", "ticket")
    if not ctx.the_ticket.major:
        raise Wrong(f"{ref} is no major incident.", "ticket")
    if not Status(ticket.status).open:
        return tell(
            f"{ref} is {Status(ticket.status).label} already. Still broken for you? Open a ticket with `/ticket`."
        )
    if not join(ctx, ticket, ctx.sender.id):
        told = timeline.entries(ctx.db, ctx.workspace, ticket.number)
        if ctx.sender.id not in {ticket.requester} | by_own_word(told):  # a duplicate of theirs has brought them
            record(ctx, ticket, "joined", author=ctx.sender.id)
        return tell(f"You are joined to {ref} already: its progress reaches you.")
    entry = record(ctx, ticket, "joined", author=ctx.sender.id)
    moves.settle(ctx, ticket)
    moves.line(ctx, ticket, entry, f"{ctx.sender.name} is affected too.")
    return tell(
        f"You are joined to {ref}: its progress and its resolution reach you.",
        Button("Leave", "unwatch", cards.about(ticket)),
    )
