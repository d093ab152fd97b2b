"""The knowledge base's way into the database: folders of Markdown at start, and the index after every change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from sqlmodel import Session

from kb import Article
from kb.folder import read_folder
from storage import articles as stored
from storage.database import Database
from storage.knowledge import ArticleRow

log = structlog.get_logger()


def read_all(folders: Iterable[str], root: Path) -> list[Article]:
    """The articles of all folders; a broken file is logged and left out."""
    articles = []
    for folder in folders:
        found, problems = read_folder(root / folder)
        articles += found
        for problem in problems:
            log.warning("article left out", problem=str(problem))
    return articles


def keep(db: Session, workspace: str, articles: Iterable[Article], now: datetime) -> int:
    """Add what is new and what has changed as new versions; how many. Reading the same folder again changes nothing."""
    rows = new_versions(db, workspace, articles, now)
    add(db, workspace, rows)
    return len(rows)


def new_versions(db: Session, workspace: str, articles: Iterable[Article], now: datetime) -> list[ArticleRow]:
    """Versions for what is new and what has changed; version 1 is of a new article."""
    newest = stored.newest(db, workspace)
    found = []
    for article in articles:
        row = newest.get(article.id)
        new = _row(workspace, article, (row.version if row else 0) + 1, now)
        if row is None or any(getattr(row, name) != getattr(new, name) for name in COMPARED):
            found.append(new)
    return found


def add(db: Session, workspace: str, rows: Sequence[ArticleRow]) -> None:
    """Keep these versions, and let every replica know."""
    db.add_all(rows)
    if rows:
        stored.changed(db, workspace)


COMPARED = ("title", "body", "tags", "category", "audience", "source", "license")


def _row(workspace: str, article: Article, version: int, now: datetime) -> ArticleRow:
    return ArticleRow(
        workspace=workspace,
        id=article.id,
        version=version,
        title=article.title,
        body=article.body,
        tags=list(article.tags),
        category=article.category or "",
        audience=article.audience,
        source=article.source,
        license=article.license,
        at=now,
    )


async def rows(database: Database, workspace: str) -> list[ArticleRow]:
    """The published articles."""
    return await database.read(lambda db: stored.published(db, workspace))
