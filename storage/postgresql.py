"""The same functions on PostgreSQL, which several processes may share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlmodel import Session

from storage import libpq
from storage.failures import explained, worth_another_try
from storage.glance import Glance
from storage.lanes import LANES, Lanes
from storage.notifications import Notifications
from storage.patience import NOTICED, Patience
from storage.prepared import line_of, send
from storage.threads import REFUSED, in_thread
from storage.transaction import Transaction

T = TypeVar("T")
READERS = 4
LIMITS = {"lock_timeout": "30s", "idle_in_transaction_session_timeout": "20s"}
"""How long a statement waits for another's rows; and how long a process that stands still holds its own."""
PATIENCE = 2.0
"""Seconds."""
EVERY = 500
"""After so many functions a process sees to it that a new database makes its plans anew."""
ANALYZE = """DO $$ BEGIN
IF (SELECT reltuples < 0 FROM pg_class WHERE oid = 'ticket'::regclass)
AND (SELECT count(*) = 500 FROM (SELECT FROM ticket LIMIT 500) AS enough)
THEN ANALYZE ticket; END IF;
END $$"""
"""PostgreSQL itself analyzes a table up to a minute after it has grown. Until then it keeps a plan that it made while
there were no tickets: any index that begins with the workspace serves for the key, and what refers to a ticket reads
all of them.
"""


class PostgreSQL:
    """A `storage.database.Database`. Reports never make commands wait for a thread."""

    def __init__(self, url: str) -> None:
        given = make_url(url).query
        told = {name: value for name, value in NOTICED.items() if name not in given}
        self._patience, self._notifications = Patience(), Notifications(_plain(url))
        self.engine = create_engine(url, connect_args=told, pool_size=LANES + READERS + 1, max_overflow=0)
        self._readers = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        event.listen(self.engine, "connect", _limit_waiting)
        event.listen(self.engine, "checkout", self._must_answer)
        event.listen(self.engine, "before_cursor_execute", _send_what_waits)
        event.listen(self.engine, "rollback", _forget_what_waits)
        event.listen(self.engine, "rollback_savepoint", _forget_what_waits)
        self._writing = Lanes(self.engine, self._patience)
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._glancing = ThreadPoolExecutor(1, thread_name_prefix="glance")
        self._glance = Glance(self.engine, _autocommit)
        self._written = 0

    async def write(self, fn: Callable[[Session], T]) -> T:
        try:
            result = await self._writing.run(fn)
        except REFUSED as error:
            raise explained(error) from error
        self._written += 1
        if self._written % EVERY == 0:
            self._beside(ANALYZE)
        return result

    async def read(self, fn: Callable[[Session], T]) -> T:
        return await in_thread(self._reading, self._read, self._readers, fn)

    async def glance(self, fn: Callable[[Session], T]) -> T:
        """A connection that has gone, or says nothing any more, holds nobody up for long: a reader gets another."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.wrap_future(self._glancing.submit(self._look, fn))
        except (*REFUSED, RuntimeError, TimeoutError):
            return await self.read(fn)

    def tell(self) -> None:
        self._beside(self._notifications.words)

    def _beside(self, words: str) -> None:
        with suppress(RuntimeError):  # it is closed
            self._glancing.submit(self._glance.tell, words)

    async def listen(self, heard: Callable[[], None]) -> None:
        await self._notifications.listen(heard)

    def close(self) -> None:
        self._writing.close()
        self._reading.shutdown()
        self._glancing.shutdown()
        self._glance.close()
        self._patience.close()
        self.engine.dispose()

    def _read(self, engine: Engine, fn: Callable[[Session], Any]) -> Any:
        """Reading again does no harm."""
        try:
            return self._read_once(engine, fn)
        except DBAPIError as error:
            if not worth_another_try(error):
                raise
        return self._read_once(engine, fn)

    def _read_once(self, engine: Engine, fn: Callable[[Session], Any]) -> Any:
        with Transaction(engine) as session, self._patience.with_(session.info["line"].driver):
            return session.call(fn)

    def _look(self, fn: Callable[[Session], T]) -> T:
        return self._glance.look(fn, self._patience.with_)

    def _must_answer(self, connection: Any, _record: Any, _proxy: Any) -> None:
        """What the pool has kept may have gone meanwhile."""
        try:
            with self._patience.with_(connection):
                libpq.tell(connection, "")
        except (libpq.Refused, libpq.Error) as error:
            raise DisconnectionError from error


def _plain(url: str) -> str:
    """As libpq writes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _limit_waiting(connection: Any, _record: Any) -> None:
    connection.prepare_threshold = None  # psycopg would forget with its own statements ours as well, at a rollback
    for name, limit in LIMITS.items():
        connection.execute(f"SET {name} = '{limit}'")
    connection.commit()


def _send_what_waits(connection: Connection, *_statement: Any) -> None:
    """A statement of SQLAlchemy's finds what was to be done before it."""
    send(line_of(connection.connection, connection.dialect))


def _forget_what_waits(connection: Connection, *_savepoint: Any) -> None:
    """All of it came after the savepoint, which was sent by SQLAlchemy."""
    if not connection.invalidated:
        line_of(connection.connection, connection.dialect).kept.waiting.clear()


def _autocommit(connection: Any) -> None:
    connection.autocommit = True
