"""Queries on the clocks of tickets, and on what of timelines they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session
from sqlmodel import select as pick

from storage.prepared import Insert, Prepared, Row
from storage.tables import Clock, Entry

_ENTRY = Entry.__table__  # type: ignore[attr-defined]
_CLOCK = Clock.__table__  # type: ignore[attr-defined]
KINDS = ("opened", "reply", "status", "priority", "category", "major")
_EVENTS = Prepared(
    select(_ENTRY.c.at, _ENTRY.c.kind, _ENTRY.c.by_agent, _ENTRY.c.public, _ENTRY.c.data)
    .where(
        _ENTRY.c.workspace == bindparam("workspace"),
        _ENTRY.c.ticket == bindparam("ticket"),
        or_(*(_ENTRY.c.kind == kind for kind in KINDS)),
    )
    .order_by(_ENTRY.c.id)
)


def events(db: Session, workspace: str, ticket: int) -> list[Row]:
    """What the clocks are made of: rows of (at, kind, by_agent, public, data)."""
    return _EVENTS.run(db, {"workspace": workspace, "ticket": ticket})


def _written(insert_: Insert) -> Any:
    new = insert_(_CLOCK).values({c.name: bindparam(c.name) for c in _CLOCK.columns})
    keys = ("workspace", "ticket", "kind")
    return new.on_conflict_do_update(
        index_elements=list(keys), set_={c.name: new.excluded[c.name] for c in _CLOCK.columns if c.name not in keys}
    )


_WRITE = Prepared(_written)


def write(db: Session, clocks: Iterable[Mapping[str, Any]]) -> None:
    """Write these clocks, in place of those of the same ticket and kind."""
    _WRITE.run_all(db, clocks)


def of_ticket(db: Session, workspace: str, ticket: int) -> dict[str, Clock]:
    """A ticket's clocks by kind."""
    found = db.exec(pick(Clock).where(Clock.workspace == workspace, Clock.ticket == ticket)).all()
    return {clock.kind: clock for clock in found}
