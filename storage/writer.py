"""SQLite's one writer: takes all that is queued, runs each function in a savepoint and commits once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.failpoints import reach
from storage.failures import StorageFailed
from storage.transaction import Transaction

T = TypeVar("T")
BATCH = 128
STOPPING = "The desk is stopping. Nothing was changed: please try again in a moment."


class Job(NamedTuple):
    """A function, and who waits for it."""

    fn: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class Queue:
    """Functions that wait for whoever writes."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._turn, self._closed = Lock(), False

    async def run(self, fn: Callable[[Session], T]) -> T:
        """The function's result, after the commit; what it raised, after its change was undone.

        A caller that is cancelled does not undo a change that is on its way to the disk.
        """
        loop = asyncio.get_running_loop()
        job = Job(fn, loop, loop.create_future())
        with self._turn:  # nothing is queued behind the end, where nobody would answer it
            if self._closed:
                raise StorageFailed(STOPPING)
            self._jobs.put(job)
        result: T = await job.future
        return result


class Writer(Queue):
    """A thread with the only writing connection. Callers of `run` wait until their function's change is on disk."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._connection: Connection | None = None
        self._thread = Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._turn:
            if not self._closed:
                self._jobs.put(None)
            self._closed = True
        self._thread.join()

    def _work(self) -> None:
        open_ = True
        while open_:
            jobs, open_ = self._take()
            hand_back(jobs, self._outcomes(jobs))
        self._disconnect()

    def _take(self) -> tuple[list[Job], bool]:
        jobs: list[Job] = []
        job = self._jobs.get()
        with suppress(Empty):
            while job is not None:
                jobs.append(job)
                if len(jobs) == BATCH:
                    break
                job = self._jobs.get_nowait()
        return jobs, job is not None

    def _outcomes(self, jobs: list[Job]) -> list[Any]:
        """The outcome of each job: a result, or a `Raised`.

        When the commit itself fails, none was kept and all have failed.
        """
        outcomes: list[Any] = []
        try:
            if jobs:
                self._commit(jobs, outcomes)
        except BaseException as error:
            self._disconnect()
            failed = Raised(error if isinstance(error, Exception) else RuntimeError(repr(error)))
            kept = [outcome if isinstance(outcome, Raised) else failed for outcome in outcomes]
            return kept + [failed] * (len(jobs) - len(kept))
        return outcomes

    def _commit(self, jobs: list[Job], outcomes: list[Any]) -> None:
        connection = self._connection = self._connection or self._engine.connect()
        with connection.begin():
            session = Transaction(connection)  # one for all: each finds it as if new, at a fraction of the cost
            for job in jobs:
                outcomes.append(_run(session, job.fn))  # noqa: PERF401 - what went well before a failure is known
            reach("before commit")
        reach("after commit")

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


class Raised(NamedTuple):
    """What a function raised, in place of its result."""

    error: Exception


def _run(session: Transaction, fn: Callable[[Session], Any]) -> Any:
    driver: Any = session.info["line"].driver
    driver.execute("SAVEPOINT job")
    try:
        result = session.call(fn)
        session.leave()
    except Exception as error:
        with suppress(DBAPIError):  # its own savepoint is gone already when the whole transaction is
            session.close()
        if not driver.in_transaction:  # a full disk can end the whole transaction: then nobody's change is kept
            raise _first(error) from None
        driver.execute("ROLLBACK TO job")
        result = Raised(error)
    driver.execute("RELEASE job")
    return result


def _first(error: Exception) -> Exception:
    """What went wrong at first: undoing it failed too, for the savepoint had gone with the transaction."""
    while isinstance(error.__context__, DBAPIError):
        error = error.__context__
    return error


def hand_back(jobs: list[Job], outcomes: list[Any]) -> None:
    """Let those who wait go on, each on its own loop."""
    waiting: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        waiting.setdefault(job.loop, []).append((job.future, outcome))
    for loop, settled in waiting.items():
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, outcome in settled:
        if future.done():
            continue
        if isinstance(outcome, Raised):
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome)
