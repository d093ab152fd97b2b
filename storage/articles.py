"""Queries on articles: which version of each counts, and whether anything has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from secrets import token_hex
from typing import NamedTuple

from sqlmodel import Session, col, select

from storage import tickets
from storage.knowledge import ArticleRow, Suggestion
from storage.suggestions import words_of
from storage.tables import Ticket

_CHANGED = "articles"
_ID = re.compile(r"\w+(?:-\w+)+")  # of one word it would be found where nobody meant it


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


class Past(NamedTuple):
    """A ticket that it is known of which articles answered it; none of those that were offered, where `answers` is
    empty."""

    ticket: int
    words: str
    answers: frozenset[str]


def past(db: Session, workspace: str, most: int) -> list[Past]:
    """Tickets whose requesters judged what they were offered, and those whose resolution names an article by its id.

    Of each kind the newest `most`; the newest tickets first.
    """
    answers: dict[int, set[str]] = {}
    judged = select(Suggestion.ticket, Suggestion.article, Suggestion.outcome)
    judged = judged.where(Suggestion.workspace == workspace, Suggestion.outcome != "")
    for ticket, article, outcome in db.exec(judged.order_by(col(Suggestion.ticket).desc()).limit(most)):
        answers.setdefault(ticket, set()).update([article] if outcome == "helped" else [])
    for ticket, named in _named(db, workspace, most):
        answers.setdefault(ticket, set()).update(named)
    newest_first = sorted(answers.items(), reverse=True)
    return [Past(ticket, words_of(db, workspace, ticket), frozenset(found)) for ticket, found in newest_first]


def _named(db: Session, workspace: str, most: int) -> Iterator[tuple[int, set[str]]]:
    ids = versions(db, workspace).keys()
    resolved = select(Ticket.number, Ticket.resolution)
    resolved = resolved.where(Ticket.workspace == workspace, col(Ticket.resolved_at).is_not(None))
    for ticket, resolution in db.exec(resolved.order_by(col(Ticket.number).desc()).limit(most)):
        named = ids & set(_ID.findall(resolution))
        if named:
            yield ticket, named


def _for_everyone(status: str, audience: str) -> bool:
    return status == "published" and audience == "everyone"
