"""The link that adds the bot to a server, and the commands that it then has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

import commands
from adapters.discord import commands as made
from adapters.discord import invite
from adapters.discord.calls import Calls
from adapters.discord.permissions import CARDS, GUESTS, POSTS, PRIVATE, REASONS, SMALLEST, TITLES, needed
from adapters.discord.sync import NAME, sync
from bot.__main__ import app, assemble
from bot.clock import Clock
from bot.configuration.reading import Live, parsed
from bot.memory import Memory
from bot.registry import REGISTRY
from bot.settings import Settings
from bot.words import SendFailed
from storage.database import Database, open_database
from tests.platforms.discord import Discord

ROOT = Path(__file__).parents[2]
KNOWN = REGISTRY.load(commands)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROUTE = "PUT /applications/{application_id}/commands"


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as server:
        yield server
        assert not server.violations


@pytest.fixture
def database(sqlite_database_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_database_url)
    yield opened
    opened.close()


def settings(discord: Discord, more: str = "") -> Settings:
    text = f"calendars: {{o: {{mon: ['09:00-17:00']}}}}\nteams: {{it: {{name: IT}}}}\n{more}"
    return parsed(text, {"FIRSTLINE_DISCORD__TOKEN": discord.token, "FIRSTLINE_DISCORD__API_URL": discord.api_url})


def test_the_link_asks_for_the_bot_its_commands_and_the_smallest_permissions() -> None:
    asked = parse_qs(urlsplit(invite.link(42)).query)
    assert asked == {"client_id": ["42"], "scope": ["bot applications.commands"], "permissions": ["395137092608"]}
    there = parse_qs(urlsplit(invite.link(42, "7")).query)
    assert there["guild_id"] == ["7"] and there["disable_guild_select"] == ["true"]


def test_the_permissions_are_the_smallest() -> None:
    """Each has its reason, and each is needed somewhere: none is a moderator's, and none an administrator's."""
    assert {*CARDS, *POSTS, *PRIVATE} == set(REASONS) == set(TITLES) and set(GUESTS) <= set(REASONS)
    assert SMALLEST.value == sum(1 << bit for bit in (10, 11, 15, 16, 34, 35, 36, 38))
    dangerous = ("administrator", "manage_channels", "manage_messages", "manage_roles", "mention_everyone")
    assert not any(getattr(SMALLEST, name) for name in (*dangerous, "embed_links"))


def test_a_place_needs_no_more_than_what_is_done_there() -> None:
    """Forum posts are sent, not threads begun; private threads are begun where nothing else is said."""
    assert "create_public_threads" not in needed(forum=True, cards=True, tickets=False)
    assert "send_messages" not in needed(forum=False, cards=False, tickets=True)
    assert needed(forum=False, cards=True, tickets=True) == tuple(REASONS)


async def test_the_application_is_asked_for_with_the_token(discord: Discord) -> None:
    assert await invite.application(settings(discord).discord) == int(discord.bot.id)


async def test_what_stands_in_the_way_of_the_link_is_said(discord: Discord) -> None:
    none = settings(discord).discord.model_copy(update={"token": type(settings(discord).discord.token)("")})
    with pytest.raises(invite.NoApplication, match=r"There is no token: .* --application ID"):
        await invite.application(none)
    wrong = settings(discord).discord.model_copy(update={"token": type(none.token)("1.zz.zz")})
    with pytest.raises(invite.NoApplication, match=r"\(401 Unauthorized\): press Reset Token") as caught:
        await invite.application(wrong)
    assert "zz" not in str(caught.value)
    discord.violations.take(401)


async def test_the_command_prints_the_link_and_nothing_else(discord: Discord) -> None:
    environment = {"FIRSTLINE_DISCORD__TOKEN": discord.token, "FIRSTLINE_DISCORD__API_URL": discord.api_url}
    environment |= {"FIRSTLINE_SETTINGS": str(ROOT / "settings.yaml"), "FIRSTLINE_DISCORD__GUILD": discord.guild.id}
    runner = CliRunner(env=environment)
    asked = await asyncio.to_thread(runner.invoke, app, ["discord", "invite"])
    assert (asked.exit_code, asked.stdout) == (0, f"{invite.link(discord.bot.id, discord.guild.id)}\n")


def test_without_a_token_the_application_can_be_named() -> None:
    runner = CliRunner(env={"FIRSTLINE_SETTINGS": str(ROOT / "settings.yaml"), "FIRSTLINE_DISCORD__TOKEN": ""})
    assert runner.invoke(app, ["discord", "invite", "--application", "42"]).stdout == f"{invite.link(42)}\n"
    none = runner.invoke(app, ["discord", "invite"])
    assert none.exit_code == 1 and "FIRSTLINE_DISCORD__TOKEN" in none.stderr


async def test_the_desk_is_on_discord_where_there_is_a_token(discord: Discord, database: Database) -> None:
    token = {"FIRSTLINE_DISCORD__TOKEN": discord.token, "FIRSTLINE_DISCORD__API_URL": discord.api_url}
    clock = Clock(lambda: datetime.now(UTC), monotonic)
    for environment, channels in ((token, ["discord"]), ({}, [])):
        _, _, adapters = assemble(Live(ROOT / "settings.yaml", environment), database, clock, None, None)
        assert [adapter.name for adapter in adapters] == channels


async def test_commands_are_told_only_when_they_have_changed(discord: Discord, database: Database) -> None:
    """Every body is validated against Discord's own document by the strict server."""
    live = [settings(discord)]
    calls, memory = Calls(lambda: live[0]), Memory(database, lambda: NOW)
    await calls.start()
    assert await sync(calls, memory, KNOWN, live[0])
    assert not await sync(calls, memory, KNOWN, live[0])
    assert not await sync(calls, Memory(database, lambda: NOW), KNOWN, live[0]), "another replica, and after a restart"
    live[0] = settings(discord, "categories: {Printers: {team: it}}")
    assert await sync(calls, memory, KNOWN, live[0])
    assert len(discord.asked(ROUTE)) == 2
    names = {command["name"] for command in discord.world.app.commands[""].values()}
    assert names == {command["name"] for command in made.payloads(KNOWN, live[0])}
    await calls.close()


async def test_another_application_is_told_anew(discord: Discord, database: Database) -> None:
    async with Discord(seed=1) as other:
        for server in (discord, other):
            found = settings(server)
            calls = Calls(lambda found=found: found)
            await calls.start()
            assert await sync(calls, Memory(database, lambda: NOW), KNOWN, found)
            await calls.close()


async def test_what_discord_does_not_take_is_told_again(discord: Discord, database: Database) -> None:
    found = settings(discord)
    calls, memory = Calls(lambda: found), Memory(database, lambda: NOW)
    await calls.start()
    discord.faults.failing(ROUTE, 503)
    with pytest.raises(SendFailed):
        await sync(calls, memory, KNOWN, found)
    assert await memory.get("main", NAME) == ""
    assert await sync(calls, memory, KNOWN, found)
    await calls.close()
