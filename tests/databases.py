"""`database`: an open, migrated database of the test's own, once on SQLite and once on PostgreSQL.

Each worker migrates one of a kind: the SQLite file is copied for every test, the PostgreSQL database is emptied before
every test, which takes a millisecond (making a new one takes half a second).
"""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlmodel import SQLModel

import storage.knowledge  # noqa: F401 - makes the tables known, and storage.tables with them
from storage import migrate
from storage.database import Database, open_database
from tests.postgres import create_database, drop_database, plain

KINDS = ("sqlite", "postgresql")
LEFT_OVER = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
ROWS = [f"DELETE FROM {table.name}" for table in reversed(SQLModel.metadata.sorted_tables)]
EMPTY = "; ".join([f"SELECT pg_terminate_backend(pid) {LEFT_OVER}", *ROWS])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "firstline.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_of_worker(postgres_url: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database that the tests of one worker use in turn."""
    name = f"worker_{uuid.uuid4().hex}"
    url = create_database(postgres_url, name)
    migrate.upgrade(url)
    yield url
    drop_database(postgres_url, name)


@pytest.fixture
def sqlite_database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'firstline.db')}"


@pytest.fixture
def postgres_database_url(postgres_of_worker: str) -> str:
    """The URL of a migrated, empty PostgreSQL database.

    A test that changes its tables takes `fresh_postgres_database`.
    """
    with psycopg.connect(plain(postgres_of_worker), autocommit=True) as connection:
        connection.execute(EMPTY)
    return postgres_of_worker


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database of either kind."""
    name = "sqlite_database_url" if request.param == "sqlite" else "postgres_database_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of either kind, open."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_database(sqlite_database_url: str) -> Iterator[Database]:
    """A migrated SQLite database, open: for what is tested often, or is SQLite's alone."""
    yield from _opened(sqlite_database_url)


@pytest.fixture
def postgres_database(postgres_database_url: str) -> Iterator[Database]:
    """A migrated PostgreSQL database, open."""
    yield from _opened(postgres_database_url)


def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()
