"""Brings a database's tables to what this version of the desk needs.

Alembic is imported only when there is something to do.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.failures import worth_another_try

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")
SCRIPTS = Path(__file__).with_name("migrations")
TURN = 0x46697273746C  # "Firstl": whoever holds this advisory lock migrates
TRIES = 5
OLDEST = "oldest version"
"""The name under which a database keeps which version's code may still run on it, as that version's last revision."""


class TooNew(Exception):
    """A newer version of the desk has migrated the database, and has taken away what this one needs. The text is fit
    for an operator.
    """


def head() -> str:
    """The revision that this version needs: the last of `versions/NNNN_words.py`."""
    return _known()[-1]


def current(url: str) -> str | None:
    """The database's revision; None for one without tables. A missing SQLite file is not made."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite" and not Path(target.database or "").exists():
        return None
    return _asked(url, _revision)


def pending(url: str) -> bool:
    """Whether the database lacks something. One that is ahead of this version does not, as long as all that was done
    since has only added to it; else `TooNew`.
    """
    target = make_url(url)
    if target.get_backend_name() == "sqlite" and not Path(target.database or "").exists():
        return True
    return bool(_asked(url, _missing))


def _asked(url: str, ask: Callable[[Connection], T]) -> T:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return ask(connection)
    finally:
        engine.dispose()


def behind(db: Session) -> bool:
    """Whether the database lacks something that this version needs. A newer version's changes do no harm."""
    found: str | None = db.scalar(text("SELECT version_num FROM alembic_version"))
    return found is None or found < head()


def upgrade(url: str) -> list[str]:
    """Migrate in one transaction; the revisions that were made, in order ([] in the usual case). `TooNew` as above.

    Of several processes that start at once one migrates, and the others wait for it. Where PostgreSQL ends it for the
    sake of a desk that runs, it is tried again.
    """
    if not pending(url):
        return []
    _keep_private(url)
    engine = _engine(url)
    try:
        for _ in range(TRIES - 1):
            try:
                return _upgraded(engine)
            except DBAPIError as error:  # one that runs may hold what is to be altered, and wait for what is already
                if not worth_another_try(error):
                    raise
        return _upgraded(engine)
    finally:
        engine.dispose()


def _upgraded(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        missing = _missing(connection)
        if missing:
            _run(connection)
            _keep_oldest(connection, missing)
        return missing


def _keep_private(url: str) -> None:
    """A new SQLite file is its owner's alone: it holds what people write, and tokens as they are."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite" and target.database not in (None, "", ":memory:"):
        with suppress(OSError):  # SQLite says better what is wrong with the place
            Path(target.database or "").touch(mode=0o600)


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _run(connection: Connection) -> None:
    from alembic import command

    command.upgrade(config(connection), "head")
    if connection.dialect.name == "sqlite" and (
        broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    ):
        raise RuntimeError(f"the migration would leave a row that refers to nothing: {tuple(broken)}")


def _known() -> list[str]:
    return sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


def _missing(connection: Connection) -> list[str]:
    known, revision = _known(), _revision(connection)
    if revision is None:
        return known
    if revision in known:
        return known[known.index(revision) + 1 :]
    oldest = _oldest(connection)
    if oldest is None or oldest > known[-1]:
        raise TooNew(
            f"The database is at revision {revision}, and this version of Firstline knows only up to {known[-1]}. "
            "Start the newer version, or restore the backup that was made before it."
        )
    return []


def _oldest(connection: Connection) -> str | None:
    """The last revision of the oldest version whose code may run; None where nobody has said so."""
    asked = text("SELECT value FROM state WHERE workspace = '' AND name = :name")
    found: str | None = connection.scalar(asked, {"name": OLDEST})
    return found


def _keep_oldest(connection: Connection, made: list[str]) -> None:
    """A migration that takes something away says so: `oldest`, the first revision whose code can do without it."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(config())
    said = [getattr(scripts.get_revision(revision).module, "oldest", "") for revision in made]
    oldest = max(_oldest(connection) or _known()[0], *said)
    keep = "INSERT INTO state (workspace, name, value) VALUES ('', :name, :value)"
    again = "ON CONFLICT (workspace, name) DO UPDATE SET value = excluded.value"
    connection.execute(text(f"{keep} {again}"), {"name": OLDEST, "value": oldest})


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _engine(url: str) -> Engine:
    """Its transactions wait for whoever is migrating, and hold whoever comes after."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN EXCLUSIVE"))
    else:
        event.listen(engine, "begin", _wait_for_turn)
    return engine


def _wait_for_turn(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
