"""Statements for the hot paths: declared in SQLAlchemy Core, compiled once a dialect, run by the driver itself.

Running an insert through Session costs some 40 times what the driver takes; intake, claims, sweeps and posts go this
way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from pydantic_core import to_json
from sqlalchemy import JSON, ClauseElement, Connection, Dialect
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
    """The driver's connection under a Session, and its dialect.

    `begun` keeps it in `Session.info`: asking SQLAlchemy costs more than a row.
    """

    driver: Any
    dialect: Dialect


def begun(connection: Connection) -> dict[str, Line]:
    """What `Session.info` must hold for a Session on this connection, whose transaction has begun."""
    return {"line": Line(connection.connection.driver_connection, connection.dialect)}


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
        driver, compiled = self._on(session)
        return compiled.rows(compiled.execute(driver, values))

    def change(self, session: Session, values: Mapping[str, Any]) -> int:
        """Run it once; the number of rows it changed."""
        driver, compiled = self._on(session)
        changed: int = compiled.execute(driver, values).rowcount
        return changed

    def run_all(self, session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each row, in one call of the driver (on PostgreSQL: one round trip)."""
        driver, compiled = self._on(session)
        compiled.execute_all(driver, list(rows))

    def _on(self, session: Session) -> tuple[Any, _Compiled]:
        line: Line | None = session.info.get("line")
        driver, dialect = line or begun(session.connection())["line"]
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self._for(dialect), dialect)
        return driver, compiled

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


class _Compiled:
    """The statement's text in one dialect, and the conversion of values into it and out of it."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        self.sql = compiled.string
        if "__[POSTCOMPILE" in self.sql:
            raise TypeError(f"IN with a list cannot be prepared, compare each value: {self.sql}")
        self._dialect = dialect
        self._by_name = not compiled.positiontup
        self._names = list(compiled.positiontup or compiled.params)
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

    def execute(self, driver: Any, values: Mapping[str, Any]) -> Any:
        """The driver's cursor after running it."""
        bound = self._bind(values)
        try:
            return driver.execute(self.sql, bound)
        except self._dialect.loaded_dbapi.Error as error:
            raise self._as_sqlalchemy(error, driver) from error

    def execute_all(self, driver: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        if len(rows) == 1:  # a single row needs no pipeline on PostgreSQL
            self.execute(driver, rows[0])
            return
        bound = [self._bind(row) for row in rows]
        try:
            driver.cursor().executemany(self.sql, bound)
        except self._dialect.loaded_dbapi.Error as error:
            raise self._as_sqlalchemy(error, driver) from error

    def rows(self, cursor: Any) -> list[Row]:
        found: list[Row] = cursor.fetchall()
        if not self._out:
            return found
        converted = [list(row) for row in found]
        for row in converted:
            for at, convert in self._out:
                row[at] = convert(row[at])
        return list(converted)

    def _bind(self, values: Mapping[str, Any]) -> Any:
        if self._constants:
            values = {**self._constants, **values}
        bound = list(self._pick(values))
        for at, convert in self._into:
            bound[at] = convert(bound[at])
        return dict(zip(self._names, bound, strict=True)) if self._by_name else bound

    def _as_sqlalchemy(self, error: Any, driver: Any) -> BaseException:
        lost = self._dialect.is_disconnect(error, driver, None)
        base = self._dialect.loaded_dbapi.Error
        wrapped: BaseException = DBAPIError.instance(
            self.sql, None, error, base, connection_invalidated=lost, dialect=self._dialect
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
