"""Queries on articles offered with tickets and on what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy import text as sql
from sqlmodel import Session, col
from sqlmodel import select as pick

from storage.knowledge import ArticleRow, Suggestion
from storage.prepared import Insert, Prepared
from storage.tables import Entry

_ENTRY = Entry.__table__  # type: ignore[attr-defined]
_TEXT = Prepared(
    select(_ENTRY.c.text)
    .where(
        _ENTRY.c.workspace == bindparam("workspace"),
        _ENTRY.c.ticket == bindparam("ticket"),
        _ENTRY.c.kind == bindparam("kind"),
    )
    .order_by(_ENTRY.c.id)
    .limit(1)
)

_FOUND = Prepared(
    select(_ENTRY.c.kind, _ENTRY.c.text, _ENTRY.c.data)
    .where(
        _ENTRY.c.workspace == bindparam("workspace"),
        _ENTRY.c.ticket == bindparam("ticket"),
        or_(_ENTRY.c.kind == "suggested", _ENTRY.c.kind == "category"),
    )
    .order_by(_ENTRY.c.id.desc())
    .limit(1)
)


def words_of(db: Session, workspace: str, ticket: int) -> str:
    """The words a ticket was opened with; "" for a ticket that is not there."""
    return _text(db, workspace, ticket, "opened")


def found_for(db: Session, workspace: str, ticket: int) -> tuple[str, list[tuple[int, float]]]:
    """What was found for the agents, for the ticket's category and team of now: in words, and (number, how sure) of
    resolved tickets like it; "" and none for nothing."""
    rows = _FOUND.run(db, {"workspace": workspace, "ticket": ticket})
    if not rows or rows[0][0] != "suggested":
        return "", []
    _, text, data = rows[0]
    return text, [(number, sure) for number, sure in data.get("similar", ())]


def _text(db: Session, workspace: str, ticket: int, kind: str) -> str:
    rows = _TEXT.run(db, {"workspace": workspace, "ticket": ticket, "kind": kind})
    return rows[0][0] if rows else ""


_SUGGESTION = Suggestion.__table__  # type: ignore[attr-defined]


def _show(insert: Insert) -> Any:
    values: dict[str, Any] = {c.name: bindparam(c.name) for c in _SUGGESTION.columns}
    return insert(_SUGGESTION).values(values).on_conflict_do_nothing()


_SHOWN = Prepared(_show)


def shown(db: Session, workspace: str, ticket: int, fixes: Iterable[tuple[str, float]], now: datetime) -> None:
    """These (article, confidence) were offered with a ticket; a second time changes nothing."""
    common = {"workspace": workspace, "ticket": ticket, "shown_at": now, "opened_at": None, "outcome": ""}
    _SHOWN.run_all(db, [{**common, "article": article, "confidence": sure} for article, sure in fixes])


def opened(db: Session, workspace: str, ticket: int, article: str, now: datetime) -> None:
    """An offered article was read."""
    row = db.get(Suggestion, (workspace, ticket, article))
    if row and row.opened_at is None:
        row.opened_at = now


def judged(db: Session, workspace: str, ticket: int, outcome: str, article: str = "") -> None:
    """What came of an offered article ("helped", "unhelped"), or of all that were offered with a ticket."""
    query = pick(Suggestion).where(Suggestion.workspace == workspace, Suggestion.ticket == ticket)
    for row in db.exec(query.where(Suggestion.article == article) if article else query):
        row.outcome = outcome


PRIOR = 0.15
"""The most that readers' verdicts move a hit's confidence, so that no clicking buries or pushes an article for good."""


def verdicts(db: Session, workspace: str) -> dict[str, float]:
    """What readers' verdicts add to each article's confidence, in -PRIOR … PRIOR."""
    rows = db.execute(
        select(col(Suggestion.article), col(Suggestion.outcome), func.count())
        .where(col(Suggestion.workspace) == workspace, sql("outcome <> ''"))
        .group_by(col(Suggestion.article), col(Suggestion.outcome))
    )
    good, bad = Counter[str](), Counter[str]()
    for article, outcome, count in rows:
        (good if outcome == "helped" else bad)[article] += count
    return {a: PRIOR * (good[a] - bad[a]) / (good[a] + bad[a] + 4) for a in good.keys() | bad.keys()}


def article(db: Session, workspace: str, article_id: str) -> ArticleRow | None:
    """An article's newest version."""
    return db.exec(
        pick(ArticleRow)
        .where(ArticleRow.workspace == workspace, ArticleRow.id == article_id)
        .order_by(col(ArticleRow.version).desc())
    ).first()
