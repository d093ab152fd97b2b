"""Queries on articles: which version of each stands, which drafts wait, and whether anything has changed."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from sqlalchemy import ColumnElement, and_, bindparam, func, tuple_
from sqlalchemy import select as select_
from sqlmodel import Session, col, select

from storage import state
from storage.knowledge import ArticleRow
from storage.prepared import Prepared

_CHANGED = "articles"
_STANDS = col(ArticleRow.status) != "draft"
_KEPT = col(ArticleRow.discarded_at).is_(None)


def stamp(db: Session, workspace: str) -> str:
    """Another text after each change of a workspace's articles; "" before the first. Made for `glance`."""
    return state.get(db, workspace, _CHANGED)


def changed(db: Session, workspace: str) -> None:
    """Note that there is a new version of an article, so that every replica looks."""
    state.keep(db, workspace, _CHANGED, token_hex(8))


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
    return row if row and row.status == "draft" and not row.discarded else None


def decided(db: Session, workspace: str, article: str) -> int:
    """The newest version that somebody has published, archived or discarded; 0 where there are only drafts."""
    mine = select(func.max(ArticleRow.version)).where(ArticleRow.workspace == workspace, ArticleRow.id == article)
    return db.exec(mine.where(_STANDS | col(ArticleRow.discarded_at).is_not(None))).one() or 0


def latest(db: Session, workspace: str, article: str) -> ArticleRow | None:
    """The newest version of an article, whatever its status."""
    mine = select(ArticleRow).where(ArticleRow.workspace == workspace, ArticleRow.id == article)
    return db.exec(mine.order_by(col(ArticleRow.version).desc())).first()


def of_ticket(db: Session, workspace: str, ticket: int) -> ArticleRow | None:
    """The newest version of the article that was drafted from a ticket, whatever its status; no discarded one."""
    mine = select(ArticleRow).where(ArticleRow.workspace == workspace, ArticleRow.ticket == ticket, _STANDS | _KEPT)
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
    waiting = mine.where(_KEPT, _last(workspace)).order_by(col(ArticleRow.at).desc(), col(ArticleRow.id))
    return list(db.exec(waiting))


def to_review(db: Session, workspace: str, now: datetime) -> list[ArticleRow]:
    """The live articles whose review is due, the longest overdue first."""
    due = select(ArticleRow).where(live(workspace), col(ArticleRow.review_at) <= now)
    return list(db.exec(due.order_by(col(ArticleRow.review_at), col(ArticleRow.id))))


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


def published(db: Session, workspace: str) -> list[ArticleRow]:
    """The articles that are live, whatever their audience: see `bot.readers` for who may read which."""
    return list(db.exec(select(ArticleRow).where(live(workspace)).order_by(col(ArticleRow.id))))


def versions(db: Session, workspace: str) -> dict[str, int]:
    """The same as (id, version) alone: cheap, however long the articles are."""
    found = select(ArticleRow.id, ArticleRow.version).where(live(workspace))
    return dict(db.exec(found.order_by(col(ArticleRow.id))).all())


def live(workspace: str) -> ColumnElement[bool]:
    """Whether a row is a published version that stands: what there is to be read."""
    return and_(_last(workspace, _STANDS), col(ArticleRow.status) == "published")


def _last(workspace: str, *among: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a row is its article's newest version among these."""
    key = col(ArticleRow.id), col(ArticleRow.version)
    newest = select(ArticleRow.id, func.max(ArticleRow.version)).where(ArticleRow.workspace == workspace, *among)
    return and_(col(ArticleRow.workspace) == workspace, tuple_(*key).in_(newest.group_by(ArticleRow.id)))


def some(db: Session, workspace: str, wanted: dict[str, int]) -> list[ArticleRow]:
    """These versions of these articles."""
    found = (db.get(ArticleRow, (workspace, id, version)) for id, version in wanted.items())
    return [row for row in found if row]
