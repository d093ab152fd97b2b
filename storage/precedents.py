"""Queries on resolved tickets: what was asked, and what was done about it. Notes and talk are never read here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlmodel import Session
from sqlmodel import select as pick

from storage.prepared import Prepared
from storage.statuses import SOLVED
from storage.tables import Entry, Ticket
from storage.timeline import opening_words

_TICKET = Ticket.__table__  # type: ignore[attr-defined]
_ENTRY = Entry.__table__  # type: ignore[attr-defined]


class Precedent(NamedTuple):
    """A ticket that was answered: its opening words, and its resolution."""

    number: int
    team: str
    title: str
    words: str
    resolution: str


_ANSWERED = _TICKET.c.outcome.in_(SOLVED)
"""That an agent has answered it: not of duplicates, of spam, of silence; reopening takes the outcome away."""


def newest(db: Session, workspace: str, most: int) -> set[int]:
    """The numbers of the answered tickets that were resolved last."""
    query = select(_TICKET.c.number).where(_TICKET.c.workspace == workspace, _TICKET.c.resolved_at.is_not(None))
    found = db.execute(query.where(_ANSWERED).order_by(_TICKET.c.resolved_at.desc()).limit(most))
    return {number for (number,) in found}


def some(db: Session, workspace: str, numbers: Collection[int]) -> list[Precedent]:
    """Those of these tickets that are answered as things stand."""
    return [
        Precedent(number, ticket.team, ticket.title, opening_words(db, workspace, number), ticket.resolution)
        for number, ticket in rows(db, workspace, numbers).items()
    ]


def rows(db: Session, workspace: str, numbers: Collection[int]) -> dict[int, Ticket]:
    """The same as tickets, by number."""
    # Without `resolved_at`, which says the same, and for which SQLite would walk through that index.
    query = pick(Ticket).where(_TICKET.c.workspace == workspace, _TICKET.c.number.in_(numbers), _ANSWERED)
    return {ticket.number: ticket for ticket in db.exec(query).all()} if numbers else {}


_SINCE = (
    _ENTRY.c.workspace == bindparam("workspace"),
    _ENTRY.c.kind == "status",  # resolving, reopening, closing and merging each write one
    _ENTRY.c.at >= bindparam("since"),
)
_COUNTED = Prepared(select(func.count(), func.max(_ENTRY.c.id)).where(*_SINCE))
_MOVED = Prepared(select(_ENTRY.c.id, _ENTRY.c.ticket, _ENTRY.c.at).where(*_SINCE))


class StatusMove(NamedTuple):
    """An entry of a timeline: a ticket's status has moved."""

    id: int
    ticket: int
    at: datetime


def moves(db: Session, workspace: str, since: datetime) -> tuple[int, int]:
    """How many moves of a status there were since then, and the last one's id. Made for `glance`."""
    count, last = _COUNTED.run(db, {"workspace": workspace, "since": since})[0]
    return count, last or 0


def moved(db: Session, workspace: str, since: datetime) -> list[StatusMove]:
    """These moves."""
    return [StatusMove(*row) for row in _MOVED.run(db, {"workspace": workspace, "since": since})]
