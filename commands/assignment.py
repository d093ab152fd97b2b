"""Who gets a ticket: the team's agents as they are at this minute, and the team's policy."""

from __future__ import annotations

from datetime import datetime

from bot import cards, places, triage
from bot.context import Scene
from bot.settings import Policy
from bot.words import WORKSPACE, Button, Card
from storage import assignments, people, tickets
from storage.tables import Person, Ticket


def choose(scene: Scene, team_key: str, category: str, requester: str) -> triage.Choice:
    """The owner of a new ticket and why; nobody where the team claims its tickets."""
    team = scene.settings.teams.get(team_key)
    entry = scene.settings.categories.get(category)
    skill = entry.skill if entry else ""
    if team is None or team.policy is Policy.CLAIM:
        return triage.owner([], skill, Policy.CLAIM)
    last = assignments.last(scene.db, scene.workspace, team_key)
    choice = triage.owner(candidates(scene, team_key, requester), skill, team.policy, last)
    if choice.person:
        note(scene, team_key, choice.person)
    return choice


def note(scene: Scene, team_key: str, person: str) -> None:
    """Remember who was assigned when, and who was a team's last, each where it counts: on PostgreSQL those who are
    assigned something wait for each other there, and two processes that take several at once may wait in a ring.
    """
    teams = scene.settings.teams
    if any(teams[key].policy is Policy.LEAST_LOAD for key in scene.settings.teams_of(person)):
        assignments.assign(scene.db, scene.workspace, person, scene.now)
    if team_key in teams and teams[team_key].policy is Policy.ROUND_ROBIN:
        assignments.take(scene.db, scene.workspace, team_key, person)


def tell_owner(scene: Scene, ticket: Ticket, because: str) -> None:
    """Who has a ticket without having claimed it hears of it, and why: a sentence."""
    if ticket.owner:
        known = cards.about(ticket)
        card = Card(
            f"Yours: {cards.title(ticket, scene.settings)}",
            because,
            buttons=(Button("Reply", "reply", known, "primary"), Button("Show", "tickets status", known)),
            mentions=(ticket.owner,),
        )
        places.to_person(scene, ticket.owner, f"assigned:{ticket.number}:{ticket.version}", card, ticket)


def candidates(scene: Scene, team_key: str, requester: str = "") -> list[triage.Candidate]:
    """The agents of a team with their load, skills and availability.

    In an installed workspace are those who are known there; in the desk's own all.
    """
    team = scene.settings.teams[team_key]
    away = people.away(scene.db, scene.workspace)
    calendar = scene.worktime.of(scene.settings.calendar_of(team_key))
    in_hours = calendar.is_open(scene.now)
    here = team.members if scene.workspace == WORKSPACE else people.known(scene.db, scene.workspace, team.members)
    open_ = {handle: tickets.load(scene.db, scene.workspace, handle) for handle in team.members}
    return [
        triage.Candidate(
            person=handle,
            load=sum(triage.WEIGHTS[priority] for priority in open_[handle]),
            open=len(open_[handle]),
            last_assigned=assignments.assigned_at(scene.db, scene.workspace, handle),
            available=not _is_away(away.get(handle), scene.now),
            in_hours=in_hours,
            skills=frozenset(member.skills),
            cap=member.cap,
            name=scene.settings.people[handle].name if handle in scene.settings.people else handle,
            back=away[handle].away_until if handle in away else None if in_hours else calendar.next_open(scene.now),
            asks=handle == requester,
            here=handle in here,
        )
        for handle, member in team.members.items()
    ]


def _is_away(person: Person | None, now: datetime) -> bool:
    return person is not None and (person.away_until is None or person.away_until > now)
