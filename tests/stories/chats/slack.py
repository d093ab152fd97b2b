"""Slack: the adapter with its real SDK, and people who use the project's own strict Slack on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

import commands
from adapters.contract import Adapter
from adapters.slack.manifest import SHORTCUT, manifest
from bot.clock import Clock
from bot.core import Desk
from bot.people import works_here
from bot.registry import REGISTRY
from bot.settings import Hours, Organisation, Settings, Team
from bot.words import Address, Button, Dialog, Reply, Sender
from tests.platforms.slack import Channel, Slack
from tests.platforms.slack.delivery import Answer, Kind
from tests.platforms.slack.typed import wire
from tests.stories.chats import slack_reading as reading
from tests.stories.chats.chat import EVERYBODYS, SHARED, Message, NotPossible
from tests.stories.chats.slack_listening import PATIENT, Listening, Way
from tests.stories.chats.slack_seen import Seen, drawn_button, standing

EMOJI = {"🎫": "ticket"}


class Told(NamedTuple):
    """What the desk was told of an act, and its acknowledgement."""

    kind: Kind = "interactive"
    answer: Answer = Answer()


@asynccontextmanager
async def slack_chat(way: Way = "socket") -> AsyncIterator[SlackChat]:
    """A Slack with the desk's app in it, as its manifest makes it."""
    teams, calendars = {"it-help": Team(name="IT Help")}, {"office": Hours(mon=("09:00-17:00",))}
    address = Organisation(address="https://desk.example.com")
    settings = Settings(organisation=address, teams=teams, calendars=calendars)
    async with Slack(manifest(REGISTRY.load(commands), settings, way), patience=PATIENT) as slack:
        yield SlackChat(slack, way)


class SlackChat:
    """Everybody of the settings in a workspace, and the desk listening to it. See Chat."""

    name = "slack"

    def __init__(self, slack: Slack, way: Way) -> None:
        self.slack, self._way, self._seen = slack, way, Seen(slack)
        self.environment: Mapping[str, str] = {
            "FIRSTLINE_SLACK__BOT_TOKEN": slack.installation.token,
            "FIRSTLINE_SLACK__APP_TOKEN": slack.app.app_token,
            "FIRSTLINE_SLACK__SIGNING_SECRET": slack.app.signing_secret,
            "FIRSTLINE_SLACK__API_URL": slack.api_url,
            "FIRSTLINE_SLACK__MODE": way,
        }
        self._told: dict[tuple[str, str], asyncio.Future[Told]] = {}
        for name in SHARED:
            slack.channel(name)

    @property
    def adapter(self) -> Adapter:
        return self._listening.adapter

    def identity(self, handle: str) -> str:
        return self.slack.user(handle).id

    def sender(self, handle: str) -> Sender:
        user = self.slack.user(handle).user
        return Sender(user.id, user.real_name)

    def at(self, room: str) -> Address:
        return Address("slack", f"@{self.identity(room[1:])}" if room.startswith("@") else room)

    async def opens(self, desk: Desk, settings: Callable[[], Settings], clock: Clock) -> None:
        self.slack.world.clock.now = lambda: clock.now().timestamp()
        self._gather(settings())
        self._listening = Listening(self.slack, self._way, settings)
        await self._listening.begins(desk)

    def _gather(self, settings: Settings) -> None:
        for handle, entry in settings.people.items():
            person = self.slack.user(handle)
            person.user.real_name, person.user.tz = entry.name, entry.zone or settings.organisation.zone
            for name in SHARED if works_here(handle, settings) else (EVERYBODYS,):
                self.slack.channel(name, person)

    async def closes(self) -> None:
        await self._listening.ends()

    async def settles(self) -> None:
        await self.slack.events.quiet()
        await self._listening.adapter.settled()
        await self.slack.events.quiet()

    async def newcomer(self, handle: str, name: str) -> None:
        self.slack.channel(EVERYBODYS, self.slack.user(handle, real_name=name))

    async def says(self, who: str, text: str, room: str, thread: str = "", id: str = "") -> Reply:
        person, place = self.slack.user(who), self._seen.place(room)
        if person.id not in place.members:
            raise NotPossible(f"{who} is not in {room}")
        command, _, words = text.partition(" ")
        if command in (self.slack.app.commands or ()):
            return await self._commands(who, command, words, place, thread, id)
        if command.startswith("/") and len(command) > 1 and command.count("/") == 1:
            raise NotPossible(f"{command} is not a valid command")

        async def say() -> Told:
            said = await person.says(place, text, thread)
            return self._event(ts=said.ts)

        return await self._once(who, id, say)

    async def _commands(self, who: str, command: str, words: str, place: Channel, thread: str, id: str) -> Reply:
        if thread:
            raise NotPossible("Slack takes no slash commands in threads.")
        person = self.slack.user(who)
        typed = wire(words, {name: user for user, name in self.slack.names.items()})

        async def say() -> Told:
            return Told("slash_commands", await person.command(command, typed, place))

        return await self._once(who, id, say)

    async def presses(self, who: str, button: Button, message: Message, id: str = "") -> Reply:
        async def press() -> Told:
            return Told(answer=await self.slack.user(who).presses(*drawn_button(message, button)))

        return await self._once(who, id, press)

    async def submits(
        self, who: str, form: Dialog, answers: Mapping[str, str], message: Message | None, id: str = ""
    ) -> Reply:
        if not isinstance(form, reading.Form) or self.slack.views.all[form.view].closed:
            raise NotPossible(f"{who} has no such modal open")
        view = self.slack.views.all[form.view]
        articles = {field.name for field in form.fields if field.kind == "article"}
        for name in articles & answers.keys():
            if not await self.slack.user(who).takes(view, f"{reading.ASKED}{name}", answers[name]):
                raise NotPossible(f"{answers[name]} is not among the articles offered")
        typed = {name: text for name, text in answers.items() if name not in articles}
        filled = {f"{reading.ASKED}{name}": self._filled(form, name, text) for name, text in typed.items()}
        wrong: dict[str, str] = {}

        async def submit() -> Told:
            wrong.update(await self.slack.user(who).submits(view, filled))
            return Told()

        reply = await self._once(who, id, submit)
        assert "" not in wrong, wrong
        still_open = view in self.slack.views.stacks[view.user]
        return Reply(form=reading.form(view, wrong, self.slack.names), failed=True) if still_open else reply

    def _filled(self, form: Dialog, name: str, text: str) -> str:
        """An answer as somebody chooses or types it."""
        field = next(field for field in form.fields if field.name == name)
        if field.kind == "choice" and text not in [known for choice in field.choices for known in choice]:
            raise NotPossible(f"{text} is not among the choices")
        return self._chosen(text) if field.kind == "person" else text

    def _chosen(self, text: str) -> str:
        """The id of somebody by handle or name."""
        for user in self.slack.team.users.values():
            if text.removeprefix("@") in (user.name, user.real_name):
                return user.id
        raise NotPossible(f"nobody on Slack is called {text}")

    async def reacts(self, who: str, message: Message, emoji: str, id: str = "") -> Reply:
        person = self.slack.user(who)

        async def react() -> Told:
            await person.reacts(standing(message), EMOJI[emoji])
            return self._event(type="reaction_added", user=person.id)

        return await self._once(who, id, react)

    async def makes_a_ticket_of(self, who: str, message: Message, id: str = "") -> Reply:
        async def choose() -> Told:
            return Told(answer=await self.slack.user(who).shortcut(standing(message), SHORTCUT))

        return await self._once(who, id, choose)

    async def edits(self, who: str, message: Message, text: str) -> Reply:
        return await self._changes(who, message, lambda: self.slack.user(who).edits(standing(message), text))

    async def deletes(self, who: str, message: Message) -> Reply:
        return await self._changes(who, message, lambda: self.slack.user(who).deletes(standing(message)))

    async def _changes(self, who: str, message: Message, change: Callable[[], Awaitable[None]]) -> Reply:
        if message.author != who:
            raise NotPossible("people change only what they said themselves")

        async def changed() -> Told:
            await change()
            return Told()

        return await self._once(who, "", changed)

    async def _once(self, who: str, id: str, act: Callable[[], Awaitable[Told]]) -> Reply:
        """Do it, or bring once more what was brought under this id; what they were answered."""
        person = self.slack.user(who)
        before, key = self._seen.before(person), (who, id or f"act-{len(self._told)}")
        if key in self._told:
            return await self._again(await self._told[key])
        self._told[key] = asyncio.ensure_future(act())
        told = await self._told[key]
        await self.settles()
        return self._seen.reply(person, before, told.answer)

    async def _again(self, told: Told) -> Reply:
        if told.kind == "events_api":
            await self.slack.events.repeat(told.answer.payload)
            return Reply()
        answer = await self.slack.delivery.deliver(told.kind, told.answer.payload)
        await self.settles()
        said = self._seen.said(told.answer)
        return self._seen.answered(answer.body["blocks"] if answer.body else said[-1].blocks if said else ())

    def _event(self, **parts: str) -> Told:
        """The newest event with these parts."""
        events = (told for told in reversed(self.slack.events.sent) if parts.items() <= told["event"].items())
        return Told("events_api", Answer(payload=next(events, {})))

    def sees(self, who: str, room: str) -> bool:
        return self.slack.user(who).id in self._seen.place(room).members

    def messages(self, room: str, reader: str = "") -> list[Message]:
        return self._seen.messages(room, reader)

    def posted(self) -> list[str]:
        return self._seen.posted()

    def check(self) -> None:
        assert not self.slack.violations, "\n".join(map(str, self.slack.violations))
