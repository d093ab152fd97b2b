"""Queries on people."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select, text
from sqlmodel import Session, col

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


_BY_EMAIL = Prepared(
    select(col(Person.id)).where(
        col(Person.workspace) == bindparam("workspace"),
        col(Person.email) == bindparam("email"),
        text("email <> ''"),  # as its partial index says it
    )
)


def by_email(db: Session, workspace: str, email: str) -> str | None:
    """The handle of whom an address is; None for no address at all."""
    rows = _BY_EMAIL.run(db, {"workspace": workspace, "email": email.casefold()})
    return rows[0][0] if rows else None


_IDENTITY = Identity.__table__  # type: ignore[attr-defined]
_IDENTITIES = Prepared(
    select(_IDENTITY.c.channel, _IDENTITY.c.external)
    .where(_IDENTITY.c.workspace == bindparam("workspace"), _IDENTITY.c.person == bindparam("person"))
    .order_by(_IDENTITY.c.channel, _IDENTITY.c.external)
)


def identities(db: Session, workspace: str, person: str) -> list[tuple[str, str]]:
    """The (channel, id) pairs by which somebody is known."""
    return [(row[0], row[1]) for row in _IDENTITIES.run(db, {"workspace": workspace, "person": person})]


def external(db: Session, workspace: str, channel: str, person: str) -> str | None:
    """A person's id on a channel."""
    return next((id for at, id in identities(db, workspace, person) if at == channel), None)


def known(db: Session, workspace: str, handles: Collection[str]) -> set[str]:
    """Those of some people whom any channel knows."""
    query = select(_IDENTITY.c.person).where(_IDENTITY.c.workspace == workspace, _IDENTITY.c.person.in_(handles))
    return set(db.scalars(query))


_AWAY = Prepared(
    select(*Person.__table__.columns).where(  # type: ignore[attr-defined]
        col(Person.workspace) == bindparam("workspace"), col(Person.away_since).is_not(None)
    )
)


def away(db: Session, workspace: str) -> dict[str, Person]:
    """Those who have said that they are away, by handle. Detached."""
    return {row[1]: loaded(Person, _FIELDS, row) for row in _AWAY.run(db, {"workspace": workspace})}


_NAME = Prepared(
    select(col(Person.name)).where(col(Person.workspace) == bindparam("workspace"), col(Person.id) == bindparam("id"))
)


def name(db: Session, workspace: str, person: str) -> str | None:
    """Somebody's name."""
    rows = _NAME.run(db, {"workspace": workspace, "id": person})
    return rows[0][0] if rows else None


def everybody(db: Session, workspace: str) -> list[tuple[str, str]]:
    """(handle, name) of all people, by handle."""
    mine = select(col(Person.id), col(Person.name)).where(col(Person.workspace) == workspace)
    return [(handle, name) for handle, name in db.execute(mine.order_by(col(Person.id)))]
