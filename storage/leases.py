"""Queries on leases: what one replica at a time may do."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from storage.server_time import server_time
from storage.tables import Lease


def take(db: Session, name: str, owner: str, now: datetime, length: timedelta) -> bool:
    """Whether it is the owner's until `length` from now. On PostgreSQL, now is the database's."""
    now = server_time(db) or now
    lease = db.exec(select(Lease).where(Lease.name == name).with_for_update()).first()
    if lease is None:
        db.add(Lease(name=name, owner=owner, until=now + length))
        db.flush()
        return True
    if lease.owner != owner and lease.until > now:
        lease.until = min(lease.until, now + length)  # the clock was set back: nobody has it for longer
        return False
    lease.owner, lease.until = owner, now + length
    db.add(lease)
    return True


def give_back(db: Session, name: str, owner: str) -> None:
    """It is nobody's, if it was the owner's."""
    db.execute(delete(Lease).where(col(Lease.name) == name, col(Lease.owner) == owner))
