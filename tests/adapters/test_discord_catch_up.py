"""What was said while nobody listened on Discord is read up, once, by whoever listens next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.discord_company import Replica
from tests.adapters.discord_ears import Ears, listening


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """A company on Discord, on a Monday at nine."""
    async with listening(sqlite_database_url, tmp_path) as made:
        yield made


async def goes(it: Ears, **away: float) -> None:
    """The desk ends, and nobody listens for a while."""
    await it.heard()
    await it.first.stop()
    it.replicas.remove(it.first)
    it.later(**away or {"minutes": 20})


async def comes(it: Ears) -> None:
    """It begins again, and has caught up."""
    it.later(minutes=1)
    it.first = Replica(it, "again")
    await it.starts(it.first)
    await it.settles()


async def test_what_was_said_in_a_gap_is_heard_behind_it(it: Ears) -> None:
    """BEHAVIOUR 4, 5, 18: a watched room, a ticket's threads, a talk; and nothing of before a second time."""
    ana, ben, erik = it.person("ana"), it.person("ben"), it.person("erik")
    await ana.command("/ticket", "random", text="my laptop is broken")
    await it.settles()
    mine = await ana.sees_thread("my laptop is broken", "tickets")
    await ana.says(mine, "it is the battery")
    await erik.says("@", "a word before")
    await it.settles()
    card = await ben.sees("my laptop is broken", "triage-it")
    thread = card.thread or await ben.starts_thread(card, "laptop")
    await goes(it)
    await erik.says("it-help", "the printer is broken")
    await ana.says(mine, "or the charger")
    await ben.says(thread, "she dropped it, surely")
    await erik.says("@", "my screen is dark")
    await ana.says("random", "none of the desk's business")
    await comes(it)
    assert [t.title for t in await it.tickets()] == ["my laptop is broken", "the printer is broken"]
    assert [one[1] for one in await it.told("reply")] == ["it is the battery", "or the charger"]
    assert [one[1] for one in await it.told("note")] == ["she dropped it, surely"]
    assert erik.shown("@").count("Shall I open a ticket") == 2, "asked about each of his words, once"


async def test_nothing_is_heard_twice(it: Ears) -> None:
    """What was on its way when the desk ended is read again: what came of it already is known."""
    ana, erik = it.person("ana"), it.person("erik")
    await ana.says("it-help", "my laptop is broken")
    await erik.says("@", "my screen is dark")
    await it.settles()
    before = (ana.shown("@"), erik.shown("@"), ana.shown("it-help"))
    for _ in range(2):
        await goes(it, seconds=5)
        await comes(it)
    assert (ana.shown("@"), erik.shown("@"), ana.shown("it-help")) == before
    assert len(await it.tickets()) == 1


async def test_edits_and_the_emoji_in_a_gap(it: Ears) -> None:
    """BEHAVIOUR 3, 11: as far as the messages show them."""
    ana, ben = it.person("ana"), it.person("ben")
    await ben.says("it-help", "this agent's own laptop is broken")
    other = await ben.says("it-help", "and the screen, too")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    await goes(it)
    await ana.edits(asked, "my old laptop is broken")
    await ben.reacts(other, "🎫")
    await ben.reacts(asked, "🎫")
    await comes(it)
    assert [t.title for t in await it.tickets()] == ["my laptop is broken", "and the screen, too"]
    assert [one[1] for one in await it.told("edited")] == ["my old laptop is broken"]


async def test_a_thread_that_was_archived_in_the_gap(it: Ears) -> None:
    """It is no active one any more; what was said in it is heard all the same."""
    ana = it.person("ana")
    await ana.says("it-help", "my laptop is broken")
    await it.settles()
    (thread,) = ana.threads("it-help")
    await goes(it)
    await ana.says(thread, "it is the battery")
    it.discord.archive(thread)
    it.later(hours=3)
    await comes(it)
    assert [one[1] for one in await it.told("reply")] == ["it is the battery"]


async def test_what_is_missed_between_two_sessions(it: Ears) -> None:
    """An invalid session is a gap as well; live traffic goes on meanwhile."""
    ana, erik = it.person("ana"), it.person("erik")
    await it.heard()
    it.discord.faults.invalid_session()
    await ana.says("it-help", "my laptop is broken")
    await it.discord.connected()
    await erik.says("it-help", "the printer is broken")
    await it.discord.until(lambda: it.ear().caught_up)
    await it.settles()
    assert sorted(t.title for t in await it.tickets()) == ["my laptop is broken", "the printer is broken"]


async def test_a_room_that_cannot_be_read_hinders_no_other(it: Ears) -> None:
    """One that is gone is left out; one that fails is read with the next look."""
    ana = it.person("ana")
    await ana.says("@", "a word before")
    await it.settles()
    await goes(it)
    await ana.says("it-help", "my laptop is broken")
    it.discord.faults.failing("GET /channels/{channel_id}/messages", times=3)
    await comes(it)
    assert [t.title for t in await it.tickets()] == ["my laptop is broken"]


async def test_a_desk_that_is_new_here_reads_nothing_up(it: Ears) -> None:
    """What was said before it came is no business of its."""
    assert it.discord.asked("GET /channels/{channel_id}/messages") == []
