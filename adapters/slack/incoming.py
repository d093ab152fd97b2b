"""From an act in Slack's ids to an Incoming in the desk's words: who, where, and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.contract import Desk
from adapters.slack import limits, read
from adapters.slack.calls import Calls
from adapters.slack.people import People
from adapters.slack.read import Act
from adapters.slack.rooms import CHANNEL, Rooms, direct
from adapters.slack.threads import Threads
from bot import forms
from bot.registry import Command
from bot.words import Address, Incoming, Said, Sender, storable

NAMED = 0.8
"""Seconds that somebody may be asked for whom the desk does not know and an answer names."""


class Readings:
    """Looks up what a payload leaves open."""

    def __init__(self, desk: Desk, calls: Calls, people: People, rooms: Rooms) -> None:
        self._desk, self._calls, self._people, self._rooms = desk, calls, people, rooms
        self._threads = Threads(calls, people)

    async def asked(self, act: Act, message: Mapping[str, Any] | None = None, app: str = "") -> Incoming:
        """A command, click, form or shortcut. Nothing here waits for long: Slack does not."""
        workspace = self._calls.teams.workspace(act.team)
        act, command = self._verb(act)
        sender = await self._sender(workspace, act, hurry=command is not None and _shows_form(act, command))
        thread, here = await self._thread(workspace, act, app, message) if message else ((), True)
        at = self._place(workspace, act, here=here)
        if message and here:
            at = replace(at, room=await self._on_record(workspace, act, [said.message for said in thread[:1]]))
        arguments = bool(command and _asks_for_person(command))
        incoming = replace(self._incoming(workspace, act, at, sender, thread, arguments), apart=not here)
        return replace(incoming, named=await self._named(workspace, incoming)) if arguments else incoming

    async def event(self, act: Act, app: str) -> Incoming:
        """Something that Slack tells of, and tells again if need be. Fault when the room or the thread is not known."""
        workspace = self._calls.teams.workspace(act.team)
        room = await self._rooms.room(workspace, act.channel, act.user)
        if not room.startswith("@"):
            room = await self._on_record(workspace, act, [ts for ts in (act.thread, act.message) if ts])
        sender = await self._sender(workspace, act)
        thread, _ = await self._thread(workspace, act, app, None) if act.verb == "react" else ((), True)
        if act.mention and not await self._listens(workspace, room, act.thread):
            room = f"@{act.user}"  # elsewhere, who speaks to the bot is asked as in their talk with it
        return self._incoming(
            workspace, self._spoken_to(workspace, act), Address(CHANNEL, room, act.thread), sender, thread
        )

    async def _listens(self, workspace: str, room: str, thread: str) -> bool:
        """Whether the desk hears what is said there to nobody by name."""
        if thread:
            return bool(await self._desk.hearing.home(workspace, CHANNEL, storable(thread)))
        return room in self._desk.settings.watched(CHANNEL)

    async def written(self, act: Act) -> Act:
        """The act as that of who wrote the message it is about, where the record holds that one."""
        workspace = self._calls.teams.workspace(act.team)
        room = await self._on_record(
            workspace, replace(act, user=self._rooms.talker(workspace, act.channel)), [act.message]
        )
        return replace(act, user=await self._desk.hearing.writer(workspace, CHANNEL, room, storable(act.message)))

    def typed(self, act: Act) -> Act:
        """The act, as the command that its words are: `/tickets` in the bot's talk, as a suggested prompt says it.

        What names no command is what it says. Said in a message, it is done once however often Slack tells of it.
        """
        typed = None if act.verb or not direct(act.channel) else self._desk.registry.typed(act.text)
        if typed is None:
            return act
        verb, text = typed
        return replace(act, id=f"{act.channel}:{act.message}", verb=verb, text=text, message="")

    def _spoken_to(self, workspace: str, act: Act) -> Act:
        """The act without the bot's name in front of the words."""
        bot = self._calls.known_me(workspace).get("user_id")
        first = read.MENTION.match(act.text)
        return replace(act, text=act.text[first.end() :].lstrip(" ,:")) if first and first[1] == bot else act

    def _verb(self, act: Act) -> tuple[Act, Command | None]:
        """The act with its verb. Behind a command that is no verb one may stand: `/firstline kb vpn`."""
        command, _ = self._desk.registry.find(act.verb, act.text)
        first, *rest = act.text.split(None, 1) or [""]
        if command is None and first.lower() in self._desk.registry.commands:
            act = replace(act, verb=first.lower(), text="".join(rest))
            command, _ = self._desk.registry.find(act.verb, act.text)
        return act, command

    async def _sender(self, workspace: str, act: Act, *, hurry: bool = False) -> Sender:
        return await self._people.at_once(workspace, act.user, act.name, self._desk, hurry=hurry)

    def _place(self, workspace: str, act: Act, *, here: bool) -> Address:
        """Where something was done. A direct talk in which the bot is not (`here`) is other people's: nobody's room."""
        if act.origin:
            return Address(CHANNEL, act.origin.room, act.origin.thread)
        if not here and direct(act.channel):
            return Address(CHANNEL, act.channel, act.thread)
        return Address(CHANNEL, self._rooms.known(workspace, act.channel, act.user), act.thread)

    async def _on_record(self, workspace: str, act: Act, messages: Sequence[str]) -> str:
        """The room under the name it had when a ticket was made there: its channel may be called otherwise by now."""
        names = [storable(name) for name in self._rooms.called(workspace, act.channel, act.user)]
        return await self._desk.hearing.room(workspace, CHANNEL, names, [storable(ts) for ts in messages])

    async def _thread(
        self, workspace: str, act: Act, app: str, message: Mapping[str, Any] | None
    ) -> tuple[tuple[Said, ...], bool]:
        return await self._threads.around(workspace, act.channel, act.message, app, message)

    def _incoming(
        self,
        workspace: str,
        act: Act,
        at: Address,
        sender: Sender,
        thread: tuple[Said, ...],
        arguments: bool = False,
    ) -> Incoming:
        return Incoming(
            id=act.id,
            sender=sender,
            at=at,
            verb=act.verb,
            answers=act.answers,
            text=act.words(self._names(workspace, [act.text, *act.quoted]), arguments),
            message=act.message,
            submitted=act.submitted,
            thread=thread,
            workspace=workspace,
            files=act.attached,
            longest=limits.INPUT,
        )

    def _names(self, workspace: str, texts: Iterable[str]) -> Mapping[str, str]:
        found = ((user, self._people.cached(workspace, user)) for user in read.mentioned(texts))
        return {user: sender.name for user, sender in found if sender}

    async def _named(self, workspace: str, incoming: Incoming) -> tuple[Sender, ...]:
        """Whom the answers name that the desk does not know yet, so that it can know them."""
        users = read.mentioned([incoming.text, *incoming.answers.values()])
        unknown = [user for user in users if not await self._desk.knows(workspace, CHANNEL, user)]
        found = await self._people.all(workspace, unknown, NAMED) if unknown else {}
        return tuple(sender for sender in found.values() if sender.name and not sender.bot)


def _shows_form(act: Act, command: Command) -> bool:
    """Whether a form is shown in any case, which needs no more of a person than that they ask."""
    return (
        not act.text
        and not act.submitted
        and bool(forms.missing(command.form, act.answers, ticket_known=bool(act.thread)))
    )


def _asks_for_person(command: Command) -> bool:
    return any(ask.kind == "person" for ask, _ in forms.asks(command.form).values())
