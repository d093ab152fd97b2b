"""The tables. The workspace stands first in every key, so that a large estate can be split by it.

Times are UTC and aware (SQLModel's UTC type: a naive value raises). Statuses and kinds are the words of bot.lifecycle
and bot.timeline; people are named by their handle. Constraints and partial indexes are declared here and made by the
migrations.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from storage import statuses

BREACHED = "state = 'running' AND breached"
BY_HAND = "by_hand"
"""Where the plan of an escalation keeps the deadline that was still to come when somebody escalated, and as it has
moved since.
"""
UNWATCHED = "state = 'running' AND NOT breached AND (next_at IS NULL OR next_at > due_at)"
TALKED = "substr(room, 1, 1) = '@' AND ref <> ''"
"""What stands in the talk with one person."""
LINE = "next_at IS NULL AND side = '' AND (thread = '' OR revision = 1) AND substr(key, 1, 6) <> 'panel:'"
"""What was said once, and is not brought up to date any more. A card in a thread of the requester's own has no side
either; it is told from a line by having been brought up to date. A panel stands for as long as the settings want it.
"""
OPEN = f"status IN {statuses.OPEN}"


def where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sql(condition), "postgresql_where": sql(condition)}


class Person(SQLModel, table=True):
    """Somebody, whatever channels they are known on."""

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    email: str = ""
    zone: str = ""
    created_at: datetime
    away_until: datetime | None = None
    away_since: datetime | None = None

    __table_args__ = (
        Index("ux_person_email", "workspace", "email", unique=True, **where("email <> ''")),
        Index("ix_person_away", "workspace", **where("away_since IS NOT NULL")),
    )


class Identity(SQLModel, table=True):
    """How a person is known on one channel."""

    workspace: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    external: str = Field(primary_key=True)
    person: str

    __table_args__ = (
        ForeignKeyConstraint(["workspace", "person"], ["person.workspace", "person.id"]),
        Index("ix_identity_person", "workspace", "person", "channel", "external"),
    )


class Counter(SQLModel, table=True):
    """The last number given out under a name: counted up in the transaction that uses it, so that none is lost or
    doubled.
    """

    workspace: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: int


class Ticket(SQLModel, table=True):
    """A request and where it stands. `version` counts its changes; `origin_*` is where it was asked."""

    workspace: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    title: str
    status: str
    category: str = ""
    team: str
    urgency: str
    impact: str
    priority: str
    requester: str
    submitter: str
    owner: str | None = None
    why: str = ""
    via: str
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    first_reply_at: datetime | None = None
    resolution: str = ""
    resolved_by: str = ""
    outcome: str = ""
    stars: int | None = None
    reopened: int = 0
    merged_into: int | None = None
    follows: int | None = None
    major: bool = False
    origin_channel: str
    origin_room: str
    origin_thread: str = ""
    version: int = 1

    __table_args__ = (
        ForeignKeyConstraint(["workspace", "requester"], ["person.workspace", "person.id"]),
        CheckConstraint("stars IS NULL OR stars BETWEEN 1 AND 5", name="ck_ticket_stars"),
        CheckConstraint(f"status IN {statuses.OPEN + statuses.FINISHED}", name="ck_ticket_status"),
        Index("ix_ticket_owner", "workspace", "owner", "created_at", **where(f"owner IS NOT NULL AND {OPEN}")),
        Index("ix_ticket_team_open", "workspace", "team", "number", **where(OPEN)),
        Index("ix_ticket_requester", "workspace", "requester", "created_at"),
        Index("ix_ticket_submitter", "workspace", "submitter", "created_at"),
        Index("ix_ticket_created", "workspace", "created_at"),
        Index("ix_ticket_resolved", "workspace", "resolved_at", **where("resolved_at IS NOT NULL")),
        Index("ix_ticket_major", "workspace", "number", **where(f"major AND {OPEN}")),
    )


class Entry(SQLModel, table=True):
    """One thing that happened to a ticket: the timeline. Only ever added to."""

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    ticket: int
    at: datetime
    kind: str
    public: bool = False
    author: str = ""
    by_agent: bool = False
    text: str = ""
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    channel: str = ""
    room: str = ""
    message: str = ""

    __table_args__ = (
        ForeignKeyConstraint(["workspace", "ticket"], ["ticket.workspace", "ticket.number"]),
        Index("ix_entry_ticket", "workspace", "ticket", "id"),
        Index("ix_entry_message", "workspace", "channel", "room", "message", **where("message <> ''")),
        Index("ix_entry_at", "workspace", "kind", "at"),
        {"sqlite_autoincrement": True},
    )


class Attachment(SQLModel, table=True):
    """A file that came with an entry of a timeline. `source` is the platform's name of it, `url` where it stands there.

    `content` is there when it was fetched. `next_at` says when to fetch it, and is empty when it is here, or was
    `refused`: then that says why.
    """

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    ticket: int
    entry: int
    channel: str
    source: str
    name: str
    type: str
    size: int = Field(sa_type=BigInteger)
    url: str = ""
    sha256: str = ""
    refused: str = ""
    attempts: int = 0
    at: datetime
    next_at: datetime | None = None
    content: bytes | None = None

    __table_args__ = (
        UniqueConstraint("workspace", "entry", "source", name="ux_attachment"),
        ForeignKeyConstraint(["workspace", "ticket"], ["ticket.workspace", "ticket.number"]),
        Index("ix_attachment_ticket", "workspace", "ticket"),
        Index("ix_attachment_next", "next_at", "id", **where("next_at IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )


class Link(SQLModel, table=True):
    """A thread in a room that belongs to a ticket. `side` tells whose talk it is: the requester's or the agents'."""

    workspace: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    room: str = Field(primary_key=True)
    thread: str = Field(primary_key=True)
    ticket: int
    side: str

    __table_args__ = (
        CheckConstraint("side IN ('requester', 'agents')", name="ck_link_side"),
        ForeignKeyConstraint(["workspace", "ticket"], ["ticket.workspace", "ticket.number"]),
        Index("ix_link_ticket", "workspace", "ticket"),
        Index("ix_link_thread", "workspace", "channel", "thread"),
    )


class Clock(SQLModel, table=True):
    """What sla.clocks made of a ticket's timeline, and when to look at it next (`next_at` is empty when nothing is
    due).
    """

    workspace: str = Field(primary_key=True)
    ticket: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    state: str
    policy: str
    target: float
    started_at: datetime | None = None
    warn_at: datetime | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None
    breached: bool = False
    next_at: datetime | None = None

    __table_args__ = (
        ForeignKeyConstraint(["workspace", "ticket"], ["ticket.workspace", "ticket.number"]),
        CheckConstraint("state IN ('running', 'paused', 'met', 'idle')", name="ck_clock_state"),
        Index("ix_clock_next", "next_at", "ticket", **where("next_at IS NOT NULL")),
        Index("ix_clock_unwatched", "ticket", **where(UNWATCHED)),
        Index("ix_clock_breached", "workspace", "ticket", **where(BREACHED)),
    )


class Escalation(SQLModel, table=True):
    """A running or ended ladder for one breach.

    `plan` holds the copy of the ladder that was taken when it started, and beside it what changes: `told`, whom each
    level was said to, by its number; `held` (since when) and `without_snooze`, as escalation.Escalation has them;
    `snoozed`, by whom and until when; `called`, who escalated it last, and why; `paused`, whether the clock of one by
    hand is; BY_HAND.
    """

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    ticket: int
    clock: str
    deadline: datetime
    plan: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    started_at: datetime
    level: int = 0
    next_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    lease_until: datetime | None = None
    closed_at: datetime | None = None

    __table_args__ = (
        UniqueConstraint("workspace", "ticket", "clock", "deadline", name="ux_escalation"),
        ForeignKeyConstraint(["workspace", "ticket"], ["ticket.workspace", "ticket.number"]),
        Index("ix_escalation_next", "next_at", **where("next_at IS NOT NULL")),
        Index("ix_escalation_open", "workspace", "ticket", **where("closed_at IS NULL")),
    )


class Announcement(SQLModel, table=True):
    """Something that is said once for good, named by its key: a level of a ladder for one deadline of one clock of
    one ticket.
    """

    workspace: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime


class Chore(SQLModel, table=True):
    """Something to do later for a ticket: a reminder, giving up, closing, drawing its cards. One of a kind a ticket."""

    workspace: str = Field(primary_key=True)
    ticket: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    next_at: datetime
    step: int = 0

    __table_args__ = (
        ForeignKeyConstraint(["workspace", "ticket"], ["ticket.workspace", "ticket.number"]),
        Index("ix_chore_next", "next_at"),
    )


class Post(SQLModel, table=True):
    """What is wanted to stand in a place, and what stands there.

    `sent` is the revision that stands; `ref` its name there. `under` is the key of the post in whose thread it
    stands; `next_at` is empty when place and wish agree (or it was parked). `urgency` is smaller the more urgent it
    is; `unsure` says that a send was begun and nobody knows what came of it.
    """

    workspace: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    channel: str
    room: str
    thread: str = ""
    under: str = ""
    ticket: int | None = None
    side: str = ""
    card: str
    urgency: int = 50
    revision: int = 1
    sent: int = 0
    ref: str = ""
    unsure: bool = False
    attempts: int = 0
    created_at: datetime
    wanted_at: datetime
    next_at: datetime | None = None
    parked: str = ""

    __table_args__ = (
        Index("ix_post_next", "urgency", "created_at", **where("next_at IS NOT NULL")),
        Index("ix_post_parked", "workspace", "channel", "room", **where("parked <> ''")),
        Index("ix_post_under", "workspace", "under", **where("next_at IS NOT NULL AND under <> ''")),
        Index("ix_post_ticket", "workspace", "ticket"),
        Index("ix_post_line", "wanted_at", **where(LINE)),
        Index("ix_post_talk", "workspace", "channel", "room", "ref", **where(TALKED)),
    )


class Stale(SQLModel, table=True):
    """A ticket whose cards no longer show how it stands: they are drawn anew before anything more is said of it."""

    workspace: str = Field(primary_key=True)
    ticket: int = Field(primary_key=True)
    since: datetime

    __table_args__ = (ForeignKeyConstraint(["workspace", "ticket"], ["ticket.workspace", "ticket.number"]),)


class Delivery(SQLModel, table=True):
    """An incoming that had its effect, with the answer it got: a repeated delivery gets the same answer and no second
    effect. Also what is kept for as long as these: a text put aside, a sign that is good for one use.
    """

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    at: datetime
    answer: str = ""

    __table_args__ = (Index("ix_delivery_at", "at"),)


class Watcher(SQLModel, table=True):
    """Somebody who hears of a ticket: because they watch it, or because they are touched by the same major incident."""

    workspace: str = Field(primary_key=True)
    ticket: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    joined: bool = False
    at: datetime

    __table_args__ = (
        ForeignKeyConstraint(["workspace", "ticket"], ["ticket.workspace", "ticket.number"]),
        Index("ix_watcher_person", "workspace", "person", "ticket"),
    )


class StandIn(SQLModel, table=True):
    """Somebody on call in another's place, said in chat; overrides in the settings count as well."""

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    rotation: str
    person: str
    start: datetime
    end: datetime

    __table_args__ = (Index("ix_standin", "workspace", "rotation", "end"),)


class Draft(SQLModel, table=True):
    """Words that become a ticket when their writer confirms it."""

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person: str
    text: str
    at: datetime
    files: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)


class Cycle(SQLModel, table=True):
    """When a cycle of the heartbeat last ran to its end: a desk that starts again does not begin before it."""

    name: str = Field(primary_key=True)
    ran_at: datetime
    error: str = ""


class State(SQLModel, table=True):
    """A value that a part of the desk keeps over a restart (a team's last assigned, what the auditor has said)."""

    workspace: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str


class Lease(SQLModel, table=True):
    """What one replica at a time may do, such as holding a chat's gateway: whose turn it is, and until when."""

    name: str = Field(primary_key=True)
    owner: str
    until: datetime


class Installation(SQLModel, table=True):
    """A workspace that has installed the desk's app, with the tokens to work in it.

    `renew_token` gives a new token in the place of one that ends at `expires_at`; until `renewing_until` somebody is
    renewing it. One that is disabled has no token: the workspace has taken it back.
    """

    workspace: str = Field(primary_key=True)
    channel: str
    app: str
    name: str
    bot: str
    scopes: str
    token: str
    renew_token: str = ""
    expires_at: datetime | None = None
    renewing_until: datetime | None = None
    installed_by: str = ""
    installed_at: datetime
    disabled_at: datetime | None = None
