"""Queries on timelines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select
from sqlalchemy import text as sql
from sqlmodel import Session, col
from sqlmodel import select as pick

from storage.prepared import Prepared, defaults
from storage.tables import Entry

_ENTRY = Entry.__table__  # type: ignore[attr-defined]
_DEFAULTS = defaults(Entry)
_ADD = Prepared(insert(_ENTRY).values({c.name: bindparam(c.name) for c in _ENTRY.columns if c.name != "id"}))
_ADD_ONE = Prepared(
    insert(_ENTRY).values({c.name: bindparam(c.name) for c in _ENTRY.columns if c.name != "id"}).returning(_ENTRY.c.id)
)


def add_all(db: Session, entries: Iterable[Mapping[str, Any]]) -> None:
    """Append to timelines; missing values are the table's defaults."""
    _ADD.run_all(db, [{**_DEFAULTS, **entry} for entry in entries])


def add(db: Session, entry: Mapping[str, Any]) -> int:
    """Append one entry; its id."""
    entry_id: int = _ADD_ONE.run(db, {**_DEFAULTS, **entry})[0][0]
    return entry_id


def entries(db: Session, workspace: str, ticket: int, *, public_only: bool = False) -> list[Entry]:
    """A ticket's timeline in order; without internal entries for those who may not see them."""
    query = pick(Entry).where(Entry.workspace == workspace, Entry.ticket == ticket).order_by(col(Entry.id))
    return list(db.exec(query.where(Entry.public) if public_only else query).all())


_OPENING = Prepared(
    select(_ENTRY.c.id, _ENTRY.c.kind, _ENTRY.c.text, _ENTRY.c.data)
    .where(
        _ENTRY.c.workspace == bindparam("workspace"),
        _ENTRY.c.ticket == bindparam("ticket"),
        or_(*(_ENTRY.c.kind == kind for kind in ("opened", "edited"))),
    )
    .order_by(_ENTRY.c.id)
)


def opening_words(db: Session, workspace: str, ticket: int) -> str:
    """The words a ticket was opened with, as they were changed last; "" for a ticket that is not there."""
    opened, *later = _OPENING.run(db, {"workspace": workspace, "ticket": ticket}) or [(0, "", "", {})]
    changed = [text for _, kind, text, data in later if kind == "edited" and data.get("entry") == opened[0]]
    return str(changed[-1] if changed else opened[2])


def ending(db: Session, workspace: str, ticket: int) -> int:
    """The entry of the move that ended a ticket last with words; 0 where none did."""
    moves = pick(Entry.id).where(Entry.workspace == workspace, Entry.ticket == ticket, Entry.kind == "status")
    return db.exec(moves.where(Entry.text != "").order_by(col(Entry.id).desc())).first() or 0


_ASKS = and_(col(Entry.kind) == "reply", col(Entry.public), col(Entry.data)["asks"].as_boolean())


def last_question(db: Session, workspace: str, ticket: int) -> str:
    """What an agent asked a ticket's requester last, as it was changed last; "" where nothing was asked."""
    questions = pick(Entry).where(Entry.workspace == workspace, Entry.ticket == ticket, _ASKS)
    asked = db.exec(questions.order_by(col(Entry.id).desc()).limit(1)).first()
    return words_now(db, asked) if asked else ""


def asked_at(db: Session, workspace: str, ticket: int, kinds: Iterable[str]) -> datetime | None:
    """When a ticket's requester was last asked something, or when something of these kinds happened after that."""
    found = pick(Entry.at).where(Entry.workspace == workspace, Entry.ticket == ticket)
    either = found.where(or_(col(Entry.kind).in_(kinds), _ASKS))
    return db.exec(either.order_by(col(Entry.id).desc()).limit(1)).first()


def by_message(db: Session, workspace: str, channel: str, room: str, message: str) -> Entry | None:
    """The entry a platform's message became; None for no message at all."""
    if not message:
        return None
    return db.exec(
        pick(Entry)
        .where(Entry.workspace == workspace, Entry.channel == channel, Entry.room == room, Entry.message == message)
        .where(sql("message <> ''"))  # as its partial index says it
        .order_by(col(Entry.id))
    ).first()


def words_now(db: Session, entry: Entry) -> str:
    """The words of an entry as its author changed them last; "" for a message that was deleted."""
    changes = _changes(db, entry)
    return changes[-1].text if changes else entry.text


def deleted(db: Session, entry: Entry) -> bool:
    """Whether the message that an entry was is deleted where it was said."""
    return any(change.kind == "deleted" for change in _changes(db, entry))


def _changes(db: Session, entry: Entry) -> list[Entry]:
    later = pick(Entry).where(Entry.workspace == entry.workspace, Entry.ticket == entry.ticket)
    found = db.exec(later.where(col(Entry.kind).in_(["edited", "deleted"])).order_by(col(Entry.id)))
    return [change for change in found if change.data.get("entry") == entry.id]
