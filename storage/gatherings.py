"""Posts whose place a chat has opened for one ticket, and in which people are gathered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, union_all, update
from sqlalchemy import text as sql
from sqlmodel import Session, col

from storage.tables import OPEN, Chore, Post, Ticket


def again(
    db: Session,
    workspace: str,
    channel: str,
    teams: Collection[str],
    owners: Collection[str],
    now: datetime,
    at: datetime,
) -> None:
    """Let those of some teams' tickets on a channel that are not closed, and of some owners' open ones, be sent once
    more at an instant, as they are.
    """
    here = col(Ticket.workspace) == workspace
    resolved = select(col(Chore.ticket)).where(col(Chore.workspace) == workspace, col(Chore.kind) == "close")
    numbers = union_all(
        select(col(Ticket.number)).where(here, col(Ticket.team).in_(teams), sql(OPEN)),
        select(col(Ticket.number)).where(here, col(Ticket.owner).in_(owners), sql(OPEN)),
        select(col(Ticket.number)).where(here, col(Ticket.team).in_(teams), col(Ticket.number).in_(resolved)),
    )
    db.execute(
        update(Post)
        .where(col(Post.workspace) == workspace, col(Post.ticket).in_(numbers))
        .where(col(Post.channel) == channel, col(Post.side) == "requester", col(Post.room).startswith("@"))
        .where(col(Post.ref) != "", col(Post.next_at).is_(None), col(Post.parked) == "")
        .values(next_at=at, wanted_at=now)
        .execution_options(synchronize_session=False)
    )
