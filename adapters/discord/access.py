"""Where the bot may be let in: what Discord refused there waits no longer than until then."""

from __future__ import annotations

import asyncio

import structlog

from adapters.contract import Desk
from adapters.discord.places import CHANNEL, Places
from bot.words import WORKSPACE

log = structlog.get_logger()


class Access:
    """Has said what was refused. Discord tells of many channels and roles at once: once for all of them."""

    def __init__(self, desk: Desk, places: Places, pause: float) -> None:
        self._desk, self._places, self._pause = desk, places, pause
        self._waiting = False

    async def changed(self) -> None:
        """The bot has come into the server, or may do other things there than before."""
        if self._waiting:
            return
        self._waiting = True
        try:
            await asyncio.sleep(self._pause)
        finally:
            self._waiting = False
        log.info("what Discord refused is tried again")
        self._places.look_again()
        await self._desk.try_again(WORKSPACE, CHANNEL)
