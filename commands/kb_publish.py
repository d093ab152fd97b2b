"""/kb publish, /kb discard, /kb archive and /kb review: what is read, and whether it is still true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot import approvals, editing, keeping, readers
from bot.context import Context
from bot.differences import differences
from bot.forms import Ask, Form, Wrong
from bot.people import WORKERS
from bot.registry import command
from bot.words import Button, Card, Reply, bullets, moment, one_line
from commands.kb_draft import doubts
from commands.kb_write import Months, Named, newest
from storage import articles
from storage.knowledge import ArticleRow

DOUBTS = 12
"""The most doubts about a draft that are listed."""


class Chosen(Named):
    version: Annotated[int, Ask("Version", "number", positional=False, fixed=True)] = 0


class Published(Chosen):
    checked: Annotated[str, Ask("Looked at", positional=False, fixed=True)] = ""


class Reviewed(Form):
    article: Annotated[str, Ask("Article", "article", hint="vpn-will-not-connect", limit=200)]
    months: Annotated[Months, Ask("Review in months", "number", hint="For example: 6")] = 0


@command(
    "kb publish",
    "Publish an article's draft",
    needs=WORKERS,
    group="Knowledge",
    form=Published,
    sample="vpn-will-not-connect",
    title="Publish an article",
    submit="Publish",
)
def kb_publish(ctx: Context, asked: Published) -> Reply:
    """The newest draft; without one, an archived article is read again."""
    row = newest(ctx, asked.article)
    stands = articles.standing(ctx.db, ctx.workspace, row.id)
    _expect(ctx, asked, row)
    if row.status == "published":
        raise Wrong(f"“{one_line(row.title, 60)}” is published, and no draft of it waits.", said_wrong=False)
    _authorize(ctx, row, stands, "publish")
    left = () if asked.checked else doubts(ctx, row)
    if left:
        return _look_first(row, left)
    was = stands if stands is not row else None
    approvals.given(ctx, row)
    row = editing.publish(ctx, row, ctx.sender.id)
    return Reply(keeping.done(ctx, row, "is published", differences(was, row)))


def _expect(ctx: Context, asked: Chosen, row: ArticleRow) -> None:
    """`Wrong` where the version that somebody saw is not the newest any more."""
    if asked.version > row.version:
        raise Wrong(f"Version {asked.version} is discarded: look at what stands, with `/kb show {row.id}`.")
    if asked.version not in (0, row.version):
        raise Wrong(
            f"Version {row.version}{keeping.by(ctx, row)} came meanwhile: look at it first, with `/kb show {row.id}`."
        )


def _look_first(row: ArticleRow, left: Sequence[str]) -> Reply:
    """Before what was drafted from a ticket is read: what may be personal in it (BEHAVIOUR 35)."""
    known = {"article": row.id, "version": str(row.version)}
    edit = Button("Edit", "kb edit", {"article": row.id}, "primary")
    publish = Button("Publish all the same", "kb publish", known | {"checked": "yes"}, "danger")
    words = f"It was drafted from a ticket, and this in it may be for nobody else to read:\n{bullets(left, DOUBTS)}"
    return Reply(Card(f"“{one_line(row.title, 80)}” is not published yet", words, (), (edit, publish), tone="warning"))


@command(
    "kb discard",
    "Throw an article's draft away",
    needs=WORKERS,
    group="Knowledge",
    form=Chosen,
    sample="vpn-will-not-connect",
    title="Discard a draft",
    submit="Discard",
)
def kb_discard(ctx: Context, asked: Chosen) -> Reply:
    """The draft that waits beside the version that stands; who may edit may discard."""
    row = newest(ctx, asked.article)
    stands = articles.standing(ctx.db, ctx.workspace, row.id)
    title = f"“{one_line(row.title, 60)}”"
    if stands is None:
        raise Wrong(f"{title} was never published: `/kb archive {row.id}` puts it away.", said_wrong=False)
    _expect(ctx, asked, row)
    if row is stands:
        raise Wrong(f"No draft of {title} waits.", said_wrong=False)
    approvals.discarded(ctx, row)
    editing.discard(ctx, row)
    words = f"Version {stands.version} stands as it was. `/kb history {row.id}` still tells of the draft."
    return Reply(keeping.done(ctx, stands, "has no draft any more", words))


@command(
    "kb archive",
    "Archive an article",
    needs=WORKERS,
    group="Knowledge",
    form=Named,
    sample="vpn-will-not-connect",
    title="Archive an article",
    submit="Archive",
)
def kb_archive(ctx: Context, asked: Named) -> Reply:
    """The version that stands, or the draft where there is nothing else."""
    row = readers.named(ctx, asked.article)
    back = f"`/kb publish {row.id}` brings it back."
    if row.status == "archived":
        raise Wrong(f"“{one_line(row.title, 60)}” is archived. {back}", said_wrong=False)
    _authorize(ctx, row, row if row.status == "published" else None, "archive")
    approvals.over(ctx, row, f"“{one_line(row.title, 80)}” is archived by {ctx.sender.name}.")
    editing.archive(ctx, row)
    words = f"Nobody finds it any more, and only those who work here read it. {back}"
    return Reply(keeping.done(ctx, row, "is archived", words))


@command(
    "kb review",
    "Say that an article is still true",
    needs=WORKERS,
    group="Knowledge",
    form=Reviewed,
    sample="vpn-will-not-connect 6",
    title="Look at an article again",
    submit="Still true",
)
def kb_review(ctx: Context, asked: Reviewed) -> Reply:
    row = readers.named(ctx, asked.article, live=True)
    _authorize(ctx, row, row, "review")
    editing.reviewed(ctx, row, asked.months)
    words = f"It is to be looked at again {moment(row.review_at)}." if row.review_at else "No further review is due."
    return Reply(keeping.done(ctx, row, "is still true", words))


def _authorize(ctx: Context, row: ArticleRow, stands: ArticleRow | None, what: str) -> None:
    if not editing.may_publish(ctx.sender.id, row, stands, ctx.settings):
        names = keeping.leads(ctx, stands or row)
        whom = f" Ask {', '.join(names)}." if names else ""
        owner = "its owner, " if stands else ""  # whom a draft names has no say yet
        words = f"To {what} “{one_line(row.title, 60)}” is for {owner}its team's leads and admins.{whom}"
        raise Wrong(words, said_wrong=False)  # `Denied` would let the words be searched for
