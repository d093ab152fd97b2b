"""The queries of reports, on both databases, and what they cost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel

from storage import figures
from storage.database import Database
from storage.figures import StatusChange, Timer
from storage.tables import Clock, Entry, Person, Ticket

START = datetime(2026, 11, 16, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = START + 7 * DAY


def ticket(number: int, at: datetime = START, workspace: str = "main", **rest: Any) -> Ticket:
    plain: dict[str, Any] = {
        "title": "the vpn drops", "status": "new", "category": "Network", "team": "it", "urgency": "low",
        "impact": "low", "priority": "low", "requester": "ana", "submitter": "ana", "via": "web",
        "origin_channel": "web", "origin_room": "help",
    }  # fmt: skip
    return Ticket(workspace=workspace, number=number, created_at=at, updated_at=at, **(plain | rest))


def solved(number: int, at: datetime, done: datetime, **rest: Any) -> Ticket:
    plain: dict[str, Any] = {"status": "resolved", "resolved_at": done, "outcome": "solved"}
    return ticket(number, at, **(plain | rest))


def moved(number: int, at: datetime, source: str, to: str) -> Entry:
    return Entry(workspace="main", ticket=number, at=at, kind="status", data={"from": source, "to": to})


def clock(number: int, kind: str, **rest: Any) -> Clock:
    return Clock(workspace="main", ticket=number, kind=kind, policy="Standard", target=3600.0, **rest)


async def given(database: Database, *rows: SQLModel) -> None:
    """People and tickets first, since the others point at them."""

    def write(db: Session) -> None:
        db.add_all(Person(workspace=w, id="ana", name="Ana", created_at=START) for w in ("main", "other"))
        db.flush()
        db.add_all(row for row in rows if isinstance(row, Ticket))
        db.flush()
        db.add_all(row for row in rows if not isinstance(row, Ticket))

    await database.write(write)


async def cases(database: Database, team: str = "") -> dict[int, figures.Case]:
    found = await database.read(lambda db: figures.cases(db, "main", START, END, team))
    return {case.number: case for case in found}


async def test_it_finds_what_the_period_touches_and_nothing_else(database: Database) -> None:
    long_ago = START - 40 * DAY
    await given(
        database,
        solved(1, long_ago, START - HOUR),  # over before
        solved(2, long_ago, START),
        ticket(3, long_ago),
        ticket(4, START),
        ticket(5, END - timedelta(microseconds=1)),
        ticket(6, END),  # after it
        solved(7, long_ago, END),  # open at its end
        solved(8, END, END + HOUR),
        solved(9, long_ago, START - DAY, status="closed", closed_at=START + HOUR),
        moved(9, START + HOUR, "resolved", "closed"),
        ticket(10, START, workspace="other"),
        ticket(11, START, team="hr"),
    )
    assert list(await cases(database)) == [2, 3, 4, 5, 7, 9, 11]
    assert list(await cases(database, "hr")) == [11]


async def test_a_case_has_its_clocks_its_reopening_and_its_pauses(database: Database) -> None:
    done = START + 9 * HOUR
    await given(
        database,
        solved(1, START, done, owner="ben", stars=4, reopened=1, first_reply_at=START + HOUR),
        clock(1, "first_response", state="met", due_at=START + 2 * HOUR, met_at=START + HOUR),
        clock(1, "resolution", state="met", due_at=START + 8 * HOUR, met_at=done, breached=True),
        clock(1, "next_response", state="idle"),
        moved(1, START - HOUR, "new", "in_progress"),
        moved(1, START + 2 * HOUR, "in_progress", "resolved"),
        moved(1, START + 3 * HOUR, "resolved", "in_progress"),
        moved(1, done, "in_progress", "resolved"),
        solved(2, START, done, merged_into=1, outcome="duplicate"),
        moved(2, START + HOUR, "new", "pending"),
        moved(2, START + 2 * HOUR, "pending", "in_progress"),
        moved(2, START + 2 * HOUR, "in_progress", "closed"),
    )
    found = await cases(database)
    one, two = found[1], found[2]
    assert one.first == Timer("met", START + 2 * HOUR, START + HOUR, False)
    assert one.resolution == Timer("met", START + 8 * HOUR, done, True)
    assert (one.owner, one.stars, one.reopened, one.merged, one.open) == ("ben", 4, True, False, False)
    assert len(one.changes) == 4 and one.changes[2] == StatusChange(START + 3 * HOUR, "resolved", "in_progress")
    assert two.merged and two.first is None and not two.reopened
    assert [change.to for change in two.changes] == ["pending", "in_progress"]


async def test_instants_come_back_aware(database: Database) -> None:
    await given(database, solved(1, START, START + HOUR, first_reply_at=START), moved(1, START, "new", "pending"))
    one = (await cases(database))[1]
    assert one.created_at == one.first_reply_at == one.changes[0].at == START
    assert one.created_at.utcoffset() is not None and one.changes[0].at.utcoffset() is not None


async def test_no_table_is_read_through(database: Database) -> None:
    """Each part of the question stands on an index; on PostgreSQL the planner decides by size, so SQLite is asked."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a small table through, rightly")

    def plans(db: Session) -> list[str]:
        queries: list[Any] = [
            figures._of_period("main", START, END, ""),
            figures._reopened("main", START, END),
            figures._changes("main", START, END),
        ]
        made = [q.compile(db.connection(), compile_kwargs={"literal_binds": True}) for q in queries]
        return [row[3] for sql in made for row in db.execute(text(f"EXPLAIN QUERY PLAN {sql}".replace(":", r"\:")))]

    steps = await database.read(plans)
    scans = [step for step in steps if step.startswith("SCAN") and "subquery" not in step and "anon" not in step]
    assert not scans, steps
    assert any("ix_ticket_team_open" in step for step in steps), steps
