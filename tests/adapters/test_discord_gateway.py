"""The gateway: the smallest intents, sessions that go on, and one replica that hears, until another takes over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from discord.gateway import KeepAliveHandler

from adapters.discord.session_starts import Spent
from adapters.discord.shards import Lease, Shards
from adapters.discord.timing import Timing
from bot.leases import Leases
from storage.database import open_database
from tests.adapters.discord_company import Replica
from tests.adapters.discord_ears import Ears, listening

GUILDS, WORDS = 1 << 0, 1 << 15
MESSAGES, REACTIONS = 1 << 9 | 1 << 12, 1 << 10 | 1 << 13
"""In the server, and in talks."""
BULK = "PUT /applications/{application_id}/commands"
LEFT = "GET /gateway/bot"


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """A company on Discord, on a Monday at nine."""
    async with listening(sqlite_database_url, tmp_path) as made:
        yield made


async def test_the_intents_are_the_smallest(it: Ears) -> None:
    """No members, no presences; words only where the application has the privilege."""
    assert [one.intents for one in it.discord.gateway.sessions] == [GUILDS | MESSAGES | REACTIONS | WORDS]


async def test_an_intent_that_is_taken_away_is_gone_on_without(it: Ears) -> None:
    """4014: the desk is not off Discord for that."""
    it.discord.world.app.granted.clear()
    it.discord.faults.invalid_session()
    without = GUILDS | MESSAGES | REACTIONS
    await it.discord.until(lambda: [one.intents for one in it.discord.gateway.connected][-1:] == [without])
    assert [one.intents for one in it.discord.gateway.sessions][-1] & WORDS == 0
    answer = await it.person("ana").command("/ticket", "random", text="my laptop is broken")
    assert "is open" in answer.text
    it.discord.violations.clear()


@pytest.mark.parametrize("fault", ["cut", "reconnect", "resumable"])
async def test_a_session_goes_on_over_another_connection(it: Ears, fault: str) -> None:
    """RESUME: no budget is spent, and what was said meanwhile is told by Discord itself."""
    ana, faults = it.person("ana"), it.discord.faults
    break_off: dict[str, Callable[[], None]] = {
        "cut": faults.cut,
        "reconnect": faults.reconnect,
        "resumable": lambda: faults.invalid_session(resumable=True),
    }
    (session,) = it.discord.gateway.sessions
    before = session.socket
    break_off[fault]()
    await ana.says("it-help", "my laptop is broken")
    await it.discord.until(lambda: session.socket not in (None, before))
    await it.settles()
    assert len(await it.tickets()) == 1 and it.discord.gateway.identifies == 1


async def test_an_invalid_session_begins_anew(it: Ears) -> None:
    """INVALID_SESSION: a new one, within the budget, which outlives a restart."""
    before = it.discord.gateway.identifies
    it.discord.faults.invalid_session()
    await it.discord.until(lambda: it.discord.gateway.identifies == before + 1)
    assert "is open" in (await it.person("ana").command("/ticket", "random", text="my laptop is broken")).text
    assert Spent.of(await it.desk.memory.get("main", "discord sessions")).sessions > 1.9


async def test_a_spent_budget_is_waited_for(it: Ears) -> None:
    """GET /gateway/bot says what is left: without any no session is begun."""
    it.discord.gateway.limit = it.discord.gateway.identifies
    before, asked = it.discord.gateway.identifies, len(it.discord.asked(LEFT))
    it.discord.faults.invalid_session()
    await it.discord.until(lambda: len(it.discord.asked(LEFT)) > asked)
    await it.heard()
    assert it.discord.gateway.identifies == before
    it.replicas.remove(it.first)
    await it.first.stop()
    await it.discord.until(lambda: not any(isinstance(one, KeepAliveHandler) for one in threading.enumerate()))


async def test_commands_are_told_once(it: Ears) -> None:
    """Synced only when what they say has changed."""
    await it.restarts()
    await it.discord.until(lambda: it.ear().caught_up)
    assert len(it.discord.asked(BULK)) == 1
    it.change(lambda text: text.replace("  Software:", "  Furniture: {team: it-help}\n  Software:"))
    await it.discord.until(lambda: len(it.discord.asked(BULK)) == 2)


async def test_one_replica_hears_and_another_takes_over(it: Ears) -> None:
    """One gateway session a shard over all replicas; each can send."""
    second = Replica(it, "two")
    it.replicas.append(second)
    second.run()
    await asyncio.sleep(0.3)
    assert len(it.discord.gateway.connected) == 1 and it.discord.gateway.identifies == 1
    await it.first.stop()
    it.replicas.remove(it.first)
    await it.discord.until(lambda: it.discord.gateway.identifies == 2)
    answer = await it.person("ana").command("/ticket", "random", text="my laptop is broken")
    assert "IT-1001 is open" in answer.text
    it.first = second


async def test_a_lease_that_is_lost_ends_the_session_at_once(it: Ears) -> None:
    """Whoever has it now answers; nobody answers twice."""
    async with asyncio.timeout(5):
        while not await it.desk.leases.take("discord shard 0/1", "another", 60):  # it may be renewed in between
            await it.desk.leases.give_back("discord shard 0/1", "one")
    await it.discord.until(lambda: not it.discord.gateway.connected)
    it.discord.interactions.patience = 0.1
    answer = await it.person("ana").command("/ticket", "random", text="my laptop is broken")
    assert "did not respond" in answer.error and await it.tickets() == []


async def test_what_reaches_a_former_owner_is_not_answered(it: Ears) -> None:
    """A process that was stopped and goes on may have events before it notices that its time is over."""
    lease = it.ear()._gaps[0].lease
    it.discord.interactions.patience = 0.05
    ana = it.person("ana")
    lease.renewed = lambda *_: None  # type: ignore[method-assign]  # it would be, a moment later
    lease.lost()
    answer = await ana.command("/ticket", "random", text="my laptop is broken")
    assert "did not respond" in answer.error and await it.tickets() == []


def test_a_lease_ends_by_this_processs_own_clock() -> None:
    """It counts from before it was asked for: an answer of the database's may have taken a while."""
    now = [100.0]
    lease = Lease(0, 1, lambda: now[0])
    assert not lease.held
    lease.renewed(99.0, 5.0)
    assert lease.held
    now[0] = 104.1
    assert not lease.held


async def test_shards_are_shared_out_among_replicas(sqlite_database_url: str) -> None:
    """Who has many already reaches for one more later."""
    database, timing = open_database(sqlite_database_url), Timing(lease=5, renew=0.05)
    leases = Leases(database, lambda: datetime.now(UTC))

    async def serve(_: Lease) -> None:
        await asyncio.Event().wait()

    replicas = [Shards(leases, owner, 4, serve, timing) for owner in ("one", "two")]
    running = [asyncio.create_task(one.run()) for one in replicas]
    async with asyncio.timeout(5):
        while sum(len(one.held) for one in replicas) < 4:  # noqa: ASYNC110 - leases tell nobody
            await asyncio.sleep(0.01)
    assert [len(one.held) for one in replicas] == [2, 2]
    assert replicas[0].held.isdisjoint(replicas[1].held)
    running[0].cancel()
    async with asyncio.timeout(5):
        while len(replicas[1].held) < 4:  # noqa: ASYNC110 - leases tell nobody
            await asyncio.sleep(0.01)
    running[1].cancel()
    await asyncio.gather(*running, return_exceptions=True)
    database.close()


async def test_several_shards(sqlite_database_url: str, tmp_path: Path) -> None:
    """Sharding by setting: each shard has a session, and what happens is told to one of them."""

    def sharded(text: str) -> str:
        return text.replace("discord: {tickets: tickets}", "discord: {tickets: tickets, shards: 2}")

    async with listening(sqlite_database_url, tmp_path, change=sharded) as it:
        await it.discord.connected(2)
        assert sorted(one.shard for one in it.discord.gateway.connected) == [(0, 2), (1, 2)]
        ana = it.person("ana")
        assert "is open" in (await ana.command("/ticket", "random", text="my laptop is broken")).text
        await ana.says("@", "my screen is dark")
        await it.settles()
        assert ana.shown("@").count("Shall I open a ticket") == 1


async def test_a_database_that_is_away_ends_the_session(it: Ears) -> None:
    """A lease that cannot be renewed is over, and nothing is answered without it."""
    take = it.desk.leases.take

    async def away(*_: object) -> bool:
        raise TimeoutError

    it.desk.leases.take = away  # type: ignore[method-assign]
    await it.discord.until(lambda: not it.discord.gateway.connected, 10)
    it.desk.leases.take = take  # type: ignore[method-assign]
    await it.discord.connected()
