"""What alembic runs for every command. The connection is given by storage.migrate, in a transaction that has begun."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

import storage.knowledge  # noqa: F401 - makes the tables known, and storage.tables with them

options = context.config.attributes


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Plain types in the files: a migration must mean in years what it means today."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=options["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=options.get("batch", True),  # SQLite alters a table by copying it
    render_item=render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
