"""One shard's gateway session after the other, each begun when Discord's budget allows it."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

from adapters.contract import Desk
from adapters.discord.calls import Calls
from adapters.discord.client import Ears, Gateway
from adapters.discord.session_starts import Limit, Spent, pause
from adapters.discord.shards import Lease
from adapters.discord.timing import Timing
from bot.words import WORKSPACE

log = structlog.get_logger()

SPENT = "discord sessions"
"""Under it the desk remembers how many sessions were begun lately."""
LASTED = 60.0
"""A session that lasted for so many seconds was none that failed."""
CLOSING = 2.0


class Sessions:
    """Connects, and connects again. The budget is one for all shards and replicas, and outlives a restart."""

    def __init__(self, desk: Desk, calls: Calls, wall: Callable[[], float], owner: str, timing: Timing) -> None:
        self._desk, self._calls, self._wall, self._owner, self._timing = desk, calls, wall, owner, timing
        self._denied = False

    async def run(self, lease: Lease, ears: Ears) -> None:
        """Until cancelled."""
        failures = 0
        while True:
            begun = monotonic()
            try:
                await self._connected(lease, ears)
            except discord.PrivilegedIntentsRequired:
                log.warning("Discord refuses the intent Message Content: the desk goes on without people's plain words")
                self._denied = True
            except Exception as error:  # whatever it was, the next session is begun
                reason = f"{type(error).__name__}: {error}"[:200]
                log.error("the gateway session ended", shard=lease.shard, reason=reason)
            failures = 0 if monotonic() - begun > LASTED else failures + 1
            await asyncio.sleep(self._timing.again[min(failures, len(self._timing.again)) - 1] if failures else 0.0)

    async def _connected(self, lease: Lease, ears: Ears) -> None:
        await self._calls.start()
        app = self._desk.settings.discord
        if not app.gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL((await self._told())["url"])
        if self._denied:
            self._calls.hears_words = False
        words = self._calls.hears_words
        client = Gateway(lease, ears, self._identified, self._calls.trace, self._timing, words=words)
        serving = asyncio.ensure_future(client.start(app.token.get_secret_value()))
        try:
            await asyncio.wait({serving})
            serving.result()
        finally:
            await _ended(client, serving)

    async def _told(self) -> dict[str, str]:
        found: dict[str, str] = await self._calls.ask(Route("GET", "/gateway/bot"))
        return found

    async def _identified(self, shard: int) -> None:
        """Wait until one more session may be begun, and remember it."""
        while True:
            limit = await self._limit()
            spent, now = Spent.of(await self._desk.memory.get(WORKSPACE, SPENT)), self._wall()
            wait = pause(spent, limit, now)
            if not wait:
                break
            log.warning("too many gateway sessions were begun: the next one waits", seconds=round(wait))
            await asyncio.sleep(wait)
        await self._apart(shard % limit.at_once)
        await self._desk.memory.keep(WORKSPACE, SPENT, spent.begun(now, limit).text)

    async def _limit(self) -> Limit:
        route = Route("GET", "/gateway/bot")
        told = (await self._calls.ask(route))["session_start_limit"]
        return Limit(
            max(1, told["total"]), told["remaining"], told["reset_after"] / 1000, max(1, told.get("max_concurrency", 1))
        )

    async def _apart(self, key: int) -> None:
        """Discord takes one session in five seconds for each key: whoever has the lease begins one, and keeps it."""
        owner = f"{self._owner} {secrets.token_hex(4)}"
        while True:
            if await self._desk.leases.take(f"discord identify {key}", owner, self._timing.apart):
                return
            await asyncio.sleep(self._timing.apart / 10)


async def _ended(client: discord.Client, serving: asyncio.Future[None]) -> None:
    """Close it at once, whether or not the other side answers."""
    with suppress(Exception):
        async with asyncio.timeout(CLOSING):
            await client.close()
    with suppress(Exception):
        await client.http.close()
    await _orphans_ended(client)
    serving.cancel()  # discord.py heeds that only when it is closed: amid a reconnect it goes on
    await asyncio.wait({serving}, timeout=CLOSING)


async def _orphans_ended(client: discord.Client) -> None:
    """discord.py forgets a connection that waits for its IDENTIFY; its heartbeats would go on."""
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler) and thread.ws._connection is client._connection:
            with suppress(Exception):
                async with asyncio.timeout(CLOSING):
                    await thread.ws.close()
