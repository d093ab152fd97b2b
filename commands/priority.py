"""/priority, /impact: how important a ticket is."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber
from bot.people import WORKERS
from bot.registry import command
from bot.timeline import record
from bot.words import Reply, tell
from commands.choices import LEVELS


class Prioritised(Form):
    ticket: TicketNumber
    urgency: Annotated[str, Ask("Urgency", "choice", choices=LEVELS)]
    impact: Annotated[str, Ask("Impact", "choice", choices=LEVELS, hint="How many people does it affect?")] = ""


class Impacted(Form):
    ticket: TicketNumber
    impact: Annotated[str, Ask("Impact", "choice", choices=LEVELS, hint="How many people does it affect?")]


@command(
    "priority",
    "Set urgency and impact; the matrix makes the priority",
    needs=WORKERS,
    group="Priorities and escalations",
    form=Prioritised,
    sample="IT-1042 high medium",
)
def priority(ctx: Context, asked: Prioritised) -> Reply:
    return _set(ctx, asked.urgency, asked.impact or ctx.the_ticket.impact)


@command(
    "impact",
    "Set how many people it affects",
    needs=WORKERS,
    group="Priorities and escalations",
    form=Impacted,
    sample="IT-1042 high",
)
def impact(ctx: Context, asked: Impacted) -> Reply:
    return _set(ctx, ctx.the_ticket.urgency, asked.impact)


def _set(ctx: Context, urgency: str, impact: str) -> Reply:
    ticket = ctx.the_ticket
    moves.must_be_open(ctx, ticket)
    before = cards.priority_words(ticket)
    ticket.urgency, ticket.impact = urgency, impact
    ticket.priority = ctx.settings.priority(urgency, impact)
    now = cards.priority_words(ticket)
    if now == before:
        return tell(f"{cards.reference(ticket, ctx.settings)} is {now} already.")
    entry = record(
        ctx,
        ticket,
        "priority",
        f"{before} → {now}",
        author=ctx.sender.id,
        by_agent=True,
        public=True,
        data={"to": ticket.priority},
    )
    moves.settle(ctx, ticket, worked=True)
    moves.line(ctx, ticket, entry, f"{ctx.sender.name} set the priority: {now}. The clocks are set anew.")
    return tell(f"{cards.reference(ticket, ctx.settings)} is {now} now.")
