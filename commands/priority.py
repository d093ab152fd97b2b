"""/priority, /impact: how important a ticket is."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber, Wrong
from bot.people import WORKERS
from bot.registry import command
from bot.settings import Level, Priority
from bot.timeline import record
from bot.words import Reply, tell
from commands.choices import LEVELS

NO_LEVELS = tuple((one.value, one.value) for one in Priority if one not in dict(LEVELS))
"""What is a priority and no level: whoever says it is told which levels make it."""

IMPACT = Ask("Impact", "choice", choices=LEVELS, also=NO_LEVELS, hint="How many people does it affect?")


class Prioritised(Form):
    ticket: TicketNumber
    urgency: Annotated[str, Ask("Urgency", "choice", choices=LEVELS, also=NO_LEVELS)]
    impact: Annotated[str, IMPACT] = ""


class Impacted(Form):
    ticket: TicketNumber
    impact: Annotated[str, IMPACT]


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
    submit="Set impact",
)
def impact(ctx: Context, asked: Impacted) -> Reply:
    return _set(ctx, ctx.the_ticket.urgency, asked.impact)


def _set(ctx: Context, urgency: str, impact: str) -> Reply:
    ticket = ctx.the_ticket
    moves.must_be_open(ctx, ticket)
    _must_be_levels(ctx, urgency=urgency, impact=impact)
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


def _must_be_levels(ctx: Context, **said: str) -> None:
    """`Wrong` where a priority stands for a level, with the levels that make it."""
    for field, name in said.items():
        if name in dict(LEVELS):
            continue
        made = [f"`{u}` and `{i}`" for u in Level for i in Level if ctx.settings.priority(u, i) == name]
        way = f"set urgency and impact to {', or '.join(made)}" if made else "no urgency and impact make it here"
        raise Wrong(f"{name.capitalize()} is a priority, not a level: {way}.", field)
