"""Queries on articles offered with tickets and on what came of them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.tables import ArticleRow, Entry, Suggestion, Ticket


def words_of(db: Session, workspace: str, ticket: int) -> str:
    """The words a ticket was opened with; "" for a ticket that is not there."""
    text = db.exec(
        select(Entry.text)
        .where(Entry.workspace == workspace, Entry.ticket == ticket, Entry.kind == "opened")
        .order_by(col(Entry.id))
    ).first()
    return text or ""


def shown(db: Session, workspace: str, ticket: int, article: str, confidence: float, now: datetime) -> None:
    """An article was offered with a ticket; a second time changes nothing."""
    if db.get(Suggestion, (workspace, ticket, article)) is None:
        db.add(Suggestion(workspace=workspace, ticket=ticket, article=article, confidence=confidence, shown_at=now))
        db.flush()


def opened(db: Session, workspace: str, ticket: int, article: str, now: datetime) -> None:
    """An offered article was read."""
    row = db.get(Suggestion, (workspace, ticket, article))
    if row and row.opened_at is None:
        row.opened_at = now


def judged(db: Session, workspace: str, ticket: int, outcome: str, article: str = "") -> None:
    """What came of an offered article ("helped", "unhelped"), or of all that were offered with a ticket."""
    query = select(Suggestion).where(Suggestion.workspace == workspace, Suggestion.ticket == ticket)
    for row in db.exec(query.where(Suggestion.article == article) if article else query):
        row.outcome = outcome


PRIOR = 0.15
"""The most that readers' verdicts move a hit's confidence, so that no clicking buries or pushes an article for good."""


def verdicts(db: Session, workspace: str) -> dict[str, float]:
    """What readers' verdicts add to each article's confidence, in -PRIOR … PRIOR."""
    rows = db.execute(
        select(Suggestion.article, Suggestion.outcome, func.count())
        .where(Suggestion.workspace == workspace, Suggestion.outcome != "")
        .group_by(col(Suggestion.article), col(Suggestion.outcome))
    )
    good, bad = Counter[str](), Counter[str]()
    for article, outcome, count in rows:
        (good if outcome == "helped" else bad)[article] += count
    return {a: PRIOR * (good[a] - bad[a]) / (good[a] + bad[a] + 4) for a in good.keys() | bad.keys()}


def similar_resolved(db: Session, workspace: str, ticket: Ticket, most: int = 2) -> list[tuple[int, str, str]]:
    """(number, title, resolution) of recently resolved tickets of the same category that share most words of the
    title.
    """
    from rapidfuzz import fuzz, process, utils

    recent = db.exec(
        select(Ticket)
        .where(
            Ticket.workspace == workspace,
            Ticket.team == ticket.team,
            Ticket.category == ticket.category,
            col(Ticket.resolved_at).is_not(None),
            Ticket.number != ticket.number,
            Ticket.outcome == "fixed",
        )
        .order_by(col(Ticket.resolved_at).desc())
        .limit(200)
    ).all()
    titles = {t.number: t.title for t in recent}
    best = process.extract(
        ticket.title, titles, scorer=fuzz.token_set_ratio, processor=utils.default_process, score_cutoff=75, limit=most
    )
    by_number = {t.number: t for t in recent}
    return [(n, title, by_number[n].resolution) for title, _, n in best]


def article(db: Session, workspace: str, article_id: str) -> ArticleRow | None:
    """An article's newest version."""
    return db.exec(
        select(ArticleRow)
        .where(ArticleRow.workspace == workspace, ArticleRow.id == article_id)
        .order_by(col(ArticleRow.version).desc())
    ).first()
