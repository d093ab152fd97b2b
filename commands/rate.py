"""/rate: how good the help was."""

from __future__ import annotations

from typing import Annotated

from bot import moves, places
from bot.choices import stars
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber, Wrong
from bot.lifecycle import Move, Status
from bot.people import Role
from bot.registry import command
from bot.timeline import record
from bot.words import Reply, tell


class Rated(Form):
    ticket: TicketNumber
    stars: Annotated[int, Ask("Stars", "stars", hint="1 to 5")]


@command(
    "rate",
    "Rate the help you got, 1 to 5 stars",
    needs=Role.REQUESTER,
    group="Asking for help",
    form=Rated,
    sample="IT-1042 5",
)
def rate(ctx: Context, asked: Rated) -> Reply:
    ticket = ctx.the_ticket
    if not 1 <= asked.stars <= 5:
        raise Wrong("Stars: 1 to 5, please.", "stars")
    if Status(ticket.status).open:
        raise Wrong("It can be rated when it is resolved.")
    if ticket.stars:
        return tell(f"You have rated it already: {stars(ticket.stars)}. Thank you.")
    ticket.stars = asked.stars
    record(ctx, ticket, "rated", author=ctx.sender.id, public=True, data={"stars": asked.stars})
    if Status(ticket.status) is Status.RESOLVED:
        moves.move(ctx, ticket, Move.CONFIRM, author=ctx.sender.id)
        ticket.outcome = "fixed"
        places.answered(ctx, ticket, "Rated, and closed.")
    moves.settle(ctx, ticket)
    moves.line(ctx, ticket, f"rated:{ticket.reopened}", f"{ctx.sender.name} rated it {stars(asked.stars)}.")
    return tell(f"Thank you for {stars(asked.stars)}.")
