"""/kb part and /kb files: reading on in an article that is longer than a message, and its pictures and other files."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from bot import readers
from bot.article_card import article_card
from bot.context import Context
from bot.forms import Ask, Form
from bot.people import ANYONE
from bot.registry import command
from bot.words import Card, Reply, one_line
from commands.verdicts import figures, opened
from storage import article_files

HANDED_OVER, WEIGHT = 10, 8_000_000
"""The most files that an answer brings, and bytes of them together: what every chat takes."""


class Files(Form):
    article: Annotated[str, Ask("Article", "article", limit=200)]


class Part(Form):
    article: Annotated[str, Ask("Article", "article", limit=200)]
    part: Annotated[int, Ask("Part", "number")] = 1
    ticket: Annotated[str, Ask("Ticket", positional=False)] = ""
    version: Annotated[int, Ask("Version", "number", positional=False)] = 0


@command("kb part", "Read on in an article", needs=ANYONE, group="Knowledge", form=Part, hidden=True, turns=True)
def kb_part(ctx: Context, asked: Part) -> Reply:
    row = readers.named(ctx, asked.article, version=asked.version)
    given = opened(ctx, row, asked.ticket)
    card = article_card(ctx, row, given, asked.part, ticket=asked.ticket, version=asked.version)
    return Reply(replace(card, facts=(*card.facts, *figures(ctx, row.id))) if ctx.works else card)


@command("kb files", "The files of an article", needs=ANYONE, group="Knowledge", form=Files, hidden=True, reads=True)
def kb_files(ctx: Context, asked: Files) -> Reply:
    row = readers.named(ctx, asked.article)
    names = article_files.names(ctx.db, ctx.workspace, row.id)
    given, left = [], WEIGHT
    for name in names[:HANDED_OVER]:
        file = readers.file(ctx.db, ctx.workspace, row.id, name, ctx.sender.id, ctx.settings)
        if file and len(file.content) <= left:
            left -= len(file.content)
            given.append(replace(file, name=name.rpartition("/")[2]))
    missing = len(names) - len(given)
    more = f"\n\n{missing} more are too many or too large to be sent here." if missing else ""
    listed = "\n".join(f"- {one_line(file.name, 120)}" for file in given)
    return Reply(Card(f"Files of “{one_line(row.title, 100)}”", f"{listed}{more}".strip()), documents=tuple(given))
