"""Where the bot is let in again, what Discord refused there is said at once, and not an hour later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.discord_ears import Ears, listening
from tests.platforms.discord import Channel, Permission

SEE = Permission.VIEW_CHANNEL


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """A company on Discord, on a Monday at nine."""
    async with listening(sqlite_database_url, tmp_path) as made:
        yield made


async def parked(it: Ears) -> Channel:
    """A requester's thread in which the desk has something to say, and may not."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.command("/ticket", "random", text="my laptop is broken")
    await it.settles()
    thread = await ana.sees_thread("my laptop is broken", "tickets")
    it.discord.allow(it.rooms["tickets"], {"bot": (0, SEE | Permission.SEND_MESSAGES_IN_THREADS)})
    await ben.command("/reply", "triage-it", ticket="1001", text="which one is it?")
    await it.settles()
    assert [row.parked for row in await it.posts() if row.parked] and "which one" not in ana.shown(thread)
    it.discord.violations.clear()
    return thread


async def test_a_channel_that_the_bot_sees_again(it: Ears) -> None:
    """BEHAVIOUR 30: many channels and roles are told of at once; it is tried again once for all of them."""
    thread, tries = await parked(it), []
    again = it.desk.try_again

    async def counted(workspace: str, channel: str) -> None:
        tries.append(channel)
        await again(workspace, channel)

    it.desk.try_again = counted  # type: ignore[method-assign]
    for room in ("tickets", "random"):
        it.discord.allow(it.rooms[room], {"bot": (SEE | Permission.SEND_MESSAGES_IN_THREADS, 0)})
    await it.settles()
    assert "which one is it?" in it.person("ana").shown(thread) and tries == ["discord"]


async def test_a_permission_that_the_bot_has_again(it: Ears) -> None:
    """The channel itself was never out of its sight."""
    it.discord.allow(it.rooms["tickets"], {"bot": (SEE, 0)})
    thread = await parked(it)
    it.discord.allow(it.rooms["tickets"], {"bot": (SEE | Permission.SEND_MESSAGES_IN_THREADS, 0)})
    await it.settles()
    assert "which one is it?" in it.person("ana").shown(thread)


async def test_a_new_session(it: Ears) -> None:
    """What was allowed while nobody listened."""
    thread = await parked(it)
    await it.first.stop()
    it.replicas.remove(it.first)
    it.discord.allow(it.rooms["tickets"], {"bot": (SEE | Permission.SEND_MESSAGES_IN_THREADS, 0)})
    it.first = type(it.first)(it, "again")
    it.later(seconds=10)
    await it.starts(it.first)
    await it.settles()
    assert "which one is it?" in it.person("ana").shown(thread)
