"""The tables of the knowledge base: articles in versions, their files, and what came of them. See `storage.tables`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from storage.tables import where


class ArticleRow(SQLModel, table=True):
    """A version of an article. Its words never change; its status does.

    The newest version that is no draft is the article that stands: it is read if it is published, and by nobody but
    agents if it is archived. Newer drafts wait beside it; none does when the newest is discarded (`discarded_at`).
    `audience`: "everyone", or the key of the team that may read it. `owner`: who keeps it true, a handle, and `author`
    who wrote this version, "" where it came from a folder. `review_at`: when somebody is to look whether it is still
    true, `remind_at`: when the desk asks them to, None once it has. `ticket`: what it was drafted from.
    """

    __tablename__ = "article"

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, default=1)
    title: str
    body: str
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    category: str = ""
    audience: str = "everyone"
    owner: str = ""
    source: str = ""
    license: str = ""
    status: str = "published"
    at: datetime
    author: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    review_at: datetime | None = None
    ticket: int | None = None
    remind_at: datetime | None = None
    discarded_at: datetime | None = None

    @property
    def discarded(self) -> bool:
        """A version of the desk that knows of no discarding may have published it since."""
        return self.status == "draft" and self.discarded_at is not None

    __table_args__ = (
        CheckConstraint("status IN ('draft', 'published', 'archived')", name="ck_article_status"),
        Index("ix_article_remind", "remind_at", **where("remind_at IS NOT NULL")),
        Index("ix_article_draft", "workspace", "id", "version", **where("status = 'draft'")),
    )


class ArticleFile(SQLModel, table=True):
    """A picture or another file that an article shows or links to, by its name there."""

    __tablename__ = "article_file"

    workspace: str = Field(primary_key=True)
    article: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    type: str
    size: int
    sha256: str
    content: bytes
    at: datetime


class Suggestion(SQLModel, table=True):
    """An article that was offered with a ticket, and what came of it: "helped", "unhelped", "answered" (an agent
    resolved the ticket with it), or nothing yet."""

    workspace: str = Field(primary_key=True)
    ticket: int = Field(primary_key=True)
    article: str = Field(primary_key=True)
    confidence: float
    shown_at: datetime
    opened_at: datetime | None = None
    outcome: str = ""

    __table_args__ = (
        ForeignKeyConstraint(["workspace", "ticket"], ["ticket.workspace", "ticket.number"]),
        Index("ix_suggestion_article", "workspace", "article"),
        Index("ix_suggestion_outcome", "workspace", "article", "outcome", **where("outcome <> ''")),
    )


class Verdict(SQLModel, table=True):
    """What a person last made of an article: `kind` is "opened", "helped", "unhelped", or "answered" (it resolved their
    ticket). A person has one row a kind, so that no clicking counts twice."""

    workspace: str = Field(primary_key=True)
    article: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    ticket: int | None = None
    at: datetime

    __table_args__ = (
        CheckConstraint("kind IN ('opened', 'helped', 'unhelped', 'answered')", name="ck_verdict_kind"),
        Index("ix_verdict_at", "workspace", "at", **where("kind <> 'opened'")),
    )
