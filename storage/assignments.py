"""Kept values on assignment: when somebody was last assigned a ticket, and who was a team's last."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, update

from storage import state
from storage.tables import State

_ASSIGNED, _LAST = "assigned:", "last:"


def assigned_at(db: Session, workspace: str, person: str) -> datetime | None:
    """When somebody was last assigned a ticket by their load; None where they never were."""
    kept = state.get(db, workspace, _ASSIGNED + person)
    return datetime.fromisoformat(kept) if kept else None


def assign(db: Session, workspace: str, person: str, now: datetime) -> None:
    state.keep(db, workspace, _ASSIGNED + person, now.isoformat())


def last(db: Session, workspace: str, team: str) -> str:
    """Whose turn it last was in a team; "" where it was nobody's yet."""
    return state.get(db, workspace, _LAST + team)


def take(db: Session, workspace: str, team: str, person: str) -> None:
    """It was somebody's turn in a team."""
    state.keep(db, workspace, _LAST + team, person)


def rename(db: Session, workspace: str, old: str, new: str) -> None:
    """One person was known as two: the later turn of the two is theirs."""
    mine = col(State.workspace) == workspace
    teams = col(State.name).startswith(_LAST), col(State.value) == old
    db.execute(update(State).where(mine, *teams).values(value=new))
    kept = assigned_at(db, workspace, old)
    if kept is None:
        return
    assign(db, workspace, new, max(kept, assigned_at(db, workspace, new) or kept))
    state.drop(db, workspace, _ASSIGNED + old)
