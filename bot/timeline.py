"""What happened to a ticket, kept for good, and who may read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.context import Scene
from bot.people import WORKERS, Role
from storage import timeline as rows
from storage.tables import Entry, Ticket

KINDS: dict[str, str] = {
    "opened": "the request itself",
    "reply": "public talk, of the requester's side or of an agent's",
    "note": "internal talk",
    "status": "a move of the status",
    "owner": "a new owner, or none",
    "priority": "urgency, impact or priority changed",
    "category": "another category or team",
    "merged": "it became part of another ticket, or took one in",
    "major": "it was made, or is no longer, a major incident",
    "renamed": "another title",
    "joined": "somebody is affected by it too",
    "watching": "somebody watches it, or no longer does",
    "suggested": "articles were offered",
    "helped": "what came of an offered article",
    "answered": "the article that an agent resolved it with",
    "drafted": "an article was drafted from it",
    "warned": "a deadline is near",
    "breached": "a deadline has passed",
    "retimed": "other settings, holidays or time zones have moved a deadline",
    "escalated": "a level of the ladder was told",
    "acknowledged": "somebody took note of a breach",
    "snoozed": "the ladder waits",
    "held": "quiet hours hold a level of the ladder back",
    "ending": "who acknowledged was reminded that it ends soon",
    "lapsed": "an acknowledgement has ended without progress",
    "reminded": "a silent requester was reminded",
    "rated": "stars from the requester",
    "edited": "a message was changed after it was sent",
    "deleted": "a message was deleted where it was said; its words stay here",
    "unowned": "nobody could be assigned",
    "file": "a file that was not kept, and why",
}


def record(
    scene: Scene,
    ticket: Ticket,
    kind: str,
    text: str = "",
    *,
    author: str = "",
    by_agent: bool = False,
    public: bool = False,
    data: Mapping[str, Any] | None = None,
    place: tuple[str, str, str] = ("", "", ""),
) -> int:
    """Append to the ticket's timeline; the entry's id. `place` is the (channel, room, message) it was said in."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of entry: declare it in timeline.KINDS")
    channel, room, message = place
    return rows.add(
        scene.db,
        {
            "workspace": scene.workspace,
            "ticket": ticket.number,
            "at": scene.now,
            "kind": kind,
            "public": public,
            "author": author,
            "by_agent": by_agent,
            "text": text,
            "data": dict(data or {}),
            "channel": channel,
            "room": room,
            "message": message,
        },
    )


def may_read(roles: Role, person: str, ticket: Ticket, entry: Entry) -> bool:
    """Whether somebody with these roles may read an entry (BEHAVIOUR 17): who works on the ticket, all of them.

    Everybody else to whom the ticket is something reads their own words, the desk's, and how it moved; its requester,
    and who filed it for them, each other's words too, and what was said about it in the room in which it was asked.
    """
    if roles & WORKERS:
        return True
    if not entry.public or roles is Role.OUTSIDER:
        return False
    if entry.by_agent or entry.author in ("", person) or entry.kind in ("status", "major"):
        return True
    theirs = ticket.requester, ticket.submitter
    return person in theirs and (entry.author in theirs or _stands_where_it_was_asked(ticket, entry))


def _stands_where_it_was_asked(ticket: Ticket, entry: Entry) -> bool:
    here = (entry.channel, entry.room) == (ticket.origin_channel, ticket.origin_room)
    return bool(entry.message) and here and "about" not in entry.data
