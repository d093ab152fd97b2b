"""What a pane of the page shows: somebody's rooms, the talk in one of them, the verbs to type."""

from __future__ import annotations

from typing import Any

from adapters.contract import Desk
from adapters.web import show
from adapters.web.chat import Chat
from adapters.web.places import CHANNEL, Persona, here, personas, shared_rooms
from adapters.web.read import sender
from bot.requests import Junk
from bot.settings import Settings
from bot.words import WORKSPACE

PAGE = 60


async def pane(chat: Chat, desk: Desk, who: Persona) -> dict[str, Any]:
    """The frame of somebody's pane, as JSON values."""
    rooms = chat.places.rooms_of(who.id)
    unseen = chat.rooms.unseen(who.id, rooms)
    allowed = await desk.verbs(WORKSPACE, CHANNEL, sender(who))
    return {
        "me": {"id": who.id, "name": who.name, "zone": who.zone.key, "city": who.city},
        "now": chat.now().isoformat(),
        "last": chat.rooms.last,
        "tried": chat.rooms.tried(),
        "rooms": [
            {"id": r.id, "name": r.name, "kind": r.kind, "about": r.about, "type": r.type}
            | {"unseen": unseen[r.id][0], "mentioned": unseen[r.id][1]}
            for r in rooms.values()
        ],
        "verbs": [
            {"verb": c.verb, "usage": c.usage, "summary": c.summary, "group": c.group, "sample": c.sample}
            for c in sorted(desk.registry.visible(), key=lambda c: c.verb != "ticket")
            if c.verb in allowed
        ],
    }


def talk(chat: Chat, who: Persona, room: str, thread: str, before: float) -> dict[str, Any]:
    """A page of messages as HTML; `more` says that there are older ones."""
    if not chat.places.sees(who.id, room):
        raise Junk("There is no such room for them.", 403)
    messages = chat.rooms.talk(room, who.id, thread=thread, before=before, limit=PAGE)
    more = len([m for m in messages if not m.private_to]) >= PAGE
    return {"html": show.talk(messages, chat.reader(who)), "more": more}


def start(settings: Settings) -> list[dict[str, str]]:
    """Who is in the two panes at first, and where: an employee with the desk, an agent in the room of their team."""
    people = list(personas(settings).values())
    if not people:
        return []
    asking = next((p for p in people if not p.staff), people[0])
    working = next((p for p in people if p.role.startswith("Agent")), people[-1])
    rooms = [r for r in shared_rooms(settings).values() if r.kind == "triage"]
    theirs = [room for team in settings.teams_of(working.id) for room in here(settings.teams[team].triage)]
    own = [r for r in rooms if r.id in theirs]
    return [
        {"person": asking.id, "room": f"@{asking.id}"},
        {"person": working.id, "room": (own or rooms)[0].id if rooms else f"@{working.id}"},
    ]
