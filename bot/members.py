"""Who belongs in a place that a chat opens for one ticket."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import people
from bot.settings import Settings, Team, staff
from storage import gatherings, state
from storage.tables import Post, Ticket

CHANNEL = "discord"
KEPT = "members of teams"
SPREAD = timedelta(seconds=10)
"""Until all replicas go by the same settings: one that does not yet would gather the former people."""


def members(db: Session, row: Post, settings: Settings) -> tuple[str, ...]:
    """Who belongs in the place of a ticket's talk with its requester: they themselves, then the team, by their ids on
    its channel. Nobody but the two where the requester began it in their own talk with the bot.
    """
    if row.side != "requester" or not row.room.startswith("@"):
        return ()
    ticket = db.get(Ticket, (row.workspace, row.ticket))
    if ticket is None or (ticket.origin_room.startswith("@") and ticket.submitter == ticket.requester):
        return ()
    team = people.team_of(ticket, settings)
    workers = [*(staff(team) if team else ()), *_owner(ticket, team, row.channel, settings)]
    ids = (people.external(db, row.workspace, row.channel, person, settings) for person in workers)
    return tuple(dict.fromkeys([row.room.removeprefix("@"), *filter(None, ids)]))


def follow(db: Session, workspace: str, settings: Settings, now: datetime, *, again: bool = False) -> None:
    """Have the places of tickets that are not closed hold their team's people, where these, or their ids, are others
    than when this was done last; with `again` in any case.

    By the settings alone: whom a role of the channel's makes an agent is not let in.
    """
    kept = state.get(db, workspace, KEPT)
    teams = {
        key: {person: people.external(db, workspace, CHANNEL, person, settings) for person in sorted(set(staff(team)))}
        for key, team in settings.teams.items()
    }
    before = json.loads(kept) if kept else teams
    changed = [key for key, of_team in teams.items() if again or before.get(key) != of_team]
    if changed and settings.discord.tickets:
        moved = {person for key in changed for person in (*before.get(key, ()), *teams[key])}
        gatherings.again(db, workspace, CHANNEL, changed, moved, now, now + SPREAD)
    if changed or not kept:
        state.keep(db, workspace, KEPT, json.dumps(teams))


def locked_when_closed(db: Session, row: Post, settings: Settings) -> bool:
    """Whether the place of a ticket's talk with its requester is a thread of its own, which Discord's adapter locks."""
    return row.channel == "discord" and bool(settings.discord.tickets and members(db, row, settings))


def _owner(ticket: Ticket, team: Team | None, channel: str, settings: Settings) -> tuple[str, ...]:
    """Who has the ticket works on it, of whichever team. Where roles of the channel's make agents, only these tell who
    is none any more, and not here.
    """
    of_team = (team.agent_roles, team.lead_roles) if team else ()
    by_roles = any(roles.get(channel) for roles in (*of_team, settings.admin_roles))
    return (ticket.owner,) if ticket.owner and (by_roles or people.works_here(ticket.owner, settings)) else ()
