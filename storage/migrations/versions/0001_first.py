"""The tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Expand: what the version before this one does must go on working."""
    op.create_table(
        "announcement",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key"),
    )
    op.create_table(
        "article",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("license", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'published', 'archived')", name="ck_article_status"),
        sa.PrimaryKeyConstraint("workspace", "id", "version"),
    )
    op.create_table(
        "counter",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "name"),
    )
    op.create_table(
        "cycle",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "delivery",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id"),
    )
    op.create_index("ix_delivery_at", "delivery", ["at"], unique=False)
    op.create_table(
        "draft",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id"),
    )
    op.create_table(
        "person",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("away_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "id"),
    )
    op.create_index(
        "ix_person_away",
        "person",
        ["workspace"],
        unique=False,
        sqlite_where=sa.text("away_since IS NOT NULL"),
        postgresql_where=sa.text("away_since IS NOT NULL"),
    )
    op.create_index(
        "ux_person_email",
        "person",
        ["workspace", "email"],
        unique=True,
        sqlite_where=sa.text("email <> ''"),
        postgresql_where=sa.text("email <> ''"),
    )
    op.create_table(
        "post",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("under", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key"),
    )
    op.create_index(
        "ix_post_next",
        "post",
        ["urgency", "created_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_post_parked",
        "post",
        ["workspace", "key"],
        unique=False,
        sqlite_where=sa.text("parked <> ''"),
        postgresql_where=sa.text("parked <> ''"),
    )
    op.create_index("ix_post_ticket", "post", ["workspace", "ticket"], unique=False)
    op.create_index(
        "ix_post_under",
        "post",
        ["workspace", "under"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL AND under <> ''"),
        postgresql_where=sa.text("next_at IS NOT NULL AND under <> ''"),
    )
    op.create_table(
        "standin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("rotation", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_standin", "standin", ["workspace", "rotation", "end"], unique=False)
    op.create_table(
        "state",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "name"),
    )
    op.create_table(
        "identity",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("external", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "person"],
            ["person.workspace", "person.id"],
        ),
        sa.PrimaryKeyConstraint("workspace", "channel", "external"),
    )
    op.create_index("ix_identity_person", "identity", ["workspace", "person"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("impact", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("requester", sa.String(), nullable=False),
        sa.Column("submitter", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("resolved_by", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("follows", sa.Integer(), nullable=True),
        sa.Column("major", sa.Boolean(), nullable=False),
        sa.Column("origin_channel", sa.String(), nullable=False),
        sa.Column("origin_room", sa.String(), nullable=False),
        sa.Column("origin_thread", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'in_progress', 'pending', 'resolved', 'closed')", name="ck_ticket_status"
        ),
        sa.CheckConstraint("stars IS NULL OR stars BETWEEN 1 AND 5", name="ck_ticket_stars"),
        sa.ForeignKeyConstraint(
            ["workspace", "requester"],
            ["person.workspace", "person.id"],
        ),
        sa.PrimaryKeyConstraint("workspace", "number"),
    )
    op.create_index("ix_ticket_created", "ticket", ["workspace", "created_at"], unique=False)
    op.create_index(
        "ix_ticket_major",
        "ticket",
        ["workspace", "number"],
        unique=False,
        sqlite_where=sa.text("major AND status IN ('new', 'in_progress', 'pending')"),
        postgresql_where=sa.text("major AND status IN ('new', 'in_progress', 'pending')"),
    )
    op.create_index(
        "ix_ticket_owner",
        "ticket",
        ["workspace", "owner", "created_at"],
        unique=False,
        sqlite_where=sa.text("owner IS NOT NULL AND status IN ('new', 'in_progress', 'pending')"),
        postgresql_where=sa.text("owner IS NOT NULL AND status IN ('new', 'in_progress', 'pending')"),
    )
    op.create_index("ix_ticket_requester", "ticket", ["workspace", "requester", "created_at"], unique=False)
    op.create_index(
        "ix_ticket_resolved",
        "ticket",
        ["workspace", "resolved_at"],
        unique=False,
        sqlite_where=sa.text("resolved_at IS NOT NULL"),
        postgresql_where=sa.text("resolved_at IS NOT NULL"),
    )
    op.create_index("ix_ticket_submitter", "ticket", ["workspace", "submitter", "created_at"], unique=False)
    op.create_index(
        "ix_ticket_team_open",
        "ticket",
        ["workspace", "team", "number"],
        unique=False,
        sqlite_where=sa.text("status IN ('new', 'in_progress', 'pending')"),
        postgresql_where=sa.text("status IN ('new', 'in_progress', 'pending')"),
    )
    op.create_table(
        "chore",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "ticket"],
            ["ticket.workspace", "ticket.number"],
        ),
        sa.PrimaryKeyConstraint("workspace", "ticket", "kind"),
    )
    op.create_index("ix_chore_next", "chore", ["next_at"], unique=False)
    op.create_table(
        "clock",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('running', 'paused', 'met', 'idle')", name="ck_clock_state"),
        sa.ForeignKeyConstraint(
            ["workspace", "ticket"],
            ["ticket.workspace", "ticket.number"],
        ),
        sa.PrimaryKeyConstraint("workspace", "ticket", "kind"),
    )
    op.create_index(
        "ix_clock_breached",
        "clock",
        ["workspace", "ticket"],
        unique=False,
        sqlite_where=sa.text("state = 'running' AND breached"),
        postgresql_where=sa.text("state = 'running' AND breached"),
    )
    op.create_index(
        "ix_clock_next",
        "clock",
        ["next_at", "ticket"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_clock_unwatched",
        "clock",
        ["ticket"],
        unique=False,
        sqlite_where=sa.text("state = 'running' AND next_at IS NULL AND NOT breached"),
        postgresql_where=sa.text("state = 'running' AND next_at IS NULL AND NOT breached"),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("by_agent", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "ticket"],
            ["ticket.workspace", "ticket.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_at", "entry", ["workspace", "kind", "at"], unique=False)
    op.create_index(
        "ix_entry_message",
        "entry",
        ["workspace", "channel", "room", "message"],
        unique=False,
        sqlite_where=sa.text("message <> ''"),
        postgresql_where=sa.text("message <> ''"),
    )
    op.create_index("ix_entry_ticket", "entry", ["workspace", "ticket", "id"], unique=False)
    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace", "ticket"],
            ["ticket.workspace", "ticket.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace", "ticket", "clock", "deadline", name="ux_escalation"),
    )
    op.create_index(
        "ix_escalation_next",
        "escalation",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_escalation_open",
        "escalation",
        ["workspace", "ticket"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "link",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.CheckConstraint("side IN ('requester', 'agents')", name="ck_link_side"),
        sa.ForeignKeyConstraint(
            ["workspace", "ticket"],
            ["ticket.workspace", "ticket.number"],
        ),
        sa.PrimaryKeyConstraint("workspace", "channel", "room", "thread"),
    )
    op.create_index("ix_link_ticket", "link", ["workspace", "ticket"], unique=False)
    op.create_table(
        "suggestion",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "ticket"],
            ["ticket.workspace", "ticket.number"],
        ),
        sa.PrimaryKeyConstraint("workspace", "ticket", "article"),
    )
    op.create_index("ix_suggestion_article", "suggestion", ["workspace", "article"], unique=False)
    op.create_index(
        "ix_suggestion_outcome",
        "suggestion",
        ["workspace", "article", "outcome"],
        unique=False,
        sqlite_where=sa.text("outcome <> ''"),
        postgresql_where=sa.text("outcome <> ''"),
    )
    op.create_table(
        "watcher",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "ticket"],
            ["ticket.workspace", "ticket.number"],
        ),
        sa.PrimaryKeyConstraint("workspace", "ticket", "person"),
    )
    op.create_index("ix_watcher_person", "watcher", ["workspace", "person"], unique=False)
