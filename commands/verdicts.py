"""What came of an article that somebody read: it fixed it, or it did not help."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves, places, readers
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber, number_in
from bot.lifecycle import Status
from bot.people import ANYONE, Role
from bot.registry import command
from bot.timeline import record
from bot.verdicts import learned
from bot.words import Button, Fact, Reply, tell
from commands.incident import leave, shared
from commands.solved import confirm, solved_meanwhile
from storage import suggestions, verdicts
from storage.knowledge import ArticleRow, Suggestion
from storage.statuses import SELF_SERVED
from storage.tables import Ticket


class Offered(Form):
    ticket: TicketNumber
    article: Annotated[str, Ask("Article")] = ""


class Read(Form):
    article: Annotated[str, Ask("Article", "article", hint="vpn-will-not-connect", limit=200)]


def opened(ctx: Context, row: ArticleRow, ticket: str = "") -> tuple[Button, ...]:
    """Note that the sender reads a published article; the buttons to say what came of it.

    They are about the ticket with which it was offered to the sender, while that is open; else about the article alone.
    """
    if row.status != "published":
        return ()
    number = number_in(ticket)
    known = {"article": row.id}
    verdicts.note(ctx.db, ctx.workspace, row.id, ctx.sender.id, "opened", number, ctx.now)
    if number is None or not _offered(ctx, number, row.id):
        return Button("This fixed it", "kb helped", known, "primary"), Button("Not helpful", "kb unhelped", known)
    suggestions.opened(ctx.db, ctx.workspace, number, row.id, ctx.now)
    known["ticket"] = str(number)
    return Button("This fixed it", "helped", known, "primary"), Button("Not helpful", "unhelped", known)


def _offered(ctx: Context, number: int, article: str) -> bool:
    """Whether this article came with this ticket, and the ticket is the sender's and open."""
    ticket = ctx.db.get(Ticket, (ctx.workspace, number))
    mine = ticket is not None and ticket.requester == ctx.sender.id and Status(ticket.status).open
    return mine and ctx.db.get(Suggestion, (ctx.workspace, number, article)) is not None


def figures(ctx: Context, article: str) -> tuple[Fact, ...]:
    """What came of an article so far, for those who work here."""
    n = verdicts.counts(ctx.db, ctx.workspace, article)
    each = {"opened": n.opened, "helped": n.helped, "not helpful": n.unhelped, "resolved with it": n.answered}
    people = ", ".join(f"{what} {count:,}" for what, count in each.items() if count)
    points = round(100 * (learned(0.5, ctx.knowledge.prior.get(article, 0.0)) - 0.5))
    return (
        Fact("Offered with", f"{n.shown:,} ticket{'' if n.shown == 1 else 's'}"),
        Fact("People", f"{n.people:,}{f' ({people})' if people else ''}"),
        *([Fact("Verdicts add", f"{points:+d} points to a hit that is 50% sure")] if points else []),
    )


@command(
    "kb helped",
    "Say that an article fixed it",
    needs=ANYONE,
    group="Knowledge",
    form=Read,
    sample="vpn-will-not-connect",
    title="This fixed it",
)
def kb_helped(ctx: Context, asked: Read) -> Reply:
    row = readers.named(ctx, asked.article)
    verdicts.note(ctx.db, ctx.workspace, row.id, ctx.sender.id, "helped", None, ctx.now)
    return tell("Good to hear. Thank you for telling us.")


@command(
    "kb unhelped",
    "Say that an article did not help",
    needs=ANYONE,
    group="Knowledge",
    form=Read,
    sample="vpn-will-not-connect",
    title="Not helpful",
)
def kb_unhelped(ctx: Context, asked: Read) -> Reply:
    row = readers.named(ctx, asked.article)
    verdicts.note(ctx.db, ctx.workspace, row.id, ctx.sender.id, "unhelped", None, ctx.now)
    return tell("Thank you for telling us. The desk can help.", Button("Ask for help", "ticket", {}, "primary"))


@command("helped", "A suggested article fixed it", needs=Role.REQUESTER, group="Knowledge", form=Offered, hidden=True)
def helped(ctx: Context, asked: Offered) -> Reply:
    """Closes the ticket: as self-served, which counts as a deflection (BEHAVIOUR 2), unless an agent has answered."""
    ticket, title = ctx.the_ticket, _title(ctx, asked.article)
    resolved = Status(ticket.status) is Status.RESOLVED
    if not resolved:
        moves.must_be_open(ctx, ticket)
    _judge(ctx, "helped", asked.article)
    if not resolved and shared(ctx):
        return leave(ctx)
    if not resolved:
        solved_meanwhile(ctx, f"“{title}” helped.", f"“{title}” helped.")
    record(ctx, ticket, "helped", title, author=ctx.sender.id, data={"article": asked.article, "helped": True})
    alone = ticket.outcome == SELF_SERVED
    told = confirm(ctx, f"“{title}” helped {ctx.sender.name}. Closed{' without an agent' if alone else ''}.")
    ref = cards.reference(ticket, ctx.settings)
    how = places.how_to_answer(ctx, ticket, "in its thread")
    again = f"Good. {ref} is closed. If it comes back, answer {how}."
    return tell(again) if alone else told


@command(
    "unhelped", "A suggested article did not help", needs=Role.REQUESTER, group="Knowledge", form=Offered, hidden=True
)
def unhelped(ctx: Context, asked: Offered) -> Reply:
    ticket, thanks = ctx.the_ticket, "Thank you for telling us."
    ref, status = cards.reference(ticket, ctx.settings), Status(ticket.status)
    if ticket.merged_into:
        return tell(f"{thanks} {ref} is part of {cards.reference(ticket.merged_into, ctx.settings)} now.")
    if status is Status.CLOSED:
        return tell(f"{thanks} {ref} is closed. {places.how_to_go_on(ctx, ticket, 'in its thread')}")
    _judge(ctx, "unhelped", asked.article)
    record(ctx, ticket, "helped", asked.article, author=ctx.sender.id, data={"article": asked.article, "helped": False})
    what = "The suggested article did not help" if asked.article else "None of the suggested articles helped"
    moves.line(ctx, ticket, f"unhelped:{asked.article}", f"{what} {ctx.sender.name}.")
    if status is Status.RESOLVED:
        return tell(f"{thanks} {ref} is resolved: is it fixed for you?", *cards.verdict_buttons(ticket))
    who = places.their_name(ctx, ticket.owner) if ticket.owner else cards.team_name(ctx, ticket.team)
    return tell(f"{thanks} {who} has {ref}.")


def answered(ctx: Context, row: ArticleRow) -> None:
    """Note that an agent resolved the ticket with an article; its requester may say otherwise."""
    ticket = ctx.the_ticket
    data = {"article": row.id, "reopened": ticket.reopened}
    record(ctx, ticket, "answered", row.title, author=ctx.sender.id, by_agent=True, data=data)
    suggestions.judged(ctx.db, ctx.workspace, ticket.number, "answered", row.id)
    verdicts.note(ctx.db, ctx.workspace, row.id, ticket.requester, "answered", ticket.number, ctx.now)


def last_word(ctx: Context, kind: verdicts.Kind) -> None:
    """The requester's word on the article that the ticket was resolved with, where it was."""
    ticket = ctx.the_ticket
    article = suggestions.answered_with(ctx.db, ctx.workspace, ticket.number, ticket.reopened)
    if article:
        verdicts.note(ctx.db, ctx.workspace, article, ticket.requester, kind, ticket.number, ctx.now)
    if article and kind == "unhelped":
        suggestions.judged(ctx.db, ctx.workspace, ticket.number, kind, article)


def _judge(ctx: Context, kind: verdicts.Kind, article: str) -> None:
    """Of all that were offered with the ticket, where none is named."""
    number = ctx.the_ticket.number
    for offered in suggestions.judged(ctx.db, ctx.workspace, number, kind, article):
        verdicts.note(ctx.db, ctx.workspace, offered, ctx.sender.id, kind, number, ctx.now)


def _title(ctx: Context, article: str) -> str:
    """An article's title; its id, where it has gone since, or is not for the sender any more."""
    row = readers.article(ctx.db, ctx.workspace, article, ctx.sender.id, ctx.settings)
    return row.title if row else article
