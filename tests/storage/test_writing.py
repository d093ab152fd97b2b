"""Many functions, one commit; what fails undoes itself and nothing else; whoever asks gets an answer."""

import asyncio
import itertools
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select

from storage import deliveries
from storage.database import Conflict, Database, StorageFailed, open_database
from storage.tables import Counter, Delivery, Person, State
from tests.storage.rows import NOW, add_person


def put(name: str, value: str = "") -> Callable[[Session], str]:
    def write(db: Session) -> str:
        db.add(State(workspace="w", name=name, value=value))
        return name

    return write


def put_then(error: BaseException) -> Callable[[Session], None]:
    def write(db: Session) -> None:
        put("undone")(db)
        db.flush()
        deliveries.remember(db, "w", "undone", NOW, "")
        raise error

    return write


async def names(database: Database) -> set[str]:
    return set(await database.read(lambda db: db.exec(select(State.name).where(State.workspace == "w")).all()))


async def test_what_write_returned_is_there(database: Database) -> None:
    assert await database.write(put("one")) == "one"
    assert await names(database) == {"one"}


async def test_many_at_once_share_a_commit(sqlite_database: Database) -> None:
    commits: list[object] = []
    event.listen(sqlite_database.engine, "commit", commits.append)
    wanted = {f"n{i}" for i in range(100)}
    assert set(await asyncio.gather(*(sqlite_database.write(put(name)) for name in wanted))) == wanted
    assert await names(sqlite_database) == wanted
    assert 1 <= len(commits) < 50


class Odd(BaseException):
    """Neither an Exception nor one of Python's own."""


@pytest.mark.parametrize(
    ("error", "reaches"),
    [
        (ValueError("no"), ValueError),
        (StopIteration(), RuntimeError),
        (SystemExit(3), RuntimeError),
        (KeyboardInterrupt(), RuntimeError),
        (asyncio.CancelledError(), RuntimeError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
async def test_a_failure_undoes_only_itself(
    database: Database, error: BaseException, reaches: type[BaseException]
) -> None:
    tasks = [database.write(put("before")), database.write(put_then(error)), database.write(put("after"))]
    before, failed, after = await asyncio.gather(*tasks, return_exceptions=True)
    assert (before, after) == ("before", "after") and type(failed) is reaches
    assert await names(database) == {"before", "after"}
    assert await database.read(lambda db: db.exec(select(Delivery)).all()) == []


async def test_a_failure_undoes_statements_that_went_past_the_session(database: Database) -> None:
    """The hot paths speak with the driver alone, and SQLAlchemy knows of nothing to undo."""

    def write(db: Session) -> None:
        deliveries.remember(db, "w", "undone", NOW, "")
        raise ValueError

    tasks = [database.write(write), database.write(put("after"))]
    failed, after = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(failed, ValueError) and after == "after"
    assert await database.read(lambda db: deliveries.answer_to(db, "w", "undone")) is None


async def test_even_what_nobody_expects_gets_an_answer(sqlite_database: Database) -> None:
    with pytest.raises(RuntimeError, match="Odd"):
        await sqlite_database.write(put_then(Odd()))
    assert await sqlite_database.write(put("after")) == "after"


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_a_function_cannot_end_the_transaction(database: Database, end: str) -> None:
    def write(db: Session) -> None:
        put("undone")(db)
        getattr(db, end)()

    both: list[Any] = [database.write(put("before")), database.write(write)]
    _, failed = await asyncio.gather(*both, return_exceptions=True)
    with pytest.raises(TypeError, match="begin_nested"):
        raise failed
    await database.write(put("after"))
    assert await names(database) == {"before", "after"}


async def test_an_error_inside_flush_undoes_only_its_function(database: Database) -> None:
    def twice(db: Session) -> None:
        put("undone")(db)
        db.flush()
        db.add(Person(workspace="w", id="ann", name="Ann again", created_at=NOW))
        db.flush()

    await database.write(add_person)
    tasks: list[Any] = [database.write(put("before")), database.write(twice), database.write(put("after"))]
    _, failed, _ = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(failed, Conflict)
    assert await names(database) == {"before", "after"}


def fail_halfway(db: Session) -> None:
    with db.begin_nested():
        put("undone")(db)
        db.flush()
        deliveries.remember(db, "w", "1", NOW, "second")


async def test_a_part_can_fail_within_a_function(database: Database) -> None:
    def write(db: Session) -> None:
        put("kept")(db)
        deliveries.remember(db, "w", "1", NOW, "first")
        with pytest.raises(IntegrityError):
            fail_halfway(db)
        deliveries.remember(db, "w", "2", NOW, "third")

    await database.write(write)
    assert await names(database) == {"kept"}
    assert await database.read(lambda db: deliveries.answer_to(db, "w", "1")) == "first"
    assert await database.read(lambda db: deliveries.answer_to(db, "w", "2")) == "third"


async def test_a_part_that_fails_is_undone_whatever_wrote_it(database: Database) -> None:
    """The ORM writes nothing here."""

    def fail(db: Session) -> None:
        with db.begin_nested():
            deliveries.remember(db, "w", "2", NOW, "undone")
            deliveries.remember(db, "w", "1", NOW, "second")

    def write(db: Session) -> tuple[str | None, str | None]:
        deliveries.remember(db, "w", "1", NOW, "first")
        with pytest.raises(IntegrityError):
            fail(db)
        return deliveries.answer_to(db, "w", "1"), deliveries.answer_to(db, "w", "2")

    assert await database.write(write) == ("first", None)


async def test_a_part_can_be_taken_back(database: Database) -> None:
    def write(db: Session) -> str | None:
        with db.begin_nested() as attempt:
            deliveries.remember(db, "w", "1", NOW, "undone")
            attempt.rollback()
        return deliveries.answer_to(db, "w", "1")

    assert await database.write(write) is None


def repeat_prepared(db: Session) -> None:
    deliveries.remember(db, "w", "1", NOW, "again")


def repeat_orm(db: Session) -> None:
    db.add(Delivery(workspace="w", id="1", at=NOW))


@pytest.mark.parametrize("repeat", [repeat_prepared, repeat_orm])
async def test_the_same_key_twice_is_a_conflict(database: Database, repeat: Callable[[Session], None]) -> None:
    await database.write(lambda db: deliveries.remember(db, "w", "1", NOW, "first"))
    with pytest.raises(Conflict, match="a moment ahead") as conflict:
        await database.write(repeat)
    assert isinstance(conflict.value.__cause__, IntegrityError) and "delivery" in conflict.value.detail
    assert await database.read(lambda db: deliveries.answer_to(db, "w", "1")) == "first"


async def test_a_fault_of_ours_is_not_called_a_failure_of_the_disk(database: Database) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        await database.write(lambda db: db.execute(text("SELECT * FROM nowhere")))
    with pytest.raises(IntegrityError):  # a foreign key, no conflict
        await database.write(lambda db: db.execute(text("INSERT INTO identity VALUES ('w', 'web', 'x', 'nobody')")))


async def test_no_session_remembers_what_another_read(database: Database) -> None:
    await database.write(put("one", "old"))
    kept = await database.write(lambda db: db.get_one(State, ("w", "one")))
    await database.write(lambda db: db.execute(text("UPDATE state SET value = 'new'")))
    assert kept.value == "old"
    assert await database.write(lambda db: db.get_one(State, ("w", "one")).value) == "new"
    assert await database.write(lambda db: len(db.identity_map)) == 0


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(StorageFailed, match="can only be read"):
        await database.read(put("undone"))
    assert await names(database) == set()


async def test_a_read_sees_one_instant(database: Database) -> None:
    await database.write(lambda db: db.add(Counter(workspace="w", name="seen", value=1)))
    loop = asyncio.get_running_loop()

    def count_up(db: Session) -> None:
        db.execute(text("UPDATE counter SET value = value + 1"))

    def look_twice(db: Session) -> tuple[int, int]:
        look = select(Counter.value)
        first = db.exec(look).one()
        asyncio.run_coroutine_threadsafe(database.write(count_up), loop).result(10)
        return first, db.exec(look).one()

    assert await database.read(look_twice) == (1, 1)
    assert await database.read(lambda db: db.exec(select(Counter.value)).one()) == 2


async def test_a_caller_that_gives_up_does_not_undo_the_change(database: Database, database_url: str) -> None:
    task = asyncio.create_task(database.write(put("kept")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.write(put("after"))
    await asyncio.to_thread(database.close)  # it finishes what is under way
    again = open_database(database_url)
    assert await names(again) == {"kept", "after"}
    again.close()


async def test_close_finishes_what_is_queued(database: Database, database_url: str) -> None:
    tasks = [asyncio.create_task(database.write(put(f"n{i}"))) for i in range(30)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    assert await asyncio.gather(*tasks) == [f"n{i}" for i in range(30)]
    for ask in (database.write, database.read):
        with pytest.raises(StorageFailed, match="stopping"):
            await ask(put("late"))
    again = open_database(database_url)
    assert len(await names(again)) == 30
    again.close()


def test_a_loop_that_has_ended_stops_nobody(sqlite_database: Database) -> None:
    async def leave() -> None:
        asyncio.get_running_loop().call_later(0.01, asyncio.get_running_loop().stop)
        await asyncio.gather(*(sqlite_database.write(put(f"n{i}")) for i in range(200)))

    with closing(asyncio.new_event_loop()) as loop:
        task = loop.create_task(leave())
        loop.run_forever()
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    assert asyncio.run(sqlite_database.write(put("after"))) == "after"


async def test_a_full_disk_is_said_and_loses_nothing_that_was_acknowledged(sqlite_database: Database) -> None:
    await sqlite_database.write(put("before"))
    await sqlite_database.write(lambda db: limit_pages(db, 4))
    tasks = [sqlite_database.write(put(f"big{i}", "x" * 5000)) for i in range(20)]
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert failed and all(isinstance(outcome, StorageFailed) for outcome in failed)
    assert str(failed[0]) == "The disk is full. Nothing was changed: please try again in a moment."
    kept = {outcome for outcome in outcomes if isinstance(outcome, str)}
    assert await names(sqlite_database) == kept | {"before"}
    await sqlite_database.write(lambda db: limit_pages(db, 10_000))
    assert await sqlite_database.write(put("after", "x" * 5000)) == "after"


def limit_pages(db: Session, more: int) -> None:
    pages = db.execute(text("PRAGMA page_count")).scalar_one()
    db.execute(text(f"PRAGMA max_page_count = {pages + more}"))


async def test_a_commit_that_fails_fails_all(sqlite_database: Database) -> None:
    begun, go_on, commits = threading.Event(), threading.Event(), itertools.count(1)

    def refuse_the_second(_connection: object) -> None:
        if next(commits) == 2:
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorname = "SQLITE_FULL"
            raise full

    def keep_the_writer_busy(_db: Session) -> bool:
        begun.set()
        return go_on.wait(10)

    event.listen(sqlite_database.engine, "commit", refuse_the_second)
    first = asyncio.create_task(sqlite_database.write(keep_the_writer_busy))
    assert await asyncio.to_thread(begun.wait, 10)
    fns: list[Callable[[Session], Any]] = [put("a"), put_then(ValueError("own")), put("b")]
    batch = [asyncio.create_task(sqlite_database.write(fn)) for fn in fns]
    await asyncio.sleep(0)  # all three are queued, to be committed together
    go_on.set()
    assert await first
    outcomes = await asyncio.gather(*batch, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StorageFailed, ValueError, StorageFailed]
    assert await names(sqlite_database) == set()
    assert await sqlite_database.write(put("after")) == "after"


async def test_a_file_that_can_only_be_read_is_said(sqlite_database: Database) -> None:
    await sqlite_database.write(put("before"))
    await sqlite_database.write(lambda db: db.execute(text("PRAGMA query_only = ON")))
    with pytest.raises(StorageFailed, match=r"^The database can only be read\. Nothing was changed"):
        await sqlite_database.write(put("undone"))
    assert await names(sqlite_database) == {"before"}


async def test_a_file_that_another_program_holds_is_said(sqlite_database: Database, sqlite_database_url: str) -> None:
    await sqlite_database.write(lambda db: db.execute(text("PRAGMA busy_timeout = 20")))
    with closing(sqlite3.connect(sqlite_database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageFailed, match="database is busy"):
            await sqlite_database.write(put("undone"))
        other.execute("ROLLBACK")
    assert await sqlite_database.write(put("after")) == "after"
    assert await names(sqlite_database) == {"after"}
