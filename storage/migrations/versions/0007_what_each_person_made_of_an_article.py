"""what each person made of an article; articles are reviewed, and have files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Expand: what the version before this one does must go on working."""
    op.create_table(
        "article_file",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "article", "name"),
    )
    op.create_table(
        "verdict",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('opened', 'helped', 'unhelped', 'answered')", name="ck_verdict_kind"),
        sa.PrimaryKeyConstraint("workspace", "article", "person", "kind"),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.add_column(sa.Column("author", sa.String(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("review_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ticket", sa.Integer(), nullable=True))
    op.execute(
        "INSERT INTO verdict (workspace, article, person, kind, ticket, at)"
        " SELECT s.workspace, s.article, t.requester, s.outcome, max(s.ticket), max(s.shown_at) FROM suggestion s"
        " JOIN ticket t ON t.workspace = s.workspace AND t.number = s.ticket"
        " WHERE s.outcome IN ('helped', 'unhelped') GROUP BY s.workspace, s.article, t.requester, s.outcome"
    )
