"""Queries on installations: who has installed the app, and the tokens to work there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from storage.prepared import Prepared
from storage.tables import Installation


def save(db: Session, installation: Installation) -> None:
    """Keep it, in the place of an earlier one of the same workspace."""
    db.merge(installation)


def find(db: Session, workspace: str) -> Installation | None:
    """The workspace's installation, disabled or not."""
    return db.get(Installation, workspace)


def enabled(db: Session) -> list[Installation]:
    """Those that can be worked in, the oldest first."""
    can_work = select(Installation).where(col(Installation.disabled_at).is_(None))
    return list(db.exec(can_work.order_by(col(Installation.installed_at), col(Installation.workspace))).all())


_WORKSPACES = Prepared(
    select(col(Installation.workspace))
    .where(col(Installation.disabled_at).is_(None))
    .order_by(col(Installation.installed_at), col(Installation.workspace))
)


def workspaces(db: Session) -> list[str]:
    """The names of those workspaces, in the same order."""
    return [name for (name,) in _WORKSPACES.run(db, {})]


def remove(db: Session, workspace: str, at: datetime) -> bool:
    """Forget the installation, unless it is of later than `at`; whether there was one."""
    gone = delete(Installation).where(col(Installation.workspace) == workspace, col(Installation.installed_at) <= at)
    return bool(db.execute(gone).rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts its rows


def disable(db: Session, workspace: str, at: datetime) -> bool:
    """Forget its tokens and work in it no more, unless it is of later than `at`; whether there was one."""
    end = (
        update(Installation)
        .where(
            col(Installation.workspace) == workspace,
            col(Installation.installed_at) <= at,
            col(Installation.disabled_at).is_(None),
        )
        .values(token="", renew_token="", expires_at=None, renewing_until=None, disabled_at=at)
    )
    return bool(db.execute(end).rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows


def begin_renewal(db: Session, workspace: str, renew_token: str, now: datetime, until: datetime) -> bool:
    """Whether the caller may renew the token: nobody else may, until `until` or `end_renewal`."""
    free = or_(col(Installation.renewing_until).is_(None), col(Installation.renewing_until) <= now)
    mine = (
        update(Installation)
        .where(col(Installation.workspace) == workspace, col(Installation.renew_token) == renew_token, free)
        .values(renewing_until=until)
    )
    return bool(db.execute(mine).rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows


def end_renewal(db: Session, workspace: str, old: str, token: str, renew_token: str, expires_at: datetime) -> None:
    """Keep what came for the renewal token `old`; nothing where the workspace has another one by now."""
    new = {"token": token, "renew_token": renew_token, "expires_at": expires_at, "renewing_until": None}
    mine = (col(Installation.workspace) == workspace, col(Installation.renew_token) == old)
    db.execute(update(Installation).where(*mine).values(**new))
