"""What time it is for all who share a database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, func, select


def server_time(db: Session) -> datetime | None:
    """What the database's server takes for now, in UTC; None where no server is shared, as with SQLite."""
    if db.get_bind().dialect.name != "postgresql":
        return None
    told: datetime | None = db.scalar(select(func.clock_timestamp()))
    return told and told.astimezone(UTC)  # it comes in the session's zone
