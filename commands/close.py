"""/close: a ticket ends without an answer."""

from __future__ import annotations

from bot import cards, moves, places
from bot.context import Context
from bot.lifecycle import Move, Status
from bot.people import WORKERS
from bot.registry import command
from bot.timeline import record
from bot.words import Card, Reply, clean, cut, tell
from commands.resolve import SAY_FIXED, Why
from storage.tables import Ticket


@command(
    "close",
    "Close a ticket without an answer",
    needs=WORKERS,
    group="Working on tickets",
    form=Why,
    sample="IT-1042 spam",
    instead_hint=SAY_FIXED,
)
def close(ctx: Context, asked: Why) -> Reply:
    ticket = ctx.the_ticket
    was_open = Status(ticket.status).open
    words = clean(asked.text, ctx.settings.limits.text)
    # What is said of a ticket that is resolved already is told the agents alone.
    moves.move(ctx, ticket, Move.CLOSE, author=ctx.sender.id, by_agent=True, words=words if was_open else "")
    if was_open:
        moves.ended(ctx, ticket, words or "Closed.", ctx.sender.id, "closed")
    elif words:
        record(ctx, ticket, "note", words, author=ctx.sender.id, by_agent=True)
    moves.settle(ctx, ticket, worked=True)
    said = f"{ctx.sender.name} closed it.{f' {cut(words, cards.RESOLUTION_SHOWN)}' if words else ''}"
    moves.line(ctx, ticket, f"closed:{ticket.reopened}", said)
    if was_open:
        _tell_closed(ctx, ticket, words)
    else:
        places.closed(ctx, ticket)
    return tell(f"{cards.reference(ticket, ctx.settings)} is closed.")


def _tell_closed(ctx: Context, ticket: Ticket, words: str) -> None:
    ref, before = cards.reference(ticket, ctx.settings), f"{cut(words, cards.RESOLUTION_SHOWN)}\n\n" if words else ""
    body = f"{before}{places.how_to_go_on(ctx, ticket)}"
    places.to_requester(ctx, ticket, f"closed:{ticket.reopened}", Card(f"{ref} is closed", body))
