"""What people say, change, delete and react to: told to the desk once, and answered where that is due."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from weakref import WeakValueDictionary

import discord
import structlog

from adapters.contract import Desk
from adapters.discord import limits, read_messages
from adapters.discord.answers import Answers, Showing
from adapters.discord.calls import Calls
from adapters.discord.conversations import Conversations
from adapters.discord.forms import Forms
from adapters.discord.names import Names
from adapters.discord.people import ELSEWHERE, People
from adapters.discord.places import CHANNEL
from adapters.discord.rooms import Rooms, Spot
from adapters.discord.timing import Timing
from adapters.discord.withheld import Withheld
from bot.background import Background
from bot.words import WORKSPACE, Address, Incoming, Reply, Sender

log = structlog.get_logger()

YOUNG = 600.0
"""Seconds in which a thread that the desk does not know yet may become a ticket's."""

FEW = 5
"""So many of those who put the ticket emoji on one message are told: Discord takes it for spam when a bot opens a talk
with everybody."""
KNOWN = 1_000


class Heard:
    """Hears messages in watched rooms, tickets' threads and direct talks, and the ticket emoji anywhere."""

    def __init__(
        self,
        desk: Desk,
        calls: Calls,
        rooms: Rooms,
        people: People,
        conversations: Conversations,
        names: Names,
        forms: Forms,
        answers: Answers,
        underway: Background,
        timing: Timing,
    ) -> None:
        self._desk, self._calls, self._rooms, self._people = desk, calls, rooms, people
        self._conversations, self._names, self._forms, self._answers = conversations, names, forms, answers
        self._underway, self._timing = underway, timing
        self._withheld = Withheld(desk, calls, answers)
        self._told: OrderedDict[int, int] = OrderedDict()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def said(self, message: discord.Message) -> None:
        """Words of a person's."""
        if self._elsewhere(message.guild) or not read_messages.by_person(message):
            return
        where = await self._rooms.spot(message.channel, message.author.id)
        async with self._turn(where.channel):
            heard = await self._spoken(message, where)
            reply = await self._received(heard) if heard else Reply()
        if heard:
            called = self._calls.me in message.raw_mentions
            await self._answer(heard, reply, _showing(message, heard, where), called=called)

    async def edited(self, message: discord.Message) -> None:
        """Words that were changed; not what Discord adds to a message by itself."""
        if self._elsewhere(message.guild) or not read_messages.by_person(message) or message.edited_at is None:
            return
        where = await self._rooms.spot(message.channel, message.author.id)
        if not where.user and read_messages.withheld(message):
            return
        sender = await self._people.whole(message.author)
        id = f"edited:{message.id}:{message.edited_at.timestamp()}"
        answers = {"text": await self._words(message)}
        changed = Incoming(id, sender, Address(CHANNEL, ""), "edited", answers, message=str(message.id))
        await self._changed(where, changed, heard=await self._concerns(message, where) is not None)

    async def deleted(self, channel: int, message: int, guild: int | None) -> None:
        """A message is gone. Discord does not say whose it was: the record does, where it was any of the desk's."""
        if guild in (None, self._calls.guild):
            gone = Incoming(f"deleted:{message}", Sender(""), Address(CHANNEL, ""), "deleted", message=str(message))
            await self._changed(await self._rooms.found(channel), gone, heard=False)

    async def _changed(self, where: Spot, incoming: Incoming, *, heard: bool) -> None:
        """What was said there may be on its way still, if it was `heard`; else it has to be on record."""
        async with self._turn(where.channel):
            at = await self._rooms.address(where)
            writer = await self._desk.hearing.writer(WORKSPACE, CHANNEL, at.room, incoming.message)
            if not writer and not heard:
                return
            incoming = replace(incoming, at=at, sender=incoming.sender if incoming.sender.id else Sender(writer))
            reply = await self._received(incoming)
        await self._answer(incoming, reply, Showing(incoming.sender, incoming.id, where.channel, talk=True))

    async def reacted(self, channel: int, message: int, user: discord.User | discord.Member | None, id: int) -> None:
        """The ticket emoji was put on a message."""
        if id == self._calls.me or (user is not None and user.bot):
            return
        where = await self._rooms.found(channel)
        sender = await (self._people.whole(user) if user else self._people.by_id(id))
        showing = Showing(sender, f"react:{message}:{id}", channel, talk=True)
        talk = await self._conversations.talk(where, message)
        stranger = where.user and self._people.is_stranger(sender.id)
        if refusal := ELSEWHERE if stranger else self._withheld.no_ticket_of(talk):
            return await self._answers.step(showing, refusal)
        at = replace(await self._rooms.address(talk.where), thread="")
        incoming = Incoming(showing.key, sender, at, "react", message=str(message), thread=talk.said)
        reply = await self._received(incoming)
        if reply.failed or self._is_one_of_few(message):
            await self._answer(incoming, reply, showing)

    def _is_one_of_few(self, message: int) -> bool:
        """Whether not many have been told of a message's ticket yet."""
        self._told[message] = self._told.pop(message, 0) + 1
        while len(self._told) > KNOWN:
            self._told.popitem(last=False)
        return self._told[message] <= FEW

    def is_ticket(self, emoji: discord.PartialEmoji | discord.Emoji | str) -> bool:
        """Whether this is the emoji that makes a ticket."""
        name = emoji if isinstance(emoji, str) else emoji.name
        return (name or "").replace("\ufe0f", "") == self._desk.settings.discord.reaction

    def is_home(self, guild: int | None) -> bool:
        """Whether this is the desk's own server."""
        return guild == self._calls.guild

    async def concerned(self, thread: int) -> bool:
        """Whether what is said in a thread is the desk's business."""
        return await self._rooms.known(thread) or self._young(thread)

    async def _spoken(self, message: discord.Message, where: Spot) -> Incoming | None:
        """What was said, if it is any of the desk's business."""
        at = await self._concerns(message, where)
        if at is None or await self._withheld.told(message, at, where):
            return None
        sender = await self._people.whole(message.author)
        if where.user and self._people.is_stranger(sender.id):
            await self._answers.show(Showing(sender, f"stranger:{message.id}", where.channel), ELSEWHERE)
            return None
        return self._typed(
            Incoming(
                str(message.id),
                sender,
                at,
                text=await self._words(message),
                message=str(message.id),
                files=read_messages.files(message),
                longest=limits.INPUT,
            )
        )

    async def _words(self, message: discord.Message) -> str:
        return read_messages.words(message, self._calls.me, await self._names.of(message))

    async def _concerns(self, message: discord.Message, where: Spot) -> Address | None:
        """Where it was said, in the desk's words; None where nobody spoke to it.

        Who speaks to the bot by its name elsewhere is asked as in their talk with it.
        """
        replied = read_messages.replied(message, self._calls.me, self._desk.settings.organisation.prefix)
        at = await self._rooms.address(where, replied)
        if at.direct:
            return at
        watched = at.room in self._desk.settings.watched(CHANNEL)
        if watched and not at.thread:
            return await self._rooms.below(at, replied)
        if watched and at.thread == str(message.id):
            return replace(at, thread="")  # a forum's post begins with a message of its own id
        if where.parent and await self.concerned(where.channel):
            return at
        return Address(CHANNEL, f"@{message.author.id}") if self._calls.me in message.raw_mentions else None

    def _young(self, thread: int) -> bool:
        return (self._desk.now() - read_messages.began(thread)).total_seconds() < YOUNG

    def _typed(self, incoming: Incoming) -> Incoming:
        """A command that was written out in the bot's talk is one, as `/tickets`; it is done once for each message."""
        typed = self._desk.registry.typed(incoming.text) if incoming.at.direct else None
        if typed is None:
            return incoming
        verb, text = typed
        return replace(incoming, verb=verb, text=text, message="")

    async def _received(self, incoming: Incoming) -> Reply:
        """Discord does not tell again what the database did not take: it is tried again here, and told in the end."""
        for pause in self._timing.lost:
            reply = await self._desk.receive(incoming)
            if not reply.lost:
                return reply
            await asyncio.sleep(pause)
        return await self._desk.receive(incoming)

    async def _answer(self, incoming: Incoming, reply: Reply, showing: Showing, *, called: bool = False) -> None:
        """`called`: the bot was spoken to by its name."""
        if reply.early:
            self._underway.begin(self._later(incoming, showing, called=called))
        elif reply.form:
            card, custom_id = self._forms.behind_a_button(reply.form)
            await self._answers.show(showing, card, only=custom_id)
        elif reply.card:
            await self._answers.reply(showing, reply)

    async def _later(self, incoming: Incoming, showing: Showing, *, called: bool) -> None:
        """What makes it a ticket's may still be on its way: the thread of a card that was put up a moment ago.

        Where it is none's in the end, who called the bot is asked as in their talk with it.
        """
        for pause in self._timing.early:
            await asyncio.sleep(pause)
            incoming = replace(incoming, at=await self._rooms.at_home(incoming.at))
            reply = await self._received(incoming)
            if not reply.early:
                return await self._answer(incoming, reply, showing)
        if called:
            asked = replace(incoming, at=Address(CHANNEL, f"@{incoming.sender.id}"))
            await self._answer(asked, await self._received(asked), showing)

    def _elsewhere(self, guild: discord.Guild | None) -> bool:
        return guild is not None and guild.id != self._calls.guild

    def _turn(self, channel: int) -> asyncio.Lock:
        """What is said in one place is heard in its order."""
        lock = self._turns.get(channel)
        if lock is None:
            lock = self._turns[channel] = asyncio.Lock()
        return lock


def _showing(message: discord.Message, heard: Incoming, where: Spot) -> Showing:
    """Answers to what was said among others are for its writer alone: they are told in their talk."""
    under = 0 if where.user else message.id
    return Showing(heard.sender, heard.id, where.channel, under=under, talk=not where.user)
