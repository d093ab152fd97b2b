"""/resolve, /fixed, /notfixed, /reopen: what solved a ticket, and whether it did."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves, places, readers
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber, Wrong
from bot.lifecycle import SOLVED, Move, Refused, Status
from bot.people import ASKERS, WORKERS, Role
from bot.registry import command
from bot.timeline import record
from bot.words import Button, Card, Reply, blank, clean, quote, tell
from commands.incident import leave, shared
from commands.merge import last_of, split
from commands.reply import from_requester
from commands.solved import confirm, solved_meanwhile
from commands.verdicts import answered, last_word
from storage.knowledge import ArticleRow

SAY_FIXED = "Is it solved? Then say `/fixed {}`."


class Resolved(Form):
    ticket: TicketNumber
    resolution: Annotated[str, Ask("What was done?", "long", hint="The requester reads this", limit=100_000)]
    article: Annotated[str, Ask("Article", "article", positional=False, hint="Where one answers it", limit=200)] = ""


Round = Annotated[int | None, Ask("Reopened so often", "number", positional=False, fixed=True)]


class Solved(Form):
    ticket: TicketNumber
    reopened: Round = None


class Unsolved(Form):
    ticket: TicketNumber
    text: Annotated[str, Ask("What is still wrong?", "long")] = ""
    reopened: Round = None


class Why(Form):
    ticket: TicketNumber
    text: Annotated[str, Ask("Why?", "long")] = ""


@command(
    "resolve",
    "Say what was done; the requester confirms",
    needs=WORKERS,
    group="Working on tickets",
    form=Resolved,
    sample="IT-1042 the cable was replaced",
    submit="Resolve",
    instead_hint=SAY_FIXED,
)
def resolve(ctx: Context, asked: Resolved) -> Reply:
    words = clean(asked.resolution, ctx.settings.limits.text)
    if not any(map(str.isalnum, words)):
        raise Wrong("Please say what was done: the requester reads it.", "resolution")
    row = readers.named(ctx, asked.article, live=True) if asked.article else None
    finish(ctx, words, "solved", row)
    if row:
        answered(ctx, row)
    return tell(
        f"{cards.reference(ctx.the_ticket, ctx.settings)} is Resolved; "
        f"{places.their_name(ctx, ctx.the_ticket.requester)} is asked whether it is fixed."
    )


def finish(ctx: Context, words: str, outcome: str, row: ArticleRow | None = None) -> None:
    """Resolve the ticket with these words, ask the requester, tell the others; an incident's people hear too.

    row: the article that answers it, which the requester is shown if they may read it.
    """
    ticket = ctx.the_ticket
    entry = moves.move(ctx, ticket, Move.RESOLVE, author=ctx.sender.id, by_agent=True, words=words)
    moves.ended(ctx, ticket, words, ctx.sender.id, outcome)
    moves.adopt(ctx, ticket, ctx.sender.id, "resolved it")
    if outcome in SOLVED and ctx.sender.id != ticket.requester:
        ticket.first_reply_at = ticket.first_reply_at or ctx.now  # the words are read by who asked
    moves.settle(ctx, ticket, worked=True)
    sign = places.question(ticket)
    more = cards.read_all(ticket, entry, words)
    with_article = f" with “{row.title}”" if row else ""
    moves.line(ctx, ticket, sign, f"{ctx.sender.name} resolved it{with_article}:\n{quote(words)}", *more)
    shown = row if row and readers.may_read(ticket.requester, row, ctx.settings) else None
    read = f"**{shown.title}** tells more. " if shown else ""
    show = [Button("Show", "kb show", {"article": shown.id, "ticket": str(ticket.number)})] if shown else []
    question = Card(
        f"{cards.reference(ticket, ctx.settings)} is resolved",
        f"{quote(words)}\n\n{read}Is it fixed for you?",
        buttons=(*cards.verdict_buttons(ticket), *show, *more),
        mentions=(ticket.requester,),
        tone="good",
    )
    places.to_requester(ctx, ticket, sign, question)


@command("fixed", "It works again", needs=Role.REQUESTER, group="Asking for help", form=Solved, sample="IT-1042")
def fixed(ctx: Context, asked: Solved) -> Reply:
    ticket = ctx.the_ticket
    _check_round(ctx, asked.reopened)
    if Status(ticket.status) is Status.CLOSED:
        return _already_closed(ctx)
    if Status(ticket.status).open and shared(ctx):
        return leave(ctx)
    if Status(ticket.status).open:
        solved_meanwhile(ctx, "Solved without the agents.", "Solved in the talk with the agents.")
    last_word(ctx, "helped")
    return confirm(ctx, f"{ctx.sender.name} says that it is fixed. Closed.")


def _check_round(ctx: Context, reopened: int | None) -> None:
    """An old button speaks of an old resolution."""
    if reopened not in (None, ctx.the_ticket.reopened):
        ref = cards.reference(ctx.the_ticket, ctx.settings)
        raise Refused(f"{ref} was opened again since you were asked. Say `/fixed {ref}` if it is fixed now")


def _already_closed(ctx: Context) -> Reply:
    ref, main = cards.reference(ctx.the_ticket, ctx.settings), last_of(ctx, ctx.the_ticket)
    if main is not ctx.the_ticket:
        into, how = cards.reference(main, ctx.settings), places.how_to_answer(ctx, ctx.the_ticket, "in its thread")
        return tell(f"{ref} is part of {into} now. Answer {how}, to add to that.")
    return tell(f"{ref} is closed already. {places.how_to_go_on(ctx, ctx.the_ticket, 'in its thread')}")


@command(
    "notfixed",
    "It is not fixed: reopen it",
    needs=Role.REQUESTER,
    group="Asking for help",
    form=Unsolved,
    sample="IT-1042 the screen is still black",
    title="Not fixed",
)
def notfixed(ctx: Context, asked: Unsolved) -> Reply:
    _check_round(ctx, asked.reopened)
    if Status(ctx.the_ticket.status) is not Status.RESOLVED:
        return _not_to_reopen(ctx, asked.text)
    last_word(ctx, "unhelped")
    return _open_again(ctx, asked.text, "says that it is not fixed")


@command(
    "reopen",
    "Open a resolved ticket again",
    needs=ASKERS,
    group="Working on tickets",
    form=Why,
    sample="IT-1042 it came back",
)
def reopen(ctx: Context, asked: Why) -> Reply:
    if Status(ctx.the_ticket.status) is not Status.RESOLVED and not ctx.works:
        return _not_to_reopen(ctx, asked.text)
    return _open_again(ctx, asked.text, "reopened it")


def _not_to_reopen(ctx: Context, text: str) -> Reply:
    """What is said of a ticket that is not resolved is a reply to it: with a closed one it opens a linked ticket."""
    ticket = ctx.the_ticket
    if not blank(text):
        return from_requester(ctx, text)
    if Status(ticket.status) is Status.CLOSED:
        return _already_closed(ctx)
    return tell(f"{cards.reference(ticket, ctx.settings)} is open, with {cards.owner_or_team(ctx, ticket)}.")


def _open_again(ctx: Context, why: str, how: str) -> Reply:
    ticket, why = ctx.the_ticket, clean(why, ctx.settings.limits.text)
    works = ctx.works and ticket.requester != ctx.sender.id
    split(ctx, ticket)
    moves.move(ctx, ticket, Move.REOPEN, author=ctx.sender.id, by_agent=works)
    more: tuple[Button, ...] = ()
    if why:
        entry = record(ctx, ticket, "reply", why, author=ctx.sender.id, public=True, by_agent=works)
        more = cards.read_all(ticket, entry, why)
    moves.settle(ctx, ticket, worked=works)
    words = f"{ctx.sender.name} {how}." + (f"\n{quote(why)}" if why else "")
    moves.line(
        ctx, ticket, f"reopened:{ticket.reopened}", words, *more, mentions=moves.concerned(ctx, ticket, ctx.sender.id)
    )
    holder = places.their_name(ctx, ticket.owner) if ticket.owner else "the team"
    again = f"{cards.reference(ticket, ctx.settings)} is open again, with {holder}."
    if works:
        card = Card(
            f"{cards.reference(ticket, ctx.settings)} is open again", words, buttons=more, mentions=(ticket.requester,)
        )
        places.to_requester(ctx, ticket, f"reopened:{ticket.reopened}", card)
        moves.reopened(ctx, ticket, words, *more, by=ctx.sender.id)
    else:
        moves.reopened(ctx, ticket, "", by=ctx.sender.id)
    if why or ctx.works:
        return tell(again)
    return tell(f"{again} What is still wrong?", Button("Add information", "reply", cards.about(ticket), "primary"))
