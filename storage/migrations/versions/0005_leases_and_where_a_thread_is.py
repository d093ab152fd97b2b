"""leases, and where a thread is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Expand: what the version before this one does must go on working."""
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index("ix_link_thread", ["workspace", "channel", "thread"], unique=False)

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(
            "ix_post_talk",
            ["workspace", "channel", "room", "ref"],
            unique=False,
            sqlite_where=sa.text("substr(room, 1, 1) = '@' AND ref <> ''"),
            postgresql_where=sa.text("substr(room, 1, 1) = '@' AND ref <> ''"),
        )
