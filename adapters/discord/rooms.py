"""Where something happened: from Discord's channels to the desk's rooms and threads."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import discord
import structlog
from discord.http import Route

from adapters.discord.calls import BROKEN, Calls
from adapters.discord.faults import Fault
from adapters.discord.places import CHANNEL, THREADS, Places
from adapters.discord.read_messages import Replied
from bot.words import WORKSPACE, Address

if TYPE_CHECKING:
    from bot.hearing import Hearing

log = structlog.get_logger()

KNOWN = 20_000
NOTHING = Replied()


class Spot(NamedTuple):
    """A place in Discord's ids. `user` is whom the bot talks with there, 0 in a room of several.

    `parent` is the channel of a thread, 0 where it is none.
    """

    channel: int
    user: int = 0
    parent: int = 0


def spot(channel: Any, user: int) -> Spot:
    """Where somebody did something, as far as discord.py knows the channel."""
    if isinstance(channel, discord.Thread):
        return Spot(channel.id, 0, channel.parent_id)
    if channel is None or isinstance(channel, discord.DMChannel):
        return Spot(channel.id if channel else 0, user)
    return Spot(channel.id)


def guessed(where: Spot) -> Address:
    """The place by Discord's ids, known at once."""
    if where.user:
        return Address(CHANNEL, f"@{where.user}")
    return Address(CHANNEL, str(where.parent or where.channel), str(where.channel) if where.parent else "")


class Rooms:
    """Looks up what a channel is, and under which name the desk knows it."""

    def __init__(self, hearing: Hearing, calls: Calls, places: Places) -> None:
        self._hearing, self._calls, self._places = hearing, calls, places
        self._known: OrderedDict[int, Spot] = OrderedDict()

    async def spot(self, channel: Any, user: int) -> Spot:
        """The same as `spot`; Discord is asked where discord.py does not know the channel. Fault if it does not say."""
        if isinstance(channel, discord.PartialMessageable):
            return await self.found(channel.id)
        where = spot(channel, user)
        self._note(where)
        return where

    async def found(self, channel: int) -> Spot:
        """A channel by its id. Fault if Discord does not say what it is."""
        if channel not in self._known:
            told = await self._calls.ask(Route("GET", "/channels/{channel_id}", channel_id=channel))
            others = [int(user["id"]) for user in told.get("recipients") or ()]
            parent = int(told.get("parent_id") or 0) if told.get("type") in THREADS else 0
            self._note(Spot(channel, others[0] if others else 0, parent))
        return self._known[channel]

    async def address(self, where: Spot, replied: Replied = NOTHING) -> Address:
        """Where that is for the desk. In a talk what is replied to may be of a thread.

        By ids, where the names cannot be found out.
        """
        guess = guessed(where)
        try:
            if where.parent:
                return await self._of_thread(where, guess.thread, replied)
            if where.user:
                return await self._of_talk(guess.room, replied)
            return Address(CHANNEL, await self._places.name(where.channel))
        except (*BROKEN, Fault) as error:
            log.warning("a room is called by its id", channel=where.channel, reason=str(error)[:200])
            return guess

    async def asked(self, where: Spot) -> Address:
        """The same for who asks for something there: a thread that is no ticket's says nothing of which is meant."""
        at = await self.address(where)
        return at if not at.thread or await self.known(where.channel) else replace(at, thread="")

    async def at_home(self, at: Address) -> Address:
        """The same place, where the desk has come to know its thread meanwhile."""
        home = at.thread and await self._hearing.home(WORKSPACE, CHANNEL, at.thread)
        return replace(at, room=home) if home else at

    async def _of_thread(self, where: Spot, thread: str, replied: Replied) -> Address:
        if home := await self._hearing.home(WORKSPACE, CHANNEL, thread):
            return Address(CHANNEL, home, thread)
        if talk := await self._places.talk_of(where.channel):
            return await self._of_talk(talk, replied)
        return Address(CHANNEL, await self._places.name(where.parent), thread)

    async def _of_talk(self, room: str, replied: Replied) -> Address:
        said = next(iter(replied.messages), "")
        under = said and await self._hearing.under(WORKSPACE, CHANNEL, room, said, replied.ticket)
        return Address(CHANNEL, room, under)

    async def below(self, at: Address, replied: Replied) -> Address:
        """The place of what is said in a room: the thread of the ticket that it replies to, if it does to one."""
        if not replied.messages:
            return at
        thread = await self._hearing.below(WORKSPACE, CHANNEL, at.room, replied.messages, replied.ticket)
        return replace(at, thread=thread)

    async def known(self, thread: int) -> bool:
        """Whether a thread is a ticket's, or somebody's talk with the bot."""
        home = await self._hearing.home(WORKSPACE, CHANNEL, str(thread))
        return bool(home or await self._places.talk_of(thread))

    def _note(self, where: Spot) -> None:
        self._known[where.channel] = where
        while len(self._known) > KNOWN:
            self._known.popitem(last=False)
