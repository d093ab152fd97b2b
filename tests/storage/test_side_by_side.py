"""Two versions run side by side: whatever can be stated in an older schema can be stated after each later migration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
    text,
    update,
)

from storage import migrate
from storage.database import open_database
from tests.rules.desk_stories import Story

OLDER = migrate._known()[:-1]
SAMPLES = ((Boolean, False), (Integer, 1), (BigInteger, 1), (Float, 1.0), (LargeBinary, b"x"), (DateTime, None))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHECKED = {
    "ticket.status": "new",
    "ticket.stars": 5,
    "link.side": "agents",
    "clock.state": "running",
    "article.status": "draft",
    "verdict.kind": "opened",
}
"""Values that CHECK constraints allow."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind, without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.db"
    found: str = request.getfixturevalue("fresh_postgres_database")
    return found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = migrate._engine(url)
    yield made
    made.dispose()


def migrated(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), revision)


def tables(engine: Engine) -> list[Table]:
    """As they are now, each behind those that it refers to."""
    found = MetaData()
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def row(table: Table, number: int) -> dict[str, Any]:
    """A value for each column of that time; the same in all tables, so that what refers to a row finds it."""
    return {column.name: value(column, number) for column in table.columns}


def value(column: Any, number: int) -> Any:
    if (checked := CHECKED.get(f"{column.table.name}.{column.name}")) is not None:
        return checked
    if isinstance(column.type, DateTime):
        return NOW
    if isinstance(column.type, JSON):
        return {}
    for kind, sample in SAMPLES:
        if isinstance(column.type, kind):
            return number if sample == 1 else sample
    assert isinstance(column.type, String), column
    return f"x{number}"


def state(connection: Connection, table: Table, number: int) -> None:
    """Everything that a version with this table may say of it: add, add if it is new, read, change."""
    connection.execute(insert(table).values(row(table, number)))
    keys = ", ".join(column.name for column in table.primary_key)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(f":{column.name}" for column in table.columns)
    again = text(f"INSERT INTO {table.name} ({names}) VALUES ({values}) ON CONFLICT ({keys}) DO NOTHING")
    assert connection.execute(again.bindparams(*_typed(table)), row(table, number)).rowcount == 0
    assert len(connection.execute(select(table)).all()) == number
    same = {column.name: value(column, number) for column in table.columns if not column.primary_key}
    if same:
        key = [column == value(column, number) for column in table.primary_key]
        assert connection.execute(update(table).where(*key).values(same)).rowcount == 1


def _typed(table: Table) -> list[Any]:
    from sqlalchemy import bindparam

    return [bindparam(column.name, type_=column.type) for column in table.columns]


@pytest.mark.parametrize("revision", OLDER)
def test_what_an_older_version_states_can_be_stated_after_each_later_migration(engine: Engine, revision: str) -> None:
    migrated(engine, revision)
    then = tables(engine)
    with engine.begin() as connection:
        for table in then:
            state(connection, table, 1)
    migrated(engine, "head")
    with engine.begin() as connection:
        for table in then:
            state(connection, table, 2)


def newer(engine: Engine, oldest: str) -> None:
    """A version to come has migrated: it has added what it needs, and says who may still run."""
    added = (
        "ALTER TABLE ticket ADD COLUMN colour VARCHAR",
        "ALTER TABLE post ADD COLUMN weight INTEGER NOT NULL DEFAULT 1",
        "CREATE TABLE colour (workspace VARCHAR NOT NULL, name VARCHAR NOT NULL, PRIMARY KEY (workspace, name))",
        "CREATE INDEX ix_ticket_colour ON ticket (workspace, colour)",
        "UPDATE alembic_version SET version_num = '9999'",
        f"UPDATE state SET value = '{oldest}' WHERE name = '{migrate.OLDEST}'",
    )
    with engine.begin() as connection:
        for statement in added:
            connection.exec_driver_sql(statement)


async def test_this_version_starts_and_works_where_a_newer_one_has_only_added(url: str, engine: Engine) -> None:
    """A replica of the version before may be started again in the middle of an update, or instead of it."""
    migrate.upgrade(url)
    newer(engine, migrate.head())
    assert not migrate.pending(url) and migrate.upgrade(url) == []
    database = open_database(url)
    try:
        assert await database.read(migrate.behind) is False
        story = await Story(database).open()
        assert not (await story.says("ana", "ticket", "my laptop is broken")).failed
        assert not (await story.says("ben", "claim", "1001")).failed
    finally:
        database.close()


def test_where_a_newer_version_has_taken_something_away_this_one_does_not_start(url: str, engine: Engine) -> None:
    migrate.upgrade(url)
    newer(engine, "9999")
    for ask in (migrate.pending, migrate.upgrade):
        with pytest.raises(migrate.TooNew, match=f"at revision 9999, .* only up to {migrate.head()}"):
            ask(url)


def test_an_upgrade_says_which_versions_may_still_run(url: str, engine: Engine) -> None:
    migrated(engine, "0003")
    assert migrate.upgrade(url) == migrate._known()[3:]
    with engine.connect() as connection:
        assert migrate._oldest(connection) == "0001"
