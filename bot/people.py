"""Who somebody is across channels, and what a role may do: the one authorize()."""

from __future__ import annotations

from datetime import datetime
from enum import Flag, auto
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session, col, select

from bot.forms import Wrong, nearest
from bot.settings import Settings, staff
from bot.words import Mention, Sender, clean
from storage import people
from storage.tables import Identity, Person, Ticket, Watcher


class Role(Flag):
    """What somebody is, to a ticket or to the desk. One person may be several at once."""

    OUTSIDER = auto()
    REQUESTER = auto()
    WATCHER = auto()
    AGENT = auto()
    LEAD = auto()
    ADMIN = auto()


ANYONE = Role.OUTSIDER | Role.REQUESTER | Role.WATCHER | Role.AGENT | Role.LEAD | Role.ADMIN
WORKERS = Role.AGENT | Role.LEAD | Role.ADMIN
LEADS = Role.LEAD | Role.ADMIN
PARTIES = Role.REQUESTER | Role.WATCHER | WORKERS
ASKERS = Role.REQUESTER | WORKERS

ROLE_NAMES = {
    Role.OUTSIDER: "outsider",
    Role.REQUESTER: "requester",
    Role.WATCHER: "watcher",
    Role.AGENT: "agent",
    Role.LEAD: "lead",
    Role.ADMIN: "admin",
}


class Denied(Exception):
    """Somebody's roles do not allow what they asked; the text is for them."""


def authorize(roles: Role, needs: Role, what: str) -> None:
    """`Denied` unless one of the roles is among the needed ones. Every command passes here when it arrives, and nowhere else."""
    if not roles & needs:
        allowed = [name for role, name in ROLE_NAMES.items() if role in needs and role is not Role.OUTSIDER]
        raise Denied(f"{what} is for {_listed(allowed)} only.")


def _listed(names: list[str]) -> str:
    words = [f"its {n}" if n in ("requester", "watcher") else f"{n}s" for n in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def desk_roles(person: str, settings: Settings) -> Role:
    """What somebody is to the desk as a whole, by the settings of this minute. Everybody who is known may ask for help."""
    roles = Role.REQUESTER
    if person in settings.admins:
        roles |= Role.ADMIN
    for team in settings.teams.values():
        if person in team.members:
            roles |= Role.AGENT
        if person in (team.lead, team.manager):
            roles |= Role.LEAD
    return roles


def ticket_roles(db: Session, person: str, ticket: Ticket, settings: Settings) -> Role:
    """What somebody is to one ticket."""
    roles = Role(0)
    if person in settings.admins:
        roles |= Role.ADMIN
    team = settings.teams.get(ticket.team)
    if person == ticket.owner or (team and person in team.members):
        roles |= Role.AGENT
    if team and person in (team.lead, team.manager):
        roles |= Role.LEAD
    if person in (ticket.requester, ticket.submitter):
        roles |= Role.REQUESTER
    if not roles and db.get(Watcher, (ticket.workspace, ticket.number, person)):
        roles |= Role.WATCHER
    return roles or Role.OUTSIDER


def works_here(person: str, settings: Settings) -> bool:
    """Whether somebody is an agent, lead, manager or admin of any team."""
    return person in settings.admins or any(person in staff(team) for team in settings.teams.values())


def known(db: Session, workspace: str, channel: str, sender: Sender, settings: Settings, now: datetime) -> Person:
    """The person behind a platform's id; somebody new is added, or joined to who has the same verified e-mail address."""
    person = people.by_identity(db, workspace, channel, sender.id)
    if person is None:
        person = _joined(db, workspace, channel, sender, settings, now)
    return person


def recognised(db: Session, workspace: str, channel: str, sender: Sender, settings: Settings, now: datetime) -> Person:
    """The same where nothing may be written: somebody new is nobody in particular yet."""
    person = people.by_identity(db, workspace, channel, sender.id)
    return person or Person(
        workspace=workspace, id=f"{channel}:{sender.id}"[:120], name=clean(sender.name, 80), created_at=now
    )


def _joined(db: Session, workspace: str, channel: str, sender: Sender, settings: Settings, now: datetime) -> Person:
    handle = _handle_in_settings(settings, channel, sender)
    person = db.get(Person, (workspace, handle)) if handle else None
    if person is None and sender.email:
        person = db.exec(
            select(Person).where(Person.workspace == workspace, Person.email == sender.email.casefold())
        ).first()
    if person is None:
        entry = settings.people.get(handle) if handle else None
        person = Person(
            workspace=workspace,
            id=handle or f"{channel}:{sender.id}"[:120],
            name=(entry.name if entry else clean(sender.name, 80)) or sender.id[:80],
            email=(entry.email if entry else sender.email).casefold(),
            zone=(entry.zone if entry else "") or sender.zone,
            created_at=now,
        )
        db.add(person)
    db.flush()
    db.add(Identity(workspace=workspace, channel=channel, external=sender.id, person=person.id))
    db.flush()
    return person


def _handle_in_settings(settings: Settings, channel: str, sender: Sender) -> str:
    for handle, entry in settings.people.items():
        if entry.identities.get(channel) == sender.id or (
            sender.email and entry.email.casefold() == sender.email.casefold()
        ):
            return handle
    return ""


def enrol(db: Session, workspace: str, settings: Settings, now: datetime) -> None:
    """Make the people of the settings known, with their names and identities as they stand there."""
    for handle, entry in settings.people.items():
        person = db.get(Person, (workspace, handle))
        if person is None:
            person = Person(workspace=workspace, id=handle, name=entry.name, created_at=now)
        person.name, person.email, person.zone = entry.name, entry.email.casefold(), entry.zone or person.zone
        db.add(person)
        db.flush()
        for channel, external in entry.identities.items():
            identity = db.get(Identity, (workspace, channel, external))
            if identity is None:
                db.add(Identity(workspace=workspace, channel=channel, external=external, person=handle))
            elif identity.person != handle:
                identity.person = handle
    db.flush()


def named(db: Session, workspace: str, channel: str, text: str, field: str = "person") -> Person:
    """The person somebody typed: a handle, `@handle`, a platform's mention, an e-mail address or a name. `Wrong` names the nearest."""
    wanted = text.strip().removeprefix("<@").removesuffix(">").removeprefix("@").split("|")[0].casefold()
    everyone = db.exec(select(Person).where(Person.workspace == workspace)).all()
    linked = db.get(Identity, (workspace, channel, text.strip().removeprefix("<@").removesuffix(">").split("|")[0]))
    for person in everyone:
        if wanted in (person.id.casefold(), person.name.casefold(), person.email.casefold()) or (
            linked and linked.person == person.id
        ):
            return person
    firsts = [p for p in everyone if p.name.casefold().split()[:1] == [wanted]]
    if len(firsts) == 1:
        return firsts[0]
    raise Wrong(f"Person: {nearest(text, [p.name for p in everyone][:200])}", field)


def name_of(db: Session, workspace: str, person: str | None, settings: Settings) -> str:
    """Somebody's name, for showing."""
    if not person:
        return "nobody"
    if entry := settings.people.get(person):
        return entry.name
    found = db.get(Person, (workspace, person))
    return found.name if found else person


def zone_of(person: Person, settings: Settings) -> ZoneInfo:
    """Somebody's own time zone, or the organisation's."""
    try:
        return ZoneInfo(person.zone or settings.organisation.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.organisation.zone)


def mention(db: Session, workspace: str, channel: str, person: str, settings: Settings) -> Mention:
    """How somebody is pinged on a channel."""
    return Mention(external(db, workspace, channel, person) or "", name_of(db, workspace, person, settings))


def external(db: Session, workspace: str, channel: str, person: str) -> str | None:
    """A person's id on a channel."""
    return db.exec(
        select(Identity.external)
        .where(Identity.workspace == workspace, Identity.person == person, Identity.channel == channel)
        .order_by(col(Identity.external))
    ).first()
