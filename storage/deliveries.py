"""Queries on deliveries: what had its effect already, and the answer it got; and texts that are kept as long."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import Session, col

from storage.prepared import Insert, Prepared
from storage.tables import Delivery, Draft

_DELIVERY = Delivery.__table__  # type: ignore[attr-defined]
_FIND = Prepared(
    select(_DELIVERY.c.answer).where(_DELIVERY.c.workspace == bindparam("workspace"), _DELIVERY.c.id == bindparam("id"))
)
_ADD = Prepared(insert(_DELIVERY))


def _once(insert: Insert) -> Any:
    return insert(_DELIVERY).values({c.name: bindparam(c.name) for c in _DELIVERY.columns}).on_conflict_do_nothing()


def _again(insert: Insert) -> Any:
    new = insert(_DELIVERY).values({c.name: bindparam(c.name) for c in _DELIVERY.columns})
    return new.on_conflict_do_update(
        index_elements=["workspace", "id"], set_={"at": new.excluded.at, "answer": new.excluded.answer}
    )


_ONCE, _AGAIN = Prepared(_once), Prepared(_again)


def answer_to(db: Session, workspace: str, delivery: str) -> str | None:
    """The answer a delivery got, as JSON; None when it is new."""
    rows = _FIND.run(db, {"workspace": workspace, "id": delivery})
    return rows[0][0] if rows else None


def remember(db: Session, workspace: str, delivery: str, at: datetime, answer: str) -> None:
    """The delivery had its effect.

    An integrity error when another transaction was first: then this one must be undone.
    """
    _ADD.run_all(db, [{"workspace": workspace, "id": delivery, "at": at, "answer": answer}])


def keep_once(db: Session, workspace: str, name: str, at: datetime, text: str = "") -> bool:
    """Keep a text for as long as deliveries are remembered; False where something is kept under that name already.

    `answer_to` finds it.
    """
    return _ONCE.change(db, {"workspace": workspace, "id": name, "at": at, "answer": text}) == 1


def keep_on(db: Session, workspace: str, name: str, at: datetime, text: str) -> None:
    """Keep a text as long, counted from the last time that it is kept."""
    _AGAIN.run_all(db, [{"workspace": workspace, "id": name, "at": at, "answer": text}])


def forget(db: Session, before: datetime) -> None:
    """Forget what was delivered or kept before an instant."""
    db.execute(delete(Delivery).where(col(Delivery.at) < before))


def forget_drafts(db: Session, before: datetime) -> None:
    """Forget direct messages that nobody has confirmed since an instant."""
    db.execute(delete(Draft).where(col(Draft.at) < before))
