"""Queries on how far the open tickets have been brought in line with what counts by now."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session

from storage.prepared import Insert, Prepared
from storage.tables import State

_STATE = State.__table__  # type: ignore[attr-defined]
_AT = (_STATE.c.workspace == bindparam("w"), _STATE.c.name == bindparam("n"))


def _begin(insert: Insert) -> Any:
    return insert(_STATE).values({c.name: bindparam(c.name) for c in _STATE.columns}).on_conflict_do_nothing()


_BEGIN = Prepared(_begin)
_READ = Prepared(select(_STATE.c.value).where(*_AT).with_for_update())
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
    _BEGIN.change(db, {"workspace": workspace, "name": name, "value": json.dumps(asdict(Progress()))})
    return Progress(**json.loads(_READ.run(db, {"w": workspace, "n": name})[0][0]))


def end(db: Session, workspace: str, name: str) -> None:
    """It is done."""
    _END.change(db, {"w": workspace, "n": name})
