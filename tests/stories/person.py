"""Somebody in a chat, and what they do and see there."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.words import Button, Dialog, Reply
from tests.stories.answer import described
from tests.stories.chats import Chat, Message
from tests.stories.room import Room, transcript

if TYPE_CHECKING:
    from tests.stories.company import Company


@dataclass(frozen=True)
class Person:
    """Somebody who does things in the chat. Where no room is named it is their own talk with the desk."""

    company: Company
    handle: str
    chat: Chat

    async def says(self, text: str, in_: str = "", *, under: Message | None = None, id: str = "") -> Reply:
        """Words or a command, in a room, in the thread of a message, or to the desk alone."""
        room = under.room if under else self._room(in_)
        thread = (under.thread or under.id) if under else ""
        return await self._answered(room, self.chat.says(self.handle, text, room, thread, id))

    async def clicks(self, label: str, in_: str = "", *, on: str = "", id: str = "", **answers: str) -> Reply:
        """The newest button of that label that they see in a room (`on`: of the message that says so).

        With answers, the dialog that comes is filled in with them and sent.
        """
        message, button = self.button(label, in_, on)
        reply = await self.presses(button, message, id=id)
        if answers:
            assert reply.form, f"{label} shows no dialog but {described(reply)}"
            reply = await self.submits(reply, message, **answers)
        return reply

    def button(self, label: str, in_: str = "", on: str = "") -> tuple[Message, Button]:
        """The newest such button, with the message it stands on."""
        room = Room(self.chat, self._room(in_))
        for message in reversed(room.messages(self.handle)):
            for button in message.card.buttons if message.card and on in message.words else ():
                if button.label == label:
                    return message, button
        raise AssertionError(
            f"{self.handle} sees no button {label!r}{f' on {on!r}' if on else ''} in\n{room.transcript(self.handle)}"
        )

    async def presses(self, button: Button, message: Message, *, id: str = "") -> Reply:
        """A button, which may be gone by now from the message it stood on, or never have stood there."""
        return await self._answered(message.room, self.chat.presses(self.handle, button, message, id))

    async def submits(
        self, dialog: Reply | Dialog, message: Message | None = None, *, id: str = "", **answers: str
    ) -> Reply:
        """A filled-in dialog: with what it keeps, what was in its fields already, and these answers.

        Of one that Discord shows in several pages only the first is there; the others come as it is filled in.
        """
        form = dialog.form if isinstance(dialog, Reply) else dialog
        assert form, f"there is no dialog but {described(dialog)}"
        shown = {field.name for field in form.fields}
        assert answers.keys() <= shown or "(1 of " in form.title, f"the dialog has the fields {shown}"
        room = message.room if message else self._room("")
        return await self._answered(room, self.chat.submits(self.handle, form, answers, message, id))

    async def reacts(self, message: Message, emoji: str = "🎫", *, id: str = "") -> Reply:
        return await self._answered(message.room, self.chat.reacts(self.handle, message, emoji, id))

    async def makes_a_ticket_of(self, message: Message, *, id: str = "") -> Reply:
        return await self._answered(message.room, self.chat.makes_a_ticket_of(self.handle, message, id))

    async def edits(self, message: Message, text: str) -> Reply:
        return await self._answered(message.room, self.chat.edits(self.handle, message, text))

    async def deletes(self, message: Message) -> Reply:
        return await self._answered(message.room, self.chat.deletes(self.handle, message))

    async def _answered(self, room: str, act: Coroutine[Any, Any, Reply]) -> Reply:
        reply = await act
        await self.company.settles()
        self.company.note_buttons([reply.card, *(m.card for m in self.chat.messages(room, self.handle))])
        return reply

    def _room(self, in_: str) -> str:
        return in_.removeprefix("#") or f"@{self.handle}"

    @property
    def talk(self) -> Room:
        """Their talk with the desk."""
        return Room(self.chat, f"@{self.handle}")

    def sees(self) -> Iterator[Message]:
        """Everything in every room that is open to them."""
        for room in self.company.rooms(self.chat.name):
            if self.chat.sees(self.handle, room.name):
                yield from room.messages(self.handle)

    def heard(self, words: str, *, pinged: bool | None = None) -> Message:
        """The desk told them in their own talk."""
        return self.talk.hears(words, mentioning=self.handle if pinged else "", reader=self.handle)

    def was_told_privately(self, words: str) -> Message:
        """The desk told them, and nobody else, wherever they are."""
        private = [m for m in self.sees() if m.private_to == self.handle and words in m.words]
        assert private, f"{self.handle} was not told {words!r} privately, but:\n" + transcript(
            m for m in self.sees() if m.private_to
        )
        return private[-1]
