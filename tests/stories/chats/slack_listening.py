"""The desk's adapter as it listens to a Slack: over sockets or over signed HTTP, until its process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from starlette.applications import Starlette

from adapters.slack import Slack as SlackAdapter
from adapters.slack import acts, incoming, people, threads
from adapters.slack.pace import Pace
from adapters.slack.parked import Parked
from adapters.slack.sockets import Timing
from bot.core import Desk
from bot.server import Server, server
from bot.settings import Settings
from tests.platforms.slack import Slack

Way = Literal["socket", "http"]
QUICK = Timing(drain=0.2, again=(0.05,), closed=0.2)
PATIENT = 30.0
"""Seconds, where the desk or Slack would go on without something after less: a story is the same on a busy machine."""
WAITS = ((acts, "PATIENCE"), (people, "FIRST_WORD"), (incoming, "NAMED"), (threads, "AUTHORS"))
EARLY = (0.02, 0.05)
"""Pauses before what came too early is tried again."""


class Listening:
    """One process of the desk's. It may call Slack as fast as it likes: the server counts no calls either."""

    def __init__(self, slack: Slack, way: Way, settings: Callable[[], Settings]) -> None:
        self._slack, self._way = slack, way
        wall = slack.world.clock.now
        self.adapter = SlackAdapter(settings, wall, pace=Pace(free=True), timing=QUICK, parked=Parked(EARLY))

    async def begins(self, desk: Desk) -> None:
        """Until Slack can reach it."""
        self._running = asyncio.create_task(self.adapter.run(desk))
        if self._way == "http":
            self._web = await _served(Starlette(routes=list(self.adapter.routes(desk))))
            port = self._web.servers[0].sockets[0].getsockname()[1]
            await self._slack.use_http(f"http://127.0.0.1:{port}/slack/events")
        else:
            await self._slack.until(lambda: len(self._slack.sockets.open) == 2, PATIENT)

    async def ends(self) -> None:
        """Until Slack has noticed."""
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running
        if self._way == "http":
            await self._web.shutdown()
        else:
            await self._slack.until(lambda: not self._slack.sockets.open, PATIENT)


async def _served(app: Starlette) -> Server:
    """The desk's own server on a free port, ready."""
    web = server(app, "127.0.0.1", 0)
    web.config.load()
    web.lifespan = web.config.lifespan_class(web.config)
    await web.startup()
    return web
