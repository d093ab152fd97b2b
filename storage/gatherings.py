"""Posts whose place a chat has opened for one ticket, and in which people are gathered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy import text as sql
from sqlmodel import Session, col

from storage.tables import OPEN, Post, Ticket


def again(db: Session, workspace: str, channel: str, teams: Sequence[str], now: datetime, at: datetime) -> None:
    """Let those of some teams' open tickets on a channel be sent once more at an instant, as they are."""
    of_teams = col(Ticket.workspace) == workspace, col(Ticket.team).in_(teams), sql(OPEN)
    theirs = select(col(Ticket.number)).where(*of_teams)
    db.execute(
        update(Post)
        .where(col(Post.workspace) == workspace, col(Post.ticket).in_(theirs))
        .where(col(Post.channel) == channel, col(Post.side) == "requester", col(Post.room).startswith("@"))
        .where(col(Post.ref) != "", col(Post.next_at).is_(None), col(Post.parked) == "")
        .values(next_at=at, wanted_at=now)
        .execution_options(synchronize_session=False)
    )
