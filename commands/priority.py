"""/priority, /impact, /category: how important a ticket is, and whose."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves, places
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber
from bot.lifecycle import Refused, Status
from bot.people import WORKERS
from bot.registry import command
from bot.timeline import record
from bot.words import Card, Reply, tell
from commands import assignment
from commands.ticket import category_choices

LEVELS = (("low", "Low"), ("medium", "Medium"), ("high", "High"))


class Prioritised(Form):
    ticket: TicketNumber
    urgency: Annotated[str, Ask("Urgency", "choice", choices=LEVELS)]
    impact: Annotated[str, Ask("Impact", "choice", choices=LEVELS, hint="How many are touched by it?")] = ""


class Impacted(Form):
    ticket: TicketNumber
    impact: Annotated[str, Ask("Impact", "choice", choices=LEVELS, hint="How many are touched by it?")]


class Categorised(Form):
    ticket: TicketNumber
    category: Annotated[str, Ask("Category", "choice", choices=category_choices)]


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
    "Set how many are touched",
    needs=WORKERS,
    group="Priorities and escalations",
    form=Impacted,
    sample="IT-1042 high",
)
def impact(ctx: Context, asked: Impacted) -> Reply:
    return _set(ctx, ctx.the_ticket.urgency, asked.impact)


def _set(ctx: Context, urgency: str, impact: str) -> Reply:
    ticket = ctx.the_ticket
    _must_be_open(ctx)
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


@command(
    "category",
    "Set the category; another team may get it",
    needs=WORKERS,
    group="Priorities and escalations",
    form=Categorised,
    sample="IT-1042 Network Access",
)
def category(ctx: Context, asked: Categorised) -> Reply:
    ticket = ctx.the_ticket
    _must_be_open(ctx)
    if ticket.category == asked.category:
        return tell(f"{cards.reference(ticket, ctx.settings)} is {asked.category} already.")
    before, team = ticket.category or cards.UNCATEGORISED, ctx.settings.team_of(asked.category)
    ticket.category = asked.category
    data = {"to": asked.category, "team": team}
    entry = record(
        ctx,
        ticket,
        "category",
        f"{before} → {asked.category}",
        author=ctx.sender.id,
        by_agent=True,
        public=True,
        data=data,
    )
    moved = team != ticket.team
    if moved:
        _move_to(ctx, team)
    moves.settle(ctx, ticket, worked=True)
    where = f" and moved it to {cards.team_name(ctx, team)}" if moved else ""
    moves.line(ctx, ticket, entry, f"{ctx.sender.name} set the category: {asked.category}{where}.")
    return tell(
        f"{cards.reference(ticket, ctx.settings)} is {asked.category} now{where.replace(' and moved it', ', moved')}."
    )


def _move_to(ctx: Context, team: str) -> None:
    ticket = ctx.the_ticket
    moved = Card(cards.title(ticket, ctx.settings), f"Moved to {cards.team_name(ctx, team)}.", tone="plain")
    places.replace_triage(ctx, ticket, moved)
    ticket.team = team
    choice = assignment.choose(ctx, team, ticket.category)
    entry = ctx.settings.teams.get(team)
    if ticket.owner is None or entry is None or ticket.owner not in entry.members:
        ticket.owner = choice.person
        record(ctx, ticket, "owner", choice.because, data={"to": choice.person})
    ticket.why = choice.because and f"owner: {choice.because}"


def _must_be_open(ctx: Context) -> None:
    if not Status(ctx.the_ticket.status).open:
        raise Refused(f"{cards.reference(ctx.the_ticket, ctx.settings)} is {Status(ctx.the_ticket.status).label}")
