"""An article as a card, a part of it at a time."""

from __future__ import annotations

import re
from textwrap import shorten

from bot import readers, reading
from bot.context import Context
from bot.words import Button, Card, Fact, one_line
from storage.knowledge import ArticleRow

LINKED = 3
"""Buttons for articles that an article links to; the others are named in its text."""

LOOKED_UP = 200
"""Articles it links to that are looked up; of more, the words stay."""

LICENCE = 300
"""Characters of a licence: a longer one stands in full on the portal's page of the article."""


_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|^ {0,3}(?:(?:#{1,6} |```|---|\|).*|[-*+>] |\d+\. )|[*_`|]", re.MULTILINE)


def gist(begins: str, most: int = 170) -> str:
    """How an article begins, on a line of so many characters without Markdown's marks and tables."""
    return shorten(_MARKS.sub("", begins), most, placeholder=" …")


def article_card(
    ctx: Context, row: ArticleRow, buttons: tuple[Button, ...], part: int = 1, *, ticket: str = "", version: int = 0
) -> Card:
    """A part of an article, counted from 1, with what leads on and `buttons` behind it.

    ticket: with which it was offered; version: the one that was asked for. Both are kept when one reads on.
    """
    titles = _titles(ctx, row)
    pages = reading.parts(reading.in_words(row.body, lambda id: titles.get(id, "")))
    part = reading.within(part, pages)
    title = f"{row.title} · {part} of {len(pages)}" if len(pages) > 1 else row.title
    known = {"article": row.id, "ticket": ticket, "version": str(version or "")}
    turning = _turning({name: value for name, value in known.items() if value}, part, len(pages))
    linked = [Button(one_line(words, 40), "kb show", {"article": id}) for id, words in titles.items()]
    held = readers.files(ctx.db, row)
    about = {"article": row.id} | ({"version": str(version)} if version else {})
    files = [Button(f"Files ({len(held)})", "kb files", about)] if held else []
    return Card(title, pages[part - 1], facts(row), (*turning, *buttons, *files, *linked[:LINKED]))


def whole(ctx: Context, row: ArticleRow, buttons: tuple[Button, ...]) -> Card:
    """An article for a page: links to others lead to their pages, and pictures stay where they are."""
    titles = _titles(ctx, row)
    told = [fact for fact in facts(row) if fact.label != "Licence"]
    licence = [Fact("Licence", row.license)] if row.license else []
    written = Fact("Changed", row.at)
    return Card(
        row.title, reading.on_page(row.body, lambda id: titles.get(id, "")), (*told, *licence, written), buttons
    )


def facts(row: ArticleRow) -> tuple[Fact, ...]:
    """Where an article belongs, where it is from, and under which licence: that is said wherever it is read."""
    given = ("Category", row.category), ("Source", row.source), ("Licence", one_line(row.license, LICENCE))
    return tuple(Fact(label, value) for label, value in given if value)


def _titles(ctx: Context, row: ArticleRow) -> dict[str, str]:
    """The titles of those articles it links to that the sender may read, by id."""
    ids = reading.named(row.body)[:LOOKED_UP]
    linked = (readers.article(ctx.db, ctx.workspace, id, ctx.sender.id, ctx.settings) for id in ids)
    return {other.id: other.title for other in linked if other and other.id != row.id}


def _turning(known: dict[str, str], part: int, of: int) -> list[Button]:
    made = []
    if part < of:
        made.append(Button(f"Read on ({part + 1} of {of})", "kb part", known | {"part": str(part + 1)}, "primary"))
    if part > 1:
        made.append(Button("Back", "kb part", known | {"part": str(part - 1)}))
    return made
