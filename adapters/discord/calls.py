"""Calls of Discord's REST API, through discord.py: logged in once, no faster than Discord lets us, never twice.

What failed is for bot.posts to look up and to send again: see adapters.discord.http_trace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import MultipartParameters, Route

from adapters.discord.breaker import Breaker
from adapters.discord.faults import AGAIN, TOKEN_OVER, Fault, of
from adapters.discord.http_trace import ASKED, Asked, counting, heeding
from adapters.discord.pace import Pace
from bot.settings import Settings

log = structlog.get_logger()

TIME = 8.0
"""Seconds for a call: less than the ten that bot.posts gives a send, so that it is told what happened."""
FILES_TIME = 20.0
LOG_IN_TIME = 30.0
PAUSE, LONGEST = 1.0, 60.0
"""Seconds until the next try to log in."""

HTTP_TIME = aiohttp.ClientTimeout(total=55, connect=4)
BROKEN = (discord.DiscordException, aiohttp.ClientError, OSError, ValueError, KeyError, TypeError)
"""What discord.py raises, the last three for an answer that cannot be read."""


class Calls:
    """The REST API. Every call returns Discord's answer or raises a `Fault`; none is repeated here.

    `guild`, `application` and `me` are ids, `hears_words` says whether the application has the intent for the words of
    messages; 0 and False until it is logged in. `trace` counts invalid requests, and is given to every other client.
    """

    def __init__(self, settings: Callable[[], Settings], now: Callable[[], float] = monotonic) -> None:
        self._settings, self._now = settings, now
        Route.BASE = settings().discord.api_url  # discord.py has no other way in, and reads it when a Route is made
        self.breaker, self.pace = Breaker(now), Pace(now)
        self.trace = counting(self.breaker)
        self.guild, self.application, self.me, self.hears_words = 0, 0, 0, False
        self._client: discord.Client | None = None
        self._http: aiohttp.ClientSession | None = None
        self._known: tuple[str, ...] = ()
        self._logging_in = asyncio.Lock()
        self._failed: Fault | None = None
        self._again, self._pause, self._told = 0.0, PAUSE, ""

    @property
    def client(self) -> discord.Client:
        """The client for posts, which has no cache; Fault before it is logged in."""
        if self._client is None:
            raise self._failed or Fault("not on Discord yet", retry_after=PAUSE)
        return self._client

    @property
    def http(self) -> aiohttp.ClientSession:
        """For what is no call of the API's: files."""
        if self._http is None or self._http.closed:
            self._http = aiohttp.ClientSession(timeout=HTTP_TIME)
        return self._http

    async def start(self) -> None:
        """Log in, however often it has to be tried."""
        while True:
            try:
                return await self.ready()
            except Fault as fault:
                if self._told != str(fault):  # whoever waits for it tries again, and would say it again
                    self._told = str(fault)
                    log.error("not on Discord", reason=self._told, look="firstline doctor")
                await asyncio.sleep(max(0.01, self._again - self._now()))

    async def ready(self) -> None:
        """Log in where that is still to be done, or the token is another one now; Fault when it does not work."""
        if self._client is not None and self._known == self._wanted():
            return
        async with self._logging_in:
            wanted = self._wanted()
            if self._known != wanted:
                await self._forget()
                self._known = wanted
            if self._client is None:
                await self._try()

    async def ask(
        self, route: Route, message: MultipartParameters | None = None, *, time: float = TIME, **more: Any
    ) -> Any:
        """What Discord answers to a request, within `time` seconds. `more`: `json`, `params` (of the address)."""
        await self.ready()
        wait = max(self.breaker.wait(), self.pace.wait(route.method, yarl.URL(route.url).path))
        if wait > 0:
            raise Fault("not our turn yet", status=429, retry_after=wait)
        if message is not None:
            sent = {"files": message.files, "form": message.multipart} if message.files else {"json": message.payload}
            more |= sent
        return await self._bounded(route, time, more)

    async def close(self) -> None:
        """Close all connections."""
        await self._forget()
        if self._http is not None:
            await self._http.close()

    async def _bounded(self, route: Route, time: float, more: dict[str, Any]) -> Any:
        asked = Asked(asyncio.timeout(time))
        token = ASKED.set(asked)
        try:
            async with asked.time:
                return await self.client.http.request(route, **more)
        except TimeoutError as error:
            if asked.answered:
                return asked.answer
            fate: Any = "unknown" if asked.left else "not sent"
            raise Fault("Discord did not answer in time", fate=fate) from error
        except BROKEN as error:
            raise self._heeded(of(error)) from error
        finally:
            ASKED.reset(token)

    def _heeded(self, fault: Fault) -> Fault:
        if fault.status == 401 and fault.code != TOKEN_OVER:
            log.error("Discord does not let the bot in", reason=str(fault))
            self.pace.hold(AGAIN)
        return fault

    def _wanted(self) -> tuple[str, ...]:
        app = self._settings().discord
        return app.token.get_secret_value(), app.api_url, app.gateway_url, app.guild

    async def _try(self) -> None:
        if self._failed is not None and self._now() < self._again:
            raise Fault(str(self._failed), status=self._failed.status, retry_after=self._again - self._now())
        try:
            self._client = await self._logged_in()
        except Fault as fault:
            wait = max(self._pause, fault.retry_after or 0.0)
            self._failed, self._again, self._pause = fault, self._now() + wait, min(LONGEST, self._pause * 2)
            raise Fault(str(fault), fault.code, status=fault.status, retry_after=wait) from fault
        self._failed, self._pause, self._told = None, PAUSE, ""

    async def _logged_in(self) -> discord.Client:
        token, url, gateway, guild = self._wanted()
        if not token:
            raise Fault("there is no token: set FIRSTLINE_DISCORD__TOKEN")
        Route.BASE = url
        if gateway:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        client = discord.Client(
            intents=discord.Intents(guilds=True),  # not that it listens: without them it warns
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=heeding(self.breaker, self.pace),
            max_messages=None,
        )
        try:
            async with asyncio.timeout(LOG_IN_TIME):
                await client.login(token)
                self.guild = int(guild) if guild else await _only_guild(client)
            self._learn(client)
        except BaseException as error:
            await client.close()
            if isinstance(error, (*BROKEN, TimeoutError)):
                raise of(error) from error
            raise
        return client

    def _learn(self, client: discord.Client) -> None:
        about, user = client.application, client.user
        if about is None or user is None:
            raise Fault("Discord does not say who the bot is")
        self.application, self.me = about.id, user.id
        self.hears_words = about.flags.gateway_message_content or about.flags.gateway_message_content_limited
        log.info("on Discord", guild=self.guild, bot=user.name)

    async def _forget(self) -> None:
        """What was said of the token before is over."""
        client, self._client, self._failed, self._pause = self._client, None, None, PAUSE
        self.pace.release()
        if client is not None:
            await client.close()


async def _only_guild(client: discord.Client) -> int:
    guilds = await client.http.get_guilds(200, with_counts=False)
    if not guilds:
        raise Fault("the bot is in no server: `firstline discord invite` prints the link")
    if len(guilds) > 1:
        raise Fault("the bot is in several servers: set discord.guild to the id of the desk's")
    return int(guilds[0]["id"])
