"""Queries on articles: which version of each stands, which drafts wait, and whether anything has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, tuple_
from sqlalchemy import select as select_
from sqlmodel import Session, col, select

from storage import tickets
from storage.knowledge import ArticleFile, ArticleRow, Suggestion, Verdict
from storage.prepared import Prepared
from storage.suggestions import words_of
from storage.tables import Ticket

_CHANGED = "articles"
_STANDS = col(ArticleRow.status) != "draft"
ANSWERS = ("helped", "answered")
"""What came of an article that was the answer."""
_ID = re.compile(r"\w+(?:-\w+)+")  # of one word it would be found where nobody meant it


def stamp(db: Session, workspace: str) -> str:
    """Another text after each change of a workspace's articles; "" before the first. Made for `glance`."""
    return tickets.state(db, workspace, _CHANGED)


def changed(db: Session, workspace: str) -> None:
    """Note that there is a new version of an article, so that every replica looks."""
    tickets.keep(db, workspace, _CHANGED, token_hex(8))


def newest(db: Session, workspace: str) -> dict[str, ArticleRow]:
    """The newest version of each article, by id, whatever its status and audience: a draft, where one waits."""
    found = db.exec(select(ArticleRow).where(_last(workspace)).order_by(col(ArticleRow.id)))
    return {row.id: row for row in found}


def standing(db: Session, workspace: str, article: str) -> ArticleRow | None:
    """The version of an article that stands, published or archived; None where there are only drafts, or nothing."""
    mine = select(ArticleRow).where(ArticleRow.workspace == workspace, ArticleRow.id == article)
    return db.exec(mine.where(_STANDS).order_by(col(ArticleRow.version).desc())).first()


def one(db: Session, workspace: str, article: str, version: int) -> ArticleRow | None:
    """A certain version of an article."""
    return db.get(ArticleRow, (workspace, article, version))


def draft(db: Session, workspace: str, article: str) -> ArticleRow | None:
    """The draft that waits beside the version that stands, the newest of them; None where none does."""
    row = latest(db, workspace, article)
    return row if row and row.status == "draft" else None


def latest(db: Session, workspace: str, article: str) -> ArticleRow | None:
    """The newest version of an article, whatever its status."""
    mine = select(ArticleRow).where(ArticleRow.workspace == workspace, ArticleRow.id == article)
    return db.exec(mine.order_by(col(ArticleRow.version).desc())).first()


def of_ticket(db: Session, workspace: str, ticket: int) -> ArticleRow | None:
    """The newest version of the article that was drafted from a ticket, whatever its status."""
    mine = select(ArticleRow).where(ArticleRow.workspace == workspace, ArticleRow.ticket == ticket)
    return db.exec(mine.order_by(col(ArticleRow.at).desc(), col(ArticleRow.version).desc())).first()


def history(db: Session, workspace: str, article: str) -> list[ArticleRow]:
    """All versions of an article, the newest first."""
    mine = select(ArticleRow).where(ArticleRow.workspace == workspace, ArticleRow.id == article)
    return list(db.exec(mine.order_by(col(ArticleRow.version).desc())))


def stand(db: Session, workspace: str) -> dict[str, ArticleRow]:
    """The version of each article that stands, published or archived, by id."""
    found = db.exec(select(ArticleRow).where(_last(workspace, _STANDS)).order_by(col(ArticleRow.id)))
    return {row.id: row for row in found}


def drafts(db: Session, workspace: str) -> list[ArticleRow]:
    """The drafts that wait: the newest version of each article that has one. The newest first."""
    mine = select(ArticleRow).where(ArticleRow.workspace == workspace, ArticleRow.status == "draft")
    waiting = mine.where(_last(workspace)).order_by(col(ArticleRow.at).desc(), col(ArticleRow.id))
    return list(db.exec(waiting))


def to_review(db: Session, workspace: str, now: datetime) -> list[ArticleRow]:
    """The live articles whose review is due, the longest overdue first."""
    live = select(ArticleRow).where(_last(workspace, _STANDS), ArticleRow.status == "published")
    due = live.where(col(ArticleRow.review_at) <= now).order_by(col(ArticleRow.review_at), col(ArticleRow.id))
    return list(db.exec(due))


_ROW = ArticleRow.__table__  # type: ignore[attr-defined]
_ANYTHING_TO_ASK = Prepared(
    select_(_ROW.c.id).where(_ROW.c.remind_at.is_not(None), _ROW.c.remind_at <= bindparam("now")).limit(1)
)


def anything_to_ask(db: Session, now: datetime) -> bool:
    """Whether anybody is to be asked whether an article is still true. Made for `glance`."""
    return bool(_ANYTHING_TO_ASK.run(db, {"now": now}))


def to_ask(db: Session, now: datetime, most: int) -> list[ArticleRow]:
    """The versions of which that is to be asked, of all workspaces, taken for this transaction."""
    due = select(ArticleRow).where(col(ArticleRow.remind_at).is_not(None), col(ArticleRow.remind_at) <= now)
    first = due.order_by(col(ArticleRow.remind_at), col(ArticleRow.id)).limit(most)
    return list(db.exec(first.with_for_update(skip_locked=True)))


def file_signs(db: Session, workspace: str) -> dict[tuple[str, str], str]:
    """(article, name) of all files, each with its SHA-256."""
    rows = db.exec(
        select(ArticleFile.article, ArticleFile.name, ArticleFile.sha256).where(ArticleFile.workspace == workspace)
    )
    return {(article, name): digest for article, name, digest in rows}


def files(db: Session, workspace: str, article: str) -> list[ArticleFile]:
    """The files of an article, by name, with their contents."""
    mine = select(ArticleFile).where(ArticleFile.workspace == workspace, ArticleFile.article == article)
    return list(db.exec(mine.order_by(col(ArticleFile.name))))


def published(db: Session, workspace: str) -> list[ArticleRow]:
    """The articles that are live, whatever their audience: see `bot.readers` for who may read which."""
    live = select(ArticleRow).where(_last(workspace, _STANDS), ArticleRow.status == "published")
    return list(db.exec(live.order_by(col(ArticleRow.id))))


def versions(db: Session, workspace: str) -> dict[str, int]:
    """The same as (id, version) alone: cheap, however long the articles are."""
    live = select(ArticleRow.id, ArticleRow.version).where(_last(workspace, _STANDS), ArticleRow.status == "published")
    return dict(db.exec(live.order_by(col(ArticleRow.id))).all())


def _last(workspace: str, *among: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a row is its article's newest version among these."""
    key = col(ArticleRow.id), col(ArticleRow.version)
    newest = select(ArticleRow.id, func.max(ArticleRow.version)).where(ArticleRow.workspace == workspace, *among)
    return and_(col(ArticleRow.workspace) == workspace, tuple_(*key).in_(newest.group_by(ArticleRow.id)))


def some(db: Session, workspace: str, wanted: dict[str, int]) -> list[ArticleRow]:
    """These versions of these articles."""
    found = (db.get(ArticleRow, (workspace, id, version)) for id, version in wanted.items())
    return [row for row in found if row]


class Past(NamedTuple):
    """A ticket that it is known of which articles answered it; none of those that were offered, where `answers` is
    empty."""

    ticket: int
    words: str
    answers: frozenset[str]
    requester: str


def past(db: Session, workspace: str, most: int) -> list[Past]:
    """Tickets whose requesters judged what they were offered, and those that were resolved with an article, or whose
    resolution names one by its id.

    Of each kind the newest `most`; the newest tickets first.
    """
    answers: dict[int, set[str]] = {}
    judged = select(Suggestion.ticket, Suggestion.article, Suggestion.outcome)
    judged = judged.where(Suggestion.workspace == workspace, Suggestion.outcome != "")
    for ticket, article, outcome in db.exec(judged.order_by(col(Suggestion.ticket).desc()).limit(most)):
        answers.setdefault(ticket, set()).update([article] if outcome in ANSWERS else [])
    said = select(Verdict.ticket, Verdict.article).where(Verdict.workspace == workspace, col(Verdict.kind).in_(ANSWERS))
    said = said.where(col(Verdict.ticket).is_not(None)).order_by(col(Verdict.ticket).desc()).limit(most)
    for number, article in db.exec(said):
        answers.setdefault(number or 0, set()).add(article)
    for ticket, named in _named(db, workspace, most):
        answers.setdefault(ticket, set()).update(named)
    rows = (
        (db.get(Ticket, (workspace, number)), frozenset(answers[number])) for number in sorted(answers, reverse=True)
    )
    return [Past(t.number, words_of(db, workspace, t.number), found, t.requester) for t, found in rows if t]


def _named(db: Session, workspace: str, most: int) -> Iterator[tuple[int, set[str]]]:
    ids = versions(db, workspace).keys()
    resolved = select(Ticket.number, Ticket.resolution)
    resolved = resolved.where(Ticket.workspace == workspace, col(Ticket.resolved_at).is_not(None))
    for ticket, resolution in db.exec(resolved.order_by(col(Ticket.number).desc()).limit(most)):
        named = ids & set(_ID.findall(resolution))
        if named:
            yield ticket, named
