"""Queries on how far the open tickets have been brought in line with what counts by now."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete
from sqlmodel import Session

from storage.prepared import Insert, Prepared
from storage.tables import State

_STATE = State.__table__  # type: ignore[attr-defined]
_AT = (_STATE.c.workspace == bindparam("w"), _STATE.c.name == bindparam("n"))


def _begun(insert: Insert) -> Any:
    new = insert(_STATE).values({c.name: bindparam(c.name) for c in _STATE.columns})
    # Not DO NOTHING, and then a look: whoever ends it in between would leave nothing to look at.
    held = new.on_conflict_do_update(index_elements=["workspace", "name"], set_={"value": _STATE.c.value})
    return held.returning(_STATE.c.value)


_BEGUN = Prepared(_begun)
_END = Prepared(delete(_STATE).where(*_AT))


@dataclass
class Progress:
    """Up to which (workspace, number) it has come; by workspace, how many tickets it has looked at and which moved."""

    workspace: str = ""
    number: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    first: dict[str, list[int]] = field(default_factory=dict)


def progress(db: Session, workspace: str, name: str) -> Progress:
    """How far it has come, for this transaction alone: another replica that does the same waits for it."""
    anew = {"workspace": workspace, "name": name, "value": json.dumps(asdict(Progress()))}
    return Progress(**json.loads(_BEGUN.run(db, anew)[0][0]))


def end(db: Session, workspace: str, name: str) -> None:
    """It is done."""
    _END.change(db, {"w": workspace, "n": name})
