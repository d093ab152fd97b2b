"""Discord's channel ids and the rooms of the settings, which may name a channel: `triage-it` is 1086…; who is where."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from discord import ChannelType
from discord.http import Route

from adapters.discord.calls import Calls
from adapters.discord.faults import BARRED, UNKNOWN_CHANNEL, Fault
from bot.configuration.discord import CHANNEL as CHANNEL
from bot.configuration.rooms import named_rooms
from bot.hearing import Hearing
from bot.memory import Memory
from bot.settings import Settings
from bot.words import WORKSPACE

log = structlog.get_logger()

ID = re.compile(r"\d{15,20}")
AGAIN = 60.0
"""Seconds until a name that was not there is looked for again."""

FORUMS = frozenset(kind.value for kind in (ChannelType.forum, ChannelType.media))
THREADS = frozenset(
    kind.value for kind in (ChannelType.news_thread, ChannelType.public_thread, ChannelType.private_thread)
)
TALKED_IN = FORUMS.union(
    kind.value for kind in (ChannelType.text, ChannelType.voice, ChannelType.news, ChannelType.stage_voice)
)
"""Types of channels that a room can be."""
MANY = 5_000


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of the server's. `tags` are the ids of a forum's tags by their names in lower case."""

    id: int
    name: str
    type: int
    tags: Mapping[str, int]

    @property
    def forum(self) -> bool:
        return self.type in FORUMS


class Places:
    """The server's channels, under the names that the settings give them, and the bot's talks with people.

    A channel that is called something else by now goes on under the name that it had: tickets are talked about there.
    `hearing` and `memory` remember over restarts, once there is a desk.
    """

    hearing: Hearing | None = None
    memory: Memory | None = None

    def __init__(self, calls: Calls, settings: Callable[[], Settings], now: Callable[[], float] = monotonic) -> None:
        self._calls, self._settings, self._now = calls, settings, now
        self._ids: dict[str, int] = {}
        self._channels: dict[int, Channel] = {}
        self._threads: dict[int, bool] = {}
        self._talks: dict[str, int] = {}
        self._looked: dict[str, float] = {}
        self._looking = asyncio.Lock()

    async def channel(self, room: str) -> int:
        """The channel id of a room; Fault when there is no such room for the bot."""
        if room.startswith("@"):
            return await self.talk(room.removeprefix("@"))
        if ID.fullmatch(room):
            return int(room)
        if room not in self._ids:
            await self._look(room)
        if room not in self._ids:
            raise Fault(f"there is no channel {room!r} that the bot sees", UNKNOWN_CHANNEL, final=True)
        return self._ids[room]

    async def about(self, room: str) -> Channel:
        """A room's channel with what is known of it."""
        id = await self.channel(room)
        if id not in self._channels:
            found = await self._calls.ask(Route("GET", "/channels/{channel_id}", channel_id=id))
            self._channels[id] = _channel(found)
        return self._channels[id]

    async def name(self, channel_id: int) -> str:
        """The room of a channel: the name or the id under which the settings know it, or its id."""
        written = named_rooms(self._settings(), CHANNEL)
        if str(channel_id) in written:
            return str(channel_id)
        missing = [room for room in written if not ID.fullmatch(room) and room not in self._ids]
        if missing:
            await self._look(*missing)
        former = (room for room, id in self._ids.items() if id == channel_id)
        return next((room for room in written if self._ids.get(room) == channel_id), next(former, str(channel_id)))

    async def tickets(self) -> Channel | None:
        """The channel of people's private threads; None where the settings have none, or none that the bot sees."""
        room = self._tickets_room()
        try:
            return await self.about(room) if room else None
        except Fault as fault:
            if fault.code not in BARRED | {UNKNOWN_CHANNEL}:
                raise
            log.warning("there is no channel for tickets", room=room, reason=str(fault))
            return None

    def forget_tickets(self) -> None:
        """The channel of people's private threads is gone; there may be another one of its name."""
        self.forget(self._tickets_room())

    def _tickets_room(self) -> str:
        return self._settings().discord.tickets.removeprefix("#")

    async def is_thread(self, id: int) -> bool:
        """Whether this is a thread's id, and no message's."""
        if id not in self._threads:
            if len(self._threads) > MANY:
                self._threads.clear()
            try:
                found = await self._calls.ask(Route("GET", "/channels/{channel_id}", channel_id=id))
                self._threads[id] = found.get("type") in THREADS
            except Fault as fault:
                if fault.status not in (400, 404):
                    raise
                self._threads[id] = False
        return self._threads[id]

    def know_thread(self, id: int) -> None:
        """It has just been opened."""
        self._threads[id] = True

    async def talk(self, user: str) -> int:
        """The channel of the bot's talk with somebody: their direct messages, or a thread that they have instead."""
        if user not in self._talks:
            thread = await self.remembered(f"discord talk @{user}")
            self._talks[user] = int(thread) if thread else await self._direct(user)
        return self._talks[user]

    async def use_thread(self, user: str, thread: int) -> None:
        """From now on a thread is the bot's talk with somebody."""
        self._talks[user] = thread
        self.know_thread(thread)
        if self.memory is not None:
            await self.memory.keep(WORKSPACE, f"discord talk @{user}", str(thread))
            await self.memory.keep(WORKSPACE, f"discord talk {thread}", f"@{user}")

    async def talk_of(self, thread: int) -> str:
        """The room `@USER` whose talk with the bot this thread is; "" where it is nobody's."""
        return await self.remembered(f"discord talk {thread}")

    async def forget_talk(self, user: str) -> bool:
        """Their thread is gone; whether they had one."""
        self._talks.pop(user, None)
        thread = await self.remembered(f"discord talk @{user}")
        if not thread or self.memory is None:
            return False
        await self.memory.drop(WORKSPACE, f"discord talk @{user}", f"discord talk {thread}")
        return True

    def forget(self, room: str) -> None:
        """The room's channel is another one now, or none."""
        if room in self._ids:
            self._channels.pop(self._ids.pop(room), None)
            self._looked.pop(room, None)

    def look_again(self) -> None:
        """What was not there a moment ago may be by now."""
        self._looked.clear()

    async def remembered(self, name: str) -> str:
        """What is kept under a name; "" where nothing is."""
        return await self.memory.get(WORKSPACE, name) if self.memory is not None else ""

    async def _direct(self, user: str) -> int:
        if not ID.fullmatch(user):
            raise Fault(f"{user!r} is nobody on Discord", final=True)
        opened = await self._calls.ask(Route("POST", "/users/@me/channels"), json={"recipient_id": int(user)})
        return int(opened["id"])

    async def _look(self, *rooms: str) -> None:
        """Find channels by their names; not more often than once a minute where one is not there."""
        async with self._looking:
            now = self._now()
            wanted = {room for room in rooms if room not in self._ids and now >= self._looked.get(room, 0.0)}
            if not wanted:
                return
            await self._read({*rooms, *named_rooms(self._settings(), CHANNEL)})
            await self._recall()
            self._looked |= dict.fromkeys(wanted - self._ids.keys(), now + AGAIN)

    async def _read(self, wanted: set[str]) -> None:
        await self._calls.ready()
        listed = await self._calls.ask(Route("GET", "/guilds/{guild_id}/channels", guild_id=self._calls.guild))
        found = [_channel(told) for told in listed if told.get("type") in TALKED_IN]
        self._channels |= {channel.id: channel for channel in found}
        for channel in found:
            if channel.name in wanted:
                self._ids.setdefault(channel.name, channel.id)

    async def _recall(self) -> None:
        """What was found is kept; what was not is where it was found last."""
        if self.hearing is None:
            return
        kept = await self.hearing.rooms(WORKSPACE, CHANNEL)
        written = named_rooms(self._settings(), CHANNEL)
        for name, id in kept.items():
            self._ids.setdefault(name, int(id))
        found = {name: str(id) for name, id in self._ids.items() if name in written or name in kept}
        if found != kept:
            await self.hearing.keep_rooms(WORKSPACE, CHANNEL, found)


def _channel(told: Mapping[str, Any]) -> Channel:
    tags = {str(tag["name"]).casefold(): int(tag["id"]) for tag in told.get("available_tags") or ()}
    return Channel(int(told["id"]), str(told.get("name") or ""), int(told["type"]), tags)
