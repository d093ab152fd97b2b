"""Queries on articles offered with tickets and on what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session
from sqlmodel import select as pick

from storage.knowledge import Suggestion
from storage.prepared import Insert, Prepared
from storage.tables import Entry

_ENTRY = Entry.__table__  # type: ignore[attr-defined]
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


def found_for(db: Session, workspace: str, ticket: int) -> tuple[str, list[tuple[int, float]]]:
    """What was found for the agents, for the ticket's category and team of now: in words, and (number, how sure) of
    resolved tickets like it; "" and none for nothing."""
    rows = _FOUND.run(db, {"workspace": workspace, "ticket": ticket})
    if not rows or rows[0][0] != "suggested":
        return "", []
    _, text, data = rows[0]
    return text, [(number, sure) for number, sure in data.get("similar", ())]


_ANSWERED = Prepared(
    select(_ENTRY.c.data)
    .where(
        _ENTRY.c.workspace == bindparam("workspace"),
        _ENTRY.c.ticket == bindparam("ticket"),
        _ENTRY.c.kind == "answered",
    )
    .order_by(_ENTRY.c.id.desc())
    .limit(1)
)


def answered_with(db: Session, workspace: str, ticket: int, reopened: int) -> str:
    """The article that a ticket was resolved with, having been opened again so often; "" for none."""
    rows = _ANSWERED.run(db, {"workspace": workspace, "ticket": ticket})
    return str(rows[0][0]["article"]) if rows and rows[0][0]["reopened"] == reopened else ""


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


def judged(db: Session, workspace: str, ticket: int, outcome: str, article: str = "") -> list[str]:
    """What came of an offered article ("helped", "unhelped", "answered"), or of all that were offered with a ticket;
    which these are."""
    query = pick(Suggestion).where(Suggestion.workspace == workspace, Suggestion.ticket == ticket)
    rows = db.exec(query.where(Suggestion.article == article) if article else query).all()
    for row in rows:
        row.outcome = outcome
    return [row.article for row in rows]
