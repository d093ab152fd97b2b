"""PostgreSQL's writers: a few connections, each a lane that takes what is queued.

One of them takes as many functions as wait and commits once for all, each in a savepoint; the others take one at a
time. Two lanes with several functions each would soon wait for each other's rows.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty
from threading import Thread
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.failpoints import reach
from storage.failures import LostInCommit, worth_another_try
from storage.patience import Patience
from storage.prepared import send, tell, tell_within
from storage.transaction import Transaction
from storage.writer import Job, Queue, Raised, hand_back

LANES = 4
BATCH = 32
AGAIN = (0.0, 0.02, 0.05)
"""Seconds, and as much again by chance, before another try."""


class Lanes(Queue):
    """Threads with a writing connection each. Callers of `run` wait until their function's change is on disk."""

    def __init__(self, engine: Engine, patience: Patience) -> None:
        super().__init__()
        self._free = LANES
        self._lanes = [Lane(engine, patience) for _ in range(LANES)]
        self._threads = [
            Thread(target=self._work, args=(lane, BATCH if at == 0 else 1), name=f"writer {at}", daemon=True)
            for at, lane in enumerate(self._lanes)
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._turn:
            if not self._closed:
                for _ in self._threads:
                    self._jobs.put(None)
            self._closed = True
        for thread in self._threads:
            thread.join()

    def _work(self, lane: Lane, most: int) -> None:
        while job := self._jobs.get():
            jobs = [job, *self._more(most)]
            hand_back(jobs, lane.outcomes(jobs))
            with self._turn:
                self._free += 1
        lane.disconnect()

    def _more(self, most: int) -> list[Job]:
        """A share of what waits: lanes that are free take theirs."""
        with self._turn:
            share = min(most - 1, self._jobs.qsize() // self._free)
            self._free -= 1
        more: list[Job] = []
        with suppress(Empty):
            while len(more) < share:
                job = self._jobs.get_nowait()
                if job is None:  # it ends a lane, and there is nothing behind it
                    self._jobs.put(None)
                    break
                more.append(job)
        return more


class Lane:
    """One connection, kept from one transaction to the next."""

    def __init__(self, engine: Engine, patience: Patience) -> None:
        self._engine, self._patience = engine, patience
        self._connection: Connection | None = None

    def outcomes(self, jobs: list[Job]) -> list[Any]:
        """The outcome of each job: a result, or a `Raised`. What fails for another's sake is tried by itself."""
        if len(jobs) == 1:
            return [self._alone(jobs[0])]
        outcomes: list[Any] = []
        try:
            self._commit(jobs, outcomes)
        except LostInCommit as lost:
            return [outcome if isinstance(outcome, Raised) else Raised(lost) for outcome in outcomes]
        except Exception:
            return [self._alone(job) for job in jobs]
        return [
            self._alone(job) if _another_try(outcome) else outcome for job, outcome in zip(jobs, outcomes, strict=True)
        ]

    def disconnect(self) -> None:
        """The next transaction has a new connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()

    def _alone(self, job: Job) -> Any:
        outcomes: list[Any] = []
        for pause in (*AGAIN, None):
            try:
                self._commit([job], outcomes)
                return outcomes[0]
            except Exception as error:
                if pause is None or not _another_try(Raised(error)):
                    return Raised(error)
            except BaseException as error:
                return Raised(RuntimeError(repr(error)))
            outcomes.clear()
            time.sleep(pause + random.random() / 50)  # two that met once would meet again
        raise AssertionError("the last try returns")

    def _commit(self, jobs: list[Job], outcomes: list[Any]) -> None:
        """Run them in one transaction; a single one without a savepoint, so that what it raises is raised."""
        try:
            connection = self._connection = self._connection or self._engine.connect()
            with self._patience.with_(connection.connection.driver_connection), connection.begin() as transaction:
                _run_all(connection, jobs, outcomes)
                reach("before commit")
                _keep(transaction)
        except BaseException:
            self.disconnect()
            raise
        reach("after commit")


def _run_all(connection: Connection, jobs: list[Job], outcomes: list[Any]) -> None:
    if len(jobs) == 1:
        with Transaction(connection, alone=True) as session:
            outcomes.append(_done(session, jobs[0].fn))
            session.keep()
        return
    session = Transaction(connection)
    for job in jobs:
        outcomes.append(_in_savepoint(session, job.fn))  # noqa: PERF401 - what went well before a failure is known


def _in_savepoint(session: Transaction, fn: Callable[[Session], Any]) -> Any:
    line = session.info["line"]
    tell_within(line, "SAVEPOINT job")
    try:
        result = _done(session, fn)
        session.leave()
    except Exception as error:
        with suppress(DBAPIError):
            session.close()
        with suppress(DBAPIError):
            send(line)  # the savepoint itself may wait
        tell(line, "ROLLBACK TO job")
        return Raised(error)
    return result


def _done(session: Transaction, fn: Callable[[Session], Any]) -> Any:
    result = session.call(fn)
    driver: Any = session.info["line"].driver
    if driver.info.transaction_status.name == "INERROR":  # its COMMIT would say nothing and keep nothing
        raise RuntimeError("a statement failed and its error was swallowed: use begin_nested() around it")
    return result


def _keep(transaction: Any) -> None:
    try:
        transaction.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise LostInCommit from error
        raise


def _another_try(outcome: Any) -> bool:
    error = outcome.error if isinstance(outcome, Raised) else None
    return isinstance(error, DBAPIError) and worth_another_try(error)
