"""`database`: an open, migrated database of the test's own, once on SQLite and once on PostgreSQL.

Each worker migrates one of a kind and copies it for every test, which takes some milliseconds.
"""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import migrate
from storage.database import Database, open_database
from tests.postgres import create_database, drop_database

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "firstline.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy."""
    name = f"template_{uuid.uuid4().hex}"
    migrate.upgrade(create_database(postgres_url, name))
    yield name
    drop_database(postgres_url, name)


@pytest.fixture
def sqlite_database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'firstline.db')}"


@pytest.fixture
def postgres_database_url(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database; it is dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    yield create_database(postgres_url, name, template=postgres_template)
    drop_database(postgres_url, name)


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
