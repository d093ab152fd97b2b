"""PostgreSQL's own client library, without a cursor between: a third of what a statement costs through psycopg's.

What gives nothing back waits for the next statement that does, and goes out with it: one round trip for all. Values go
as text, whose types the server knows from the statement; see
https://www.postgresql.org/docs/current/libpq-exec.html, https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
and https://www.psycopg.org/psycopg3/docs/api/pq.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from select import POLLIN, POLLOUT, poll
from typing import Any, NamedTuple

from psycopg import Connection, Error, OperationalError
from psycopg.abc import Transformer as Transforming
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

__all__ = ["Answer", "Error", "Kept", "Refused", "execute", "later", "send", "tell"]

TOGETHER = 100
"""Statements in one pipeline: what the network does not take at once is held in memory."""
GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK, ExecStatus.EMPTY_QUERY)


class Statement(NamedTuple):
    """What is to be run, and the name under which it is prepared."""

    sql: str
    name: bytes
    values: Sequence[Any]


@dataclass(slots=True)
class Kept:
    """What is prepared on a connection, by its text, and what waits to be sent on it."""

    names: dict[str, bytes] = field(default_factory=dict)
    waiting: list[Statement] = field(default_factory=list)


class Refused(Exception):
    """The first statement that the server did not take."""

    def __init__(self, error: Error, sql: str) -> None:
        super().__init__(str(error))
        self.error, self.sql = error, sql


class Answer:
    """What a statement gave, as a cursor would say it."""

    def __init__(self, result: PGresult, transformer: Transforming) -> None:
        self._result, self._transformer = result, transformer

    @property
    def rowcount(self) -> int:
        return self._result.command_tuples or 0

    def fetchall(self) -> list[Sequence[Any]]:
        self._transformer.set_pgresult(self._result)
        return self._transformer.load_rows(0, self._result.ntuples, tuple)


def tell(driver: Connection[Any], words: str) -> None:
    """Run words that give nothing back, in the transaction that there is, or in none."""
    _checked(driver, driver.pgconn.exec_(words.encode()), words)


def execute(driver: Connection[Any], kept: Kept, sql: str, values: Sequence[Any]) -> Answer:
    """Run a statement with values for $1, $2 …, in a transaction that is begun if need be, after all that waits."""
    _begin(driver, kept)
    transformer = Transformer(driver)
    statement = _statement(driver, kept, sql, transformer, values)
    if kept.waiting:
        kept.waiting.append(statement)
        result = send(driver, kept)[-1]
    else:
        result = _checked(driver, driver.pgconn.exec_prepared(statement.name, statement.values), sql)
    return Answer(result, transformer)


def later(driver: Connection[Any], kept: Kept, sql: str, rows: Sequence[Sequence[Any]] = ((),)) -> None:
    """Run it for each row before the next statement, or when `send` is called."""
    _begin(driver, kept)
    transformer = Transformer(driver)
    kept.waiting += [_statement(driver, kept, sql, transformer, row) for row in rows]


def send(driver: Connection[Any], kept: Kept) -> list[PGresult]:
    """Run all that waits; what each gave."""
    statements, kept.waiting = kept.waiting, []
    results: list[PGresult] = []
    for first in range(0, len(statements), TOGETHER):
        results += _pipeline(driver, statements[first : first + TOGETHER])
    return results


def _pipeline(driver: Connection[Any], statements: Sequence[Statement]) -> list[PGresult]:
    """All are sent before the first answer is read; of several errors the first is the one that says why."""
    pg = driver.pgconn
    pg.enter_pipeline_mode()
    try:
        for statement in statements:
            pg.send_query_prepared(statement.name, statement.values)
        pg.pipeline_sync()
        results = [_next(pg) for _ in range(2 * len(statements) + 1)]  # each is followed by none, all by the end
    finally:
        if pg.status == ConnStatus.OK:
            pg.exit_pipeline_mode()
    return [_checked(driver, result, it.sql) for it, result in zip(statements, results[:-1:2], strict=True)]


def _next(pg: PGconn) -> PGresult | None:
    """The next answer. `get_result` by itself lets no other thread run while it waits, though one of them may hold the
    row that the server waits for.
    """
    while pg.is_busy():
        ready = poll()
        ready.register(pg.socket, POLLIN | (POLLOUT if pg.flush() else 0))
        ready.poll()
        pg.consume_input()
    return pg.get_result()


def _begin(driver: Connection[Any], kept: Kept) -> None:
    """Begin a transaction as the connection is set for it, unless one has begun."""
    if driver.autocommit or kept.waiting or driver.pgconn.transaction_status != TransactionStatus.IDLE:
        return
    level = driver.isolation_level
    words = ["BEGIN"]
    if level is not None:
        words.append(f"ISOLATION LEVEL {level.name.replace('_', ' ')}")
    if driver.read_only:
        words.append("READ ONLY")
    sql = " ".join(words)
    kept.waiting.append(Statement(sql, _prepared(driver, kept, sql), ()))


def _statement(
    driver: Connection[Any], kept: Kept, sql: str, transformer: Transforming, values: Sequence[Any]
) -> Statement:
    bound = transformer.dump_sequence(values, [PyFormat.TEXT] * len(values))  # None is NULL
    return Statement(sql, _prepared(driver, kept, sql), bound)


def _prepared(driver: Connection[Any], kept: Kept, sql: str) -> bytes:
    name = kept.names.get(sql)
    if name is None:
        name = b"desk%d" % len(kept.names)
        _checked(driver, driver.pgconn.prepare(name, sql.encode()), sql)
        kept.names[sql] = name
    return name


def _checked(driver: Connection[Any], result: PGresult | None, sql: str) -> PGresult:
    if result is not None and result.status in GOOD:
        return result
    if result is None or driver.pgconn.status == ConnStatus.BAD:
        lost = OperationalError(f"the connection is lost: {driver.pgconn.get_error_message()}")
        raise Refused(lost, sql)
    raise Refused(error_from_result(result), sql)
