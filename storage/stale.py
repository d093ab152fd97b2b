"""Queries on tickets whose cards are to be drawn anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session

from storage.failpoints import reach
from storage.prepared import Insert, Prepared
from storage.tables import Stale

_STALE = Stale.__table__  # type: ignore[attr-defined]


def _mark(insert: Insert) -> Any:
    new = insert(_STALE).values({c.name: bindparam(c.name) for c in _STALE.columns})
    # Not DO NOTHING: whoever draws these cards at this moment has to wait for what is being changed here.
    return new.on_conflict_do_update(index_elements=["workspace", "ticket"], set_={"since": _STALE.c.since})


_MARK = Prepared(_mark)
_ANYTHING = Prepared(select(_STALE.c.ticket).limit(1))
_TAKE = Prepared(
    select(*_STALE.columns)
    .order_by(_STALE.c.since, _STALE.c.ticket)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_DROP = Prepared(
    delete(_STALE).where(_STALE.c.workspace == bindparam("workspace"), _STALE.c.ticket == bindparam("ticket"))
)


def mark(db: Session, workspace: str, ticket: int, now: datetime) -> None:
    """The ticket's cards no longer show how it stands."""
    _MARK.run_all(db, [{"workspace": workspace, "ticket": ticket, "since": now}])


def anything(db: Session, now: datetime) -> bool:
    """Whether any card is to be drawn anew."""
    return bool(_ANYTHING.run(db, {}))


def take(db: Session, most: int) -> list[tuple[str, int, datetime]]:
    """(workspace, ticket, since) of those that have waited longest; they are no longer marked."""
    rows = _TAKE.run(db, {"most": most})
    for workspace, ticket, _ in rows:
        _DROP.run_all(db, [{"workspace": workspace, "ticket": ticket}])
    reach("cards claimed")
    return [tuple(row) for row in rows]
