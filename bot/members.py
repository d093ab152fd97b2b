"""Who belongs in a place that a chat opens for one ticket."""

from __future__ import annotations

from sqlmodel import Session

from bot import people
from bot.settings import Settings, staff
from storage.tables import Post, Ticket


def members(db: Session, row: Post, settings: Settings) -> tuple[str, ...]:
    """Who belongs in the place of a ticket's talk with its requester: they themselves, then the team, by their ids on
    its channel. Nobody but the two where it was begun in the requester's own talk with the bot.
    """
    if row.side != "requester" or not row.room.startswith("@"):
        return ()
    ticket = db.get(Ticket, (row.workspace, row.ticket))
    if ticket is None or ticket.origin_room.startswith("@"):
        return ()
    team = [*staff(settings.team_for(ticket.team)), *_owner(ticket, settings)]
    ids = (people.external(db, row.workspace, row.channel, person) for person in team)
    return tuple(dict.fromkeys([row.room.removeprefix("@"), *filter(None, ids)]))


def _owner(ticket: Ticket, settings: Settings) -> tuple[str, ...]:
    """Who has the ticket works on it, of whichever team."""
    return (ticket.owner,) if ticket.owner and people.works_here(ticket.owner, settings) else ()
