"""What only PostgreSQL does: deadlocks, lost connections, limits on waiting, and COMMITs that keep nothing."""

import asyncio
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlmodel import Session, select

from storage import announcements, deliveries, migrate, stale, state
from storage.database import Conflict, Database, StorageFailed, open_database
from storage.lanes import LANES
from storage.postgresql import EVERY
from storage.tables import Counter, Delivery, State
from tests.faults.proxy import a_proxy
from tests.storage.rows import NOW, add_person, add_ticket


def counter(db: Session, name: str) -> None:
    db.execute(text("UPDATE counter SET value = value + 1 WHERE name = :name"), {"name": name})


async def test_who_loses_a_deadlock_tries_again(postgres_database: Database) -> None:
    both = threading.Barrier(2)
    tries: list[str] = []

    def crosswise(first: str, second: str) -> Callable[[Session], None]:
        def write(db: Session) -> None:
            tries.append(first)
            counter(db, first)
            if len(tries) <= 2:
                both.wait(10)
            counter(db, second)

        return write

    for name in ("a", "b"):
        await postgres_database.write(lambda db, name=name: db.add(Counter(workspace="w", name=name, value=0)))  # type: ignore[misc]
    await asyncio.gather(postgres_database.write(crosswise("a", "b")), postgres_database.write(crosswise("b", "a")))
    assert len(tries) > 2
    assert await postgres_database.read(lambda db: db.exec(select(Counter.value)).all()) == [2, 2]


async def test_what_is_prepared_outlives_a_reading_that_asks_the_same_often(postgres_database: Database) -> None:
    """psycopg prepares what it is asked often, and when that is undone, forgets all that is prepared."""
    often = select(Counter.value)
    for _ in range(8):  # each of the four readers has its turns
        assert await postgres_database.read(lambda db: deliveries.answer_to(db, "w", "none")) is None
        assert await postgres_database.read(lambda db: [db.exec(often).all() for _ in range(10)]) == [[]] * 10
    for _ in range(8):
        assert await postgres_database.read(lambda db: deliveries.answer_to(db, "w", "none")) is None


OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def end_all_others(db: Session) -> None:
    db.execute(text(f"SELECT pg_terminate_backend(pid) {OTHERS}"))


async def test_connections_lost_meanwhile_are_not_noticed(
    postgres_database: Database, postgres_database_url: str
) -> None:
    await asyncio.gather(*(postgres_database.write(lambda db: db.execute(text("SELECT 1"))) for _ in range(8)))
    other = open_database(postgres_database_url)
    await other.write(end_all_others)
    other.close()
    outcomes = await asyncio.gather(
        *(postgres_database.write(lambda db, i=i: deliveries.remember(db, "w", str(i), NOW, "")) for i in range(16)),  # type: ignore[misc]
        return_exceptions=True,
    )
    assert outcomes == [None] * 16


@pytest.mark.parametrize("how", ["prepared", "orm"])
async def test_a_connection_lost_within_is_tried_again(
    postgres_database: Database, postgres_database_url: str, how: str
) -> None:
    other = open_database(postgres_database_url)
    loop, tries = asyncio.get_running_loop(), []

    def write(db: Session) -> None:
        db.add(State(workspace="w", name="once", value=""))
        db.flush()
        tries.append(how)
        if len(tries) == 1:
            asyncio.run_coroutine_threadsafe(other.write(end_all_others), loop).result(10)
        if how == "prepared":
            deliveries.remember(db, "w", "1", NOW, "")
        db.add(State(workspace="w", name="twice", value=""))
        db.flush()

    await postgres_database.write(write)
    other.close()
    assert len(tries) == 2
    assert await postgres_database.read(lambda db: sorted(db.exec(select(State.name)).all())) == ["once", "twice"]


async def test_a_connection_lost_in_commit_is_said_to_be_unsure(
    postgres_database: Database, postgres_database_url: str
) -> None:
    other = open_database(postgres_database_url)
    loop, ended = asyncio.get_running_loop(), list[bool]()

    def end(_connection: Any) -> None:
        if not ended:
            ended.append(True)
            asyncio.run_coroutine_threadsafe(other.write(end_all_others), loop).result(10)

    event.listen(postgres_database.engine, "commit", end)
    with pytest.raises(StorageFailed, match="may have been kept") as failed:
        await postgres_database.write(lambda db: deliveries.remember(db, "w", "1", NOW, ""))
    other.close()
    assert failed.value.unsure
    await postgres_database.write(lambda db: deliveries.remember(db, "w", "2", NOW, ""))


async def test_waiting_for_a_lock_ends(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await postgres_database.write(lambda db: db.add(Counter(workspace="w", name="a", value=0)))
    loop = asyncio.get_running_loop()

    def wait_shortly(db: Session) -> None:
        db.execute(text("SET LOCAL lock_timeout = '50ms'"))
        counter(db, "a")

    def hold(db: Session) -> Any:
        counter(db, "a")
        return asyncio.run_coroutine_threadsafe(postgres_database.write(wait_shortly), loop).exception(10)

    failed = await postgres_database.write(hold)
    assert isinstance(failed, StorageFailed) and str(failed).startswith("The database is busy.")
    assert await postgres_database.read(lambda db: db.execute(text("SHOW lock_timeout")).scalar_one()) == "30s"


async def test_a_swallowed_error_is_no_success(postgres_database: Database) -> None:
    """PostgreSQL answers COMMIT after an error with ROLLBACK, and raises nothing."""

    def swallow(db: Session) -> str:
        for _ in range(2):
            deliveries.remember(db, "w", "2", NOW, "")
        with pytest.raises(IntegrityError):
            deliveries.answer_to(db, "w", "2")
        return "all is well"

    with pytest.raises(RuntimeError, match="swallowed"):
        await postgres_database.write(swallow)


async def test_what_still_waits_in_a_part_that_fails_is_forgotten(postgres_database: Database) -> None:
    """Undoing it would raise what is wrong with that, and leave the part as it is."""

    def fail(db: Session) -> None:
        with db.begin_nested():
            for _ in range(2):
                deliveries.remember(db, "w", "1", NOW, "undone")
            raise LookupError

    def write(db: Session) -> str | None:
        with pytest.raises(LookupError):
            fail(db)
        return deliveries.answer_to(db, "w", "1")

    assert await postgres_database.write(write) is None


async def test_what_waits_when_a_function_fails_is_nobody_elses(postgres_database: Database) -> None:
    def fail(db: Session) -> None:
        deliveries.remember(db, "w", "1", NOW, "undone")
        raise LookupError

    for _ in range(4 * LANES):
        with pytest.raises(LookupError):
            await postgres_database.write(fail)
        await postgres_database.write(lambda db: state.keep(db, "w", "kept", ""))
        assert await postgres_database.read(lambda db: deliveries.answer_to(db, "w", "1")) is None


async def test_what_the_driver_refuses_is_raised_as_what_the_server_does(postgres_database: Database) -> None:
    for write in (deliveries.remember, deliveries.keep_once):
        with pytest.raises(DataError, match="NUL"):
            await postgres_database.write(lambda db, write=write: write(db, "w", "a\0b", NOW, ""))  # type: ignore[misc]


async def test_a_connection_known_to_be_lost_is_not_asked_for_more(postgres_database: Database) -> None:
    """What is to wait fails at once, and is done on another connection."""
    tries: list[str] = []

    def write(db: Session) -> None:
        tries.append("once more")
        if len(tries) == 1:
            with pytest.raises(OperationalError):
                db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            state.keep(db, "w", "kept", "no")
        state.keep(db, "w", "kept", "yes")

    await postgres_database.write(write)
    assert await postgres_database.read(lambda db: state.get(db, "w", "kept")) == "yes"
    assert len(tries) == 2


async def test_what_gives_nothing_back_goes_out_with_what_does(postgres_database_url: str) -> None:
    """Three round trips: BEGIN with the question, what is written, COMMIT."""

    def write(db: Session) -> None:
        deliveries.answer_to(db, "w", "1")
        for name in ("one", "other"):
            state.keep(db, "w", name, "")
            stale.mark(db, "w", 1000, NOW)

    async with a_proxy(postgres_database_url) as network:
        database = open_database(network.url)
        await database.write(add_person)
        await database.write(add_ticket)
        trips = []
        for _ in range(4 * LANES):  # each lane asks for what it prepares once
            before = network.trips
            await database.write(write)
            trips.append(network.trips - before)
        await asyncio.to_thread(database.close)
    assert min(trips) == 3


async def test_a_new_database_learns_early_what_its_tables_hold(fresh_postgres_database: str) -> None:
    """PostgreSQL itself, which would do it a minute later, is told not to."""
    migrate.upgrade(fresh_postgres_database)
    database = open_database(fresh_postgres_database)
    held = text("SELECT reltuples FROM pg_class WHERE oid = 'ticket'::regclass")

    async def known() -> float:
        return float(await database.read(lambda db: db.execute(held).scalar_one()))

    await database.write(lambda db: db.execute(text("ALTER TABLE ticket SET (autovacuum_enabled = false)")))
    await database.write(add_person)
    await database.write(lambda db: [add_ticket(db) for _ in range(500)])
    await asyncio.gather(*(database.write(lambda db: None) for _ in range(EVERY - 4)))
    assert await known() < 0
    await database.write(lambda db: None)
    async with asyncio.timeout(10):
        while await known() != 500:  # noqa: ASYNC110 - it is another server that does it
            await asyncio.sleep(0.05)
    await asyncio.to_thread(database.close)


async def test_who_waits_for_anothers_rows_lets_it_go_on(postgres_database: Database) -> None:
    """In one process: what waits in libpq may not stop the thread that it waits for."""
    taken = asyncio.Event()
    loop = asyncio.get_running_loop()

    def announce(db: Session, *, hold: bool) -> None:
        announcements.announce_all(db, "w", ["one", "other"], NOW)
        db.execute(text("SELECT 1"))
        if hold:
            loop.call_soon_threadsafe(taken.set)
            time.sleep(0.5)

    first = asyncio.create_task(postgres_database.write(partial(announce, hold=True)))
    await taken.wait()
    async with asyncio.timeout(10):
        await postgres_database.write(partial(announce, hold=False))
        await first


async def test_a_server_that_is_away_is_said() -> None:
    database = open_database("postgresql+psycopg://nobody@/nothing?host=/nowhere")
    for ask in (database.write, database.read):
        with pytest.raises(StorageFailed, match=r"^The database cannot be reached\.") as failed:
            await ask(lambda db: db.execute(text("SELECT 1")))
        assert "nowhere" not in str(failed.value) and "nowhere" in failed.value.detail
    database.close()


async def test_more_callers_than_connections_wait_their_turn(postgres_database: Database) -> None:
    slow = text("SELECT pg_sleep(0.01)")
    asked = [
        ask(lambda db: db.execute(slow)) for ask in (postgres_database.write, postgres_database.read) for _ in range(50)
    ]
    assert len(await asyncio.gather(*asked)) == 100


async def test_slow_reports_do_not_make_commands_wait(postgres_database: Database) -> None:
    slow = text("SELECT pg_sleep(5)")
    reports = [asyncio.create_task(postgres_database.read(lambda db: db.execute(slow))) for _ in range(4)]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(3):
        await postgres_database.write(lambda db: deliveries.remember(db, "w", "1", NOW, ""))
        await postgres_database.write(end_all_others)
    await asyncio.gather(*reports, return_exceptions=True)


async def test_what_waits_is_committed_together_and_fails_alone(postgres_database: Database) -> None:
    """The lane that takes several is let go while the others are held."""
    let_go = {f"writer {lane}": threading.Event() for lane in range(LANES)}
    held = threading.Barrier(LANES + 1)

    def hold(_db: Session) -> None:
        held.wait(30)
        let_go[threading.current_thread().name].wait(30)

    def remember(number: int, db: Session) -> int:
        deliveries.remember(db, "w", str(min(number, 10)), NOW, "")
        if number == 3:
            raise ValueError(number)
        return int(db.execute(text("SELECT txid_current()")).scalar_one())

    holding = [asyncio.create_task(postgres_database.write(hold)) for _ in range(LANES)]
    await asyncio.to_thread(held.wait, 30)
    waiting = [asyncio.create_task(postgres_database.write(partial(remember, n))) for n in range(12)]
    await asyncio.sleep(0)
    let_go["writer 0"].set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    for event_ in let_go.values():
        event_.set()
    await asyncio.gather(*holding)
    assert len({outcome for outcome in outcomes if isinstance(outcome, int)}) == 1, outcomes
    assert [type(outcome) for outcome in outcomes] == [int] * 3 + [ValueError] + [int] * 7 + [Conflict]
    kept = await postgres_database.read(lambda db: db.exec(select(Delivery.id)).all())
    assert sorted(kept, key=int) == [str(n) for n in range(11) if n != 3]
