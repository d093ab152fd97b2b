"""Queries on who stands in on call, as it was said in chat. What was said is never taken back: it is said anew."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from storage import state
from storage.tables import StandIn


def overlapping(db: Session, workspace: str, rotation: str, start: datetime, end: datetime) -> list[StandIn]:
    """Who stands in at some instant of [start, end], in the order in which it was said."""
    return list(
        db.exec(
            select(StandIn)
            .where(
                StandIn.workspace == workspace,
                StandIn.rotation == rotation,
                StandIn.start <= end,
                StandIn.end > start,
            )
            .order_by(col(StandIn.id))
        ).all()
    )


SWAP = "swap:"
"""What the name of a kept value begins with that is an exchange of shifts to which somebody has still to agree."""


def forget(db: Session, workspace: str, name: str) -> None:
    """An exchange waits no longer."""
    state.drop(db, workspace, SWAP + name)


def forget_lapsed(db: Session, workspace: str, before: str) -> None:
    """Nor do those whose names say that they lapsed before an instant, written as names write it."""
    state.drop_between(db, workspace, SWAP, SWAP + before)
