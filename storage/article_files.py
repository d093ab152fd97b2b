"""Queries on the pictures and other files of articles."""

from __future__ import annotations

from sqlmodel import Session, col, select

from storage.knowledge import ArticleFile


def names(db: Session, workspace: str, article: str) -> list[str]:
    """The names of an article's files, in order; small and fast, however large they are."""
    mine = select(ArticleFile.name).where(ArticleFile.workspace == workspace, ArticleFile.article == article)
    return list(db.exec(mine.order_by(col(ArticleFile.name))))


def whole(db: Session, workspace: str, article: str) -> list[ArticleFile]:
    """The files of an article, by name, with their contents."""
    mine = select(ArticleFile).where(ArticleFile.workspace == workspace, ArticleFile.article == article)
    return list(db.exec(mine.order_by(col(ArticleFile.name))))


def signs(db: Session, workspace: str) -> dict[tuple[str, str], str]:
    """(article, name) of all files, each with its SHA-256."""
    rows = db.exec(
        select(ArticleFile.article, ArticleFile.name, ArticleFile.sha256).where(ArticleFile.workspace == workspace)
    )
    return {(article, name): digest for article, name, digest in rows}
