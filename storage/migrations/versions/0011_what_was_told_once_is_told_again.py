"""what Discord keeps from the bot was told once, and for ever; now a while later it is told again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Rows that nothing removes any more; the version before this one at worst tells somebody a second time."""
    op.execute(sa.text("DELETE FROM state WHERE name LIKE 'discord unread %'"))
