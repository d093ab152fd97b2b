"""Heeds each of Discord's answers where it comes in, through the trace that discord.py gives to its HTTP session.

discord.py by itself asks again after a 5xx, up to five times, and sleeps on a 429 or an empty bucket, for minutes if
need be. What opens a thread would so be done twice, and what is urgent would wait behind what is not.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord

from adapters.discord.breaker import Breaker
from adapters.discord.pace import Pace
from bot import turns

MOMENT = 0.05
"""Seconds that discord.py may take to hand over an answer that is in, before it sleeps on an empty bucket."""


@dataclass
class Asked:
    """A call under way: whether it has left, and what came back where discord.py keeps it to itself for a while."""

    time: asyncio.Timeout
    left: bool = False
    answered: bool = False
    answer: Any = None


ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)
"""The call that a request is made for."""


def counting(breaker: Breaker) -> aiohttp.TraceConfig:
    """Counts invalid requests, and lets none go while there are too many: RateLimited."""
    trace = aiohttp.TraceConfig()

    async def starts(*_: Any) -> None:
        if wait := breaker.wait():
            raise discord.RateLimited(wait)

    async def ends(_session: Any, _context: Any, params: aiohttp.TraceRequestEndParams) -> None:
        breaker.heard(params.response.status, params.response.headers.get("X-RateLimit-Scope", ""))

    trace.on_request_start.append(starts)
    trace.on_request_end.append(ends)
    return trace


def heeding(breaker: Breaker, pace: Pace) -> aiohttp.TraceConfig:
    """The same, and raises at once what discord.py would raise in the end, for a 429 and a 5xx."""
    trace = counting(breaker)

    async def leaves(*_: Any) -> None:
        turns.check()
        if asked := ASKED.get():
            asked.left = True

    async def ends(_session: Any, _context: Any, params: aiohttp.TraceRequestEndParams) -> None:
        await _heed(pace, params.method, params.response)

    trace.on_request_headers_sent.append(leaves)
    trace.on_request_end.append(ends)
    return trace


async def _heed(pace: Pace, method: str, response: aiohttp.ClientResponse) -> None:
    path, headers, status = response.url.path, response.headers, response.status
    if status == 429:
        raise discord.RateLimited(pace.too_fast(method, path, headers, await _body(response)))
    if status >= 500:
        raise discord.DiscordServerError(response, await _body(response) or await response.text())
    pace.heard(method, path, headers)
    asked = ASKED.get()
    if status < 300 and asked and headers.get("X-RateLimit-Remaining") == "0" and not asked.time.expired():
        asked.answered, asked.answer = True, await _body(response)
        asked.time.reschedule(asyncio.get_running_loop().time() + MOMENT)


async def _body(response: aiohttp.ClientResponse) -> Any:
    """The JSON of an answer; None where it has none."""
    try:
        return await response.json(content_type=None)
    except ValueError:
        return None
