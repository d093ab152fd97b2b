"""what is new of verdicts is found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Expand: what the version before this one does must go on working."""
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index(
            "ix_verdict_at",
            ["workspace", "at"],
            unique=False,
            sqlite_where=sa.text("kind <> 'opened'"),
            postgresql_where=sa.text("kind <> 'opened'"),
        )
