"""/priority, /impact, /category: how important a ticket is, and whose."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves, people, places
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber
from bot.people import WORKERS
from bot.registry import command
from bot.settings import Policy
from bot.timeline import record
from bot.words import Card, Incoming, Reply, following, tell
from commands import assignment
from commands.choices import LEVELS, category_choices
from commands.intake import tell_lead


class Prioritised(Form):
    ticket: TicketNumber
    urgency: Annotated[str, Ask("Urgency", "choice", choices=LEVELS)]
    impact: Annotated[str, Ask("Impact", "choice", choices=LEVELS, hint="How many people does it affect?")] = ""


class Impacted(Form):
    ticket: TicketNumber
    impact: Annotated[str, Ask("Impact", "choice", choices=LEVELS, hint="How many people does it affect?")]


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
    moves.must_be_open(ctx, ticket)
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
    told = (
        f"{cards.reference(ticket, ctx.settings)} is {asked.category} now{where.replace(' and moved it', ', moved')}."
    )
    return Reply(Card(body=told), follow=_suggest_anew(ctx))


def _suggest_anew(ctx: Context) -> Incoming | None:
    """What may help in the new category; who has given the ticket away can no longer ask."""
    roles = people.ticket_roles(ctx.db, ctx.sender.id, ctx.the_ticket, ctx.settings, ctx.now)
    return following(ctx.incoming, "suggest", ticket=str(ctx.the_ticket.number)) if roles & WORKERS else None


def _move_to(ctx: Context, team: str) -> None:
    ticket = ctx.the_ticket
    moved = Card(cards.title(ticket, ctx.settings), f"Moved to {cards.team_name(ctx, team)}.", tone="plain")
    places.replace_triage(ctx, ticket, moved)
    ticket.team = team
    entry = ctx.settings.teams[team]
    if ticket.owner in entry.members:
        return
    choice = assignment.choose(ctx, team, ticket.category)
    ticket.owner, ticket.why = choice.person, choice.because and f"owner: {choice.because}"
    record(ctx, ticket, "owner", choice.because, data={"to": choice.person})
    if choice.person is None and entry.policy is not Policy.CLAIM:
        tell_lead(ctx, ticket, choice.because)
