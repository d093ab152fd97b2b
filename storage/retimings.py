"""Queries on how far the open tickets have been brought in line with what counts by now."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from sqlmodel import Session

from storage import state


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
    return Progress(**json.loads(state.hold(db, workspace, name, json.dumps(asdict(Progress())))))
