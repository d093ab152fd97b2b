"""Queries on how far the open tickets have been brought in line with what counts by now."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from sqlmodel import Session

from storage import state

PROGRESS = "retiming"


@dataclass
class Progress:
    """Up to which (workspace, number) it has come; by workspace, how many tickets it has looked at and which moved."""

    workspace: str = ""
    number: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    first: dict[str, list[int]] = field(default_factory=dict)


def progress(db: Session, workspace: str) -> Progress:
    """How far it has come."""
    kept = state.get(db, workspace, PROGRESS)
    return Progress(**json.loads(kept)) if kept else Progress()


def keep(db: Session, workspace: str, done: Progress) -> None:
    """Keep how far it has come."""
    state.keep(db, workspace, PROGRESS, json.dumps(asdict(done)))


def drop(db: Session, workspace: str) -> None:
    """It has come to its end, or begins anew."""
    state.drop(db, workspace, PROGRESS)
