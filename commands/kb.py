"""/kb: search and read the knowledge base; what came of a suggested article."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves, places, readers
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber, Wrong, number_in
from bot.lifecycle import Move
from bot.people import ANYONE, Role
from bot.registry import command
from bot.timeline import record
from bot.words import Button, Card, Fact, Reply, one_line, tell
from commands.incident import leave
from kb import Hit
from storage import suggestions
from storage.knowledge import Suggestion
from storage.tables import Ticket

LISTED_AT = 0.15
"""Who searches is shown what is only this sure; a suggestion nobody asked for has to be surer."""


class Sought(Form):
    words: Annotated[str, Ask("What are you looking for?", hint="vpn does not connect", limit=500)]


class Shown(Form):
    article: Annotated[str, Ask("Article", hint="vpn-will-not-connect", limit=200)]
    ticket: Annotated[str, Ask("Ticket", positional=False)] = ""


class Verdict(Form):
    ticket: TicketNumber
    article: Annotated[str, Ask("Article")] = ""


def search_for(ctx: Context, asked: Sought) -> list[Hit]:
    return [hit for hit in ctx.knowledge.search(asked.words, limit=5) if hit.confidence >= LISTED_AT]


@command(
    "kb",
    "Search the knowledge base",
    needs=ANYONE,
    group="Knowledge",
    form=Sought,
    reads=True,
    prepare=search_for,
    sample="vpn does not connect",
)
@command(
    "kb search",
    "Search the knowledge base",
    needs=ANYONE,
    group="Knowledge",
    form=Sought,
    reads=True,
    prepare=search_for,
    sample="vpn does not connect",
)
def kb(ctx: Context, asked: Sought) -> Reply:
    hits: list[Hit] = ctx.found
    words = one_line(asked.words, 80)
    if not hits:
        ask = Button("Ask for help", "ticket", {"text": asked.words}, "primary")
        return Reply(
            Card(f"Nothing about “{words}”", "Nobody has written about this yet. The desk can help.", buttons=(ask,))
        )
    title = ctx.knowledge.title
    lines = [
        f"{position}. **{title(hit.article_id)}** · `/kb show {hit.article_id}`" for position, hit in enumerate(hits, 1)
    ]
    buttons = tuple(
        Button(one_line(f"{position}. {title(hit.article_id)}", 40), "kb show", {"article": hit.article_id})
        for position, hit in enumerate(hits, 1)
    )
    return Reply(Card(f"About “{words}”", "\n".join(lines), buttons=buttons))


@command("kb show", "Read an article", needs=ANYONE, group="Knowledge", form=Shown, sample="vpn-will-not-connect")
def kb_show(ctx: Context, asked: Shown) -> Reply:
    row = readers.article(ctx.db, ctx.workspace, asked.article, ctx.sender.id, ctx.settings)
    if row is None:
        near = ctx.knowledge.search(asked.article.replace("-", " "), limit=1)
        hint = f" Did you mean `/kb show {near[0].article_id}`?" if near else ""
        raise Wrong(f"There is no article “{one_line(asked.article, 60)}”.{hint}", "article")
    facts = [Fact("Category", row.category)] if row.category else []
    if row.source:
        facts.append(Fact("Source", " · ".join(part for part in (row.source, row.license) if part)))
    return Reply(Card(row.title, row.body, tuple(facts), _verdict_buttons(ctx, asked)))


def _verdict_buttons(ctx: Context, asked: Shown) -> tuple[Button, ...]:
    number = number_in(asked.ticket)
    if number is None or not _offered(ctx, number, asked.article):
        return ()
    suggestions.opened(ctx.db, ctx.workspace, number, asked.article, ctx.now)
    known = {"ticket": asked.ticket, "article": asked.article}
    return (Button("This fixed it", "helped", known, "primary"), Button("Not helpful", "unhelped", known))


def _offered(ctx: Context, number: int, article: str) -> bool:
    """Whether this article came with this ticket, and the ticket is the sender's."""
    ticket = ctx.db.get(Ticket, (ctx.workspace, number))
    mine = ticket is not None and ticket.requester == ctx.sender.id
    return mine and ctx.db.get(Suggestion, (ctx.workspace, number, article)) is not None


@command("helped", "A suggested article fixed it", needs=Role.REQUESTER, group="Knowledge", form=Verdict, hidden=True)
def helped(ctx: Context, asked: Verdict) -> Reply:
    """Resolves the ticket as self-served, which counts as a deflection (BEHAVIOUR 2)."""
    ticket = ctx.the_ticket
    moves.must_be_open(ctx, ticket)
    title = ctx.knowledge.title(asked.article)
    suggestions.judged(ctx.db, ctx.workspace, ticket.number, "helped", asked.article)
    if ticket.major:
        return leave(ctx)
    moves.move(ctx, ticket, Move.DEFLECT, author=ctx.sender.id)
    moves.move(ctx, ticket, Move.CONFIRM, author=ctx.sender.id)
    moves.ended(ctx, ticket, f"“{title}” helped.", ctx.sender.id, "self-served")
    record(ctx, ticket, "helped", title, author=ctx.sender.id, data={"article": asked.article, "helped": True})
    moves.settle(ctx, ticket)
    words = f"“{title}” helped {ctx.sender.name}. Closed without an agent."
    moves.line(ctx, ticket, f"helped:{ticket.reopened}", words)
    ref = cards.reference(ticket, ctx.settings)
    return tell(f"Good. {ref} is closed. If it comes back, answer in its thread, or with `/reply {ref}`.")


@command(
    "unhelped", "A suggested article did not help", needs=Role.REQUESTER, group="Knowledge", form=Verdict, hidden=True
)
def unhelped(ctx: Context, asked: Verdict) -> Reply:
    ticket = ctx.the_ticket
    suggestions.judged(ctx.db, ctx.workspace, ticket.number, "unhelped", asked.article)
    record(ctx, ticket, "helped", asked.article, author=ctx.sender.id, data={"article": asked.article, "helped": False})
    who = places.their_name(ctx, ticket.owner) if ticket.owner else cards.team_name(ctx, ticket.team)
    what = "The suggested article did not help" if asked.article else "None of the suggested articles helped"
    moves.line(ctx, ticket, f"unhelped:{asked.article}", f"{what} {ctx.sender.name}.")
    return tell(f"Thank you for telling us. {who} has {cards.reference(ticket, ctx.settings)}.")
