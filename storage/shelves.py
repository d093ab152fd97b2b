"""Queries for the list of articles, with how each begins: the published ones of some audiences. And for files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, tuple_
from sqlmodel import Session, col

from storage.knowledge import ArticleFile, ArticleRow

BEGINNING = 600
"""Characters of how an article begins."""


class Listed(NamedTuple):
    """An article in a list."""

    id: str
    title: str
    category: str
    begins: str


def count(db: Session, workspace: str, audiences: Collection[str]) -> int:
    """How many there are."""
    live = _live(workspace, audiences).with_only_columns(func.count())
    return int(db.execute(live).scalar_one())


def page(db: Session, workspace: str, audiences: Collection[str], start: int, most: int) -> list[Listed]:
    """Those from the `start`th on (the first is 0), by title."""
    live = _live(workspace, audiences).order_by(func.lower(col(ArticleRow.title)), col(ArticleRow.id))
    return [Listed(*row) for row in db.execute(live.offset(min(start, 2**31)).limit(most))]


def some(db: Session, workspace: str, audiences: Collection[str], ids: Sequence[str]) -> list[Listed]:
    """Those of them that are live, in the order of the ids."""
    live = _live(workspace, audiences).where(col(ArticleRow.id).in_(ids))
    found = {row[0]: Listed(*row) for row in db.execute(live)}
    return [found[id] for id in ids if id in found]


def files(db: Session, workspace: str, article: str) -> list[str]:
    """The names of an article's files, in order; small and fast, however large they are."""
    mine = col(ArticleFile.workspace) == workspace, col(ArticleFile.article) == article
    return list(db.execute(select(col(ArticleFile.name)).where(*mine).order_by(col(ArticleFile.name))).scalars())


def _live(workspace: str, audiences: Collection[str]) -> Select[Any]:
    stand = (
        select(col(ArticleRow.id), func.max(col(ArticleRow.version)))
        .where(col(ArticleRow.workspace) == workspace, col(ArticleRow.status) != "draft")
        .group_by(col(ArticleRow.id))
    )
    begins = func.substr(col(ArticleRow.body), 1, BEGINNING)
    return select(col(ArticleRow.id), col(ArticleRow.title), col(ArticleRow.category), begins).where(
        col(ArticleRow.workspace) == workspace,
        col(ArticleRow.status) == "published",
        col(ArticleRow.audience).in_(audiences),
        tuple_(col(ArticleRow.id), col(ArticleRow.version)).in_(stand),
    )
