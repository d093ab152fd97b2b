"""Queries on what waits for somebody: what they have asked for, what they work on, what their teams have to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func
from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from storage.tables import OPEN, Clock, Ticket


class Listed(NamedTuple):
    """The first tickets of a list, and how many there are in all."""

    tickets: list[Ticket]
    total: int


_IS_OPEN = sql(OPEN)  # word for word as in the partial indexes
_RUNNING = (Clock.workspace == Ticket.workspace, Clock.ticket == Ticket.number, Clock.state == "running")
_DUE = select(func.min(col(Clock.due_at))).where(*_RUNNING).correlate(Ticket).scalar_subquery()
_RANK = case({"critical": 0, "high": 1, "medium": 2}, value=col(Ticket.priority), else_=3)
URGENT_FIRST = (_DUE.is_(None), _DUE, _RANK, col(Ticket.number))
"""By the deadline that ends first; what has none running, as while it waits for its requester, comes last."""


def asked(db: Session, workspace: str, person: str, most: int) -> Listed:
    """Somebody's own open tickets, those that wait for them first, then the newest."""
    waits = case({"pending": 0}, value=col(Ticket.status), else_=1)
    where = Ticket.requester == person, _IS_OPEN
    return _listed(db, workspace, where, (waits, col(Ticket.created_at).desc()), most)


def done(db: Session, workspace: str, person: str, since: datetime, most: int) -> Listed:
    """Those of somebody's own tickets that were resolved since an instant, the newest first; none that was merged."""
    lately = ~col(Ticket.resolved_at).is_(None), col(Ticket.resolved_at) >= since
    where = Ticket.requester == person, *lately, col(Ticket.merged_into).is_(None)
    return _listed(db, workspace, where, (col(Ticket.resolved_at).desc(), col(Ticket.number).desc()), most)


def owned(db: Session, workspace: str, person: str, most: int) -> Listed:
    """What somebody works on, the most urgent first."""
    where = Ticket.owner == person, col(Ticket.owner).is_not(None), _IS_OPEN
    return _listed(db, workspace, where, URGENT_FIRST, most)


def at_risk(db: Session, workspace: str, teams: Sequence[str], now: datetime, most: int) -> Listed:
    """Some teams' open tickets of which a deadline is near or over, the most urgent first."""
    near = select(Clock.kind).where(*_RUNNING, col(Clock.warn_at) <= now).correlate(Ticket).exists()
    return _listed(db, workspace, (col(Ticket.team).in_(teams), _IS_OPEN, near), URGENT_FIRST, most)


def unclaimed(db: Session, workspace: str, teams: Sequence[str], most: int) -> Listed:
    """Some teams' open tickets that nobody has, the most urgent first."""
    where = col(Ticket.team).in_(teams), col(Ticket.owner).is_(None), _IS_OPEN
    return _listed(db, workspace, where, URGENT_FIRST, most)


def in_work(db: Session, workspace: str, teams: Sequence[str], but: str, most: int) -> Listed:
    """Some teams' open tickets that others have than one person, the most urgent first."""
    somebody = func.coalesce(col(Ticket.owner), "")  # not by the index of owners: the teams' tickets are fewer
    where = col(Ticket.team).in_(teams), _IS_OPEN, somebody != "", somebody != but
    return _listed(db, workspace, where, URGENT_FIRST, most)


def _listed(db: Session, workspace: str, where: Sequence[Any], order: Sequence[Any], most: int) -> Listed:
    meant = Ticket.workspace == workspace, *where
    found = list(db.exec(select(Ticket).where(*meant).order_by(*order).limit(most)).all())
    if len(found) < most:
        return Listed(found, len(found))
    return Listed(found, db.scalar(select(func.count()).select_from(Ticket).where(*meant)) or 0)


def running(db: Session, workspace: str, tickets: Sequence[Ticket]) -> dict[int, list[Clock]]:
    """The running clocks of some tickets, by the ticket's number; the one that ends first stands first."""
    found: dict[int, list[Clock]] = {}
    numbers = [ticket.number for ticket in tickets]
    query = select(Clock).where(Clock.workspace == workspace, col(Clock.ticket).in_(numbers), Clock.state == "running")
    for clock in db.exec(query.order_by(col(Clock.due_at))).all():
        found.setdefault(clock.ticket, []).append(clock)
    return found
