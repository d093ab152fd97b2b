"""what is searched for by room, by person and by age."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
LINE = "next_at IS NULL AND side = '' AND (thread = '' OR revision = 1) AND substr(key, 1, 6) <> 'panel:'"


def upgrade() -> None:
    """Expand: what the version before this one does must go on working."""
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index("ix_identity_person")
        batch_op.create_index("ix_identity_person", ["workspace", "person", "channel", "external"], unique=False)

    with op.batch_alter_table("watcher", schema=None) as batch_op:
        batch_op.drop_index("ix_watcher_person")
        batch_op.create_index("ix_watcher_person", ["workspace", "person", "ticket"], unique=False)

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index("ix_post_parked")
        batch_op.create_index(
            "ix_post_parked",
            ["workspace", "channel", "room"],
            unique=False,
            sqlite_where=sa.text("parked <> ''"),
            postgresql_where=sa.text("parked <> ''"),
        )
        batch_op.create_index(
            "ix_post_line",
            ["wanted_at"],
            unique=False,
            sqlite_where=sa.text(LINE),
            postgresql_where=sa.text(LINE),
        )
