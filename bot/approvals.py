"""A draft that somebody else has to publish: they are told that it waits, and its writer when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot import keeping, places
from bot.context import Context
from bot.editing import Text, write
from bot.posts import SOON, Wanted, say
from bot.words import Button, Card, Tone, one_line
from storage import articles
from storage.knowledge import ArticleRow
from storage.tables import Post


def draft(ctx: Context, id: str, text: Text, ticket: int | None = None) -> ArticleRow:
    """Keep what the sender wrote as the newest draft of an article, and ask for its approval."""
    row = write(ctx, id, text, ctx.sender.id, ticket)
    _ask(ctx, row)
    return row


def _ask(ctx: Context, row: ArticleRow) -> None:
    """The leads of its team (where it has none, the admins) are told that a draft waits, unless the sender may publish
    it: once, however often it changes until then.
    """
    if keeping.decides(ctx, row):
        return
    known = {"article": row.id, "version": str(row.version)}
    show, publish = Button("Show it", "kb show", known), Button("Publish", "kb publish", known, "primary")
    named = f"“{one_line(row.title, 80)}”{keeping.by(ctx, row)}"
    words = f"{named} is a draft. Nobody who asks for help finds it until it is published."
    for person, key in _approvers(ctx, row):
        if place := places.direct(ctx, person, ctx.at.channel):
            card = Card("An article waits for you", words, buttons=(show, publish), mentions=(person,))
            say(ctx, Wanted(key, place, card, urgency=SOON))


def given(ctx: Context, row: ArticleRow) -> None:
    """Before a draft takes its place: nobody is asked about it any more, and whoever wrote it hears of it."""
    _told(ctx, row, "published", "good")


def discarded(ctx: Context, row: ArticleRow) -> None:
    """The same before a draft is discarded."""
    _told(ctx, row, "discarded", "plain")


def _told(ctx: Context, row: ArticleRow, what: str, tone: Tone) -> None:
    draft = "" if what == "published" else "The draft of "
    words = f"{draft}“{one_line(row.title, 80)}” is {what} by {ctx.sender.name}."
    over(ctx, row, words)
    place = places.direct(ctx, row.author, ctx.at.channel) if row.author not in ("", ctx.sender.id) else None
    if place:
        card = replace(_outcome(row, words), tone=tone, mentions=(row.author,))
        say(ctx, Wanted(f"{what}:{row.id}:{row.version}", place, card, urgency=SOON))


def over(ctx: Context, row: ArticleRow, words: str) -> None:
    """Whoever was asked about a draft reads what became of it."""
    for person, key in _approvers(ctx, row):
        place = places.direct(ctx, person, ctx.at.channel)
        if place and ctx.db.get(Post, (ctx.workspace, key)):
            say(ctx, Wanted(key, place, _outcome(row, words)))


def _outcome(row: ArticleRow, words: str) -> Card:
    return Card(body=words, buttons=(Button("Show it", "kb show", {"article": row.id}),))


def _approvers(ctx: Context, row: ArticleRow) -> Iterator[tuple[str, str]]:
    """Who is asked about a draft, and by which key."""
    stands, since = articles.standing(ctx.db, ctx.workspace, row.id), articles.decided(ctx.db, ctx.workspace, row.id)
    for person in keeping.approvers(ctx, stands or row):
        yield person, f"draft:{row.id}:{since}:{person}"
