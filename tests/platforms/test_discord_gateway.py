"""The gateway of the project's own Discord through the real discord.py: sessions, resuming, intents, shards."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import discord as library
import pytest

from tests.platforms.discord import Discord
from tests.platforms.discord_app import listening, rest, until


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as server:
        yield server


async def closed_with(discord: Discord, *payloads: dict[str, Any] | str, query: str = "v=10&encoding=json") -> int:
    """The code with which a raw connection is closed that sends this."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{discord.gateway_url}?{query}") as socket:
        for payload in payloads:
            await socket.send_str(payload if isinstance(payload, str) else json.dumps(payload))
        while (message := await socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            pass
        return int(message.data or socket.close_code or 0)


def identify(discord: Discord, **more: Any) -> dict[str, Any]:
    data = {"token": discord.token, "intents": 0, "properties": {"os": "x", "browser": "x", "device": "x"}}
    return {"op": 2, "d": data | more}


async def test_what_is_sent_wrongly_closes_the_connection(discord: Discord) -> None:
    hello = identify(discord)
    assert await closed_with(discord, "{") == 4002
    assert await closed_with(discord, {"op": 1, "d": "x" * 4096}) == 4002
    assert await closed_with(discord, {"op": 5, "d": None}) == 4001
    assert await closed_with(discord, {"op": 3, "d": {}}) == 4003
    assert await closed_with(discord, identify(discord, token="wrong")) == 4004
    assert await closed_with(discord, hello, hello) == 4005
    assert await closed_with(discord, *[{"op": 1, "d": None}] * 121) == 4008
    assert await closed_with(discord, identify(discord, shard=[1, 1])) == 4010
    assert await closed_with(discord, query="v=8&encoding=json") == 4012
    assert await closed_with(discord, identify(discord, intents=1 << 40)) == 4013
    assert await closed_with(discord, identify(discord, intents=1 << 1)) == 4014
    assert len(discord.violations) == 11
    assert await closed_with(discord, {"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 0}}) == 4004


async def test_a_silent_client_is_dropped(discord: Discord) -> None:
    discord.gateway.heartbeat = 0.05
    assert await closed_with(discord) == 4009


async def test_a_privileged_intent_has_to_be_granted(discord: Discord) -> None:
    """MESSAGE_CONTENT and the like are switched on at Discord, or the connection is closed."""
    async with listening(discord, library.Intents(guilds=True, members=True)) as app:
        assert not app.is_ready() and discord.violations.take(4014)


async def test_ready_tells_of_the_guild_as_the_bot_sees_it(discord: Discord) -> None:
    ana, it_help = discord.user("ana"), discord.channel("it-help")
    discord.channel("hidden", overwrites={"@everyone": (0, 1 << 10)})
    thread = await ana.starts_thread(await ana.says(it_help, "vpn"), "vpn")
    async with listening(discord) as app:
        guild = app.get_guild(int(discord.guild.id))
        assert guild and [one.name for one in guild.channels] == ["it-help"]
        assert [one.id for one in guild.threads] == [int(thread.id)]
        assert [one.id for one in guild.members] == [int(discord.bot.id)] and guild.member_count == 3
        assert app.application_flags.gateway_message_content_limited


@pytest.mark.parametrize("how", ["cut", "reconnect", "close", "resumable"])
async def test_what_was_missed_is_replayed(how: str, discord: Discord) -> None:
    ana, it_help = discord.user("ana"), discord.channel("it-help")
    async with listening(discord) as app:
        (session,) = discord.gateway.sessions
        ways: dict[str, Callable[[], None]] = {
            "cut": discord.faults.cut,
            "reconnect": discord.faults.reconnect,
            "close": lambda: discord.faults.close(4000),
            "resumable": lambda: discord.faults.invalid_session(resumable=True),
        }
        ways[how]()
        await ana.says(it_help, "while away")
        await until(lambda: app.events("RESUMED"), 10)
        await until(lambda: app.events("MESSAGE_CREATE"))
        assert [one["content"] for one in app.events("MESSAGE_CREATE")] == ["while away"]
        assert discord.gateway.sessions == [session] and discord.gateway.identifies == 1


async def test_a_session_that_is_gone_is_started_anew(discord: Discord) -> None:
    async with listening(discord) as app:
        (first,) = discord.gateway.sessions
        discord.faults.close(4009)
        await until(lambda: len(app.events("READY")) == 2, 10)
        assert first not in discord.gateway.sessions and discord.gateway.identifies == 2
        limit = (await app.http.request(library.http.Route("GET", "/gateway/bot")))["session_start_limit"]
        assert limit["remaining"] == 998
    await until(lambda: not discord.gateway.sessions)


async def test_each_session_of_a_shard_hears_everything_and_a_shard_only_its_own(discord: Discord) -> None:
    """A second replica that takes over is beside the first for a while."""
    ana, it_help = discord.user("ana"), discord.channel("it-help")
    number = (int(discord.guild.id) >> 22) % 2
    foreign = listening(discord, shard_count=2, shard_ids=[1 - number])
    async with listening(discord) as one, listening(discord) as other, foreign as apart:
        await ana.says(it_help, "hello")
        await until(lambda: one.events("MESSAGE_CREATE") and other.events("MESSAGE_CREATE"))
        assert not apart.events("GUILD_CREATE") and not apart.events("MESSAGE_CREATE")


async def test_access_that_is_gained_and_lost_is_told(discord: Discord) -> None:
    ana, room = discord.user("ana"), discord.channel("triage-it", overwrites={"bot": (0, 1 << 10)})
    await ana.starts_thread(await ana.says(room, "vpn"), "vpn")
    async with listening(discord) as app, rest(discord):
        discord.allow(room, {"bot": (1 << 10, 0)})
        await ana.says(room, "now you hear me")
        await until(lambda: app.events("MESSAGE_CREATE"))
        assert app.events("CHANNEL_CREATE") and app.events("THREAD_LIST_SYNC")[0]["threads"][0]["name"] == "vpn"
        discord.allow(room, {"bot": (0, 1 << 10)})
        await until(lambda: app.events("CHANNEL_DELETE"))
