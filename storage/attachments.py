"""Queries on the files of tickets. Contents are read one at a time: a list of files never loads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, null, select, update
from sqlmodel import Session, col

from storage.failpoints import reach
from storage.prepared import Insert, Prepared
from storage.tables import Attachment

_ROW = Attachment.__table__  # type: ignore[attr-defined]
_LIGHT = [column for column in _ROW.columns if column.name != "content"]


class Kept(NamedTuple):
    """All of a row but the content; see storage.tables.Attachment."""

    id: int
    workspace: str
    ticket: int
    entry: int
    channel: str
    source: str
    name: str
    type: str
    size: int
    url: str
    sha256: str
    refused: str
    attempts: int
    at: datetime
    next_at: datetime | None


def _add(insert: Insert) -> Any:
    names = ("workspace", "ticket", "entry", "channel", "source", "name", "type", "size", "url", "refused", "at")
    values = {name: bindparam(name) for name in (*names, "next_at")} | {"sha256": "", "attempts": 0, "content": null()}
    return insert(_ROW).values(values).on_conflict_do_nothing(index_elements=["workspace", "entry", "source"])


_ADD = Prepared(_add)


def add(db: Session, files: Iterable[Mapping[str, Any]]) -> None:
    """Note files down; one that stands at the same entry already is left as it is."""
    _ADD.run_all(db, files)


_ANYTHING = Prepared(select(_ROW.c.id).where(_ROW.c.next_at.is_not(None), _ROW.c.next_at <= bindparam("now")).limit(1))


def anything(db: Session, now: datetime) -> bool:
    """Whether a file is to be fetched. Made for `glance`."""
    return bool(_ANYTHING.run(db, {"now": now}))


def claim(db: Session, now: datetime, until: datetime, most: int) -> list[Kept]:
    """The files that are to be fetched, longest due first; until `until` nobody else takes them."""
    due = select(*_LIGHT).where(_ROW.c.next_at <= now).order_by(_ROW.c.next_at, _ROW.c.id).limit(most)
    found = [Kept(*row) for row in db.execute(due.with_for_update(skip_locked=True))]
    for row in found:
        change(db, row.id, next_at=until, attempts=row.attempts + 1)
    reach("files claimed")
    return found


def change(db: Session, id: int, **values: Any) -> None:
    """What became of a file."""
    db.execute(update(Attachment).where(col(Attachment.id) == id).values(**values))


def find(db: Session, workspace: str, id: int) -> Kept | None:
    """A file of a workspace's, without its content."""
    row = db.execute(select(*_LIGHT).where(_ROW.c.workspace == workspace, _ROW.c.id == id)).first()
    return Kept(*row) if row else None


def whole(db: Session, workspace: str, id: int) -> tuple[Kept, bytes] | None:
    """A file with its content; None while it is not fetched."""
    content: bytes | None = db.scalar(select(_ROW.c.content).where(_ROW.c.workspace == workspace, _ROW.c.id == id))
    file = find(db, workspace, id)
    return (file, content) if file and content is not None else None


def of_ticket(db: Session, workspace: str, ticket: int) -> list[Kept]:
    """The files of a ticket, in the order in which they came."""
    here = select(*_LIGHT).where(_ROW.c.workspace == workspace, _ROW.c.ticket == ticket)
    return [Kept(*row) for row in db.execute(here.order_by(_ROW.c.id))]
