"""Processes on one PostgreSQL wake each other; where nothing is heard, looking goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from storage import posts
from storage.database import Database, open_database
from tests.faults.estate import Estate
from tests.postgres import plain
from tests.storage.rows import NOW, post

LISTENING = "FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN firstline'"
PATIENT = 60
NEVER = 3600.0


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[asyncio.Event]:
    """An event that is set by what is heard. Listening begins with one: something may have been said before."""
    heard = asyncio.Event()
    task = asyncio.create_task(database.listen(heard.set))
    await awaited(heard)
    try:
        yield heard
    finally:
        task.cancel()


async def awaited(heard: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENT):
        await heard.wait()
    heard.clear()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENT):
        while not holds():  # noqa: ASYNC110 - what is looked at is another process's
            await asyncio.sleep(0.01)


@pytest.fixture
async def other(postgres_database_url: str) -> AsyncIterator[Database]:
    """Another process's database, as good as."""
    database = open_database(postgres_database_url)
    yield database
    database.close()


@pytest.fixture
async def estate(postgres_database_url: str, tmp_path: Path) -> AsyncIterator[Estate]:
    """A desk that sends, whose heart beats only when it is told how often."""
    made = Estate(postgres_database_url, tmp_path, replicas=1, seed=1)
    await made.opens()
    for cycle in made.replicas[0].heartbeat.cycles.values():
        cycle.seconds = NEVER
    yield made
    await made.closes()


async def test_another_process_hears(postgres_database: Database, other: Database) -> None:
    async with listening(other) as heard:
        postgres_database.tell()
        await awaited(heard)


async def test_nobody_hears_themselves(postgres_database: Database, other: Database) -> None:
    async with listening(postgres_database) as heard, listening(other) as theirs:
        postgres_database.tell()
        await awaited(theirs)
        other.tell()
        await awaited(heard)
        assert not theirs.is_set()


async def test_a_post_of_another_process_is_sent_without_waiting_for_the_beat(estate: Estate, other: Database) -> None:
    replica = estate.replicas[0]
    async with listening(other) as ready:  # hers is there as well then
        replica.heartbeat.start()
        await until(lambda: listeners(replica) == 2)
        await other.write(lambda db: posts.want(db, [post("p1", channel="web", created_at=NOW)]))
        other.tell()
        await until(lambda: [said.key for said in estate.room.said] == ["p1"])
        assert not ready.is_set(), "what it sends itself it need tell nobody"


async def test_a_desk_that_has_something_to_say_tells_the_others(estate: Estate, other: Database) -> None:
    heartbeat = estate.replicas[0].heartbeat
    heartbeat.start()
    async with listening(other) as heard:
        heartbeat.wake()
        await awaited(heard)


async def test_what_is_not_heard_is_looked_for_and_heard_again_later(estate: Estate, other: Database) -> None:
    replica = estate.replicas[0]
    replica.heartbeat.cycles["posts"].seconds = 0.05
    replica.heartbeat.start()
    await until(lambda: listeners(replica) == 1)
    first = pids(replica)
    with psycopg.connect(plain(replica._url), autocommit=True) as line:
        line.execute(f"SELECT pg_terminate_backend(pid) {LISTENING}")
    await other.write(lambda db: posts.want(db, [post("p1", channel="web", created_at=NOW)]))
    await until(lambda: [said.key for said in estate.room.said] == ["p1"])
    await until(lambda: listeners(replica) == 1 and pids(replica) != first)


async def test_listening_comes_back(postgres_database: Database, postgres_database_url: str, other: Database) -> None:
    async with listening(other) as heard:
        with psycopg.connect(plain(postgres_database_url), autocommit=True) as line:
            line.execute(f"SELECT pg_terminate_backend(pid) {LISTENING}")
        await awaited(heard)  # it listens again, and something may have been said meanwhile
        postgres_database.tell()
        await awaited(heard)


async def test_on_sqlite_there_is_nobody(sqlite_database: Database) -> None:
    heard: list[bool] = []
    sqlite_database.tell()
    await sqlite_database.listen(lambda: heard.append(True))
    assert not heard


def listeners(replica: object) -> int:
    return len(pids(replica))


def pids(replica: object) -> list[int]:
    with psycopg.connect(plain(replica._url), autocommit=True) as line:  # type: ignore[attr-defined]
        return [pid for (pid,) in line.execute(f"SELECT pid {LISTENING}")]
