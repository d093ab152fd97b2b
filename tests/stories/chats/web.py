"""The playground: what a browser sends, without the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from adapters.contract import Adapter
from adapters.web import Playground
from adapters.web.acts import Acts
from adapters.web.message import Message as Standing
from adapters.web.read import Act
from bot.clock import Clock
from bot.core import Desk
from bot.requests import Junk
from bot.settings import Settings
from bot.words import Address, Button, Dialog, Incoming, Reply, Sender
from tests.stories.chats.chat import SHARED, Message, NotPossible, card_words


class WebChat:
    """The playground with its rooms in a file in `home`. See Chat."""

    name = "web"

    def __init__(self, home: Path) -> None:
        self.environment: Mapping[str, str] = {}
        self._file, self._done = str(home / "chat.db"), 0
        self._newcomers: dict[str, str] = {}

    @property
    def adapter(self) -> Adapter:
        return self.playground

    def identity(self, handle: str) -> str:
        return handle

    def sender(self, handle: str) -> Sender:
        return Sender(handle, self._newcomers.get(handle) or self.playground.chat.name_of(handle))

    def at(self, room: str) -> Address:
        return Address("web", room)

    async def opens(self, desk: Desk, settings: Callable[[], Settings], clock: Clock) -> None:
        self.desk, self.playground = desk, Playground(self._file, settings, clock.now)
        self.acts = Acts(self.playground.chat, desk)

    async def closes(self) -> None:
        self.playground.chat.rooms.close()

    async def settles(self) -> None:
        await self.acts.settled()

    async def newcomer(self, handle: str, name: str) -> None:
        self._newcomers[handle] = name

    async def says(self, who: str, text: str, room: str, thread: str = "", id: str = "") -> Reply:
        if who in self._newcomers:
            return await self._told(who, text, room)
        return await self._does(who, "say", room, id, text=text, thread=thread)

    async def _told(self, who: str, text: str, room: str) -> Reply:
        """The playground knows only people of the settings: others are the desk's own affair."""
        verb, _, words = text.removeprefix("/").partition(" ")
        self._done += 1
        return await self.desk.receive(Incoming(f"new-{self._done}", self.sender(who), self.at(room), verb, text=words))

    async def presses(self, who: str, button: Button, message: Message, id: str = "") -> Reply:
        given = {"message": message.id, "verb": button.verb, "answers": dict(button.answers)}
        return await self._does(who, "click", message.room, id, **given)

    async def submits(
        self, who: str, form: Dialog, answers: Mapping[str, str], message: Message | None, id: str = ""
    ) -> Reply:
        known = {field.name: dict(field.choices) for field in form.fields}
        shown = {
            name: text
            for name, text in form.answers.items()
            if name in known and (text in known[name] or not known[name])
        }
        filled = shown | dict(form.kept) | dict(answers)
        room, about = (message.room, message.id) if message else (f"@{who}", "")
        return await self._does(who, "submit", room, id, message=about, verb=form.verb, answers=filled)

    async def reacts(self, who: str, message: Message, emoji: str, id: str = "") -> Reply:
        return await self._does(who, "react", message.room, id, message=message.id, emoji=emoji)

    async def makes_a_ticket_of(self, who: str, message: Message, id: str = "") -> Reply:
        return await self._does(who, "ticket", message.room, id, message=message.id)

    async def edits(self, who: str, message: Message, text: str) -> Reply:
        return await self._does(who, "edit", message.room, message=message.id, text=text)

    async def deletes(self, who: str, message: Message) -> Reply:
        return await self._does(who, "delete", message.room, message=message.id)

    async def _does(self, who: str, do: str, room: str, id: str = "", **what: Any) -> Reply:
        self._done += 1
        try:
            return await self.acts.do(Act(id or f"act-{self._done}", who, do, room, **what))
        except Junk as junk:
            raise NotPossible(str(junk)) from junk

    def sees(self, who: str, room: str) -> bool:
        return self.playground.chat.places.sees(who, room)

    def messages(self, room: str, reader: str = "") -> list[Message]:
        return [_message(m) for m in self._standing(room, reader) if not m.deleted]

    def _standing(self, room: str, reader: str = "") -> Iterator[Standing]:
        rooms = self.playground.chat.rooms
        for root in rooms.talk(room, reader, limit=2000):
            yield root
            if not root.private_to:
                yield from rooms.talk(room, reader, thread=root.id, limit=2000)[1:]

    def posted(self) -> list[str]:
        talks = (f"@{handle}" for handle in self.playground.chat.places.people)
        return [m.key for room in (*SHARED, *talks) for m in self._standing(room) if m.key and not m.deleted]

    def check(self) -> None:
        """Nothing: what the playground refuses, it says."""


def _message(m: Standing) -> Message:
    mentions = tuple(mention.id for mention in m.mentions)
    return Message(m.id, m.room, m.thread, m.author, m.private_to, card_words(m.text, m.card), m.card, mentions, m)
