"""Queries on people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlmodel import Session, col
from sqlmodel import select as pick

from storage.prepared import Prepared, loaded
from storage.tables import Identity, Person

_BY_IDENTITY = Prepared(
    select(*(column for column in Person.__table__.columns))  # type: ignore[attr-defined]
    .join(Identity, (col(Identity.workspace) == Person.workspace) & (col(Identity.person) == Person.id))
    .where(
        col(Identity.workspace) == bindparam("workspace"),
        col(Identity.channel) == bindparam("channel"),
        col(Identity.external) == bindparam("external"),
    )
)
_FIELDS = tuple(Person.model_fields)


def by_identity(db: Session, workspace: str, channel: str, external: str) -> Person | None:
    """The person known by this id on a channel. Detached: change people through the session."""
    rows = _BY_IDENTITY.run(db, {"workspace": workspace, "channel": channel, "external": external})
    return loaded(Person, _FIELDS, rows[0]) if rows else None


def away(db: Session, workspace: str, handles: Sequence[str]) -> dict[str, Person]:
    """Those of these people who have said that they are away."""
    query = pick(Person).where(
        Person.workspace == workspace, col(Person.id).in_(handles), col(Person.away_since).is_not(None)
    )
    return {person.id: person for person in db.exec(query)}


_NAME = Prepared(
    select(col(Person.name)).where(col(Person.workspace) == bindparam("workspace"), col(Person.id) == bindparam("id"))
)


def name(db: Session, workspace: str, person: str) -> str | None:
    """Somebody's name."""
    rows = _NAME.run(db, {"workspace": workspace, "id": person})
    return rows[0][0] if rows else None
