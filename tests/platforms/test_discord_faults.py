"""What goes wrong on order on the project's own Discord: limits, 5xx, lost answers, late and doubled interactions."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator

import aiohttp
import discord as library
import pytest

from tests.platforms.discord import Channel, Discord
from tests.platforms.discord_app import Rest, refusal, rest

SEND = "POST /channels/{channel_id}/messages"


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as server:
        yield server
        assert not server.violations


@pytest.fixture
async def web(discord: Discord) -> AsyncIterator[Rest]:
    async with rest(discord) as client:
        yield client


@pytest.fixture
def it_help(discord: Discord) -> Channel:
    return discord.channel("it-help")


async def test_a_lost_answer_leaves_the_message_and_a_dropped_request_does_not(
    discord: Discord, web: Rest, it_help: Channel
) -> None:
    """Trap: a dropped connection is not retried by discord.py."""
    discord.faults.lost(SEND)
    with pytest.raises(aiohttp.ClientError):
        await web.say(it_help, {"content": "stands"})
    discord.faults.dropped("POST *")
    with pytest.raises(aiohttp.ClientError):
        await web.say(it_help, {"content": "does not stand"})
    await web.say(it_help, {"content": "last"})
    assert [one.content for one in it_help.messages()] == ["stands", "last"]
    assert discord.faults.done == [(SEND, "lost"), (SEND, "dropped")]


async def test_a_502_after_it_was_done_is_sent_again_and_the_nonce_keeps_it_single(
    discord: Discord, web: Rest, it_help: Channel
) -> None:
    """Trap: discord.py sends again after a 502; with enforce_nonce the first message comes back."""
    discord.faults.broken(SEND, 502)
    await web.say(it_help, {"content": "once", "nonce": "key", "enforce_nonce": True})
    assert [one.content for one in it_help.messages()] == ["once"] and len(discord.asked(SEND)) == 2


async def test_limited_failing_refused_and_slow(discord: Discord, web: Rest, it_help: Channel) -> None:
    discord.faults.limited(SEND, 0.1)
    start = time.monotonic()
    await web.say(it_help, {"content": "waited"})
    assert time.monotonic() - start >= 0.1
    discord.faults.limited(SEND, 0.1, scope="cloudflare")
    assert await refusal(web.say(it_help, {"content": "x"})) == 429
    discord.faults.failing(SEND, 503)
    with pytest.raises(library.DiscordServerError):
        await web.say(it_help, {"content": "x"})
    discord.faults.refused(f"POST /channels/{it_help.id}/messages", 160006)
    assert await refusal(web.say(it_help, {"content": "x"})) == 160006
    discord.faults.late(SEND, 0.1)
    await web.say(it_help, {"content": "late"})
    assert [one.content for one in it_help.messages()] == ["waited", "late"]


async def test_a_chance_is_the_callers(discord: Discord, web: Rest, it_help: Channel) -> None:
    discord.faults.lost(SEND, times=None, chance=0.3, random=random.Random(4))
    lost = 0
    for number in range(30):
        try:
            await web.say(it_help, {"content": str(number)})
        except aiohttp.ClientError:
            lost += 1
    expected = random.Random(4)
    assert lost == sum(expected.random() < 0.3 for _ in range(30)) and len(it_help.messages()) == 30
