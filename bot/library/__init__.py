"""The knowledge base's way into the database: folders of Markdown at start, and out of it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import structlog
from sqlmodel import Session

from bot.knowledge import article
from bot.library import importing, told
from bot.library.folders import checked
from bot.settings import Settings
from kb import Article
from kb.folder import Problem, read_pages
from kb.page import Page
from storage.knowledge import ArticleRow

log = structlog.get_logger()
TWICE = "a folder before this one has an article of the same id: rename one of them"


def read_all(folders: Iterable[str], root: Path, settings: Settings) -> list[Page]:
    """The articles of all folders; what is wrong with a file is logged. Of those with one id, the first folder's.

    Of one that is not there, of those behind it, and of those behind one with a file that cannot be read, nothing is:
    the articles stay as they are in the database.
    """
    pages: list[Page] = []
    taken: set[str] = set()
    unread: list[str] = []
    for folder in folders:
        if unread:  # each may be the text that counts of what this folder has
            log.error(
                "files of the folder before this one cannot be read: nothing is read of it and behind it",
                folder=folder,
                files=unread,
            )
            break
        try:
            found, problems = read_pages(root / folder)
        except NotADirectoryError:
            log.error(
                "knowledge.folders names a folder that is not there: nothing is read of it and behind it", folder=folder
            )
            break  # the next one may have another text for what this one has
        unread = [problem.file for problem in problems if not problem.id]
        fine, left_out, notes = checked(found, settings)
        again = [Problem(page.place, TWICE) for page in fine if page.article.id in taken]
        pages += [page for page in fine if page.article.id not in taken]
        taken.update(page.article.id for page in found)
        for problem in (*problems, *left_out, *again):
            log.warning("article left out", folder=folder, problem=str(problem))
        for note in notes:
            log.info("article taken up, but", folder=folder, problem=str(note))
    return pages


def keep(db: Session, workspace: str, articles: Iterable[Article | Page], now: datetime) -> int:
    """Add what is new and what has changed as new versions; how many. What was edited here since stays as it is.

    Reading the same folder again changes nothing. What stays although the folder says something else is logged.
    """
    pages = (page if isinstance(page, Page) else Page(page) for page in articles)
    made = importing.plan(db, workspace, pages, now)
    importing.apply(db, workspace, made)
    for page, row in made.archived:
        log.info("article stays archived", file=page.place, problem=told.kept(row))
    for page, row in made.edited:
        log.warning("article left alone", file=page.place, problem=told.kept(row))
    return len(made.rows)


def page(row: ArticleRow) -> Page:
    """A version as a file is to have it."""
    review = row.review_at.date() if row.review_at else None
    return Page(article(row), row.owner, row.status, review, importing.sign_of(row))
