"""preview: what is shown of a ticket under a link to it, where everybody in the place reads along."""

from __future__ import annotations

from dataclasses import replace

from bot import cards, places
from bot.context import Context
from bot.deadlines import read_clocks
from bot.forms import AboutTicket
from bot.lifecycle import Status
from bot.people import PARTIES
from bot.registry import command
from bot.words import Card, Reply


@command(
    "preview",
    "What a link to a ticket shows",
    needs=PARTIES,
    group="Working on tickets",
    form=AboutTicket,
    reads=True,
    hidden=True,
)
def preview(ctx: Context, asked: AboutTicket) -> Reply:
    """No more than what stands in the place already: who put the link there may see more than those who read it."""
    ticket, side = ctx.the_ticket, _side(ctx)
    if side == "agents":
        card = cards.triage_card(ctx, ticket, read_clocks(ctx, ticket), places.request_of(ctx, ticket))
    elif side == "requester":
        card = cards.requester_card(ctx, ticket, read_clocks(ctx, ticket))
    else:
        status = Status(ticket.status).label
        return Reply(Card(cards.reference(ticket, ctx.settings), status), private=False)
    return Reply(replace(card, buttons=()), private=False)


def _side(ctx: Context) -> str:
    """As whom those in this place may read of the ticket: "agents", "requester", or "" for not at all."""
    if ctx.at.direct:
        return "agents" if ctx.works else "requester"
    if places.with_the_team(ctx, ctx.the_ticket, ctx.at):
        return "agents"
    link = ctx.link
    return "requester" if link and (link.ticket, link.side) == (ctx.the_ticket.number, "requester") else ""
