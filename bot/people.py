"""Who somebody is across channels, and what a role may do: the one authorize()."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from enum import Flag, auto
from typing import TYPE_CHECKING

from rapidfuzz import process
from sqlmodel import Session, col, select

from bot import rota
from bot.enrolment import enrol as enrol
from bot.enrolment import join
from bot.forms import ME, Wrong
from bot.lifecycle import Status
from bot.settings import Settings, Team
from bot.words import Mention, Sender, clean, one_line
from storage import people as rows
from storage.tables import Escalation, Identity, Person, Ticket, Watcher

if TYPE_CHECKING:
    from bot.context import Context


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


def authorize(roles: Role, needs: Role, what: str, hint: str = "") -> None:
    """`Denied` unless one of the roles is among the needed ones. Every command passes here, and nowhere else.

    hint: what a requester may do instead.
    """
    if not roles & needs:
        allowed = [name for role, name in ROLE_NAMES.items() if role in needs and role is not Role.OUTSIDER]
        way = f" {hint}" if hint and roles & Role.REQUESTER else ""
        raise Denied(f"{what} is for {_listed(allowed)} only.{way}")


def _listed(names: list[str]) -> str:
    words = [f"its {n}" if n in ("requester", "watcher") else f"{n}s" for n in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def desk_roles(person: str, settings: Settings) -> Role:
    """What somebody is to the desk as a whole, by the settings of this minute. Everybody may ask for help."""
    roles = Role.REQUESTER
    if person in settings.admins:
        roles |= Role.ADMIN
    for team in settings.teams.values():
        if person in team.members:
            roles |= Role.AGENT
        if person in team.leads:
            roles |= Role.LEAD
    return roles


def may_ever(person: str, needs: Role, settings: Settings, *, about_ticket: bool) -> bool:
    """Whether somebody may do what needs these roles, as far as that can be known before it is known of which ticket:
    it may be one that its ladder calls them about.
    """
    roles = desk_roles(person, settings)
    if about_ticket:
        roles |= Role.WATCHER | (Role.LEAD if called_of_any(person, settings) else Role(0))
    return bool(roles & needs)


def called_of_any(person: str, settings: Settings) -> bool:
    """Whether a ladder or a rotation may call somebody to a ticket of another team's."""
    steps = (step.tell for ladder in settings.ladders.values() for step in ladder.steps)
    return f"person:{person}" in steps or any(person in turns.takers() for turns in settings.on_call.values())


def ticket_roles(db: Session, person: str, ticket: Ticket, settings: Settings, now: datetime) -> Role:
    """What somebody is to one ticket, by the settings of this minute.

    Who filed it for somebody else watches it, as does whom it affects; who asked to hear of it does so as one who works
    on it. Agents of other teams are outsiders to it, and an owner who has left all teams is no agent any more.
    """
    roles = Role(0)
    team = team_of(ticket, settings)
    if person in settings.admins:
        roles |= Role.ADMIN
    if (team and person in team.members) or (person == ticket.owner and works_here(person, settings)):
        roles |= Role.AGENT
    if team and person in team.leads:
        roles |= Role.LEAD
    if person == ticket.requester:
        roles |= Role.REQUESTER
    if not roles & WORKERS and team and _is_called(db, person, ticket, team, settings, now):
        roles |= Role.LEAD
    if not roles and (person == ticket.submitter or affects(db, person, ticket)):
        roles |= Role.WATCHER
    return roles or Role.OUTSIDER


def team_of(ticket: Ticket, settings: Settings) -> Team | None:
    """Whose a ticket is. Where its team has vanished from the settings an open one is the default team's, so that it is
    somebody's; a finished one is nobody's, whose words were written for other eyes.
    """
    if ticket.team in settings.teams or Status(ticket.status).open:
        return settings.team_for(ticket.team)
    return None


def affects(db: Session, person: str, ticket: Ticket) -> bool:
    """Whether somebody else's ticket affects a person too."""
    row = db.get(Watcher, (ticket.workspace, ticket.number, person))
    return row is not None and row.joined


def watchers(db: Session, ticket: Ticket) -> list[Watcher]:
    """Who hears of a ticket beside its requester, in the order of their handles."""
    watching = select(Watcher).where(Watcher.workspace == ticket.workspace, Watcher.ticket == ticket.number)
    return list(db.exec(watching.order_by(col(Watcher.person))).all())


def hears(db: Session, watcher: Watcher, ticket: Ticket, settings: Settings, now: datetime) -> bool:
    """Whether who watches a ticket still may. Who may work on it by a channel's roles does: only when they act is it
    known whether they have one. That is not so of whom the settings have named, and name no more.
    """
    person = watcher.person
    if watcher.joined or ticket_roles(db, person, ticket, settings, now) is not Role.OUTSIDER:
        return True
    team = team_of(ticket, settings)
    roles = (settings.admin_roles, *((team.agent_roles, team.lead_roles) if team else ()))
    channels = {channel for granting in roles for channel, ids in granting.items() if ids}
    known = (external(db, ticket.workspace, channel, person, settings) for channel in channels)
    met = person in settings.people or any(person.startswith(f"{channel}:") for channel in channels)
    return met and any(known)


def _is_called(db: Session, person: str, ticket: Ticket, team: Team, settings: Settings, now: datetime) -> bool:
    """Whether the ticket's ladder calls somebody, by name or as on call, or has called them: a ping's buttons work for
    whom it pings, whatever the settings say later.
    """
    if _called_by_ladder(db, person, ticket, team, settings):
        return True
    policy = settings.policy_of(ticket.priority, ticket.category, ticket.team)
    ladder = settings.ladders.get(policy.ladder) if policy else None
    if ladder and any(step.tell == f"person:{person}" for step in ladder.steps):
        return True
    name = team.on_call or ""
    return name in settings.on_call and rota.who(db, ticket.workspace, name, settings, now) == person


def _called_by_ladder(db: Session, person: str, ticket: Ticket, team: Team, settings: Settings) -> bool:
    """Whether a ladder of the ticket's that is not over calls somebody by name, or has pinged them as on call, whose
    turn may have ended since. Who is in the settings no more, or takes no turns for the ticket's team, is not.
    """
    mine = (Escalation.workspace == ticket.workspace, Escalation.ticket == ticket.number)
    plans = db.exec(select(Escalation.plan).where(*mine, col(Escalation.closed_at).is_(None))).all()
    if person in settings.people and any(rung[0] == f"person:{person}" for plan in plans for rung in plan["rungs"]):
        return True
    rotation = settings.on_call.get(team.on_call or "")
    if rotation is None or person not in rotation.takers():
        return False
    return any(person in level["who"] for plan in plans for level in plan["told"].values())


def works_here(person: str, settings: Settings) -> bool:
    """Whether somebody is an agent, lead, manager or admin of any team."""
    return person in settings.workers()


def known(db: Session, workspace: str, channel: str, sender: Sender, settings: Settings, now: datetime) -> Person:
    """The person behind a platform's id. Somebody new is added, or joined to who has the same verified address."""
    person = rows.by_identity(db, workspace, channel, sender.id)
    if person is None:
        return _joined(db, workspace, channel, sender, settings, now)
    return _learned(db, channel, person, sender, settings) if _has_news(person, sender, settings) else person


def _has_news(person: Person, sender: Sender, settings: Settings) -> bool:
    """Whether the platform tells now which address somebody has, and did not before."""
    return bool(sender.email) and not person.email and person.id not in settings.people


def _learned(db: Session, channel: str, person: Person, sender: Sender, settings: Settings) -> Person:
    """Somebody of whom only an id was known: joined to who has their address, or known better from now on."""
    workspace = person.workspace
    other = _same(db, workspace, handle_in_settings(settings, workspace, channel, sender), sender)
    if other is not None:
        join(db, workspace, person.id, other.id)
        return other
    row = db.get_one(Person, (workspace, person.id))
    row.name, row.email = _name(sender) or row.name, sender.email.casefold()
    row.zone = sender.zone or row.zone
    db.add(row)
    db.flush()
    return row


def _name(sender: Sender) -> str:
    """What the platform calls somebody, on one line."""
    return one_line(clean(sender.name), 80)


def recognised(db: Session, workspace: str, channel: str, sender: Sender, settings: Settings, now: datetime) -> Person:
    """The same where nothing may be written: somebody new is nobody in particular yet."""
    person = rows.by_identity(db, workspace, channel, sender.id)
    if person and not _has_news(person, sender, settings):
        return person
    handle = handle_in_settings(settings, workspace, channel, sender)
    return (
        _same(db, workspace, handle, sender)
        or person
        or Person(
            workspace=workspace,
            id=handle or f"{channel}:{sender.id}"[:120],
            name=_name(sender),
            created_at=now,
        )
    )


def _same(db: Session, workspace: str, handle: str, sender: Sender) -> Person | None:
    """Who has this handle, or the sender's verified e-mail address."""
    person = db.get(Person, (workspace, handle)) if handle else None
    if person is None and (known := rows.by_email(db, workspace, sender.email)):
        person = db.get(Person, (workspace, known))
    return person


def _joined(db: Session, workspace: str, channel: str, sender: Sender, settings: Settings, now: datetime) -> Person:
    handle = handle_in_settings(settings, workspace, channel, sender)
    person = _same(db, workspace, handle, sender)
    if person is None:
        entry = settings.people.get(handle) if handle else None
        person = Person(
            workspace=workspace,
            id=handle or f"{channel}:{sender.id}"[:120],
            name=(entry.name if entry else _name(sender)) or sender.id[:80],
            email=(entry.email if entry else sender.email).casefold(),
            zone=(entry.zone if entry else "") or sender.zone,
            created_at=now,
        )
        db.add(person)
    db.flush()
    db.add(Identity(workspace=workspace, channel=channel, external=sender.id, person=person.id))
    db.flush()
    return person


def handle_in_settings(settings: Settings, workspace: str, channel: str, sender: Sender) -> str:
    """The handle that the settings have for somebody's id or address; "" where they do not name them."""
    for handle, entry in settings.people.items():
        if entry.ids_in(workspace).get(channel) == sender.id or (
            sender.email and entry.email.casefold() == sender.email.casefold()
        ):
            return handle
    return ""


def named(ctx: Context, text: str, field: str = "person", *, rather: Collection[str] = ()) -> Person:
    """The person somebody typed: a handle, `@handle`, a platform's mention, an e-mail address, a name, or `me`.

    `Wrong` names the nearest, or those that it may be. `rather`: whom a name may be means one of these, if any.
    """
    typed = text.strip().removeprefix("<@").removeprefix("!").removesuffix(">").removeprefix("@").split("|")[0]
    wanted = typed.casefold()
    if not wanted:
        raise Wrong("Person: whom do you mean? Write a handle or a name, like @ana.", field)
    if person := _by_key(ctx, typed):
        return person
    everyone = {id: (name, name.casefold()) for id, name in rows.everybody(ctx.db, ctx.workspace)}
    tests: tuple[Callable[[str, str], bool], ...] = (
        lambda id, name: wanted == id.casefold(),
        lambda id, name: wanted == name,
        lambda id, name: name.split()[:1] == [wanted],
        lambda id, name: wanted in name.split(),
        lambda id, name: wanted in ME and id == ctx.sender.id,
    )
    for test in tests:
        found = [id for id, (_, folded) in everyone.items() if test(id, folded)]
        found = [id for id in found if id in rather] or found
        if len(found) == 1:
            return ctx.db.get_one(Person, (ctx.workspace, found[0]))
        if found:
            which = ", ".join(f"{everyone[id][0]} (`{id}`)" for id in found[:8])
            raise Wrong(f"Person: “{one_line(text, 60)}” may be {which}. Please say what stands in brackets.", field)
    known = {id: folded for id, (_, folded) in everyone.items()}
    likelier = {id: folded for id, folded in known.items() if id in rather}
    best = process.extractOne(wanted, likelier, score_cutoff=60) or process.extractOne(wanted, known, score_cutoff=60)
    hint = f" Did you mean “{everyone[best[2]][0]}”?" if best else ""
    raise Wrong(f"Nobody is known as “{one_line(text, 60)}”.{hint}", field)


def _by_key(ctx: Context, typed: str) -> Person | None:
    """Whose id on the channel, handle or e-mail address it is."""
    if linked := ctx.db.get(Identity, (ctx.workspace, ctx.at.channel, typed)):
        return ctx.db.get_one(Person, (ctx.workspace, linked.person))
    for handle in (typed, typed.casefold(), rows.by_email(ctx.db, ctx.workspace, typed)):
        if handle and (person := ctx.db.get(Person, (ctx.workspace, handle))):
            return person
    return None


def leading_name(ctx: Context, words: str) -> tuple[str, str]:
    """The full name of somebody known, where the words begin with one, and what is behind it; else "" and the words."""
    typed = [word.rstrip(",:").casefold() for word in words.removeprefix("@").split()]
    names = (name.casefold().split() for _, name in rows.everybody(ctx.db, ctx.workspace))
    length = max((len(name) for name in names if len(name) > 1 and typed[: len(name)] == name), default=0)
    if not length:
        return "", words
    parts = words.removeprefix("@").split(None, length)
    return " ".join(parts[:length]).rstrip(",:"), "".join(parts[length:])


def name_of(db: Session, workspace: str, person: str | None, settings: Settings) -> str:
    """Somebody's name, for showing."""
    if not person:
        return "nobody"
    if entry := settings.people.get(person):
        return entry.name
    return rows.name(db, workspace, person) or person


GROUP = "group:"
"""What begins a mention that is no person's: of a team's user group."""


def external(db: Session, workspace: str, channel: str, person: str, settings: Settings) -> str:
    """Somebody's id on a channel, the settings' rather than another; "" when they are unknown there."""
    entry = settings.people.get(person)
    named = entry and entry.ids_in(workspace).get(channel)
    return named or rows.external(db, workspace, channel, person) or ""


def mention(db: Session, workspace: str, channel: str, person: str, settings: Settings) -> Mention:
    """How somebody, or a team's user group, is pinged on a channel."""
    if person.startswith(GROUP):
        team = settings.team_for(person.removeprefix(GROUP))
        return Mention(team.group_in(workspace, channel), team.name)
    return Mention(external(db, workspace, channel, person, settings), name_of(db, workspace, person, settings))
