"""/category: what a ticket is about, and so whose it is; also where the nearest past tickets tell it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from bot import cards, moves, people, places, similar
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber
from bot.lifecycle import Status
from bot.people import WORKERS
from bot.registry import command
from bot.timeline import record
from bot.triage import Choice, Guess
from bot.words import Card, Incoming, Reply, following, tell
from commands import assignment
from commands.choices import category_choices
from commands.intake import tell_choice
from storage.tables import Ticket


class Categorised(Form):
    ticket: TicketNumber
    category: Annotated[str, Ask("Category", "choice", choices=category_choices)]


@dataclass(frozen=True, slots=True)
class _Sorted:
    """What came of another category: who set it, the entry with its line, the name of the other team that has the
    ticket now, who had it and has it no more, and whom the team chose.
    """

    by: str
    entry: int
    line: str
    team: str
    former: str | None = None
    choice: Choice | None = None


@command(
    "category",
    "Set the category; another team may get it",
    needs=WORKERS,
    group="Priorities and escalations",
    form=Categorised,
    sample="IT-1042 Network Access",
    submit="Set category",
)
def category(ctx: Context, asked: Categorised) -> Reply:
    """What is corrected teaches, also when the ticket is resolved, as long as it stays with its team."""
    ticket = ctx.the_ticket
    stays = ctx.settings.team_key_of(asked.category) == ticket.team
    if not (stays and Status(ticket.status) is Status.RESOLVED):
        moves.must_be_open(ctx, ticket)
    if stays and ticket.category == asked.category:
        return tell(f"{cards.reference(ticket, ctx.settings)} is {asked.category} already.")
    done = _set(ctx, asked.category, author=ctx.sender.id)
    _follow(ctx, done, worked=True)
    moved = done.team and f", moved to {done.team}"
    told = f"{cards.reference(ticket, ctx.settings)} is {asked.category} now{moved}."
    return Reply(Card(body=told), follow=_suggest_anew(ctx))


def _suggest_anew(ctx: Context) -> Incoming | None:
    """What may help in the new category with what is open; who has given the ticket away can no longer ask."""
    if not Status(ctx.the_ticket.status).open:
        return None
    roles = people.ticket_roles(ctx.db, ctx.sender.id, ctx.the_ticket, ctx.settings, ctx.now)
    return following(ctx.incoming, "suggest", ticket=str(ctx.the_ticket.number)) if roles & WORKERS else None


def inferred(ctx: Context, ticket: Ticket, words: str) -> Guess | None:
    """What the nearest past tickets tell of a ticket whose words tell nothing."""
    return similar.category(ctx, ctx.precedents, words) if _untouched(ticket) else None


def infer(ctx: Context, guess: Guess | None) -> bool:
    """Sort the ticket in by what was inferred, as it would have been when it came; whether that was done.

    Not where anybody has done anything with it meanwhile.
    """
    ticket = ctx.the_ticket
    if guess is None or guess.category not in ctx.settings.categories or not _untouched(ticket):
        return False
    done = _set(ctx, guess.category, guess.because)
    _set_impact(ctx, guess.category)
    _, chosen, why = ticket.why.rpartition("owner: ")
    ticket.why = f"category: {guess.because}" + (f"; owner: {why}" if chosen else "")
    _follow(ctx, done)
    return True


def _untouched(ticket: Ticket) -> bool:
    return not ticket.category and ticket.status == Status.NEW and ticket.version == 1


def _set_impact(ctx: Context, category: str) -> None:
    ticket, before = ctx.the_ticket, cards.priority_words(ctx.the_ticket)
    ticket.impact = ctx.settings.categories[category].impact.value
    ticket.priority = ctx.settings.priority(ticket.urgency, ticket.impact)
    if (now := cards.priority_words(ticket)) != before:
        record(ctx, ticket, "priority", f"{before} → {now}", public=True, data={"to": ticket.priority})


def _set(ctx: Context, category: str, because: str = "", author: str = "") -> _Sorted:
    ticket, before, team = ctx.the_ticket, ctx.the_ticket.category, ctx.settings.team_key_of(category)
    by = ctx.sender.name if author else "The desk"
    name = "" if team == ticket.team else cards.team_name(ctx, team)
    if before == category:
        text = f"{category}: {cards.team_name(ctx, ticket.team)} → {name}"
        line = f"{by} moved it to {name}, which has {category} now."
    else:
        text = f"{before or cards.UNCATEGORISED} → {category}{because and f': {because}'}"
        line = f"{by} set the category: {category}{name and f' and moved it to {name}'}."
    ticket.category = category
    entry = record(
        ctx,
        ticket,
        "category",
        text,
        author=author,
        by_agent=bool(author),
        public=True,
        data={"to": category, "team": team},
    )
    done = _Sorted(by, entry, line + (because and f" It is {because}."), name)
    return _move_to(ctx, team, done) if name else done


def _move_to(ctx: Context, team: str, done: _Sorted) -> _Sorted:
    ticket = ctx.the_ticket
    moved = Card(cards.title(ticket, ctx.settings), f"Moved to {done.team}.", tone="plain")
    places.replace_triage(ctx, ticket, moved, done.entry, done.line)
    ticket.team = team
    if ticket.owner in ctx.settings.teams[team].members:
        return done
    choice, before = assignment.choose(ctx, team, ticket.category, ticket.requester), ticket.owner
    ticket.owner, ticket.why = choice.person, choice.because and f"owner: {choice.because}"
    if choice.person:
        record(ctx, ticket, "owner", choice.because, data={"to": choice.person})
    elif before:
        record(ctx, ticket, "owner", f"took it from {places.their_name(ctx, before)}", data={"to": None})
    return replace(done, former=before, choice=choice)


def _follow(ctx: Context, done: _Sorted, *, worked: bool = False) -> None:
    """What is said of it, when the ticket is what it is now: who has it no more hears of that, unless they did it."""
    ticket = ctx.the_ticket
    moves.settle(ctx, ticket, worked=worked)
    moves.line(ctx, ticket, done.entry, done.line)
    if done.former and done.former != ctx.sender.id:
        words = f"{done.by} moved {cards.in_prose(ticket, ctx.settings)} to {done.team}: it is not yours any more."
        places.to_person(ctx, done.former, f"moved:{ticket.number}:{ticket.version}", Card(body=words), ticket)
    if done.choice:
        tell_choice(ctx, ticket, done.choice)
