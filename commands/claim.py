"""/claim, /takeover, /assign, /unassign: who works on a ticket."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves, people, places
from bot.context import Context
from bot.forms import AboutTicket, Ask, Form, TicketNumber, Wrong
from bot.lifecycle import Move
from bot.people import WORKERS
from bot.registry import command
from bot.settings import staff
from bot.timeline import record
from bot.triage import Choice
from bot.words import Button, Card, Reply, tell
from commands import assignment
from commands.intake import tell_choice

NOBODY = frozenset({"nobody", "no one", "none", "queue", "the queue", "team", "the team"})
"""To whom a ticket is given that is nobody's again."""


class Assigned(Form):
    ticket: TicketNumber
    person: Annotated[str, Ask("To whom?", "person", hint="@ben")]


@command(
    "claim",
    "Take a ticket that nobody has",
    needs=WORKERS,
    group="Working on tickets",
    form=AboutTicket,
    sample="IT-1042",
)
def claim(ctx: Context, asked: AboutTicket) -> Reply:
    ticket = ctx.the_ticket
    ref = cards.reference(ticket, ctx.settings)
    moves.must_be_open(ctx, ticket)
    if ticket.owner == ctx.sender.id:
        return tell(f"{ref} is yours already.")
    if ticket.owner:
        take_over = Button("Take over", "takeover", cards.about(ticket))
        holder = places.their_name(ctx, ticket.owner)
        return Reply(Card(body=f"{holder} has {ref} already.", buttons=(take_over,)), failed=True)
    hand_over(ctx, ctx.sender.id, "claimed it")
    return tell(f"{ref} is yours.")


@command(
    "takeover",
    "Take a ticket over from who has it",
    needs=WORKERS,
    group="Working on tickets",
    form=AboutTicket,
    sample="IT-1042",
    title="Take over",
)
def takeover(ctx: Context, asked: AboutTicket) -> Reply:
    ticket = ctx.the_ticket
    ref = cards.reference(ticket, ctx.settings)
    if ticket.owner == ctx.sender.id:
        return tell(f"{ref} is yours already.")
    before = ticket.owner
    take_over(ctx, f"took it over from {places.their_name(ctx, before)}" if before else "claimed it")
    return tell(f"{ref} is yours{f'; {places.their_name(ctx, before)} is told' if before else ''}.")


@command(
    "assign",
    "Give a ticket to an agent",
    needs=WORKERS,
    group="Working on tickets",
    form=Assigned,
    sample="IT-1042 @ben",
    submit="Assign",
)
def assign(ctx: Context, asked: Assigned) -> Reply:
    ticket = ctx.the_ticket
    if asked.person.strip().casefold() in NOBODY:
        return unassign(ctx, AboutTicket(ticket=ticket.number))
    team = ctx.settings.teams.get(ticket.team)
    agent = people.named(ctx, asked.person, rather=tuple(staff(team)) if team else ())
    ref = cards.reference(ticket, ctx.settings)
    _must_be_in_the_team(ctx, agent.id, agent.name)
    if agent.id == ticket.owner != ctx.sender.id:
        return tell(f"{agent.name} has {ref} already.")
    if agent.id == ctx.sender.id:
        return takeover(ctx, AboutTicket(ticket=ticket.number))
    hand_over(ctx, agent.id, f"was given it by {ctx.sender.name}")
    assignment.tell_owner(ctx, ticket, f"{ctx.sender.name} gave it to you.")
    return tell(f"{agent.name} has {ref} now and is told.")


@command(
    "unassign",
    "Give a ticket back to its team",
    needs=WORKERS,
    group="Working on tickets",
    form=AboutTicket,
    sample="IT-1042",
)
def unassign(ctx: Context, asked: AboutTicket) -> Reply:
    ticket, before = ctx.the_ticket, ctx.the_ticket.owner
    ref = cards.reference(ticket, ctx.settings)
    moves.must_be_open(ctx, ticket)
    if not before:
        return tell(f"Nobody has {ref}: it waits for its team.")
    own = before == ctx.sender.id
    how = "gave it back to the team" if own else f"took it from {places.their_name(ctx, before)} for the team"
    ticket.owner, ticket.why = None, _without_owner(ticket.why)
    data = {"from": before, "to": None}
    entry = record(ctx, ticket, "owner", how, author=ctx.sender.id, by_agent=True, public=True, data=data)
    moves.settle(ctx, ticket, worked=True)
    moves.line(ctx, ticket, entry, f"{ctx.sender.name} {how}: nobody has it.")
    if not own:
        named = cards.in_prose(ticket, ctx.settings)
        card = Card(body=f"{ctx.sender.name} took {named} from you: it waits for the team.")
        places.to_person(ctx, before, f"unassigned:{ticket.number}:{ticket.version}", card, ticket)
    team = ctx.settings.teams.get(ticket.team)
    if team and team.lead != ctx.sender.id:
        tell_choice(ctx, ticket, Choice(None, f"{ctx.sender.name} {how}"))
    return tell(f"{ref} waits for {cards.team_name(ctx, ticket.team)} again: nobody has it.")


def _must_be_in_the_team(ctx: Context, person: str, name: str) -> None:
    team = ctx.settings.teams.get(ctx.the_ticket.team)
    if team is not None and person not in staff(team):
        names = ", ".join(places.their_name(ctx, member) for member in team.members) or "nobody yet"
        raise Wrong(
            f"{name} is not in {team.name}. It has: {names}. Change the category to move the ticket to another team.",
            "person",
        )


def take_over(ctx: Context, how: str) -> None:
    """Make the sender the owner; who was that hears of it."""
    ticket, before = ctx.the_ticket, ctx.the_ticket.owner
    hand_over(ctx, ctx.sender.id, how)
    if before:
        card = Card(body=f"{ctx.sender.name} took over {cards.in_prose(ticket, ctx.settings)} from you.")
        places.to_person(ctx, before, f"takeover:{ticket.number}:{ticket.version}", card, ticket)


def hand_over(ctx: Context, person: str, how: str) -> None:
    """Make somebody the owner, and say so. `Refused` for a ticket that is finished."""
    ticket = ctx.the_ticket
    moves.must_be_open(ctx, ticket)
    moves.move(ctx, ticket, Move.CLAIM, author=ctx.sender.id, by_agent=True)
    data = {"from": ticket.owner, "to": person}
    ticket.owner, ticket.why = person, _without_owner(ticket.why)
    assignment.note(ctx, ticket.team, person)
    name = places.their_name(ctx, person)
    entry = record(ctx, ticket, "owner", how, author=ctx.sender.id, by_agent=True, public=True, data=data)
    moves.settle(ctx, ticket, worked=True)
    moves.line(ctx, ticket, entry, f"{name} {how}.")


def _without_owner(why: str) -> str:
    """Why a ticket is what it is, less why it was somebody's."""
    return "" if why.startswith("owner:") else why.partition("; owner:")[0]
