"""A look whether anything is due, as cheap as a database allows: an idle desk looks several times a second.

It begins no transaction and takes no connection from a pool: both cost more than the look itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.failures import StorageFailed
from storage.prepared import line_of, tell
from storage.writer import STOPPING

T = TypeVar("T")
Watched = Callable[[Any], AbstractContextManager[None]]


class Glance:
    """A connection that is kept for looking. `prepare` makes the driver's connection fit for it.

    A function gets a Session that runs `Prepared` statements, one as good as each other instant, and nothing else:
    it has no engine.
    """

    def __init__(self, engine: Engine, prepare: Callable[[Any], None]) -> None:
        self._engine, self._prepare = engine, prepare
        self._held: PoolProxiedConnection | None = None
        self._session = Session()
        self._alone = Lock()
        self._closed = False

    def look(self, fn: Callable[[Session], T], watched: Watched = lambda _: nullcontext()) -> T:
        """What it sees, while the driver's connection is `watched`. Whatever it raises, the next look has a new
        connection. `StorageFailed` once it is closed.
        """
        with self._alone:
            if self._closed:
                raise StorageFailed(STOPPING)
            if self._held is None:
                self._held = self._engine.raw_connection()
                self._prepare(self._held.driver_connection)
                self._session.info["line"] = line_of(self._held, self._engine.dialect)
            try:
                with watched(self._held.driver_connection):
                    return fn(self._session)
            except BaseException:
                self._drop()
                raise

    def tell(self, words: str) -> None:
        """Run words of PostgreSQL's that give nothing back, if that can be done."""
        with suppress(StorageFailed, DBAPIError):
            self.look(lambda db: tell(db.info["line"], words))

    def close(self) -> None:
        """Look no more."""
        with self._alone:
            self._closed = True
            self._drop()

    def _drop(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.invalidate()  # it is not as others from the pool are
