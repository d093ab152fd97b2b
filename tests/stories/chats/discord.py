"""Discord: the adapter with the real discord.py, and people who use the project's own strict Discord on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from adapters.contract import Adapter
from adapters.discord.commands import CREATE_TICKET
from bot.clock import Clock
from bot.core import Desk
from bot.people import works_here
from bot.settings import Settings
from bot.words import Address, Button, Dialog, Reply, Sender
from tests.platforms.discord import Channel, Discord, Permission, Person
from tests.platforms.discord.answers import PRESSED, Answer, Modal
from tests.platforms.discord.records import Kind
from tests.stories.chats import discord_reading as reading
from tests.stories.chats.chat import EVERYBODYS, SHARED, Message, NotPossible
from tests.stories.chats.discord_listening import PATIENT, Listening
from tests.stories.chats.discord_seen import TICKETS, Seen, standing
from tests.stories.chats.discord_typed import options, written

STAFF = "staff"
"""The role of those who work here: it opens the rooms that are not everybody's."""
SAID = 2_000
"""Characters that people can say at once."""


class Told(NamedTuple):
    """What came of an act, and how the desk is told of it once more; `open` is a form that has to be corrected."""

    again: Callable[[], None]
    answer: Answer | None = None
    open: Reply | None = None


@asynccontextmanager
async def discord_chat(triage: Kind = "text", *, direct: bool = True) -> AsyncIterator[DiscordChat]:
    """A Discord with the desk's bot in it. It counts no calls, and waits for a busy machine.

    `triage` is what the teams' rooms are: channels in which threads hang on cards, or forums with a post for each.
    `direct`: people take direct messages from the desk.
    """
    async with Discord(patience=PATIENT) as discord:
        yield DiscordChat(discord, triage, direct)


class DiscordChat:
    """Everybody of the settings on a server, and the desk listening to it. See Chat.

    `@ana` is her direct talk with the desk, and her private threads with it.
    """

    name = "discord"

    def __init__(self, discord: Discord, triage: Kind, direct: bool) -> None:
        self.discord, self._seen, self._direct = discord, Seen(discord), direct
        self.environment: Mapping[str, str] = {
            "FIRSTLINE_DISCORD__TOKEN": discord.token,
            "FIRSTLINE_DISCORD__API_URL": discord.api_url,
            "FIRSTLINE_DISCORD__GATEWAY_URL": discord.gateway_url,
            "FIRSTLINE_DISCORD__TICKETS": TICKETS,
        }
        self._told: dict[tuple[str, str], asyncio.Future[Told]] = {}
        self._corrections: dict[Modal, Modal] = {}
        sees, nothing = Permission.VIEW_CHANNEL, Permission(0)
        inside = {"@everyone": (nothing, sees), STAFF: (sees, nothing), "bot": (sees, nothing)}
        for name in (*SHARED, TICKETS):
            kind: Kind = triage if name.startswith("triage") else "text"
            discord.channel(name, kind, overwrites={} if name in (EVERYBODYS, TICKETS) else inside)

    @property
    def adapter(self) -> Adapter:
        return self._listening.adapter

    def identity(self, handle: str) -> str:
        return self.discord.user(handle).id

    def sender(self, handle: str) -> Sender:
        person = self.discord.user(handle)
        return Sender(person.id, person.member.nick or handle, roles=tuple(person.member.roles))

    def at(self, room: str) -> Address:
        return Address("discord", f"@{self.identity(room[1:])}" if room.startswith("@") else room)

    async def opens(self, desk: Desk, settings: Callable[[], Settings], clock: Clock) -> None:
        self.discord.world.clock.now = lambda: clock.now().timestamp()
        for handle, entry in settings().people.items():
            roles = [STAFF] if works_here(handle, settings()) else []
            person = self.discord.user(handle, roles=roles)
            person.member.nick = entry.name
            person.refuses_messages(not self._direct)
        self._desk, self._settings = desk, settings
        self._listening = Listening(self.discord, settings, self._seen.keys)
        await self._listening.begins(desk)

    async def closes(self) -> None:
        await self._listening.ends()

    async def settles(self) -> None:
        await self._listening.settled()
        await self._seen.learns(self._desk.memory)

    async def newcomer(self, handle: str, name: str) -> None:
        self.discord.user(handle).member.nick = name

    async def says(self, who: str, text: str, room: str, thread: str = "", id: str = "") -> Reply:
        person, place = self.discord.user(who), self._place(who, room, thread)
        under = None if place.id == thread or not thread else place.standing[thread]
        if text.startswith("/") and (command := text[1:].split(None, 1)):
            if under and room.startswith("@"):
                raise NotPossible("Discord takes no slash commands in reply to a message")
            there = await person.starts_thread(under, "Talk") if under else place
            return await self._commands(person, command[0], "".join(command[1:]), there, bool(thread), id)

        async def say() -> Told:
            replies = room.startswith("@")
            there = await person.starts_thread(under, "Talk") if under and not replies else place
            answers = under if replies else None
            said = await person.says(there, written(text, self.discord)[:SAID], reply_to=answers)
            return await self._heard(lambda: self.discord.events.message("MESSAGE_CREATE", said))

        return await self._once(who, id, say)

    def _place(self, who: str, room: str, thread: str) -> Channel:
        """A room, or a thread of it that has begun already, to which somebody can say something."""
        threads = self._seen.threads_of(self.discord.user(room[1:])) if room.startswith("@") else []
        threads += self._seen.place(room).threads
        place = next((one for one in threads if one.id == thread), self._seen.place(room))
        if not place.seen_by(self.identity(who)):
            raise NotPossible(f"{who} is not in {room}")
        if place.locked:
            raise NotPossible("the thread is shut")
        return place

    async def _commands(self, who: Person, verb: str, words: str, place: Channel, thread: bool, id: str) -> Reply:
        name, filled = options(self.discord, self._desk.registry, verb, words, self._settings(), thread=thread)

        async def say() -> Told:
            return self._acted(await who.command(f"/{name}", place, waits=0, **filled))

        return await self._once(who.name, id, say)

    async def presses(self, who: str, button: Button, message: Message, id: str = "") -> Reply:
        async def press() -> Told:
            return self._acted(await self._pressed(self.discord.user(who), button, message))

        return await self._once(who, id, press)

    async def _pressed(self, who: Person, button: Button, message: Message) -> Answer:
        """The message goes with it as it was drawn: what has become of it meanwhile is not on this screen yet."""
        shown, components = standing(message), list(message.raw.components)
        drawn = [one for one in reading.pressable(components, self._seen.means) if one.means == button]
        if not drawn:
            components.append(reading.made_up(button, components))
        found, values = drawn[0][:2] if drawn else (components[-1]["components"][0], [])
        data: dict[str, Any] = {"custom_id": found["custom_id"], "component_type": found["type"], "id": found["id"]}
        it = self.discord.interactions.begin(
            PRESSED, who.user, shown.channel, data | ({"values": values} if values else {}), shown
        )
        it.payload["message"]["components"] = components
        await self.discord.interactions.deliver(it)
        return Answer(it)

    async def submits(
        self, who: str, form: Dialog, answers: Mapping[str, str], message: Message | None, id: str = ""
    ) -> Reply:
        modal = self._open(self.discord.user(who), form)
        return await self._once(who, id, lambda: self._fills(self.discord.user(who), modal, answers))

    def _open(self, who: Person, form: Dialog) -> Modal:
        """The modal of a form, or the one in which it is corrected; a forged one where nobody has opened it."""
        modal = form.modal if isinstance(form, reading.Form) else reading.forged(form, who.user, who.talk)
        while modal and modal.closed:
            modal = self._corrections.get(modal)
        if modal is None:
            raise NotPossible(f"{who.name} has no such modal open")
        return modal

    async def _fills(self, who: Person, modal: Modal, answers: Mapping[str, str]) -> Told:
        """Page by page, with what is behind the buttons between them."""
        asked = reading.inputs(modal)
        filled = {
            asked[name]["custom_id"]: self._filled(asked[name], text) for name, text in answers.items() if name in asked
        }
        answer = await who.submit(modal, filled, waits=0)
        if not answer.sent:
            return Told(lambda: None, open=self._seen.opened(modal, answer.error))
        await self.settles()
        told, below = self._acted(answer), answer.message
        if below and "Continue" in below.buttons:
            further = (await who.press(below, "Continue", waits=0)).modal
            assert further
            return await self._fills(who, further, answers)
        if below and "Correct it" in below.buttons:
            return await self._corrects(who, modal, answer)
        return told

    async def _corrects(self, who: Person, modal: Modal, answer: Answer) -> Told:
        assert answer.message
        wrong = self._seen.answered(answer.message).card
        again = await who.press(answer.message, "Correct it", waits=0)
        assert wrong and again.modal
        self._corrections[modal] = again.modal
        await self.settles()
        return self._acted(again)._replace(open=self._seen.opened(again.modal, wrong.body))

    def _filled(self, component: dict[str, Any], text: str) -> Any:
        """An answer as somebody chooses or types it."""
        if component["type"] == reading.PERSON:
            return self._person(text)
        known = [known for option in component.get("options") or () for known in (option["value"], option["label"])]
        if known and text and text not in known:
            raise NotPossible(f"{text} is not among the choices")
        return text

    def _person(self, text: str) -> Person:
        """Somebody by handle or name."""
        for member in self.discord.guild.members.values():
            if text.removeprefix("@") in (member.user.name, member.nick):
                return self.discord.user(member.user.name)
        raise NotPossible(f"nobody on Discord is called {text}")

    async def reacts(self, who: str, message: Message, emoji: str, id: str = "") -> Reply:
        person, on = self.discord.user(who), standing(message)

        async def react() -> Told:
            await person.reacts(on, emoji)
            reaction = self.discord.events.reaction
            return await self._heard(lambda: reaction("MESSAGE_REACTION_ADD", on, person.user, emoji))

        return await self._once(who, id, react)

    async def makes_a_ticket_of(self, who: str, message: Message, id: str = "") -> Reply:
        async def choose() -> Told:
            return self._acted(await self.discord.user(who).context(CREATE_TICKET, standing(message), waits=0))

        return await self._once(who, id, choose)

    async def edits(self, who: str, message: Message, text: str) -> Reply:
        said = written(text, self.discord)[:SAID]
        return await self._changes(who, message, lambda: self.discord.user(who).edits(standing(message), said))

    async def deletes(self, who: str, message: Message) -> Reply:
        return await self._changes(who, message, lambda: self.discord.user(who).deletes(standing(message)))

    async def _changes(self, who: str, message: Message, change: Callable[[], Awaitable[None]]) -> Reply:
        if message.author != who:
            raise NotPossible("people change only what they said themselves")

        async def changed() -> Told:
            await change()
            return await self._heard(lambda: None)

        return await self._once(who, "", changed)

    async def _heard(self, again: Callable[[], None]) -> Told:
        await self.discord.quiet(PATIENT)
        return Told(again)

    def _acted(self, answer: Answer) -> Told:
        it = answer.interaction
        assert it and it.answered, "the desk did not answer in time"
        return Told(lambda: self.discord.events.interaction(it.payload), answer)

    async def _once(self, who: str, id: str, act: Callable[[], Awaitable[Told]]) -> Reply:
        """Do it, or tell once more what was told under this id; what they were answered."""
        before, key = self._seen.before(), (who, id or f"act-{len(self._told)}")
        if key in self._told:
            return await self._again(await self._told[key])
        self._told[key] = asyncio.ensure_future(act())
        told = await self._told[key]
        await self.settles()
        return told.open or self._seen.reply(self.discord.user(who), before, told.answer)

    async def _again(self, told: Told) -> Reply:
        told.again()
        await self.discord.quiet(PATIENT)
        await self.settles()
        shown = told.answer.message if told.answer else None
        return self._seen.answered(shown) if shown else Reply()

    def sees(self, who: str, room: str) -> bool:
        person = self.discord.user(who)
        if not room.startswith("@"):
            return self._seen.place(room).seen_by(person.id)
        return room[1:] == who or bool(self._seen.threads_of(self.discord.user(room[1:]), person.id))

    def messages(self, room: str, reader: str = "") -> list[Message]:
        return self._seen.messages(room, reader)

    def posted(self) -> list[str]:
        return self._seen.posted()

    def check(self) -> None:
        assert not self.discord.violations, "\n".join(map(str, self.discord.violations))
