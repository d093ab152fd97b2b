"""tickets whose cards are to be drawn anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Expand: what the version before this one does must go on working."""
    op.create_table(
        "stale",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "ticket"],
            ["ticket.workspace", "ticket.number"],
        ),
        sa.PrimaryKeyConstraint("workspace", "ticket"),
    )
