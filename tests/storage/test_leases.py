"""What one replica at a time may do, on both databases; and the small texts that replicas share."""

import asyncio
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from bot.__main__ import assemble
from bot.clock import Clock, Wall
from bot.configuration.reading import Live
from bot.leases import Leases
from bot.memory import ASIDE, Memory
from storage import deliveries
from storage import leases as rows
from storage.database import Database
from storage.server_time import server_time
from tests.storage.rows import NOW
from tests.stories.chats import WebChat
from tests.stories.company import settings_text


async def test_one_has_it_until_it_runs_out_or_is_given_back(sqlite_database: Database) -> None:
    now = [NOW]
    leases = Leases(sqlite_database, lambda: now[0])
    assert await leases.take("shard 0", "a", 5)
    assert not await leases.take("shard 0", "b", 5)
    assert await leases.take("shard 1", "b", 5), "each name is a lease of its own"
    now[0] += timedelta(seconds=4)
    assert await leases.take("shard 0", "a", 5), "who has it renews it"
    now[0] += timedelta(seconds=4)
    assert not await leases.take("shard 0", "b", 5)
    now[0] += timedelta(seconds=1)
    assert await leases.take("shard 0", "b", 5), "it has run out"
    assert not await leases.take("shard 0", "a", 5)
    await leases.give_back("shard 0", "a")
    assert not await leases.take("shard 0", "a", 5), "nobody gives back another's"
    await leases.give_back("shard 0", "b")
    assert await leases.take("shard 0", "a", 5)


async def test_of_many_at_once_one_has_it(database: Database) -> None:
    leases = Leases(database, lambda: NOW)
    for name in ("first", "second"):
        taken = await asyncio.gather(*(leases.take(name, f"replica {n}", 60) for n in range(12)))
        assert sum(taken) == 1
    again = await asyncio.gather(*(leases.take("first", f"replica {n}", 60) for n in range(12)))
    assert sum(again) == 1, "the one who has it, and nobody else"


async def test_29_desks_go_by_the_clock_of_the_database_that_they_share(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BEHAVIOUR 29. Two whose clocks are a minute apart would take each other's posts for given up."""
    monkeypatch.setenv("PGTZ", "Europe/Berlin")  # as a session on most servers in Berlin: at 03:00 it may be 02:00
    walls = [Wall(postgres_database, lambda day=day: NOW + timedelta(days=day), lambda: 0.0) for day in (0, -1)]
    clocks = []
    for wall in walls:
        await wall.ask()
        clocks.append(Clock(wall.now, lambda: 0.0))
    server = await postgres_database.read(server_time)
    assert server
    assert clocks[0].now() <= clocks[1].now() <= server < clocks[0].now() + timedelta(minutes=5)
    assert [instant.tzinfo for instant in (clocks[0].now(), server)] == [UTC, UTC]


async def test_a_desk_counts_on_from_what_the_database_said_and_follows_it(postgres_database: Database) -> None:
    seconds = [0.0]
    wall = Wall(postgres_database, lambda: NOW, lambda: seconds[0])
    await wall.ask()
    clock, told = Clock(wall.now, lambda: seconds[0]), wall.now()
    seconds[0] = 30.0
    assert clock.now() == wall.now() == told + timedelta(seconds=30)
    await wall.ask()
    assert wall.now() < told + timedelta(seconds=30), "it had counted too fast"
    assert clock.now() == told + timedelta(seconds=30), "which does not go back"
    seconds[0] = 40.0
    assert clock.now() == told + timedelta(seconds=30), "but waits"


async def test_the_heartbeat_asks_the_database_for_the_time(postgres_database: Database, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(settings_text([WebChat(tmp_path)]))
    wall = Wall(postgres_database, lambda: NOW, lambda: 0.0)
    clock = Clock(wall.now, lambda: 0.0)
    live = Live(tmp_path / "settings.yaml", {})
    _, heartbeat, _ = assemble(live, postgres_database, clock, None, wall)
    assert clock.now() == NOW
    await heartbeat.beat("clock")
    server = await postgres_database.read(server_time)
    assert server and timedelta(0) <= server - clock.now() < timedelta(minutes=5)


async def test_a_desk_on_sqlite_goes_by_its_machines_clock(sqlite_database: Database) -> None:
    wall = Wall(sqlite_database, lambda: NOW, lambda: 0.0)
    await wall.ask()
    assert wall.now() == NOW


async def test_replicas_go_by_the_databases_clock(postgres_database: Database) -> None:
    """A replica whose clock is wrong neither takes what another holds nor keeps what has run out."""
    ahead, behind = Leases(postgres_database, lambda: NOW + timedelta(days=1)), Leases(postgres_database, lambda: NOW)
    assert await behind.take("shard 0", "behind", 60)
    assert not await ahead.take("shard 0", "ahead", 60)
    assert await postgres_database.write(lambda db: rows.take(db, "shard 0", "behind", NOW, timedelta(seconds=-1)))
    assert await ahead.take("shard 0", "ahead", 60)


async def test_what_is_kept_is_there_for_every_replica(database: Database) -> None:
    memory = Memory(database, lambda: NOW)
    assert await memory.get("w", "commands") == ""
    await memory.keep("w", "commands", "1")
    await memory.keep("w", "commands", "2")
    assert await Memory(database, lambda: NOW).get("w", "commands") == "2"
    assert await memory.get("other", "commands") == ""
    name = await memory.aside("w", "x" * 5000)
    assert len(name) <= 24 and name == await memory.aside("w", "x" * 5000), "the same text has the same name"
    assert await memory.get("w", f"{ASIDE}{name}") == "x" * 5000


async def test_what_nobody_finishes_is_forgotten(database: Database) -> None:
    """BEHAVIOUR 38: half of a form is no record, and holds what somebody wrote."""
    memory = Memory(database, lambda: NOW)
    later = Memory(database, lambda: NOW + timedelta(days=1))
    await memory.keep_a_while("w", "aside:form", "half a form")
    await memory.keep_a_while("w", "aside:again", "half a form")
    await later.keep_a_while("w", "aside:again", "the same form")
    card = await memory.aside("w", "what a card's button does")
    await database.write(lambda db: deliveries.forget(db, NOW))
    assert await memory.get("w", "aside:form") == "half a form"
    await database.write(lambda db: deliveries.forget(db, NOW + timedelta(days=1)))
    assert await memory.get("w", "aside:form") == ""
    assert await memory.get("w", "aside:again") == "the same form"
    await database.write(lambda db: deliveries.forget(db, NOW + timedelta(days=2)))
    assert await memory.get("w", "aside:again") == ""
    assert await memory.get("w", f"{ASIDE}{card}") == "what a card's button does"


async def test_what_is_dropped_is_kept_no_longer(database: Database) -> None:
    memory = Memory(database, lambda: NOW)
    for name in ("one", "two", "three"):
        await memory.keep("w", name, "kept")
    await memory.drop("w", "one", "two")
    assert [await memory.get("w", name) for name in ("one", "two", "three")] == ["", "", "kept"]
