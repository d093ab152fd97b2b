"""Who asked says that it is solved: the ticket closes, and they are asked for stars where the desk had a part in it."""

from __future__ import annotations

from bot import cards, moves, places
from bot.context import Context
from bot.lifecycle import Move
from bot.words import Card, Reply, tell
from storage.statuses import SELF_SERVED


def solved_meanwhile(ctx: Context, alone: str, helped: str) -> None:
    """It is solved before anybody resolved it: no deflection when an agent has answered, who `helped`."""
    ticket = ctx.the_ticket
    moves.move(ctx, ticket, Move.DEFLECT, author=ctx.sender.id)
    if ticket.first_reply_at:
        moves.ended(ctx, ticket, helped, ticket.owner or "", "fixed")
    else:
        moves.ended(ctx, ticket, alone, ctx.sender.id, SELF_SERVED)


def confirm(ctx: Context, line: str) -> Reply:
    """Close what is resolved. `line` is told the agents."""
    ticket = ctx.the_ticket
    moves.move(ctx, ticket, Move.CONFIRM, author=ctx.sender.id)
    ticket.outcome = ticket.outcome if ticket.outcome == SELF_SERVED else "fixed"
    moves.settle(ctx, ticket)
    moves.line(ctx, ticket, f"fixed:{ticket.reopened}", line)
    places.answered(ctx, ticket, "It is closed.")
    if ticket.outcome != "fixed":
        return tell(f"Good to hear. {cards.reference(ticket, ctx.settings)} is closed.")
    stars = tuple(cards.star_buttons(ticket))
    return Reply(Card(body="Good to hear. How did we do?", buttons=stars, tone="good"))
