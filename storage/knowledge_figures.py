"""Queries for the knowledge base's report: what came of articles, which tickets had none, which stand. They only read.

A period is [start, end), and a ticket belongs to the one it was received in.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlmodel import Session

from storage.articles import live
from storage.knowledge import ArticleRow, Suggestion, Verdict
from storage.statuses import SELF_SERVED
from storage.tables import Ticket

_TICKET = Ticket.__table__.c  # type: ignore[attr-defined]
_OFFER = Suggestion.__table__.c  # type: ignore[attr-defined]
_VERDICT = Verdict.__table__.c  # type: ignore[attr-defined]
_ARTICLE = ArticleRow.__table__.c  # type: ignore[attr-defined]
MOST = 500
"""How many tickets are looked through for gaps: the newest ones."""


class Standing(NamedTuple):
    """A published article: since when its text is as it is, when its review is due, and when it was last opened."""

    id: str
    title: str
    audience: str
    at: datetime
    review_at: datetime | None
    opened_at: datetime | None


def standing(db: Session, workspace: str, audiences: Collection[str]) -> list[Standing]:
    """The published articles for these audiences, by id."""
    a = _ARTICLE
    opened = _last_opened(db, workspace)
    rows = db.execute(
        select(a.id, a.title, a.audience, a.at, a.review_at)
        .where(live(workspace), a.audience.in_(audiences))
        .order_by(a.id)
    )
    return [Standing(**row._asdict(), opened_at=opened.get(row.id)) for row in rows]


def _last_opened(db: Session, workspace: str) -> dict[str, datetime]:
    """When each article was last opened, beside a ticket or without one."""
    beside = select(_OFFER.article, func.max(_OFFER.opened_at)).where(_OFFER.workspace == workspace)
    alone = select(_VERDICT.article, func.max(_VERDICT.at)).where(_VERDICT.workspace == workspace)
    alone = alone.where(_VERDICT.kind == "opened").group_by(_VERDICT.article)
    last: dict[str, datetime] = {}
    for query in (beside.where(_OFFER.opened_at.is_not(None)).group_by(_OFFER.article), alone):
        for article, at in db.execute(query):
            last[article] = max(at, last.get(article, at))
    return last


class Offered(NamedTuple):
    """What came of an article that was offered with tickets. deflected: the tickets that nobody had to answer."""

    article: str
    shown: int
    opened: int
    helped: int
    unhelped: int
    deflected: int


def offered(db: Session, workspace: str, start: datetime, end: datetime) -> list[Offered]:
    """What came of the articles offered with a period's tickets, the most offered first."""
    o, helped = _OFFER, _OFFER.outcome == "helped"
    counts = [func.count(), func.count(o.opened_at)]
    counts += [_count(c) for c in (helped, o.outcome == "unhelped", and_(helped, _TICKET.outcome == SELF_SERVED))]
    rows = db.execute(
        select(o.article, *counts)
        .join(Ticket, and_(_TICKET.workspace == o.workspace, _TICKET.number == o.ticket))
        .where(*_received(workspace, start, end))
        .group_by(o.article)
        .order_by(func.count().desc(), o.article)
    )
    return [Offered(*row) for row in rows]


class Said(NamedTuple):
    """How many people said something of an article; kind: see `Verdict`. alone: about no ticket."""

    article: str
    kind: str
    alone: bool
    people: int


def said(db: Session, workspace: str, start: datetime, end: datetime) -> list[Said]:
    """What people said of articles in a period, by article and kind; each counts once, where they said it last."""
    v, alone = _VERDICT, _VERDICT.ticket.is_(None)
    rows = db.execute(
        select(v.article, v.kind, alone, func.count())
        .where(v.workspace == workspace, v.at >= start, v.at < end)
        .group_by(v.article, v.kind, alone)
        .order_by(v.article, v.kind, alone)
    )
    return [Said(article, kind, bool(alone), people) for article, kind, alone, people in rows]


class Sums(NamedTuple):
    """A period's tickets: received, answered by an article alone, with a good article, with any."""

    received: int
    deflected: int
    good: int
    offered: int


def sums(db: Session, workspace: str, start: datetime, end: datetime) -> Sums:
    """A good article was offered and nobody said that it did not help, or it is what the ticket was answered with."""
    good = or_(_offer(_OFFER.outcome != "unhelped"), _answered(workspace))
    counts = (func.count(), _count(_TICKET.outcome == SELF_SERVED), _count(good), _count(_offer()))
    row = db.execute(select(*counts).where(*_received(workspace, start, end))).one()
    return Sums(*(value or 0 for value in row))


class Missed(NamedTuple):
    """A ticket that no article answered. offered: the articles that were tried; stars: 1 to 5, or None."""

    number: int
    title: str
    team: str
    outcome: str
    stars: int | None
    reopened: int
    resolution: int
    offered: frozenset[str]


def missed(
    db: Session, workspace: str, start: datetime, end: datetime, teams: Collection[str] | None, limit: int = MOST
) -> list[Missed]:
    """The tickets received in a period without a good article, or that an agent resolved without one; the newest first.

    teams: of these alone; None: of all. resolution: how many characters it has.
    """
    t = _TICKET
    columns = (t.number, t.title, t.team, t.outcome, t.stars, t.reopened, func.length(t.resolution).label("resolution"))
    query = (
        select(*columns)
        .where(*_received(workspace, start, end), t.merged_into.is_(None), t.outcome != SELF_SERVED)
        .where(~_answered(workspace), ~_offer(_OFFER.outcome.in_(("helped", "answered"))))
        .where(or_(t.outcome != "", ~_offer(_OFFER.outcome != "unhelped")))
        .order_by(t.number.desc())
        .limit(limit)
    )
    rows = db.execute(query if teams is None else query.where(t.team.in_(teams))).all()
    tried = _tried(db, workspace, [row.number for row in rows])
    return [Missed(**row._asdict(), offered=tried.get(row.number, frozenset())) for row in rows]


def _tried(db: Session, workspace: str, numbers: Collection[int]) -> dict[int, frozenset[str]]:
    query = select(_OFFER.ticket, _OFFER.article).where(_OFFER.workspace == workspace, _OFFER.ticket.in_(numbers))
    found: dict[int, frozenset[str]] = {}
    for ticket, article in db.execute(query) if numbers else ():
        found[ticket] = found.get(ticket, frozenset()) | {article}
    return found


def _received(workspace: str, start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return _TICKET.workspace == workspace, _TICKET.created_at >= start, _TICKET.created_at < end


def _offer(*among: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an article was offered with the ticket."""
    return exists().where(_OFFER.workspace == _TICKET.workspace, _OFFER.ticket == _TICKET.number, *among)


def _answered(workspace: str) -> ColumnElement[bool]:
    """Whether the ticket was resolved with an article. One list for all tickets: verdicts have no index by ticket."""
    v = _VERDICT
    mine = select(v.ticket).where(v.workspace == workspace, v.kind == "answered", v.ticket.is_not(None))
    number: ColumnElement[int] = _TICKET.number
    return number.in_(mine)


def _count(what: ColumnElement[bool]) -> Any:
    return func.sum(case((what, 1), else_=0))
