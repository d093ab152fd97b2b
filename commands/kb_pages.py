"""What pages show of the knowledge base: an article whole, and the list of all."""

from __future__ import annotations

from typing import Annotated

from bot import keeping, readers
from bot.article_card import gist, whole
from bot.context import Context
from bot.forms import Ask, Form
from bot.people import ANYONE
from bot.registry import command
from bot.words import Button, Card, Fact, Reply, Section
from commands.kb_read import with_figures
from commands.verdicts import opened
from storage import article_list

MOST = 50
"""The most articles on a page of the list."""

FOUND, FOUND_AT = 20, 0.05
"""The most that a search lists; and what is only this sure, for who looks through a list."""


class Page(Form):
    article: Annotated[str, Ask("Article", "article", limit=200)]
    ticket: Annotated[str, Ask("Ticket", positional=False)] = ""


class Browsed(Form):
    words: Annotated[str, Ask("Words", limit=500)] = ""
    page: Annotated[int, Ask("Page", "number")] = 1
    most: Annotated[int, Ask("Articles on a page", "number", positional=False)] = MOST


@command("kb page", "An article, whole", needs=ANYONE, group="Knowledge", form=Page, hidden=True)
def kb_page(ctx: Context, asked: Page) -> Reply:
    row = readers.named(ctx, asked.article)
    card = whole(ctx, row, (*opened(ctx, row, asked.ticket), *keeping.buttons(ctx, row)))
    return Reply(with_figures(ctx, row, card))


def _found(ctx: Context, asked: Browsed) -> list[str]:
    """The ids of what fits the words, the likeliest first."""
    if not asked.words:
        return []
    mine = readers.audiences(ctx.sender.id, ctx.settings)
    hits = ctx.knowledge.search(asked.words, limit=FOUND, audiences=mine)
    return [hit.article_id for hit in hits if hit.confidence >= FOUND_AT]


@command(
    "kb browse",
    "The list of articles",
    needs=ANYONE,
    group="Knowledge",
    form=Browsed,
    hidden=True,
    reads=True,
    prepare=_found,
)
def kb_browse(ctx: Context, asked: Browsed) -> Reply:
    mine = readers.audiences(ctx.sender.id, ctx.settings)
    if asked.words:
        rows = article_list.some(ctx.db, ctx.workspace, mine, ctx.found)
        total = len(rows)
    else:
        total = article_list.count(ctx.db, ctx.workspace, mine)
        most = min(max(asked.most, 1), MOST)
        rows = article_list.page(ctx.db, ctx.workspace, mine, (max(1, asked.page) - 1) * most, most)
    return Reply(Card("Help articles"), sections=(Section("Articles", tuple(map(_listed, rows)), total),))


def _listed(row: article_list.Listed) -> Card:
    facts = (Fact("Category", row.category),) if row.category else ()
    read = Button("Read", "kb show", {"article": row.id})
    return Card(row.title, gist(row.begins), facts, (read,))
