"""What stands in Discord, as its people see it: in the one form in which stories look at any chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic_core import from_json

from adapters.discord import ids, marks
from adapters.discord.read import ANSWER, STEP
from bot.memory import ASIDE, Memory
from bot.words import WORKSPACE, Reply
from tests.platforms.discord import Channel, Discord, Person
from tests.platforms.discord import Message as Standing
from tests.platforms.discord.answers import Answer, Modal
from tests.platforms.discord.messages import LOADING, walk
from tests.platforms.discord.records import Json
from tests.stories.chats import discord_reading as reading
from tests.stories.chats.chat import DESK, Message, card_words

TICKETS = "tickets"
"""The channel in which requesters have private threads for their tickets."""


@dataclass(frozen=True)
class Drawn:
    """A message with its components as they were when somebody looked at it."""

    message: Standing
    components: list[Json]


class Placed(NamedTuple):
    """A message with its name in a room, and that of the one it stands below."""

    message: Standing
    id: str
    thread: str = ""


Before = Mapping[Standing, int]
"""What the desk had said, and how often it had changed that, before somebody did something."""


@dataclass
class Seen:
    """Looks at a Discord. `keys` are those of posts by their marks; `aside` is what was put aside, by its name."""

    discord: Discord
    keys: dict[int, str] = field(default_factory=dict)
    aside: dict[str, reading.Does] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """The handles of people, by their ids."""
        return {user.id: user.name for user in self.discord.world.users.values()}

    def place(self, room: str) -> Channel:
        """The channel of a room."""
        return self.talk(self.discord.user(room[1:])) if room.startswith("@") else self.discord.channel(room)

    def talk(self, who: Person) -> Channel:
        """Where somebody talks with the desk: directly, or in the private thread that they have instead."""
        return next((one for one in self.threads_of(who) if _is_talk(one)), who.talk)

    def messages(self, room: str, reader: str) -> list[Message]:
        """See Chat.messages."""
        user = self.discord.user(reader).id if reader else ""
        found = self._in_talk(room, user) if room.startswith("@") else self._in_channel(self.place(room), user)
        return [self._message(room, one) for one in found]

    def threads_of(self, who: Person, reader: str = "") -> list[Channel]:
        """Somebody's private threads with the desk, as far as a reader sees them."""
        found = [one for one in self.discord.channel(TICKETS).threads if _requester(one) == who.id and not one.deleted]
        return [one for one in found if not reader or one.seen_by(reader)]

    def _in_channel(self, channel: Channel, user: str) -> Iterator[Placed]:
        threads = {one.id: one for one in channel.threads if not one.deleted}
        for root in self._shown(channel, user):
            yield Placed(root, root.id)
            yield from self._in_thread(threads.pop(root.id, None), user)
        for thread in threads.values():
            yield from self._in_thread(thread, user)

    def _in_thread(self, thread: Channel | None, user: str) -> Iterator[Placed]:
        """What was said there; the first message of a forum's post has its thread's id."""
        for one in self._shown(thread, user) if thread else ():
            yield Placed(one, one.id, thread.id if thread and one.id != thread.id else "")

    def _in_talk(self, room: str, user: str) -> Iterator[Placed]:
        """Direct messages, and private threads of which the first message has the thread's id; by their beginnings."""
        who = self.discord.user(room[1:])
        talks = dict.fromkeys((who.talk, self.talk(who)))
        parts = [part for talk in talks for part in self._direct(talk, user)] if user in ("", who.id) else []
        for thread in (one for one in self.threads_of(who, user) if one not in talks):
            first, *more = list(self._shown(thread, user)) or [None]
            if first:
                parts.append([Placed(first, thread.id), *(Placed(one, one.id, thread.id) for one in more if one)])
        return (one for part in sorted(parts, key=lambda part: int(part[0].message.id)) for one in part)

    def _direct(self, talk: Channel, user: str) -> Iterator[list[Placed]]:
        """A talk's messages, each with the replies to it behind it."""
        shown = self._shown(talk, user)
        for root in (one for one in shown if _root(one) is one):
            replies = (one for one in shown if _root(one) is root and one is not root)
            yield [Placed(root, root.id), *(Placed(one, one.id, root.id) for one in replies)]

    def _shown(self, channel: Channel, user: str) -> list[Standing]:
        """What was said there, with what is for this reader alone."""
        private = [one for one in channel.ephemerals if one.ephemeral == user]
        told = [one for one in channel.standing.values() if user or not _of_talk(one) or not _is_answer(one)]
        said = [one for one in [*told, *private] if one.counts and not one.flags & LOADING]
        return sorted(said, key=lambda one: int(one.id))

    def _message(self, room: str, placed: Placed) -> Message:
        one, names = placed.message, self.names
        raw = Drawn(one, deepcopy(one.components))
        if one.author is not self.discord.bot:
            words = reading.said(one.content, names)
            return Message(placed.id, room, placed.thread, names[one.author.id], "", words, None, (), raw)
        talk = _of_talk(one) if _is_answer(one) else ""
        private, mentions = names.get(one.ephemeral or talk, ""), tuple(names[id] for id in sorted(one.pinged.users))
        card = reading.card(one.components, self.means)
        return Message(placed.id, room, placed.thread, DESK, private, card_words("", card), card, mentions, raw)

    def means(self, name: str) -> reading.Does:
        """What was put aside under a name."""
        return self.aside[name]

    async def learns(self, memory: Memory) -> None:
        """Find out what was put aside, for all that can be pressed or sent now."""
        for name in {name for name in self._names_aside() if name not in self.aside}:
            told: Any = from_json(await memory.get(WORKSPACE, f"{ASIDE}{name}"))
            verb, answers = told if isinstance(told, list) else (told["dialog"]["verb"], told["dialog"]["kept"])
            self.aside[name] = reading.Does(verb, answers)

    def _names_aside(self) -> Iterator[str]:
        shown = [id for one in self._said_by_desk() for part in walk(one.components) for id in _custom_ids(part)]
        packed = [*map(ids.unpack, shown), *(ids.unpack_form(one.custom_id) for one in self.discord.modals.values())]
        return (one.aside for one in packed if one and one.aside)

    def _said_by_desk(self) -> Iterator[Standing]:
        for channel in self.channels():
            said = [*channel.standing.values(), *channel.ephemerals]
            yield from (one for one in said if one.author is self.discord.bot)

    def channels(self) -> Iterable[Channel]:
        """All places where something can stand."""
        return [*self.discord.guild.channels.values(), *self.discord.world.talks.values()]

    def before(self) -> Before:
        """How things stand now."""
        return {one: one.revisions for one in self._said_by_desk()}

    def reply(self, who: Person, before: Before, answer: Answer | None) -> Reply:
        """What somebody was answered: to this act where Discord knows, else since then."""
        if answer and (shown := self.opened(answer.modal)):
            return shown
        if answer and answer.message and _changed(answer.message, before):
            return self.answered(answer.message)
        told = [one for one in self._said_by_desk() if _is_answer(one) and not one.ephemeral and _changed(one, before)]
        mine = [one for one in told if one.channel.seen_by(who.id)]
        return self.answered(max(mine, key=lambda one: int(one.id))) if mine else Reply()

    def opened(self, modal: Modal | None, wrong: str = "") -> Reply | None:
        """The form that somebody has in front of them."""
        if modal is None or modal.closed:
            return None
        return Reply(form=reading.form(modal, wrong, self.means, self.names), failed=bool(wrong))

    def answered(self, message: Standing) -> Reply:
        """The reply that is shown as this message."""
        card = reading.answer(message.components, self.means)
        return Reply(card, failed=card.tone == "danger")

    def posted(self) -> list[str]:
        """See Chat.posted."""
        found = []
        for one in (one for one in self._said_by_desk() if not one.ephemeral):
            keys = [self.keys.get(part["id"], "") for part in one.components if part["type"] == reading.CONTAINER]
            found += [key for key in keys if key and marks.carries(one.components, key)]
        return found


def standing(message: Message) -> Standing:
    """Discord's own record of a message."""
    drawn: Drawn = message.raw
    return drawn.message


def _is_answer(one: Standing) -> bool:
    """Whether a message answers what somebody did."""
    return any(marks.carries(one.components, mark) for mark in (ANSWER, STEP))


def _changed(one: Standing, before: Before) -> bool:
    return before.get(one) != one.revisions


def _is_talk(thread: Channel) -> bool:
    """Whether a thread stands for somebody's direct messages, and is about no ticket."""
    return thread.is_private and thread.name.startswith("Firstline and ")


def _of_talk(one: Standing) -> str:
    """Whose talk with the desk a message is part of; "" in a room of several."""
    if one.channel.guild is None:
        return one.channel.recipients[0].id
    return _requester(one.channel) if _is_talk(one.channel) else ""


def _requester(thread: Channel) -> str:
    """Whose talk with the desk a private thread is: whoever was let in first."""
    others = (one for one in thread.members if one != thread.owner)
    return next(others, "")


def _root(one: Standing) -> Standing:
    """What a message replies to in the end."""
    while one.referenced and not one.referenced.deleted:
        one = one.referenced
    return one


def _custom_ids(component: Json) -> Iterator[str]:
    if "custom_id" in component:
        yield component["custom_id"]
    yield from (option["value"] for option in component.get("options") or ())
