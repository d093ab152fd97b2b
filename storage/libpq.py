"""PostgreSQL's own client library, without a cursor between: a third of what a statement costs through psycopg's.

Values go as text, whose types the server knows from the statement; see
https://www.postgresql.org/docs/current/libpq-exec.html and https://www.psycopg.org/psycopg3/docs/api/pq.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from psycopg import Connection, Error, OperationalError
from psycopg.abc import Transformer as Transforming
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

__all__ = ["Answer", "Error", "begin", "execute", "execute_all", "tell"]

TOGETHER = 100
"""Rows in one pipeline: their answers must fit into what the network holds, for they are read after all were sent."""
GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK, ExecStatus.EMPTY_QUERY)


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
    _checked(driver, driver.pgconn.exec_(words.encode()))


def execute(driver: Connection[Any], names: dict[str, bytes], sql: str, values: Sequence[Any]) -> Answer:
    """Run a statement with values for $1, $2 …, in a transaction that is begun if need be.

    `names` holds what is prepared on this connection.
    """
    begin(driver)
    transformer = Transformer(driver)
    bound: Any = transformer.dump_sequence(values, [PyFormat.TEXT] * len(values))  # None is NULL
    result = driver.pgconn.exec_prepared(_prepared(driver, names, sql), bound)
    return Answer(_checked(driver, result), transformer)


def execute_all(driver: Connection[Any], names: dict[str, bytes], sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run it for each row, in one round trip."""
    begin(driver)
    name = _prepared(driver, names, sql)
    for first in range(0, len(rows), TOGETHER):
        _pipeline(driver, name, rows[first : first + TOGETHER])


def _pipeline(driver: Connection[Any], name: bytes, rows: Sequence[Sequence[Any]]) -> None:
    """All are sent before the first answer is read; of several errors the first is the one that says why."""
    pg, transformer = driver.pgconn, Transformer(driver)
    pg.enter_pipeline_mode()
    try:
        for row in rows:
            pg.send_query_prepared(name, transformer.dump_sequence(row, [PyFormat.TEXT] * len(row)))
        pg.pipeline_sync()
        results = [pg.get_result() for _ in range(2 * len(rows) + 1)]  # each is followed by none, all by the end
    finally:
        if pg.status == ConnStatus.OK:
            pg.exit_pipeline_mode()
    for result in results[:-1:2]:
        _checked(driver, result)


def begin(driver: Connection[Any]) -> None:
    """Begin a transaction as the connection is set for it, unless one has begun."""
    if driver.autocommit or driver.pgconn.transaction_status != TransactionStatus.IDLE:
        return
    level = driver.isolation_level
    words = ["BEGIN"]
    if level is not None:
        words.append(f"ISOLATION LEVEL {level.name.replace('_', ' ')}")
    if driver.read_only:
        words.append("READ ONLY")
    tell(driver, " ".join(words))


def _prepared(driver: Connection[Any], names: dict[str, bytes], sql: str) -> bytes:
    name = names.get(sql)
    if name is None:
        name = b"desk%d" % len(names)
        _checked(driver, driver.pgconn.prepare(name, sql.encode()))
        names[sql] = name
    return name


def _checked(driver: Connection[Any], result: PGresult | None) -> PGresult:
    if result is not None and result.status in GOOD:
        return result
    _refused(driver, result)


def _refused(driver: Connection[Any], result: PGresult | None) -> NoReturn:
    if result is None or driver.pgconn.status == ConnStatus.BAD:
        raise OperationalError(f"the connection is lost: {driver.pgconn.get_error_message()}")
    raise error_from_result(result)
