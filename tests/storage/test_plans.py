"""What is due is found by an index, in order, without reading or sorting what is not; so is what stands open."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlmodel import Session

from storage import (
    articles,
    attachments,
    audit,
    clocks,
    deliveries,
    gatherings,
    hearing,
    news,
    people,
    posts,
    precedents,
    sweeps,
    tickets,
    timeline,
    verdicts,
    worklists,
)
from storage.database import Database
from storage.prepared import begun
from storage.tables import Ticket
from tests.storage.rows import HOUR, NOW, add_person, add_ticket, clock, post, ticket

Ask = Callable[[Session], Any]
ASKED: dict[str, tuple[Ask, str]] = {
    "due clocks": (lambda db: sweeps.due_clocks(db, NOW, 50), "ix_clock_next"),
    "due ladders": (lambda db: sweeps.due_escalations(db, NOW, 50), "ix_escalation_next"),
    "due chores": (lambda db: sweeps.due_chores(db, NOW, 50), "ix_chore_next"),
    "due posts": (lambda db: posts.claim(db, NOW, NOW + HOUR, 50), "ix_post_next"),
    "whether a file is to be fetched": (lambda db: attachments.anything(db, NOW), "ix_attachment_next"),
    "digests to be sent": (lambda db: posts.unsent(db, "w", "digest"), "ix_post_next"),
    "oldest due": (sweeps.oldest_due, "ix_clock_next"),
    "unwatched clocks": (audit.unwatched, "ix_clock_unwatched"),
    "stuck posts": (lambda db: posts.stuck(db, NOW), "ix_post_"),
    "parked posts": (lambda db: posts.try_again(db, NOW), "ix_post_parked"),
    "posts whose places other people belong in": (
        lambda db: gatherings.again(db, "w", "discord", ["it"], ["bob"], NOW, NOW + HOUR),
        "ix_ticket_team_open",
    ),
    "a room's parked posts": (lambda db: posts.try_again(db, NOW, "w", "web", "lobby"), "ix_post_parked"),
    "rooms that cannot be reached": (lambda db: posts.unreachable(db, "w", NOW), "ix_post_parked"),
    "old posts": (lambda db: posts.forget(db, NOW), "ix_post_line"),
    "somebody's names": (lambda db: people.identities(db, "w", "bob"), "ix_identity_person"),
    "who is in a workspace": (lambda db: people.known(db, "w", ["ann", "bob"]), "ix_identity_person"),
    "old deliveries": (lambda db: deliveries.forget(db, NOW), "ix_delivery_at"),
    "what somebody goes on with": (lambda db: tickets.follower(db, "w", 1, "bob"), "ix_ticket_requester"),
    "what others work on": (lambda db: worklists.in_work(db, "w", ["it"], "bob", 10), "ix_ticket_team_open"),
    "what is due on a list": (
        lambda db: worklists.running(db, "w", [tickets.made(ticket(1))]),
        "sqlite_autoindex_clock",
    ),
    "what somebody asked": (lambda db: worklists.asked(db, "w", "ann", 10), "ix_ticket_requester"),
    "what was done for somebody": (lambda db: worklists.done(db, "w", "ann", NOW, 10), "ix_ticket_"),
    "a work list": (lambda db: worklists.owned(db, "w", "bob", 10), "ix_ticket_owner"),
    "what is at risk": (lambda db: worklists.at_risk(db, "w", ["it"], NOW, 10), "ix_ticket_team_open"),
    "what nobody has": (lambda db: worklists.unclaimed(db, "w", ["it"], 10), "ix_ticket_team_open"),
    "news": (lambda db: news.between(db, "w", 0, 10), "ticket"),
    "whom duplicates bring": (
        lambda db: tickets.brought(db, Ticket(**ticket(1)), [1, 2]),
        "ticket",
    ),
    "a load": (lambda db: tickets.load(db, "w", "bob"), "ix_ticket_owner"),
    "recent tickets": (lambda db: tickets.recent(db, "w", "it", NOW, NOW + HOUR, 200), "ix_ticket_created"),
    "who is away": (lambda db: people.away(db, "w"), "ix_person_away"),
    "verdicts": (lambda db: list(verdicts.judged(db, "w", NOW)), "verdict"),
    "an article's verdicts": (lambda db: verdicts.of(db, "w", "vpn"), "verdict"),
    "what was judged since": (lambda db: verdicts.judged_since(db, "w", NOW), "ix_verdict_at"),
    "whom to ask whether an article is true": (lambda db: articles.to_ask(db, NOW, 50), "ix_article_remind"),
    "whether to ask": (lambda db: articles.anything_to_ask(db, NOW), "ix_article_remind"),
    "an article that stands": (lambda db: articles.standing(db, "w", "vpn"), "sqlite_autoindex_article"),
    "what came of an article": (lambda db: verdicts.counts(db, "w", "vpn"), "ix_suggestion_article"),
    "a requester's tickets": (lambda db: tickets.of_requester(db, "w", "ann"), "ix_ticket_requester"),
    "a requester's tickets, for an agent": (
        lambda db: tickets.of_requester(db, "w", "ann", 20, tickets.Seen("bob", ["it"], everything=False)),
        "ix_ticket_requester",
    ),
    "a person": (lambda db: people.by_identity(db, "w", "web", "x"), "identity"),
    "whose an address is": (lambda db: people.by_email(db, "w", "ann@x.example"), "ux_person_email"),
    "what was heard already": (lambda db: hearing.taken(db, "w", "web", "lobby", ["m1", "m2"]), "ix_entry_message"),
    "whom the desk talks with": (lambda db: hearing.talks(db, "w", "web", 10), "ix_post_talk"),
    "a question": (lambda db: timeline.last_question(db, "w", 1), "ix_entry_ticket"),
    "when a question was asked": (lambda db: timeline.asked_at(db, "w", 1, ("status",)), "ix_entry_ticket"),
    "a timeline": (lambda db: timeline.entries(db, "w", 1), "ix_entry_ticket"),
    "what was resolved last": (lambda db: precedents.newest(db, "w", 10), "ix_ticket_resolved"),
    "what was resolved, by number": (lambda db: precedents.rows(db, "w", [1, 2]), "sqlite_autoindex_ticket"),
    "whose status moved": (lambda db: precedents.moved(db, "w", NOW), "ix_entry_at"),
    "a message": (lambda db: timeline.by_message(db, "w", "web", "lobby", "m1"), "ix_entry_message"),
}
WHOLE = re.compile(r"\(workspace=\?\)")
"""Most desks have one workspace: such a search goes through all that there is of a kind."""
PART_OF = re.compile(r"ix_(post_parked|person_away|ticket_major|clock_breached|escalation_open)\b|_draft_1|_chore_1")
"""Over a few of their tables' rows; drafts are few, and chores are of what waits."""
IN_ORDER = ("due clocks", "due ladders", "due chores", "due posts", "oldest due", "a timeline")


@pytest.mark.parametrize("name", ASKED)
def test_sqlite_searches_by_index(name: str, sqlite_database_url: str) -> None:
    ask, index = ASKED[name]
    engine = create_engine(sqlite_database_url)
    seen: list[tuple[str, Any]] = []
    with Session(engine) as db:
        db.info["line"] = spying(db, seen)
        event.listen(engine, "before_cursor_execute", lambda _c, _cur, sql, values, *_: seen.append((sql, values)))
        ask(db)
        plan = [step for sql, values in list(seen) for step in explain(db, sql, values)]
    engine.dispose()
    assert seen and not [step for step in plan if step.startswith("SCAN") and index not in step], plan
    assert any(index in step for step in plan), plan
    assert not [step for step in plan if WHOLE.search(step) and not PART_OF.search(step)], plan
    assert name not in IN_ORDER or not [step for step in plan if "TEMP B-TREE" in step], plan


def spying(db: Session, seen: list[tuple[str, Any]]) -> Any:
    """The line of a Prepared statement, which goes past SQLAlchemy's events."""
    line = begun(db.connection())["line"]

    class Spy:
        def execute(self, sql: str, values: Any) -> Any:
            seen.append((sql, values))
            return line.driver.execute(sql, values)

        def cursor(self) -> Any:
            return line.driver.cursor()

    return line._replace(driver=Spy())


def explain(db: Session, sql: str, values: Any) -> list[str]:
    driver: Any = db.connection().connection.driver_connection
    return [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def many(db: Session) -> None:
    """Enough for PostgreSQL to prefer an index: 3,000 rows of which three are due."""
    add_person(db)
    number = add_ticket(db)
    kinds = [f"kind{i}" for i in range(3000)]
    clocks.write(db, [clock(number, kind, next_at=NOW if i < 3 else NOW + HOUR) for i, kind in enumerate(kinds)])
    rows = [post(kind, next_at=posts.AT_ONCE if i < 3 else None) for i, kind in enumerate(kinds)]
    posts.want(db, rows)


async def test_postgresql_finds_what_is_due_by_index(postgres_database: Database) -> None:
    def plans(db: Session) -> list[str]:
        found = []
        for prepared in (sweeps._DUE_CLOCKS, posts._DUE_PREPARED):
            values = valued(prepared, db)
            sql = re.sub(r"\$(\d+)", lambda m, values=values: values[int(m[1]) - 1], sql_of(prepared, db))
            found.append("\n".join(db.execute(text(f"EXPLAIN {sql}".replace(":", r"\:"))).scalars()))
        return found

    await postgres_database.write(many)
    with postgres_database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    due_clocks, due_posts = await postgres_database.write(plans)
    assert "ix_clock_next" in due_clocks and "Seq Scan" not in due_clocks and "Sort" not in due_clocks, due_clocks
    assert "ix_post_next" in due_posts and "Seq Scan on post" not in due_posts and "Sort" not in due_posts, due_posts


def valued(prepared: Any, db: Session) -> list[str]:
    known = {"now": f"'{NOW}'", "most": "50"}
    return [known.get(name, "''") for name in prepared._on(db)[1]._names]


def sql_of(prepared: Any, db: Session) -> str:
    compiled: str = prepared._on(db)[1].sql
    return compiled.replace("\n", " ")
