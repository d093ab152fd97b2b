"""The feed as server-sent events for one pane, each message drawn for the person who reads it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from adapters.web import show
from adapters.web.chat import Chat
from adapters.web.feed import Event
from adapters.web.places import BOT


async def stream(chat: Chat, person: str, last: str = "") -> AsyncIterator[str]:
    """Chunks of an event stream. It begins with `hello` when the pane is new: then is the time to load what stands."""
    greeted = bool(last)
    async for events in chat.feed.listen(last):
        if not greeted:
            greeted = True
            yield "retry: 1000\n" + _written("hello", _clock(chat), f"id: {chat.feed.name_of_last()}\n")
        for event in _each_once(events):
            if told := _told(chat, person, event):
                yield told


def _each_once(events: list[Event]) -> list[Event]:
    """The last event about each message is enough: a message is drawn as it stands now."""
    return list({(e.kind, e.message): e for e in events}.values())


def _told(chat: Chat, person: str, event: Event) -> str:
    id = f"id: {chat.feed.name(event)}\n"
    if event.kind == "tried":
        return _written("tried", {"tried": chat.rooms.tried()}, id)
    if event.kind != "message":
        return (": still here\n\n" if event.kind == "quiet" else "") + _written(_NAMES[event.kind], _clock(chat), id)
    if event.person not in ("", person) or (event.room and not chat.places.sees(person, event.room)):
        return ""
    return _written("message", _message(chat, person, event), id)


_NAMES = {"quiet": "clock", "clock": "clock", "resync": "resync"}


def _message(chat: Chat, person: str, event: Event) -> dict[str, Any]:
    m = chat.rooms.message(event.message, person)
    if m is None or (m.deleted and not m.replies):
        return {"id": event.message, "html": ""}
    me = chat.places.people.get(person)
    return {
        "id": m.id,
        "room": m.room,
        "thread": m.thread,
        "seq": m.seq,
        "new": m.author != person and not m.private_to,
        "by": "" if m.author == BOT else chat.name_of(m.author),
        "mentioned": any(mention.id == person for mention in m.mentions),
        "html": show.message(m, chat.reader(me)) if me else "",
    }


def _clock(chat: Chat) -> dict[str, str]:
    return {"now": chat.now().isoformat()}


def _written(name: str, data: dict[str, Any], id: str) -> str:
    return f"event: {name}\n{id}data: {json.dumps(data)}\n\n"
