"""clocks that look too late are unwatched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

UNWATCHED = "state = 'running' AND NOT breached AND (next_at IS NULL OR next_at > due_at)"


def upgrade() -> None:
    """Expand: what the version before this one asks for is in the new index as well."""
    where = sa.text(UNWATCHED)
    op.drop_index("ix_clock_unwatched", table_name="clock")
    op.create_index("ix_clock_unwatched", "clock", ["ticket"], sqlite_where=where, postgresql_where=where)
