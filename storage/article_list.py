"""Queries for the list of articles, with how each begins: the published ones of some audiences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from storage.articles import live
from storage.knowledge import ArticleRow

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
    return int(db.execute(_live(workspace, audiences).with_only_columns(func.count())).scalar_one())


def page(db: Session, workspace: str, audiences: Collection[str], start: int, most: int) -> list[Listed]:
    """Those from the `start`th on (the first is 0), by title."""
    by_title = _live(workspace, audiences).order_by(func.lower(col(ArticleRow.title)), col(ArticleRow.id))
    return [Listed(*row) for row in db.execute(by_title.offset(min(start, 2**31)).limit(most))]


def some(db: Session, workspace: str, audiences: Collection[str], ids: Sequence[str]) -> list[Listed]:
    """Those of them that are live, in the order of the ids."""
    those = _live(workspace, audiences).where(col(ArticleRow.id).in_(ids))
    found = {row[0]: Listed(*row) for row in db.execute(those)}
    return [found[id] for id in ids if id in found]


def _live(workspace: str, audiences: Collection[str]) -> Select[Any]:
    begins = func.substr(col(ArticleRow.body), 1, BEGINNING)
    return select(col(ArticleRow.id), col(ArticleRow.title), col(ArticleRow.category), begins).where(
        live(workspace), col(ArticleRow.audience).in_(audiences)
    )
