"""What was said once, and is not to be said again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session

from storage.prepared import Insert, Prepared
from storage.tables import Announcement


def _announce(insert: Insert) -> Any:
    return insert(Announcement).values({n: bindparam(n) for n in ("workspace", "key", "at")}).on_conflict_do_nothing()


_ANNOUNCE = Prepared(_announce)


def announce(db: Session, workspace: str, key: str, at: datetime) -> bool:
    """Whether this is said for the first time: True once for a key, whatever crashes, sweeps and replicas there are."""
    return _ANNOUNCE.change(db, {"workspace": workspace, "key": key, "at": at}) == 1


def announce_all(db: Session, workspace: str, keys: Iterable[str], at: datetime) -> None:
    """These are said; those that were already stay as they were."""
    _ANNOUNCE.run_all(db, [{"workspace": workspace, "key": key, "at": at} for key in keys])
