"""The Session that a function gets: its transaction belongs to the database, which alone commits and undoes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Literal, NoReturn, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session

from storage.prepared import begun, send

T = TypeVar("T")
ENDING = (StopIteration, SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError)
OURS = "the database commits when the function returns, and undoes when it raises; for a part of it use begin_nested()"


class Transaction(Session):
    """A Session in a transaction that has begun: on an engine one of its own, on a connection a savepoint inside the
    connection's; or that one itself, where it is `alone` in it.
    """

    def __init__(self, bind: Engine | Connection, *, alone: bool = False) -> None:
        join: Literal["create_savepoint", "rollback_only"] = "rollback_only" if alone else "create_savepoint"
        super().__init__(bind, expire_on_commit=False, join_transaction_mode=join)
        self.info.update(begun(bind if isinstance(bind, Connection) else self.connection(), patient=True))

    def call(self, fn: Callable[[Session], T]) -> T:
        """The function's result, with all it did sent to the database.

        What would end a thread or a task is raised as `RuntimeError`.
        """
        try:
            result = fn(self)
            self.flush()
            send(self.info["line"])
        except ENDING as error:
            raise RuntimeError(f"{type(error).__name__} inside of a transaction: {error}") from error
        return result

    def keep(self) -> None:
        """Commit, or release the savepoint."""
        if self.in_transaction():
            super().commit()

    def leave(self) -> None:
        """Keep what was done, and forget all that was read, so that another function finds a Session as if new."""
        self.keep()
        if self._new or self.identity_map:
            self.expunge_all()

    def begin_nested(self) -> SessionTransaction:
        """A savepoint that stands before the first statement in it, which need not be the ORM's."""
        send(self.info["line"])
        nested = super().begin_nested()
        self.connection()
        return nested

    def commit(self) -> NoReturn:
        raise TypeError(OURS)

    def rollback(self) -> NoReturn:
        raise TypeError(OURS)


@event.listens_for(Transaction, "before_commit")
def _send_first(session: Session) -> None:
    """A savepoint is released, and a transaction committed, with all that was to be done in it."""
    send(session.info["line"])


def run_on(bind: Engine, fn: Callable[[Session], Any]) -> Any:
    """Run it and undo what it did: for reading."""
    with Transaction(bind) as session:
        return session.call(fn)
