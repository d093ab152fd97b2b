"""What stands in Discord's channels since an instant: which of them are worth reading, and their messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import discord
import structlog
from discord.http import Route

from adapters.discord.calls import Calls
from adapters.discord.faults import Fault
from adapters.discord.places import Places
from adapters.discord.retry import patiently

log = structlog.get_logger()

MOST = 1_000
"""Messages that are read of one channel."""
BEFORE = 50
"""Messages before the gap that are looked at: they may have been changed in it, or got the ticket emoji."""
SOONEST = 3600.0
"""Seconds in which Discord archives no thread by itself."""

Told = dict[str, Any]


class Read(NamedTuple):
    """A channel's messages, oldest first, with some from before what may have been missed."""

    channel: int
    messages: list[discord.Message]


class Missed:
    """Reads channels. A Fault is raised when Discord does not tell in the end."""

    def __init__(self, calls: Calls, places: Places, pauses: Sequence[float]) -> None:
        self._calls, self._places, self._pauses = calls, places, pauses

    async def channel(self, channel: int, since: float) -> Read:
        """What was said there since, and a little before."""
        place = self._calls.client.get_partial_messageable(channel, guild_id=self._calls.guild)
        edge = discord.Object(discord.utils.time_snowflake(datetime.fromtimestamp(since, UTC)))

        async def read() -> list[discord.Message]:
            before = [message async for message in place.history(limit=BEFORE, before=edge)]
            return before[::-1] + [m async for m in place.history(limit=MOST, after=edge, oldest_first=True)]

        messages = await patiently(read, self._pauses)
        if len(messages) >= MOST:
            log.warning("more was said than is read", channel=channel, read=len(messages))
        return Read(channel, messages)

    async def rooms(self, names: Iterable[str]) -> list[int]:
        """The channels of rooms in which something is said; forums only have threads."""
        found = []
        for name in names:
            try:
                about = await self._places.about(name)
            except Fault as fault:
                log.warning("a room was not looked into", room=name, reason=str(fault)[:200])
                continue
            found += [] if about.forum else [about.id]
        return found

    async def threads(self, rooms: Iterable[str], since: float, now: float) -> list[int]:
        """The threads in which something was said since: the open ones, and those archived since in these rooms."""
        edge = discord.utils.time_snowflake(datetime.fromtimestamp(since, UTC))
        route = Route("GET", "/guilds/{guild_id}/threads/active", guild_id=self._calls.guild)
        told = (await patiently(lambda: self._calls.ask(route), self._pauses)).get("threads") or []
        if now - since > SOONEST:
            told += [thread async for thread in self._archived(rooms, since)]
        return sorted({int(thread["id"]) for thread in told if int(thread.get("last_message_id") or 0) > edge})

    async def _archived(self, rooms: Iterable[str], since: float) -> AsyncIterator[Told]:
        edge = datetime.fromtimestamp(since, UTC)
        for name in rooms:
            for kind in ("public", "private"):
                for thread in await self._listed(name, kind):
                    if datetime.fromisoformat(thread["thread_metadata"]["archive_timestamp"]) > edge:
                        yield thread

    async def _listed(self, room: str, kind: str) -> list[Told]:
        """The last hundred archived threads of a room."""
        try:
            about = await self._places.about(room)
            if kind == "private" and about.forum:
                return []
            route = Route("GET", f"/channels/{{channel_id}}/threads/archived/{kind}", channel_id=about.id)
            told = await patiently(lambda: self._calls.ask(route, params={"limit": 100}), self._pauses)
        except Fault as fault:
            log.info("archived threads were not looked into", room=room, kind=kind, reason=str(fault)[:200])
            return []
        found: list[Told] = told.get("threads") or []
        return found
