"""Values that parts of the desk keep over a restart, by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session

from storage.prepared import Insert, Prepared
from storage.tables import State

_STATE = State.__table__  # type: ignore[attr-defined]
_NAMED = (_STATE.c.workspace == bindparam("workspace"), _STATE.c.name == bindparam("name"))


def _keep(insert: Insert) -> Any:
    new = insert(_STATE).values({c.name: bindparam(c.name) for c in _STATE.columns})
    return new.on_conflict_do_update(index_elements=["workspace", "name"], set_={"value": new.excluded.value})


def _hold(insert: Insert) -> Any:
    new = insert(_STATE).values({c.name: bindparam(c.name) for c in _STATE.columns})
    # Not DO NOTHING, and then a look: whoever drops it in between would leave nothing to look at.
    held = new.on_conflict_do_update(index_elements=["workspace", "name"], set_={"value": _STATE.c.value})
    return held.returning(_STATE.c.value)


_GET = Prepared(select(_STATE.c.value).where(*_NAMED))
_KEEP = Prepared(_keep)
_HOLD = Prepared(_hold)
_DROP = Prepared(delete(_STATE).where(*_NAMED))


def get(db: Session, workspace: str, name: str) -> str:
    """A kept value; "" when there is none."""
    rows = _GET.run(db, {"workspace": workspace, "name": name})
    return rows[0][0] if rows else ""


def keep(db: Session, workspace: str, name: str, value: str) -> None:
    """Keep a value."""
    _KEEP.run_all(db, [{"workspace": workspace, "name": name, "value": value}])


def hold(db: Session, workspace: str, name: str, value: str) -> str:
    """A kept value, this one where there is none, for this transaction alone: who else would hold it waits."""
    held: str = _HOLD.run(db, {"workspace": workspace, "name": name, "value": value})[0][0]
    return held


def drop(db: Session, workspace: str, name: str) -> None:
    """Keep a value no longer."""
    _DROP.run_all(db, [{"workspace": workspace, "name": name}])


def drop_between(db: Session, workspace: str, first: str, end: str) -> None:
    """Keep those no longer whose names are in [first, end)."""
    names = _STATE.c.name
    db.execute(delete(_STATE).where(_STATE.c.workspace == workspace, names >= first, names < end))
