"""Queries for reports: what a period's figures are counted from. They only read.

A period is [start, end). A query costs what happened in the period and what was open at its end, not what is stored:
each part of the union below stands on an index of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, and_, or_, select, union
from sqlalchemy import text as sql
from sqlmodel import Session

from storage import statuses
from storage.tables import OPEN, Clock, Entry, Ticket

_TICKET = Ticket.__table__  # type: ignore[attr-defined]
_CLOCK = Clock.__table__  # type: ignore[attr-defined]
_ENTRY = Entry.__table__  # type: ignore[attr-defined]
_FROM, _TO = _ENTRY.c.data["from"].as_string(), _ENTRY.c.data["to"].as_string()


@dataclass(frozen=True, slots=True)
class Timer:
    """A clock of a ticket's, as its row has it: state is "running", "paused", "met" or "idle"."""

    state: str
    due_at: datetime | None
    met_at: datetime | None
    breached: bool


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A ticket went from one status to another."""

    at: datetime
    source: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket as a report needs it.

    reopened: whether it was, in the period. merged: whether it became part of another. changes: for a ticket resolved
    in the period those into and out of Pending, and all of them where it was ever reopened; oldest first.
    """

    number: int
    title: str
    status: str
    category: str
    team: str
    owner: str | None
    via: str
    created_at: datetime
    first_reply_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    stars: int | None = None
    merged: bool = False
    reopened: bool = False
    first: Timer | None = None
    resolution: Timer | None = None
    changes: tuple[StatusChange, ...] = ()

    @property
    def open(self) -> bool:
        return self.status in statuses.OPEN

    @property
    def self_served(self) -> bool:
        return self.outcome == statuses.SELF_SERVED


def cases(db: Session, workspace: str, start: datetime, end: datetime, team: str = "") -> list[Case]:
    """The tickets a period's report is made of, by number: received, moved or resolved in it, or open at its end.

    A ticket stands as it is now: one that was resolved in the period and reopened since is an open one. `team`: only
    that team's. ValueError (of the column type) for an instant without a zone.
    """
    rows = db.execute(_of_period(workspace, start, end, team)).all()
    reopened = set(db.scalars(_reopened(workspace, start, end)))
    changes = _by_ticket(db.execute(_changes(workspace, start, end)))
    return [_case(row, row.number in reopened, changes.get(row.number, ())) for row in rows]


def _of_period(workspace: str, start: datetime, end: datetime, team: str) -> Select[Any]:
    numbers = _touched(workspace, start, end).subquery()
    query = (
        _with_clocks(workspace).join(numbers, numbers.c.number == _TICKET.c.number).where(_TICKET.c.created_at < end)
    )
    return query.where(_TICKET.c.team == team) if team else query


def _touched(workspace: str, start: datetime, end: datetime) -> CompoundSelect[Any]:
    """The numbers of those tickets, and of some that are newer."""
    t, e = _TICKET.c, _ENTRY.c
    mine = select(t.number).where(t.workspace == workspace)
    moved = select(e.ticket).where(e.workspace == workspace, e.kind == "status", e.at >= start, e.at < end)
    return union(
        mine.where(t.created_at >= start, t.created_at < end),
        mine.where(t.resolved_at >= start, t.resolved_at < end),
        moved,
        # SQLite uses the index of open tickets only where its condition is written out, and surely only where a
        # further column of it is asked about; every team is >= "".
        mine.where(sql(OPEN), t.team >= ""),
        mine.where(t.resolved_at >= end),
    )


def _with_clocks(workspace: str) -> Select[Any]:
    first, resolution = _CLOCK.alias("first"), _CLOCK.alias("resolution")
    columns = [_TICKET.c[name] for name in _COLUMNS]
    for clock, name in ((first, "first"), (resolution, "resolution")):
        columns += [clock.c[part].label(f"{name}_{part}") for part in _PARTS]
    query = select(*columns, (_TICKET.c.merged_into.is_not(None)).label("merged"))
    for clock, kind in ((first, "first_response"), (resolution, "resolution")):
        on = and_(clock.c.workspace == workspace, clock.c.ticket == _TICKET.c.number, clock.c.kind == kind)
        query = query.outerjoin(clock, on)
    return query.where(_TICKET.c.workspace == workspace).order_by(_TICKET.c.number)


_COLUMNS = (
    "number", "title", "status", "category", "team", "owner", "via", "created_at", "first_reply_at", "resolved_at",
    "closed_at", "outcome", "stars",
)  # fmt: skip
_PARTS = ("state", "due_at", "met_at", "breached")


def _reopened(workspace: str, start: datetime, end: datetime) -> Select[Any]:
    e = _ENTRY.c
    moved = select(e.ticket).where(e.workspace == workspace, e.kind == "status", e.at >= start, e.at < end)
    return moved.where(_FROM.in_(statuses.FINISHED), _TO.in_(statuses.OPEN)).distinct()


def _changes(workspace: str, start: datetime, end: datetime) -> Select[Any]:
    e, t = _ENTRY.c, _TICKET.c
    return (
        select(e.ticket, e.at, _FROM.label("source"), _TO.label("target"))
        .join(_TICKET, and_(t.workspace == e.workspace, t.number == e.ticket))
        .where(e.workspace == workspace, e.kind == "status", t.resolved_at >= start, t.resolved_at < end)
        .where(or_(t.reopened > 0, _FROM == "pending", _TO == "pending"))
        .order_by(e.ticket, e.at, e.id)
    )


def _by_ticket(rows: Iterable[Row[Any]]) -> dict[int, tuple[StatusChange, ...]]:
    found: dict[int, list[StatusChange]] = {}
    for row in rows:
        found.setdefault(row.ticket, []).append(StatusChange(row.at, row.source or "", row.target or ""))
    return {ticket: tuple(changes) for ticket, changes in found.items()}


def _case(row: Row[Any], reopened: bool, changes: tuple[StatusChange, ...]) -> Case:
    values = row._asdict()
    plain = {name: values[name] for name in (*_COLUMNS, "merged")}
    timers = {name: _timer(values, name) for name in ("first", "resolution")}
    return Case(**(plain | timers), reopened=reopened, changes=changes)


def _timer(values: Mapping[str, Any], name: str) -> Timer | None:
    state, due_at, met_at, breached = (values[f"{name}_{part}"] for part in _PARTS)
    return None if state is None else Timer(state, due_at, met_at, breached)
