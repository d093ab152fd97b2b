"""Queries on what has happened lately, whatever ticket it happened to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.tables import Entry, Identity, Ticket


class Happened(NamedTuple):
    """What is needed of an entry of a timeline."""

    kind: str
    data: Mapping[str, Any]


def newest(db: Session) -> int:
    """The id of the newest entry, 0 when there is none."""
    return db.scalar(select(func.max(col(Entry.id)))) or 0


def between(db: Session, workspace: str, after: int, last: int) -> list[tuple[Happened, Ticket]]:
    """A workspace's entries with an id in (after, last], in order, each with its ticket as it stands now."""
    query = (
        select(Entry.kind, Entry.data, Ticket)
        .join(Ticket, (col(Ticket.workspace) == Entry.workspace) & (col(Ticket.number) == Entry.ticket))
        .where(col(Entry.id) > after, col(Entry.id) <= last)
        .order_by(col(Entry.id))
    )
    # Asked for in the query, the workspace would be looked up in its index, and all that ever happened in it be read.
    found = [row for row in db.exec(query).all() if row[2].workspace == workspace]
    return [(Happened(kind, data), ticket) for kind, data, ticket in found]


def ids(db: Session, workspace: str, channel: str, people: Collection[str]) -> frozenset[str]:
    """The ids that people have on a channel; who is not there has none."""
    query = select(Identity.external).where(Identity.workspace == workspace, Identity.channel == channel)
    return frozenset(db.exec(query.where(col(Identity.person).in_(people))).all())
