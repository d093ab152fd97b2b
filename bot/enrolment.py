"""The people of the settings become known, joined with whoever they were on a channel before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select, update

from bot.settings import PersonEntry, Settings
from storage import assignments, verdicts
from storage import people as rows
from storage.knowledge import ArticleRow
from storage.tables import Draft, Entry, Escalation, Identity, Person, StandIn, Ticket, Watcher


def enrol(db: Session, workspace: str, settings: Settings, now: datetime) -> None:
    """Make the people of the settings known, with their names and identities as they stand there.

    Somebody who was known on a channel before they came into the settings is joined with what they did. Where the
    settings have their id on a channel, any other is theirs no more.
    """
    _free_addresses(db, workspace, settings)
    for handle, entry in settings.people.items():
        person = db.get(Person, (workspace, handle))
        if person is None:
            person = Person(workspace=workspace, id=handle, name=entry.name, created_at=now)
            db.add(person)
            db.flush()
        for other in _known_before(db, workspace, handle, entry) - settings.people.keys():
            join(db, workspace, other, handle)
        person.name, person.email, person.zone = entry.name, entry.email.casefold(), entry.zone or person.zone
        for channel, external in entry.ids_in(workspace).items():
            db.merge(Identity(workspace=workspace, channel=channel, external=external, person=handle))
            theirs = col(Identity.workspace) == workspace, col(Identity.person) == handle
            others = col(Identity.channel) == channel, col(Identity.external) != external
            db.execute(delete(Identity).where(*theirs, *others))
        db.flush()


def _free_addresses(db: Session, workspace: str, settings: Settings) -> None:
    """Two people may have swapped addresses in the settings: none may stand in the other's way."""
    for handle, entry in settings.people.items():
        person = db.get(Person, (workspace, handle))
        if person and person.email != entry.email.casefold():
            person.email = ""
    db.flush()


def _known_before(db: Session, workspace: str, handle: str, entry: PersonEntry) -> set[str]:
    """The other ids under which somebody of the settings is known, by address or identity."""
    same = rows.by_email(db, workspace, entry.email)
    found = {same} if same else set()
    for channel, external in entry.ids_in(workspace).items():
        identity = db.get(Identity, (workspace, channel, external))
        if identity:
            found.add(identity.person)
    return found - {handle}


def join(db: Session, workspace: str, old: str, new: str) -> None:
    """One person was known as two: what the old one has and did is the new one's."""
    for watched in db.exec(select(Watcher).where(Watcher.workspace == workspace, Watcher.person == old)).all():
        db.merge(Watcher(**watched.model_dump() | {"person": new}))
        db.delete(watched)
    verdicts.rename(db, workspace, old, new)
    assignments.rename(db, workspace, old, new)
    for table, name in PERSON_COLUMNS:
        column = getattr(table, name)
        db.execute(update(table).where(table.workspace == workspace, column == old).values({name: new}))
    _rename_on_ladders(db, workspace, old, new)
    person = db.get(Person, (workspace, old))
    if person:
        db.delete(person)
    db.flush()


def _rename_on_ladders(db: Session, workspace: str, old: str, new: str) -> None:
    """Whom a running ladder has called, or is to call by name, and who put it off or pressed on."""
    running = select(Escalation).where(Escalation.workspace == workspace, col(Escalation.closed_at).is_(None))
    for row in db.exec(running.with_for_update()).all():
        told = {
            level: one | {"who": [new if who == old else who for who in one["who"]]}
            for level, one in row.plan.get("told", {}).items()
        }
        by_name = {f"person:{old}": f"person:{new}"}
        rungs = [[by_name.get(tell, tell), *rest] for tell, *rest in row.plan["rungs"]]
        row.plan = row.plan | {"told": told, "rungs": rungs}
        for act in ("called", "snoozed"):
            who, *rest = row.plan.get(act) or [""]
            if who == old:
                row.plan = row.plan | {act: [new, *rest]}
        db.add(row)


PERSON_COLUMNS: tuple[tuple[Any, str], ...] = (
    (Ticket, "requester"),
    (Ticket, "submitter"),
    (Ticket, "owner"),
    (Ticket, "resolved_by"),
    (Entry, "author"),
    (Escalation, "acknowledged_by"),
    (ArticleRow, "owner"),
    (ArticleRow, "author"),
    (Draft, "person"),
    (StandIn, "person"),
    (Identity, "person"),
)
"""Where somebody's id stands, apart from what they watch, whose turn it was, and what they made of articles."""
