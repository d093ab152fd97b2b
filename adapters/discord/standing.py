"""Whether a message stands already: looked up by the mark in its components, where a send's fate is unknown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import discord
from discord.http import Route

from adapters.discord import marks
from adapters.discord.calls import Calls
from adapters.discord.faults import GONE, Fault

PAGE = 100
PAGES = 20
EARLIER = timedelta(minutes=5)
"""How far Discord's clock may be behind ours."""

Told = Mapping[str, Any]
"""A message, a thread or a channel, as Discord tells it."""


def begins(since: datetime | None) -> int:
    """The id behind which everything stands that was not wanted before."""
    return discord.utils.time_snowflake(since - EARLIER) if since else 0


async def find(calls: Calls, channel: int, key: str, since: datetime | None) -> int | None:
    """The id of the bot's own message with the mark of this key; None when none stands. Fault if it is not told.

    The newest are looked through first, as far back as `since`.
    """
    async for message in _newest(calls, channel, begins(since)):
        if ours(calls, message) and marks.carries(message.get("components") or (), key):
            return int(message["id"])
    return None


async def first(calls: Calls, thread: int, key: str) -> int | None:
    """The same where it is one of the first messages of a thread."""
    route = Route("GET", "/channels/{channel_id}/messages", channel_id=thread)
    page = await calls.ask(route, params={"limit": PAGE, "after": thread - 1})
    found = (m for m in page if ours(calls, m) and marks.carries(m.get("components") or (), key))
    return min((int(message["id"]) for message in found), default=None)


async def told(calls: Calls, channel: int, message: int) -> Told:
    """A message."""
    route = Route("GET", "/channels/{channel_id}/messages/{message_id}", channel_id=channel, message_id=message)
    found: Told = await calls.ask(route)
    return found


async def stands(calls: Calls, channel: int, message: int) -> bool:
    """Whether a message is there. Fault if that is not told."""
    try:
        await told(calls, channel, message)
    except Fault as fault:
        if fault.code not in GONE:
            raise
        return False
    return True


def ours(calls: Calls, message: Told) -> bool:
    """Whether the bot said it."""
    return str((message.get("author") or {}).get("id")) == str(calls.me)


async def _newest(calls: Calls, channel: int, oldest: int) -> AsyncIterator[Told]:
    """The messages of a channel back to an id, the newest first."""
    route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel)
    before: dict[str, int] = {}
    for _ in range(PAGES):
        page = await calls.ask(route, params={"limit": PAGE, **before})
        for message in page:
            if int(message["id"]) > oldest:
                yield message
        last = min((int(message["id"]) for message in page), default=0)
        if len(page) < PAGE or last <= oldest:
            break
        before = {"before": last}
