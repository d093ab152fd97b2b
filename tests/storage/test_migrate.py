"""What the migrations make is what storage/tables.py says, on both databases; and starting is quick and safe."""

import re
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text
from sqlmodel import SQLModel

import storage.knowledge  # noqa: F401 - makes the tables known, and storage.tables with them
from storage import migrate

REGENERATE = "the tables of storage/ and the migrations differ: see storage/migrations/README.md"


def test_alembic_finds_no_difference(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == [], REGENERATE
    engine.dispose()


def test_sqlite_has_the_same_statements(sqlite_database_url: str, tmp_path: Path) -> None:
    declared = f"sqlite:///{tmp_path}/declared.db"
    assert schema(sqlite_database_url, sqlite_schema) == schema(declared, sqlite_schema, create=True), REGENERATE


def test_postgresql_has_the_same_columns_constraints_and_indexes(
    postgres_database_url: str, fresh_postgres_database: str
) -> None:
    migrated = schema(postgres_database_url, postgres_schema)
    assert migrated == schema(fresh_postgres_database, postgres_schema, create=True), REGENERATE


def schema(url: str, of: Any, *, create: bool = False) -> Any:
    engine = create_engine(url)
    if create:
        SQLModel.metadata.create_all(engine)
    found = of(engine)
    engine.dispose()
    return found


def sqlite_schema(engine: Engine) -> dict[str, list[str]]:
    """Name → its statement's lines, in any order, because constraints may stand in any."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        found = {name: re.sub(r"\s+", " ", sql).replace(f'TABLE "{name}"', f"TABLE {name}") for name, sql in rows}
    del found["sqlite_sequence"]
    found.pop("alembic_version", None)
    return {
        name: sorted(line.rstrip(" )") for line in re.split(r", (?=[A-Za-z_]+ )", sql)) for name, sql in found.items()
    }


POSTGRES = """
SELECT tablename || ': ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT conrelid::regclass || ': ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0
UNION ALL
SELECT table_name || ': ' || concat_ws(' ', ordinal_position, column_name, data_type, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
"""


def postgres_schema(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(line for (line,) in connection.execute(text(POSTGRES)) if not line.startswith("alembic_version"))


def test_head_is_what_alembic_says() -> None:
    assert ScriptDirectory.from_config(migrate.config()).get_heads() == [migrate.head()]


def test_nothing_is_pending_after_an_upgrade(fresh_postgres_database: str, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/new.db", fresh_postgres_database):
        assert migrate.current(url) is None and migrate.pending(url)
        assert migrate.upgrade(url)[-1] == migrate.head()
        assert migrate.current(url) == migrate.head() and not migrate.pending(url)
        assert migrate.upgrade(url) == []


def test_asking_makes_no_file(tmp_path: Path) -> None:
    assert migrate.pending(f"sqlite:///{tmp_path}/new.db")
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    """It holds what people write, and tokens as they are."""
    migrate.upgrade(f"sqlite:///{tmp_path}/new.db")
    assert (tmp_path / "new.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_newer_database_that_does_not_say_who_may_run_is_left_alone(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = a_new_one(kind, tmp_path, request)
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("DELETE FROM state"))
    engine.dispose()
    for ask in (migrate.pending, migrate.upgrade):
        with pytest.raises(migrate.TooNew, match=f"at revision 9999, .* only up to {migrate.head()}"):
            ask(url)


def a_new_one(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}/new.db"
    url: str = request.getfixturevalue("fresh_postgres_database")
    return url


def test_alembic_is_not_imported_when_nothing_is_pending(sqlite_database_url: str) -> None:
    code = (
        "import sys; from storage import migrate; "
        f"assert migrate.upgrade({sqlite_database_url!r}) == []; assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


STARTER = """
import sys
from storage import database, migrate
sys.stdin.readline()
print(len(migrate.upgrade(sys.argv[1])))
database.open_database(sys.argv[1]).close()
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_processes_that_start_at_once_one_migrates(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    command = [sys.executable, "-c", STARTER, a_new_one(kind, tmp_path, request)]
    starting = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for process in starting:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    made = [process.communicate()[0] for process in starting]
    assert [process.returncode for process in starting] == [0, 0, 0]
    assert sorted(int(count) > 0 for count in made) == [False, False, True]


def test_what_postgresql_ends_for_a_running_desk_s_sake_is_tried_again(fresh_postgres_database: str) -> None:
    """A desk of the version before holds a table that is to be altered, and wants one that is being altered already."""
    engine = create_engine(fresh_postgres_database)
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), "0009")
    with ThreadPoolExecutor(1) as aside, engine.connect() as desk:
        desk.execute(text("SET deadlock_timeout = '1min'"))  # the migration is the one that notices
        desk.execute(text("LOCK TABLE post IN ROW EXCLUSIVE MODE"))
        upgrading = aside.submit(migrate.upgrade, fresh_postgres_database)
        while not desk.scalar(text("SELECT count(*) FROM pg_locks WHERE relation = 'post'::regclass AND NOT granted")):
            time.sleep(0.01)
        desk.execute(text("SELECT count(*) FROM identity"))
        desk.commit()
        assert upgrading.result(timeout=60)[0] == "0010"
    assert not migrate.pending(fresh_postgres_database)
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(connection: Any) -> None:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        raise RuntimeError("stumbled")

    monkeypatch.setattr(migrate, "_run", stumble)
    with pytest.raises(RuntimeError, match="stumbled"):
        migrate.upgrade(f"sqlite:///{tmp_path}/new.db")
    with sqlite3.connect(tmp_path / "new.db") as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    connection.close()
