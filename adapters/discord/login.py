"""The bot's account, signed in for a look: what `firstline doctor` and `firstline discord invite` ask Discord with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
from discord.http import Route

from bot.configuration.discord import TOKEN
from bot.settings import DiscordApp

SECONDS = 60
"""For all that is asked."""

FAILED = (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError, KeyError, TypeError, ValueError)
"""What a call raises that Discord refused, or that did not reach it, or whose answer is none of Discord's."""

REACH = "look at discord.api_url, and whether this machine may reach it: proxy, firewall, DNS"
BUSY = "Discord is asked too often, or has trouble of its own: try again in a minute"
INVITE = "open the link that `firstline discord invite` prints, as somebody who may manage the server"


@asynccontextmanager
async def signed_in(app: DiscordApp, trace: aiohttp.TraceConfig) -> AsyncIterator[discord.Client]:
    """A client that may call Discord's API, without a gateway connection. One of FAILED when it may not."""
    Route.BASE = app.api_url
    intents = discord.Intents(guilds=True)  # without these discord.py warns of what only a gateway needs
    async with asyncio.timeout(SECONDS), discord.Client(intents=intents, http_trace=trace) as client:
        await client.login(app.token.get_secret_value())
        yield client


def why(error: BaseException) -> str:
    """What went wrong, in a few words: Discord's own, or what kind of error it was. Never a token."""
    if isinstance(error, discord.LoginFailure):
        return "401 Unauthorized"
    if isinstance(error, discord.HTTPException):
        return f"{error.status} {error.text}".strip() + (f" ({error.code})" if error.code else "")
    return type(error).__name__


def mend(error: BaseException) -> str:
    """The way out of it."""
    if isinstance(error, discord.LoginFailure):
        return TOKEN
    if isinstance(error, discord.Forbidden):
        return INVITE
    if isinstance(error, discord.HTTPException):
        return BUSY if error.status == 429 or error.status >= 500 else REACH
    return REACH
