"""Statements for the hot paths: declared in SQLAlchemy Core, compiled once a dialect, run by the driver itself.

Running an insert through Session costs some 40 times what the driver takes; intake, claims, sweeps and posts go this
way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from pydantic_core import to_json
from sqlalchemy import JSON, ClauseElement, Connection, Dialect, PoolProxiedConnection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import manager_of_class
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

Row = Sequence[Any]
Insert = Callable[[Any], Any]
Convert = Callable[[Any], Any]
T = TypeVar("T", bound=SQLModel)


class Line(NamedTuple):
    """The driver's connection under a Session, its dialect, and on PostgreSQL a `storage.libpq.Kept`.

    `begun` keeps it in `Session.info`: asking SQLAlchemy costs more than a row. `patient`: what gives nothing back may
    wait for the next statement, because whoever commits sends it first.
    """

    driver: Any
    dialect: Dialect
    kept: Any
    patient: bool = False


def line_of(held: PoolProxiedConnection, dialect: Dialect, *, patient: bool = False) -> Line:
    """The line of a connection from a pool."""
    return Line(held.driver_connection, dialect, _kept(held, dialect), patient)


def _kept(held: PoolProxiedConnection, dialect: Dialect) -> Any:
    if dialect.name == "sqlite":
        return None
    from storage import libpq  # psycopg is loaded only where it is used

    return held.info.get("kept") or held.info.setdefault("kept", libpq.Kept())


def begun(connection: Connection, *, patient: bool = False) -> dict[str, Line]:
    """What `Session.info` must hold for a Session on this connection, whose transaction has begun."""
    return {"line": line_of(connection.connection, connection.dialect, patient=patient)}


def tell(line: Line, words: str) -> None:
    """Run words on PostgreSQL that give nothing back, at once."""
    from storage import libpq

    with _refusals(line, words):
        libpq.tell(line.driver, words)


def tell_within(line: Line, words: str) -> None:
    """Run words like SAVEPOINT on PostgreSQL with the next statement, in a transaction that is begun if need be."""
    from storage import libpq

    with _refusals(line, words):
        libpq.later(line.driver, line.kept, words)


def send(line: Line) -> None:
    """Run what waits for the next statement: an error in it is raised here."""
    if line.kept and line.kept.waiting:
        from storage import libpq

        with _refusals(line, ""):
            libpq.send(line.driver, line.kept)


@contextmanager
def _refusals(line: Line, sql: str) -> Iterator[None]:
    from storage import libpq

    try:
        yield
    except libpq.Refused as refused:
        raise _as_sqlalchemy(refused.error, line, refused.sql) from refused.error
    except libpq.Error as error:  # it did not come to the server
        raise _as_sqlalchemy(error, line, sql) from error


class Prepared:
    """A statement with named bind parameters.

    For ON CONFLICT, a function that makes it from the dialect's own `insert`. Every parameter must be given
    (`KeyError`). Values go through the column types' own conversion, a naive datetime raises `ValueError`, results
    come as the driver's rows, converted. What the database refuses is raised as SQLAlchemy would raise it, so that
    `sqlalchemy.exc.IntegrityError` means the same here and in the ORM. Objects that were changed in the Session are
    not flushed first: call `flush()` where a statement builds on them. IN with a list is not for here.
    """

    def __init__(self, statement: ClauseElement | Callable[[Insert], ClauseElement]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, session: Session, values: Mapping[str, Any]) -> list[Row]:
        """Run it once; the rows of a SELECT or of RETURNING."""
        line, compiled = self._on(session)
        return compiled.rows(compiled.execute(line, values))

    def change(self, session: Session, values: Mapping[str, Any]) -> int:
        """Run it once; the number of rows it changed."""
        line, compiled = self._on(session)
        changed: int = compiled.execute(line, values).rowcount
        return changed

    def run_all(self, session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each row, in one call of the driver. On PostgreSQL in one round trip: within a `Transaction` in
        that of the next statement, which raises what is wrong with this one.
        """
        line, compiled = self._on(session)
        compiled.execute_all(line, list(rows))

    def _on(self, session: Session) -> tuple[Line, _Compiled]:
        line: Line = session.info.get("line") or begun(session.connection())["line"]
        compiled = self._compiled.get(line.dialect.name)
        if compiled is None:
            made = _Compiled if line.dialect.name == "sqlite" else _OnPostgreSQL
            compiled = self._compiled[line.dialect.name] = made(self._for(line.dialect), line.dialect)
        return line, compiled

    def _for(self, dialect: Dialect) -> ClauseElement:
        if isinstance(self._statement, ClauseElement):
            return self._statement
        return self._statement(sqlite.insert if dialect.name == "sqlite" else postgresql.insert)


def loaded(table: type[T], names: Iterable[str], row: Row) -> T:
    """An object of a table class with these values, belonging to no Session: what its constructor makes, at a
    twentieth of the cost.
    """
    made: T = table.__new__(table)
    manager_of_class(table).setup_instance(made)
    made.__dict__.update(zip(names, row, strict=True))
    return made


def defaults(table: type[SQLModel]) -> dict[str, Any]:
    """The values of the columns that a row of a table need not be given."""
    fields = table.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}


class _Compiled:
    """The statement's text in one dialect, and the conversion of values into it and out of it."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=self._writing(dialect))
        assert isinstance(compiled, SQLCompiler)
        assert compiled.positiontup is not None, "each parameter has its place, on both databases"
        self.sql = compiled.string
        if "__[POSTCOMPILE" in self.sql:
            raise TypeError(f"IN with a list cannot be prepared, compare each value: {self.sql}")
        self._dialect = dialect
        self._names = compiled.positiontup
        self._pick = _picking(self._names)
        self._constants = {
            name: compiled.binds[name].value for name in self._names if not compiled.binds[name].required
        }
        self._into = [
            (at, convert)
            for at, name in enumerate(self._names)
            if (convert := _into(compiled.binds[name].type, dialect)) is not None
        ]
        self._out = [
            (at, convert)
            for at, column in enumerate(compiled._result_columns)
            if (convert := _out(column.type, dialect)) is not None
        ]

    def execute(self, line: Line, values: Mapping[str, Any]) -> Any:
        """What came of it, as a cursor says it."""
        bound = self._bind(values)
        try:
            return self._run(line, bound)
        except self._dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemy(error, line, self.sql) from error

    def execute_all(self, line: Line, rows: Sequence[Mapping[str, Any]]) -> None:
        if len(rows) < 2:
            for row in rows:
                self.execute(line, row)
            return
        bound = [self._bind(row) for row in rows]
        try:
            self._run_all(line, bound)
        except self._dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemy(error, line, self.sql) from error

    def rows(self, cursor: Any) -> list[Row]:
        found: list[Row] = cursor.fetchall()
        if not self._out:
            return found
        converted = [list(row) for row in found]
        for row in converted:
            for at, convert in self._out:
                row[at] = convert(row[at])
        return list(converted)

    def _writing(self, dialect: Dialect) -> Dialect:
        """How the statement's text is to be written."""
        return dialect

    def _run(self, line: Line, bound: Sequence[Any]) -> Any:
        return line.driver.execute(self.sql, bound)

    def _run_all(self, line: Line, rows: Sequence[Sequence[Any]]) -> None:
        line.driver.executemany(self.sql, rows)

    def _bind(self, values: Mapping[str, Any]) -> Sequence[Any]:
        if self._constants:
            values = {**self._constants, **values}
        bound = list(self._pick(values))
        for at, convert in self._into:
            bound[at] = convert(bound[at])
        return bound


class _OnPostgreSQL(_Compiled):
    """Past psycopg's cursor, see storage/libpq.py."""

    def _writing(self, dialect: Dialect) -> Dialect:
        made: Any = type(dialect)
        written: Dialect = made(paramstyle="numeric_dollar")
        return written

    def execute_all(self, line: Line, rows: Sequence[Mapping[str, Any]]) -> None:
        self._run_all(line, [self._bind(row) for row in rows])

    def _run(self, line: Line, bound: Sequence[Any]) -> Any:
        from storage import libpq

        with _refusals(line, self.sql):
            return libpq.execute(line.driver, line.kept, self.sql, bound)

    def _run_all(self, line: Line, rows: Sequence[Sequence[Any]]) -> None:
        from storage import libpq

        with _refusals(line, self.sql):
            libpq.later(line.driver, line.kept, self.sql, rows)
        if not line.patient:
            send(line)


def _as_sqlalchemy(error: Any, line: Line, sql: str) -> BaseException:
    lost = line.dialect.is_disconnect(error, line.driver, None)
    base = line.dialect.loaded_dbapi.Error
    wrapped: BaseException = DBAPIError.instance(
        sql, None, error, base, connection_invalidated=lost, dialect=line.dialect
    )
    return wrapped


def _picking(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Iterable[Any]]:
    """Picks these values, at a third of what a comprehension takes."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if dialect.name == "sqlite" and isinstance(kind, UTCDateTime):
        return _utc_text
    if dialect.name == "sqlite" and isinstance(kind, JSON):
        return lambda value: to_json(value).decode()
    convert: Convert | None = kind._cached_bind_processor(dialect)
    return convert


def _out(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    convert: Convert | None = kind._cached_result_processor(dialect, None)
    return convert


def _utc_text(value: datetime | None) -> str | None:
    """As SQLAlchemy's own type writes it, at a tenth of the cost: a ticket's rows hold a dozen times, and most are
    the same.
    """
    if value is None:
        return None
    if value.tzinfo is not UTC:
        if value.utcoffset() is None:
            raise ValueError("a naive datetime cannot be stored: give it a zone")
        value = value.astimezone(UTC)
    return _text_of(value)


@lru_cache(64)
def _text_of(utc: datetime) -> str:
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds")
