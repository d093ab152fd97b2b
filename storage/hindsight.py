"""Queries on the past of suggestions: the tickets of which it is known which articles answered them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sqlmodel import Session, col, select

from storage import articles
from storage.knowledge import Suggestion, Verdict
from storage.tables import Ticket
from storage.timeline import opening_words

ANSWERS = ("helped", "answered")
"""What came of an article that was the answer."""
_ID = re.compile(r"\w+(?:-\w+)+")  # of one word it would be found where nobody meant it


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
    return [Past(t.number, opening_words(db, workspace, t.number), found, t.requester) for t, found in rows if t]


def _named(db: Session, workspace: str, most: int) -> Iterator[tuple[int, set[str]]]:
    ids = articles.versions(db, workspace).keys()
    resolved = select(Ticket.number, Ticket.resolution)
    resolved = resolved.where(Ticket.workspace == workspace, col(Ticket.resolved_at).is_not(None))
    for ticket, resolution in db.exec(resolved.order_by(col(Ticket.number).desc()).limit(most)):
        named = ids & set(_ID.findall(resolution))
        if named:
            yield ticket, named
