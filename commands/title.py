"""/title: what a ticket is called."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves
from bot.context import Context
from bot.forms import AboutTicket, Ask, Wrong
from bot.people import WORKERS
from bot.registry import command
from bot.titles import LONGEST
from bot.titles import title as title_of
from bot.words import Reply, blank, tell


class Titled(AboutTicket):
    title: Annotated[str, Ask("Title", hint="What it is about, in a few words", limit=LONGEST)]


@command(
    "title",
    "Give a ticket another title",
    needs=WORKERS,
    group="Working on tickets",
    form=Titled,
    sample="IT-1042 The dock drops the network",
    submit="Rename",
)
def title(ctx: Context, asked: Titled) -> Reply:
    ticket, new = ctx.the_ticket, title_of(asked.title)
    if blank(new):
        raise Wrong("Please give it a title.", "title")
    if new == ticket.title:
        return tell(f"{cards.reference(ticket, ctx.settings)} is called that already.")
    moves.rename(ctx, ticket, new, ctx.sender.id)
    moves.settle(ctx, ticket, worked=True)
    return tell(f"{cards.reference(ticket, ctx.settings)} is called “{new}” now.")
