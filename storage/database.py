"""The one seam between the asynchronous edge and the synchronous core: `await database.write(fn)` and `await
database.read(fn)`.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from storage.failpoints import reach
from storage.failures import Conflict, LostInCommit, StorageFailed, explained, worth_another_try
from storage.glance import Glance
from storage.transaction import Transaction, run_on
from storage.writer import STOPPING, Writer

__all__ = ["Conflict", "Database", "PostgreSQL", "SQLite", "StorageFailed", "open_database"]

T = TypeVar("T")
DEFAULT_DATABASE = "sqlite:///firstline.db"
READERS = 4
POOL = 8
LOCK_WAIT = "30s"
PATIENCE = 2.0
"""Seconds."""
REFUSED = (sqlite3.Error, DBAPIError, PoolTimeout, LostInCommit)


class Database(Protocol):
    """Each function gets a Session inside a transaction of its own; what it raises undoes all it did.

    A function must not commit or roll back (`TypeError`), and it may be run again: after a deadlock, or a lost
    connection.
    """

    engine: Engine

    async def write(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` and commit; when this returns, the change is on disk.

        `StorageFailed` when the database does not take it, `Conflict` (which is one) when there is a row with that key.
        """

    async def read(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` on a connection that cannot write; all it reads is of one instant.

        `StorageFailed` as for `write`.
        """

    async def glance(self, fn: Callable[[Session], T]) -> T:
        """Look whether there is anything to do: `fn` runs `Prepared` statements that read a row or two, and no others.

        Much cheaper than `read`, and of no one instant. `StorageFailed` as for `write`.
        """

    def close(self) -> None:
        """Finish what is queued; what is asked later gets `StorageFailed`."""


def open_database(url: str) -> Database:
    """A database by its URL: `sqlite:///firstline.db` or `postgresql+psycopg://…`.

    Tables are the migrations' business.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return SQLite(url)
    if backend == "postgresql":
        return PostgreSQL(url)
    raise ValueError(f"database {backend!r} is not supported: use sqlite:///FILE or postgresql+psycopg://HOST/NAME")


class SQLite:
    """One writer thread that commits for many at once; readers on connections of their own, which WAL never makes
    wait.
    """

    def __init__(self, url: str) -> None:
        path = make_url(url).database
        if not path or path == ":memory:":
            raise ValueError("SQLite needs a file: sqlite:///firstline.db")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.engine = _sqlite_engine(url, writing=True)
        self._readers = _sqlite_engine(url, writing=False)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._glance = Glance(self._readers, _hurry)
        self._writer = Writer(self.engine)

    async def write(self, fn: Callable[[Session], T]) -> T:
        try:
            return await self._writer.run(fn)
        except REFUSED as error:
            raise explained(error) from error

    async def read(self, fn: Callable[[Session], T]) -> T:
        return await _in_thread(self._threads, run_on, self._readers, fn)

    async def glance(self, fn: Callable[[Session], T]) -> T:
        """On the loop itself: some microseconds, where another thread would cost ten times that."""
        try:
            return self._glance.look(fn)
        except REFUSED:  # it is busy, and there nobody waits for it
            return await self.read(fn)

    def close(self) -> None:
        self._writer.close()
        self._threads.shutdown()
        self._glance.close()
        self._readers.dispose()
        self.engine.dispose()


class PostgreSQL:
    """The same functions in a small pool, each in a transaction of its own.

    Reports never make commands wait for a thread.
    """

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, pool_size=POOL + READERS + 1, max_overflow=0, pool_pre_ping=True)
        self._readers = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        event.listen(self.engine, "connect", _limit_waiting)
        self._writing = ThreadPoolExecutor(POOL, thread_name_prefix="writer")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._glancing = ThreadPoolExecutor(1, thread_name_prefix="glance")
        self._glance = Glance(self.engine, _autocommit)

    async def write(self, fn: Callable[[Session], T]) -> T:
        return await _in_thread(self._writing, _commit, self.engine, fn)

    async def read(self, fn: Callable[[Session], T]) -> T:
        return await _in_thread(self._reading, run_on, self._readers, fn)

    async def glance(self, fn: Callable[[Session], T]) -> T:
        """A connection that has gone, or says nothing any more, holds nobody up for long: a reader gets another."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.wrap_future(self._glancing.submit(self._glance.look, fn))
        except (*REFUSED, RuntimeError, TimeoutError):
            return await self.read(fn)

    def close(self) -> None:
        self._writing.shutdown()
        self._reading.shutdown()
        self._glancing.shutdown()
        self._glance.close()
        self.engine.dispose()


async def _in_thread(
    threads: ThreadPoolExecutor,
    run: Callable[[Engine, Callable[[Session], T]], T],
    engine: Engine,
    fn: Callable[[Session], T],
) -> T:
    try:
        future = threads.submit(run, engine, fn)
    except RuntimeError as stopped:
        raise StorageFailed(STOPPING) from stopped
    try:
        return await asyncio.wrap_future(future)
    except REFUSED as error:
        raise explained(error) from error


def _commit(engine: Engine, fn: Callable[[Session], T]) -> T:
    for more in (3, 2, 1, 0):
        try:
            return _commit_once(engine, fn)
        except DBAPIError as error:
            if not (more and worth_another_try(error)):
                raise
        time.sleep(random.random() / 50)  # two that met once would meet again
    raise AssertionError("the last try returns or raises")


def _commit_once(engine: Engine, fn: Callable[[Session], T]) -> T:
    with Transaction(engine) as session:
        result = session.call(fn)
        driver: Any = session.info["line"].driver
        if driver.info.transaction_status.name == "INERROR":  # its COMMIT would say nothing and keep nothing
            raise RuntimeError("a statement failed and its error was swallowed: use begin_nested() around it")
        reach("before commit")
        try:
            session.keep()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise LostInCommit from error
            raise
        reach("after commit")
        return result


def _limit_waiting(connection: Any, _record: Any) -> None:
    connection.execute(f"SET lock_timeout = '{LOCK_WAIT}'")
    connection.commit()


def _autocommit(connection: Any) -> None:
    connection.autocommit = True


def _hurry(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA busy_timeout=0")


def _sqlite_engine(url: str, *, writing: bool) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 30}, pool_size=READERS)
    event.listen(engine, "connect", _prepare_writer if writing else _prepare_reader)
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.connection.driver_connection.execute(begin))
    return engine


def _prepare_writer(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is deferred, and two deferred writers lose updates
    # temp_store: what a savepoint may undo is otherwise kept in a file, which doubles the cost of a small commit.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins for writes only, and two reads would be of two instants
    connection.execute("PRAGMA query_only=ON")
