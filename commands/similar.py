"""/tickets similar: how the desk has resolved what is like a ticket, or like some words."""

from __future__ import annotations

from typing import Annotated

from bot import cards, people
from bot.context import Context
from bot.forms import Ask, Form, Wrong, number_in
from bot.people import WORKERS
from bot.registry import command
from bot.similar import Similar, for_person
from bot.words import Card, Reply, one_line
from commands.tickets import status_buttons
from storage.tables import Ticket
from storage.timeline import opening_words


class Like(Form):
    words: Annotated[
        str, Ask("A ticket, or words", hint="For example: IT-1042, or: printer queue stuck", limit=500)
    ] = ""


@command(
    "tickets similar",
    "Find how similar tickets were resolved",
    needs=WORKERS,
    group="Working on tickets",
    form=Like,
    reads=True,
    sample="IT-1042",
)
def similar(ctx: Context, asked: Like) -> Reply:
    """A ticket by its number or, in its thread, by nothing; or any words. Only what the sender may work on is found."""
    ticket = _ticket(ctx, asked.words)
    words = opening_words(ctx.db, ctx.workspace, ticket.number) if ticket else asked.words
    found = for_person(ctx, ctx.precedents, words, ctx.sender.id, ticket.number if ticket else None)
    named = cards.reference(ticket, ctx.settings) if ticket else f"“{one_line(asked.words, 60)}”"
    if not found:
        return Reply(Card(f"Nothing like {named}", "Nothing like it has been resolved yet that you may see."))
    body = "\n".join(_line(ctx, similar) for similar in found)
    return Reply(Card(f"Resolved, like {named}", body, buttons=status_buttons(ctx, [s.ticket for s in found])))


def _ticket(ctx: Context, words: str) -> Ticket | None:
    """The ticket that is meant; `Wrong` for one that the sender does not work on."""
    named = words.strip().removeprefix("to ")
    number = number_in(named, ctx.settings.organisation.prefix) if named else _here(ctx)
    if number is None:
        return None
    ticket = ctx.db.get(Ticket, (ctx.workspace, number))
    if ticket and people.ticket_roles(ctx.db, ctx.sender.id, ticket, ctx.settings, ctx.now) & WORKERS:
        return ticket
    raise Wrong(f"There is no ticket {cards.reference(number, ctx.settings)} that you may work on.", "words")


def _here(ctx: Context) -> int:
    if link := ctx.link:
        return link.ticket
    raise Wrong("Please name a ticket, like IT-1042, or say some words of what you look for.", "words")


def _line(ctx: Context, similar: Similar) -> str:
    ticket = similar.ticket
    title = f"**{cards.linked(ticket, ctx.settings)}** {one_line(ticket.title, 70)} · {similar.sure:.0%} sure"
    return f"- {title}\n  {one_line(ticket.resolution, 200)}"
