"""The model of what people ask for, and the past of a demo that it makes."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from bot import __main__ as product
from bot import audit, triage, workspaces
from bot.clock import Clock as DeskClock
from bot.configuration.reading import Live
from bot.context import Scene
from bot.deadlines import read_clocks
from bot.lifecycle import MOVES, Move, Status
from bot.past import writing
from bot.past.arrivals import A_YEAR, arrivals
from bot.past.topics import OUTAGES, TOPICS
from bot.words import WORKSPACE
from storage import sweeps
from storage.database import Database, open_database
from storage.tables import Clock, Entry, Post, Stale, Ticket
from tests.rules.desk_stories import NOW, Story, settings, usual

YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def test_people_ask_as_often_as_the_model_says_and_when_people_work() -> None:
    found = [at.astimezone(ZoneInfo("Europe/Berlin")) for at in arrivals(Random(1), *YEAR, 1000, "Europe/Berlin")]
    assert found == sorted(found)
    assert abs(len(found) / (1000 * A_YEAR) - 1) < 0.03
    by_day, by_month = Counter(at.weekday() for at in found), Counter(at.month for at in found)
    assert by_day[0] > by_day[4] > 10 * by_day[5]
    assert by_month[9] > by_month[8]
    by_hour = Counter(at.hour for at in found)
    assert by_hour[9] > by_hour[12] > 20 * by_hour[3]


def test_few_ask_on_a_day_off() -> None:
    monday = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    worked = len(list(arrivals(Random(1), *monday, 10_000, "UTC")))
    off = len(list(arrivals(Random(1), *monday, 10_000, "UTC", days_off={monday[0].date()})))
    assert 0 < off < worked / 10


def test_what_is_asked_is_of_the_category_that_it_says() -> None:
    """BEHAVIOUR 12: with the example's routing words."""
    asked = [(topic.category, words) for topic in TOPICS for words in topic.asks] + list(OUTAGES)
    found = [(triage.category(words, usual()).category, words) for _, words in asked]
    assert found == asked


@pytest.mark.parametrize(
    ("started", "shown"),
    [
        ("2026-11-26T05:00Z", "2026-11-26T08:00Z"),
        ("2026-11-26T10:20Z", "2026-11-26T10:20Z"),
        ("2026-11-27T20:00Z", "2026-11-30T08:00Z"),
    ],
)
async def test_a_demo_begins_when_work_does(sqlite_database_url: str, started: str, shown: str) -> None:
    """On the same day, where that is still to come: nine o'clock in Berlin."""
    database = open_database(sqlite_database_url)
    clock = DeskClock(lambda: datetime.fromisoformat(started), lambda: 0.0)
    live = Live(Path(product.ROOT / "settings.yaml"), {})
    desk, heartbeat, _ = product.assemble(live, database, clock, None, None)
    await workspaces.enrol(desk, WORKSPACE)
    await product._begin_afresh(desk, heartbeat, clock)
    assert clock.now() == datetime.fromisoformat(shown)
    database.close()


async def past(database: Database) -> Story:
    story = await Story(database, settings()).open()

    def write(db: Session) -> int:
        scene = Scene(db=db, now=NOW, workspace=WORKSPACE, settings=story.settings, worktime=story.desk.worktime)
        return writing.write(scene, Random(1), story.desk.knowledge)

    assert await database.write(write) > 150
    return story


async def test_the_past_of_a_demo_lies_behind_it_and_leaves_nothing_to_say(database: Database) -> None:
    """BEHAVIOUR 30: nothing is overdue, nothing is posted, and the auditor is content; the next number is the first."""
    story = await past(database)
    tickets = await database.read(lambda db: db.exec(select(Ticket)).all())
    open_ = [ticket for ticket in tickets if ticket.status not in ("resolved", "closed")]
    assert 1 <= len(open_) <= 6 and {ticket.requester for ticket in open_} <= set(story.settings.people)
    assert sum(ticket.status == "closed" for ticket in tickets) >= len(tickets) - 15
    assert all(ticket.number <= 1000 and ticket.updated_at <= NOW for ticket in tickets)
    assert await database.read(lambda db: db.exec(select(Post.key)).all() + db.exec(select(Stale.ticket)).all()) == []
    assert await database.read(lambda db: audit.findings(db, NOW)) == []
    due = await database.read(sweeps.next_due)
    assert due and due > NOW
    assert "IT-1001 is open" in str((await story.says("ana", "ticket", "my laptop is broken")).card)


async def test_the_past_of_a_demo_is_one_that_the_desk_could_have_had(sqlite_database: Database) -> None:
    """BEHAVIOUR 10, 19, 26: each status follows from the one before, and the clocks from the timeline."""
    story = await past(sqlite_database)

    def check(db: Session) -> int:
        scene = Scene(db=db, now=NOW, workspace=WORKSPACE, settings=story.settings, worktime=story.desk.worktime)
        kept = {(c.ticket, c.kind): (c.state, c.due_at, c.met_at) for c in db.exec(select(Clock)).all()}
        for ticket in db.exec(select(Ticket)).all():
            entries = db.exec(select(Entry).where(Entry.ticket == ticket.number).order_by(Entry.id)).all()  # type: ignore[arg-type]
            status = Status.NEW
            for entry in entries:
                if entry.kind == "status":
                    status = MOVES[Move(entry.data["move"])][status]
                    assert entry.data["to"] == status
            assert ticket.status == status
            assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
            for clock in read_clocks(scene, ticket):
                if clock.state != "idle":
                    assert kept[ticket.number, clock.kind] == (clock.state, clock.deadline, clock.met_at)
        return len(kept)

    assert await sqlite_database.read(check) > 300
