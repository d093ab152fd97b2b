"""What people, time and bad luck do to the desk on Discord, and what must not come of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.words import Address, Card, Post
from tests.adapters.discord_ears import Ears, listening
from tests.platforms.discord import Channel


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """A company on Discord, on a Monday at nine."""
    async with listening(sqlite_database_url, tmp_path) as made:
        yield made


def members(it: Ears, thread: Channel) -> set[str]:
    """Who is in a thread, but for the bot."""
    names = {person.id: name for name, person in it.people.items()}
    return {names.get(id, id) for id in thread.members} - {it.discord.bot.id}


async def test_17_another_teams_agents_leave_a_tickets_thread(it: Ears) -> None:
    """“What a role may not see never shows”: a thread of another team's is another team's ticket."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.command("/ticket", "random", text="my laptop is broken")
    await it.settles()
    mine = await ana.sees_thread("my laptop is broken", "tickets")
    assert {"ana", "ben", "chloe"} <= members(it, mine)
    await ben.command("/category", "triage-it", ticket="1001", category="Network Access")
    await it.settles()
    assert "dev" in members(it, mine) and not {"ben", "chloe"} & members(it, mine), members(it, mine)


async def test_39_somebodys_former_name_opens_nobodys_thread(it: Ears) -> None:
    """Names on Discord can be given up and taken by others: who has one now is not who had it."""
    ana, erik = it.person("ana"), it.person("erik")
    ana.refuses_messages()
    erik.refuses_messages()
    await it.adapter.send(Post("one", Address("discord", f"@{ana.id}"), Card(body="For Ana only.")))
    ana.user.name, erik.user.name = "ana.costa", "ana"
    await it.adapter.send(Post("two", Address("discord", f"@{erik.id}"), Card(body="For Erik only.")))
    for thread in it.rooms["tickets"].threads:
        assert len(members(it, thread)) == 1, members(it, thread)


async def test_a_tickets_channel_that_is_not_there_keeps_nobody_uninformed(
    sqlite_database_url: str, tmp_path: Path
) -> None:
    """Where there is no thread to be had, the talk is a direct message."""
    async with listening(
        sqlite_database_url, tmp_path, change=lambda text: text.replace("tickets: tickets", "tickets: nowhere")
    ) as it:
        ana = it.person("ana")
        await ana.command("/ticket", "random", text="my laptop is broken")
        await it.settles()
        assert "my laptop is broken" in ana.shown("@")


async def test_a_clock_that_was_set_back_holds_no_lease_for_hours(it: Ears) -> None:
    """Who had it may be dead: it is free when it would have run out, counted from now."""
    assert await it.desk.leases.take("a thing", "one", 5)
    it.later(hours=-3)
    assert not await it.desk.leases.take("a thing", "two", 5)
    it.later(seconds=6)
    assert await it.desk.leases.take("a thing", "two", 5)


async def test_17_who_was_not_let_in_is_let_in_with_the_next_word(it: Ears) -> None:
    """Whoever Discord kept out for a while, or a restart forgot, comes in with the ticket's next change."""
    ana, ben = it.person("ana"), it.person("ben")
    it.discord.faults.failing(f"PUT /channels/*/thread-members/{it.person('chloe').id}", 503, times=5)
    await ana.command("/ticket", "random", text="my laptop is broken")
    await it.heard()
    await it.heartbeat.beat_all()
    mine = await ana.sees_thread("my laptop is broken", "tickets")
    await it.discord.until(lambda: "ben" in members(it, mine))
    await it.restarts()
    assert "chloe" not in members(it, mine)
    it.discord.faults.faults.clear()
    await ben.command("/claim", "triage-it", ticket="1001")
    await it.settles()
    assert "chloe" in members(it, mine)
