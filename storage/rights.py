"""What the desk may not do in its database, though it has to."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

_MAY_CREATE = text(
    "SELECT current_user, current_schema(), coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"
)


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for another."""
    target = make_url(url)
    return Path(target.database or "") if target.get_backend_name() == "sqlite" else None


def lacking_on_disk(url: str) -> tuple[str, str]:
    """What a SQLite database lacks, and the way out; "" twice where that is nothing. SQLite writes files beside the
    one that it has, and wants its folder for that.
    """
    file = sqlite_file(url)
    if file is None:
        return "", ""
    folder = file.absolute().parent
    if not folder.is_dir():
        return f"there is no folder {folder}", f"mkdir -p {folder}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{folder} cannot be written to by this user", "give the folder to the user that the desk runs as"
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        return f"{file} can only be read by this user", "give the file to the user that the desk runs as"
    return "", ""


def lacking_for_tables(url: str) -> tuple[str, str]:
    """The same of a PostgreSQL database in which tables are to be made. Where it cannot be reached this raises."""
    if sqlite_file(url):
        return "", ""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            role, schema, may = connection.execute(_MAY_CREATE).one()
    finally:
        engine.dispose()
    if may:
        return "", ""
    where = f"the schema {schema}" if schema else "any schema of its search_path"
    return f"the role {role} may make no tables in {where}", f"GRANT CREATE ON SCHEMA {schema or 'public'} TO {role}"
