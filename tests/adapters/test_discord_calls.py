"""The way into Discord: logged in however long it takes, once, and left cleanly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import discord
import pytest
from discord.http import Route

from adapters.discord.breaker import Breaker
from adapters.discord.calls import Calls
from adapters.discord.faults import Fault
from adapters.discord.http_trace import counting
from bot.configuration.reading import Live
from bot.settings import Settings
from tests.adapters.discord_company import SETTINGS
from tests.platforms.discord import Discord

ME, SAY = "GET /users/@me", "POST /channels/{channel_id}/messages"


class Office:
    """A server, and settings that lead there. `clock` is the seconds of whoever calls."""

    def __init__(self, server: Discord, home: Path) -> None:
        self.server, self.clock = server, 0.0
        self._file = home / "settings.yaml"
        self._file.write_text(SETTINGS.read_text())
        self.write()
        self.calls = Calls(lambda: self.settings, lambda: self.clock)

    def write(self, **environment: str) -> None:
        """Other settings, from now on."""
        written = {"TOKEN": self.server.token, "API_URL": self.server.api_url} | environment
        live = Live(self._file, {f"FIRSTLINE_DISCORD__{name}": value for name, value in written.items()})
        self.settings: Settings = live.current

    def route(self) -> Route:
        return Route("POST", "/channels/{channel_id}/messages", channel_id=int(self.server.channel("random").id))


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Office]:
    async with Discord() as server:
        made = Office(server, tmp_path)
        yield made
        await made.calls.close()
        assert not server.violations


async def test_it_learns_who_the_bot_is_and_where(it: Office) -> None:
    await it.calls.start()
    assert (it.calls.guild, it.calls.me) == (int(it.server.guild.id), int(it.server.bot.id))
    assert it.calls.application == int(it.server.world.app.id) and it.calls.hears_words
    asked = len(it.server.calls)
    await it.calls.start()
    assert len(it.server.calls) == asked


async def test_without_the_intent_it_hears_no_words(tmp_path: Path) -> None:
    """The trap: MESSAGE_CONTENT is privileged; whether it is granted the application's flags tell, no setting."""
    async with Discord(granted=()) as server:
        made = Office(server, tmp_path)
        await made.calls.start()
        assert not made.calls.hears_words
        await made.calls.close()


@pytest.mark.parametrize("kind", ["failing", "dropped", "lost", "broken"])
async def test_it_begins_when_discord_does(it: Office, kind: str) -> None:
    """Whatever Discord does meanwhile; a dead network never ends the desk."""
    getattr(it.server.faults, kind)(ME)
    calls = Calls(lambda: it.settings)
    await calls.start()
    assert calls.guild == int(it.server.guild.id) and len(it.server.faults.done) == 1
    await calls.close()


async def test_a_token_that_is_wrong_is_tried_seldom(it: Office) -> None:
    """The trap: invalid requests are counted. Another token is tried at once."""
    it.write(TOKEN="wrong")
    for _ in range(100):
        with pytest.raises(Fault) as failed:
            await it.calls.ready()
        assert failed.value.retry_after and not failed.value.final
        it.clock += 10
    assert len(it.server.refusals.take("401")) <= 4
    it.write()
    await it.calls.ready()
    it.server.violations.clear()


async def test_in_several_servers_it_asks_which_is_the_desks(it: Office) -> None:
    other = it.server.add_guild("Another")
    with pytest.raises(Fault, match=r"discord\.guild"):
        await it.calls.ready()
    it.write(GUILD=other.id)
    await it.calls.ready()
    assert it.calls.guild == int(other.id)


async def test_before_it_is_logged_in_nothing_was_sent(it: Office) -> None:
    it.server.faults.failing(ME, times=None)
    for _ in range(3):
        with pytest.raises(Fault) as failed:
            await it.calls.ask(it.route(), json={"content": "words"})
        assert failed.value.fate == "not sent" and failed.value.retry_after
    assert len(it.server.faults.done) == 1
    with pytest.raises(Fault):
        _ = it.calls.client


async def test_too_many_invalid_requests_stop_everything_until_it_has_cooled(it: Office) -> None:
    """The trap: 10,000 in ten minutes are an IP ban. Every other client is stopped by the same count."""
    await it.calls.start()
    it.calls.breaker = Breaker(lambda: it.clock, stop=20, go=5)
    it.calls.trace = counting(it.calls.breaker)
    other = discord.Client(intents=discord.Intents.none(), http_trace=it.calls.trace)
    await other.login(it.server.token)
    it.server.faults.refused(SAY, 50013, times=None)
    for _ in range(30):
        with suppress(discord.DiscordException):
            await other.http.request(it.route(), json={"content": "words"})
    assert len(it.server.faults.done) == 20
    with pytest.raises(Fault) as failed:
        await it.calls.ask(it.route(), json={"content": "words"})
    assert failed.value.retry_after == pytest.approx(600) and len(it.server.faults.done) == 20
    it.clock += 600
    it.server.faults.clear()
    assert await it.calls.ask(it.route(), json={"content": "words"})
    await other.close()
    it.server.violations.clear()


async def test_an_answer_is_handed_over_where_discord_py_would_sleep_on_it(it: Office) -> None:
    """An empty bucket: what comes next is told how long to wait, and nothing waits for it."""
    it.server.rates.on = True
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(5):
        assert (await it.calls.ask(it.route(), json={"content": f"words {number}"}))["id"]
    assert loop.time() - began < 1
    with pytest.raises(Fault, match="turn") as failed:
        await it.calls.ask(it.route(), json={"content": "words"})
    assert failed.value.fate == "not sent" and 3 < (failed.value.retry_after or 0) <= 5


async def test_it_leaves_cleanly(it: Office) -> None:
    """One session a client, and none is left open."""
    await it.calls.start()
    client, http = it.calls.client, it.calls.http
    assert it.calls.http is http
    await it.calls.close()
    assert client.is_closed() and http.closed
