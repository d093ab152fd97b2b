"""The desk's adapter as it listens to a Discord, until its process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from adapters.contract import Adapter
from adapters.discord import Discord as DiscordAdapter
from adapters.discord import acts, people
from adapters.discord.marks import mark
from adapters.discord.timing import Timing
from bot.core import Desk
from bot.settings import Settings
from bot.words import Post
from tests.platforms.discord import Discord

PATIENT = 30.0
"""Seconds, where the desk or Discord would go on without something after less: see slack_listening."""
QUICK = Timing(
    lease=PATIENT,
    renew=5.0,
    again=(0.05,),
    apart=0.0,
    early=(0.02, 0.05),
    lost=(0.02,),
    ready=0.1,
    keep=0.5,
    burst=0.05,
)
WAITS = ((acts, "PATIENCE"), (people, "PATIENCE"))


class Listening:
    """One process of the desk's."""

    def __init__(self, discord: Discord, settings: Callable[[], Settings], keys: dict[int, str]) -> None:
        self._discord = discord
        self._adapter = DiscordAdapter(settings, discord.world.clock.now, owner="the desk", timing=QUICK)
        self.adapter = Noting(self._adapter, keys)

    async def begins(self, desk: Desk) -> None:
        """Until Discord has told it all, and knows its commands."""
        self._running = asyncio.create_task(self._adapter.run(desk))
        commands = self._discord.world.app.commands
        await self._discord.connected(within=PATIENT)
        await self._discord.until(lambda: any(commands.values()) and self._hears, PATIENT)

    @property
    def _hears(self) -> bool:
        listening = self._adapter._listening
        return listening is not None and listening.caught_up

    async def settled(self) -> None:
        """Until all that it was told is answered."""
        await self._adapter.settled()

    async def ends(self) -> None:
        """Until Discord has noticed."""
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running
        await self._discord.until(lambda: not self._discord.gateway.connected, PATIENT)


class Noting(Adapter):
    """The adapter, of whose posts it is noted how their messages are marked: a key cannot be read off a mark."""

    gathers = True

    def __init__(self, adapter: DiscordAdapter, keys: dict[int, str]) -> None:
        self._adapter, self._keys, self.name = adapter, keys, adapter.name
        self.routes, self.run, self.find = adapter.routes, adapter.run, adapter.find
        self.link, self.stands = adapter.link, adapter.stands

    async def send(self, post: Post) -> str:
        self._keys[mark(post.key).container] = post.key
        return await self._adapter.send(post)
