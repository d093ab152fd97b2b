"""/kb show, and what stands on an article: reading on where it is longer than a message, and its files."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from bot import keeping, readers
from bot.article_card import article_card
from bot.attachments import UPLOAD
from bot.context import Context
from bot.forms import Ask, Form
from bot.people import ANYONE
from bot.registry import command
from bot.words import Card, Reply, one_line
from commands.verdicts import figures, opened
from storage.knowledge import ArticleRow

HANDED_OVER = 10
"""The most files that an answer brings."""

Version = Annotated[int, Field(ge=0, lt=2**31)]  # what every database's integer holds


class Shown(Form):
    article: Annotated[str, Ask("Article", "article", hint="vpn-will-not-connect", limit=200)]
    ticket: Annotated[str, Ask("Ticket", positional=False, fixed=True)] = ""
    version: Annotated[Version, Ask("Version", "number", positional=False, fixed=True)] = 0


class Files(Form):
    article: Annotated[str, Ask("Article", "article", limit=200)]
    version: Annotated[Version, Ask("Version", "number", positional=False, fixed=True)] = 0


class Part(Shown):
    part: Annotated[int, Ask("Part", "number")] = 1


@command(
    "kb show",
    "Read an article",
    needs=ANYONE,
    group="Knowledge",
    form=Shown,
    sample="vpn-will-not-connect",
    title="Read an article",
    submit="Read",
    shows=True,
)
def kb_show(ctx: Context, asked: Shown) -> Reply:
    return _read(ctx, asked, 1)


@command("kb part", "Read on in an article", needs=ANYONE, group="Knowledge", form=Part, hidden=True, turns=True)
def kb_part(ctx: Context, asked: Part) -> Reply:
    return _read(ctx, asked, asked.part)


def _read(ctx: Context, asked: Shown, part: int) -> Reply:
    row = readers.named(ctx, asked.article, version=asked.version)
    given = (*opened(ctx, row, asked.ticket), *keeping.buttons(ctx, row))
    card = article_card(ctx, row, given, part, ticket=asked.ticket, version=asked.version)
    return Reply(with_figures(ctx, row, card))


def with_figures(ctx: Context, row: ArticleRow, card: Card) -> Card:
    """An article's card; for those who work here also how it stands, and what came of it."""
    kept = (*keeping.facts(ctx, row), *figures(ctx, row.id)) if ctx.works else ()
    return replace(card, facts=(*card.facts, *kept))


@command("kb files", "The files of an article", needs=ANYONE, group="Knowledge", form=Files, hidden=True, reads=True)
def kb_files(ctx: Context, asked: Files) -> Reply:
    row = readers.named(ctx, asked.article, version=asked.version)
    names = readers.files(ctx.db, row)
    given, left = [], UPLOAD
    for name in names[:HANDED_OVER]:
        file = readers.file_of(ctx.db, row, name)
        if file and len(file.content) <= left:
            left -= len(file.content)
            given.append(replace(file, name=name.rpartition("/")[2]))
    missing = len(names) - len(given)
    more = f"\n\n{missing} more are too many or too large to be sent here." if missing else ""
    listed = "\n".join(f"- {one_line(file.name, 120)}" for file in given)
    return Reply(Card(f"Files of “{one_line(row.title, 100)}”", f"{listed}{more}".strip()), documents=tuple(given))
