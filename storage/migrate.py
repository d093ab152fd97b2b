"""Brings a database's tables to what this version of the desk needs.

Alembic is imported only when there is something to do.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlmodel import Session

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).with_name("migrations")
TURN = 0x46697273746C  # "Firstl": whoever holds this advisory lock migrates


class TooNew(Exception):
    """The database was migrated by a newer version of the desk. The text is fit for an operator."""


def head() -> str:
    """The revision that this version needs: the last of `versions/NNNN_words.py`."""
    return _known()[-1]


def current(url: str) -> str | None:
    """The database's revision; None for one without tables. A missing SQLite file is not made."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite" and not Path(target.database or "").exists():
        return None
    engine = create_engine(target)
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def pending(url: str) -> bool:
    """Whether the database lacks something. `TooNew` for one that is ahead of this version."""
    return bool(_missing(current(url)))


def behind(db: Session) -> bool:
    """Whether the database lacks something that this version needs. A newer version's changes do no harm."""
    found: str | None = db.scalar(text("SELECT version_num FROM alembic_version"))
    return found is None or found < head()


def upgrade(url: str) -> list[str]:
    """Migrate in one transaction; the revisions that were made, in order ([] in the usual case). `TooNew` as above.

    Of several processes that start at once one migrates, and the others wait for it.
    """
    if not pending(url):
        return []
    _keep_private(url)
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            missing = _missing(_revision(connection))
            if missing:
                _run(connection)
            return missing
    finally:
        engine.dispose()


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


def _missing(revision: str | None) -> list[str]:
    known = _known()
    if revision is None:
        return known
    if revision not in known:
        raise TooNew(
            f"The database is at revision {revision}, and this version of Firstline knows only up to {known[-1]}. "
            "Start the newer version, or restore the backup that was made before it."
        )
    return known[known.index(revision) + 1 :]


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
