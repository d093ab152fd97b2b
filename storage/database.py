"""The one seam between the asynchronous edge and the synchronous core: `await database.write(fn)` and `await
database.read(fn)`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlmodel import Session

from storage.failures import Conflict, StorageFailed, explained
from storage.glance import Glance
from storage.threads import REFUSED, in_thread
from storage.transaction import run_on
from storage.writer import Writer

__all__ = ["Conflict", "Database", "SQLite", "StorageFailed", "open_database"]

T = TypeVar("T")
DEFAULT_DATABASE = "sqlite:///firstline.db"
READERS = 4


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

    def tell(self) -> None:
        """Let the other processes on this database look at once for what there is to do, if they hear it."""

    async def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` whenever another process tells, until cancelled; at once over where there can be no other."""

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
        from storage.postgresql import PostgreSQL  # its driver is loaded only where it is used

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
        return await in_thread(self._threads, run_on, self._readers, fn)

    async def glance(self, fn: Callable[[Session], T]) -> T:
        """On the loop itself: some microseconds, where another thread would cost ten times that."""
        try:
            return self._glance.look(fn)
        except REFUSED:  # it is busy, and there nobody waits for it
            return await self.read(fn)

    def tell(self) -> None:
        """Nobody else is there."""

    async def listen(self, heard: Callable[[], None]) -> None:
        """Nobody else is there."""

    def close(self) -> None:
        self._writer.close()
        self._threads.shutdown()
        self._glance.close()
        self._readers.dispose()
        self.engine.dispose()


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
