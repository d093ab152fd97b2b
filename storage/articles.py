"""Queries on articles: which version of each counts, and whether anything has changed."""

from __future__ import annotations

from secrets import token_hex

from sqlmodel import Session, col, select

from storage import tickets
from storage.tables import ArticleRow

_CHANGED = "articles"


def stamp(db: Session, workspace: str) -> str:
    """Another text after each change of a workspace's articles; "" before the first. Made for `glance`."""
    return tickets.state(db, workspace, _CHANGED)


def changed(db: Session, workspace: str) -> None:
    """Note that there is a new version of an article, so that every replica looks."""
    tickets.keep(db, workspace, _CHANGED, token_hex(8))


def newest(db: Session, workspace: str) -> dict[str, ArticleRow]:
    """The newest version of each article, by id, whatever its status and audience."""
    rows = db.exec(
        select(ArticleRow)
        .where(ArticleRow.workspace == workspace)
        .order_by(col(ArticleRow.id), col(ArticleRow.version))
    )
    return {row.id: row for row in rows}


def published(db: Session, workspace: str) -> list[ArticleRow]:
    """The newest version of each article, where that is published for everyone."""
    return [row for row in newest(db, workspace).values() if _for_everyone(row.status, row.audience)]


def versions(db: Session, workspace: str) -> dict[str, int]:
    """The same as (id, version) alone: cheap, however long the articles are."""
    rows = db.exec(
        select(ArticleRow.id, ArticleRow.version, ArticleRow.status, ArticleRow.audience)
        .where(ArticleRow.workspace == workspace)
        .order_by(col(ArticleRow.id), col(ArticleRow.version))
    )
    last = {id: (version, status, audience) for id, version, status, audience in rows}
    return {id: version for id, (version, *shown) in last.items() if _for_everyone(*shown)}


def some(db: Session, workspace: str, wanted: dict[str, int]) -> list[ArticleRow]:
    """These versions of these articles."""
    found = (db.get(ArticleRow, (workspace, id, version)) for id, version in wanted.items())
    return [row for row in found if row]


def _for_everyone(status: str, audience: str) -> bool:
    return status == "published" and audience == "everyone"
