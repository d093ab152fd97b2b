"""The queries of the knowledge base's report, on both databases, and what they cost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from storage import knowledge_figures as figures
from storage.database import Database
from storage.knowledge import ArticleRow, Suggestion, Verdict
from storage.knowledge_figures import Offered, Said, Sums
from tests.storage.test_figures import DAY, END, START, given, solved, ticket

HOUR = timedelta(hours=1)


def offer(number: int, article: str, **rest: Any) -> Suggestion:
    return Suggestion(workspace="main", ticket=number, article=article, confidence=0.8, shown_at=START, **rest)


def verdict(article: str, person: str, kind: str, at: datetime = START, ticket: int | None = None) -> Verdict:
    return Verdict(workspace="main", article=article, person=person, kind=kind, at=at, ticket=ticket)


def article(name: str, version: int, at: datetime, status: str = "published", **rest: Any) -> ArticleRow:
    return ArticleRow(
        workspace="main", id=name, version=version, title=name.title(), body="…", at=at, status=status, **rest
    )


async def test_34_what_came_of_offered_articles(database: Database) -> None:
    """BEHAVIOUR 34: shown, opened, deflected, helpful, per article."""
    await given(
        database,
        ticket(1, outcome="self-served"),
        *(ticket(n) for n in (2, 3)),
        ticket(4, START - DAY),
        offer(1, "vpn", opened_at=START, outcome="helped"),
        offer(1, "wifi"),
        offer(2, "vpn", outcome="unhelped"),
        offer(3, "vpn", opened_at=START, outcome="helped"),
        offer(4, "vpn", outcome="helped"),
    )
    found = await database.read(lambda db: figures.offered(db, "main", START, END))
    assert found == [Offered("vpn", 3, 2, 2, 1, 1), Offered("wifi", 1, 0, 0, 0, 0)]


async def test_34_what_people_said(database: Database) -> None:
    """BEHAVIOUR 34."""
    await given(
        database,
        verdict("vpn", "ana", "helped"),
        verdict("vpn", "ben", "helped"),
        verdict("vpn", "ben", "opened"),
        verdict("vpn", "chloe", "helped", ticket=1),
        verdict("vpn", "dev", "helped", START - HOUR),
        verdict("vpn", "erik", "helped", END),
    )
    found = await database.read(lambda db: figures.said(db, "main", START, END))
    assert found == [
        Said("vpn", "helped", False, 1),
        Said("vpn", "helped", True, 2),
        Said("vpn", "opened", True, 1),
    ]


async def test_34_the_sums_of_a_period(database: Database) -> None:
    """BEHAVIOUR 34: a good article was offered and not refused, or it is the answer."""
    assert await database.read(lambda db: figures.sums(db, "main", START, END)) == Sums(0, 0, 0, 0)
    await given(
        database,
        ticket(1, outcome="self-served"),
        offer(1, "vpn", outcome="helped"),
        offer(1, "wifi", outcome="unhelped"),
        ticket(2),
        offer(2, "vpn", outcome="unhelped"),
        ticket(3),
        verdict("rare", "ana", "answered", ticket=3),
        ticket(4),
        ticket(5, workspace="other"),
        ticket(6, END),
    )
    assert await database.read(lambda db: figures.sums(db, "main", START, END)) == Sums(4, 1, 2, 2)


async def test_34_tickets_that_no_article_answered(database: Database) -> None:
    """BEHAVIOUR 34: what people ask and nobody wrote."""
    done = START + HOUR
    await given(
        database,
        ticket(1),  # nothing was offered
        ticket(2),
        offer(2, "vpn", outcome="unhelped"),
        ticket(3),
        offer(3, "vpn"),  # it may still help
        solved(4, START, done, outcome="fixed", resolution="Done.", stars=4),
        offer(4, "vpn"),  # an agent has solved it, without
        solved(5, START, done),
        verdict("rare", "ana", "answered", ticket=5),
        ticket(6, outcome="self-served", status="closed", resolved_at=done),
        ticket(7, merged_into=2),
        ticket(8, START - DAY),
        ticket(9, team="hr"),
        solved(10, START, done),
        offer(10, "vpn", outcome="answered"),
    )

    async def found(teams: list[str] | None, limit: int = 9) -> dict[int, figures.Missed]:
        rows = await database.read(lambda db: figures.missed(db, "main", START, END, teams, limit))
        return {row.number: row for row in rows}

    rows = await found(None)
    assert list(rows) == [9, 4, 2, 1]
    assert rows[4][3:] == ("fixed", 4, 0, 5, frozenset({"vpn"}))
    assert rows[1].offered == frozenset() and rows[1].resolution == 0
    assert list(await found(["it"])) == [4, 2, 1]
    assert not await found([])
    assert list(await found(None, 2)) == [9, 4]


async def test_34_the_articles_that_stand(database: Database) -> None:
    """BEHAVIOUR 34; 32: what is not for somebody is not counted for them."""
    await given(
        database,
        ticket(1),
        offer(1, "vpn", opened_at=START),
        article("vpn", 1, START - 900 * DAY),
        article("vpn", 2, START - 500 * DAY, review_at=START),
        article("vpn", 3, START, "draft"),
        article("gone", 1, START - DAY),
        article("gone", 2, START, "archived"),
        article("pay", 1, START, audience="hr"),
        verdict("vpn", "ana", "opened", START + HOUR),
        verdict("vpn", "ben", "opened", START - HOUR),
        verdict("pay", "ben", "helped"),
    )
    [one] = await database.read(lambda db: figures.standing(db, "main", {"everyone", "it"}))
    assert one == ("vpn", "Vpn", "everyone", START - 500 * DAY, START, START + HOUR)
    two = await database.read(lambda db: figures.standing(db, "main", {"everyone", "hr"}))
    assert [(row.id, row.opened_at) for row in two] == [("pay", None), ("vpn", START + HOUR)]


async def test_tickets_are_found_by_when_they_came(database: Database) -> None:
    """On PostgreSQL the planner decides by size, so SQLite is asked: none of it reads all tickets or all offers."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a small table through, rightly")

    def plans(db: Session) -> list[str]:
        said: list[tuple[str, Any]] = []
        event.listen(db.connection(), "before_cursor_execute", lambda *a: said.append((a[2], a[3])))
        figures.offered(db, "main", START, END)
        figures.sums(db, "main", START, END)
        figures.missed(db, "main", START, END, None)
        steps = []
        for sql, values in said[:3]:
            steps += [row[3] for row in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        return steps

    steps = await database.read(plans)
    assert any("ticket USING INDEX ix_ticket_created" in step for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN") and ("ticket" in step or "suggestion" in step)], steps
