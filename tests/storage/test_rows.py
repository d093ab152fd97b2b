"""What goes in comes out again, the same on both databases."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import StatementError
from sqlmodel import Session, col
from sqlmodel import select as pick

from storage import announcements, audit, clocks, deliveries, people, posts, sweeps, tickets, timeline
from storage.database import Database
from storage.prepared import Prepared
from storage.tables import Clock, Delivery, Entry, Link, Person, Post, Ticket
from tests.storage.rows import HOUR, NOW, add_person, add_ticket, clock, entry, post, whole_ticket

NAIVE = datetime(2026, 11, 23, 9, 0)
BERLIN = ZoneInfo("Europe/Berlin")


def find_post(db: Session, key: str = "k") -> Post:
    return db.get_one(Post, ("w", key))


async def test_a_post_gets_a_revision_only_when_its_card_differs(database: Database) -> None:
    async def want(card: str) -> Post:
        await database.write(lambda db: posts.want(db, [post("k", card)]))
        return await database.read(find_post)

    assert (await want('{"title": "One"}')).revision == 1
    assert (await want('{"title": "One"}')).revision == 1
    changed = await want('{"title": "Two — “2”"}')
    assert changed.revision == 2 and json.loads(changed.card) == {"title": "Two — “2”"}


async def test_a_changed_card_is_due_again_and_has_a_new_chance(database: Database) -> None:
    def fail(db: Session) -> None:
        (claimed,) = posts.claim(db, NOW, NOW + HOUR, 10)
        posts.park(db, claimed, "no such room")

    await database.write(lambda db: posts.want(db, [post("k")]))
    await database.write(fail)
    assert await database.read(lambda db: posts.stuck(db, NOW + HOUR)) == (1, 0)
    assert await database.write(lambda db: posts.claim(db, NOW + 2 * HOUR, NOW, 10)) == []
    await database.write(lambda db: posts.want(db, [post("k", '{"title": "Other"}')]))
    (again,) = await database.write(lambda db: posts.claim(db, NOW, NOW + HOUR, 10))
    assert (again.revision, again.attempts, again.parked) == (2, 0, "")


async def test_what_was_sent_is_settled_unless_it_changed_meanwhile(database: Database) -> None:
    def send(db: Session) -> None:
        (claimed,) = posts.claim(db, NOW, NOW + HOUR, 10)
        posts.sent(db, claimed, "ref-1")

    def send_while_it_changes(db: Session) -> None:
        (claimed,) = posts.claim(db, NOW, NOW + HOUR, 10)
        posts.want(db, [post("k", '{"title": "Three"}')])
        posts.sent(db, claimed, "ref-1")

    await database.write(lambda db: posts.want(db, [post("k")]))
    await database.write(send)
    first = await database.read(find_post)
    assert (first.ref, first.sent, first.unsure, first.next_at) == ("ref-1", 1, False, None)
    await database.write(lambda db: posts.want(db, [post("k", '{"title": "Two"}')]))
    await database.write(send_while_it_changes)
    second = await database.read(find_post)
    assert (second.sent, second.revision, second.next_at) == (2, 3, posts.AT_ONCE)


async def test_who_was_away_too_long_notes_nothing_of_what_another_has_taken(database: Database) -> None:
    """BEHAVIOUR 29: neither that it was sent, nor that it failed."""
    await database.write(lambda db: posts.want(db, [post("k")]))
    (stale,) = await database.write(lambda db: posts.claim(db, NOW, NOW + HOUR, 10))
    (taken,) = await database.write(lambda db: posts.claim(db, NOW + HOUR, NOW + 2 * HOUR, 10))
    assert await database.write(lambda db: posts.sent(db, stale, "late")) is False
    await database.write(lambda db: posts.again(db, stale, NOW, unsure=False))
    await database.write(lambda db: posts.park(db, stale, "no such room"))
    found = await database.read(find_post)
    assert (found.ref, found.sent, found.unsure, found.parked, found.next_at) == ("", 0, True, "", NOW + 2 * HOUR)
    assert await database.write(lambda db: posts.sent(db, taken, "ref-1")) is True


async def test_posts_are_claimed_by_urgency_then_age(database: Database) -> None:
    rows = [post("late", urgency=50, created_at=NOW + HOUR), post("early", urgency=50), post("urgent", urgency=10)]
    await database.write(lambda db: posts.want(db, rows))
    claimed = await database.write(lambda db: posts.claim(db, NOW, NOW + HOUR, 2))
    assert [p.key for p in claimed] == ["urgent", "early"]
    assert claimed[0].created_at == NOW and claimed[0].unsure is False


async def test_a_thread_is_linked_once(database: Database) -> None:
    def write(db: Session) -> None:
        add_person(db)
        number = add_ticket(db)
        for side in ("requester", "agents"):
            posts.link(db, "w", "web", "lobby", "thread-1", number, side)

    await database.write(write)
    assert await database.read(lambda db: [link.side for link in db.exec(pick(Link)).all()]) == ["requester"]


async def test_something_is_announced_once(database: Database) -> None:
    assert await database.write(lambda db: announcements.announce(db, "w", "breach:1", NOW)) is True
    assert await database.write(lambda db: announcements.announce(db, "w", "breach:1", NOW)) is False
    assert await database.write(lambda db: announcements.announce(db, "v", "breach:1", NOW)) is True


async def test_deliveries_are_remembered_and_forgotten(database: Database) -> None:
    assert await database.read(lambda db: deliveries.answer_to(db, "w", "1")) is None
    await database.write(lambda db: deliveries.remember(db, "w", "1", NOW, '{"a": "ä"}'))
    assert await database.read(lambda db: deliveries.answer_to(db, "w", "1")) == '{"a": "ä"}'
    assert await database.read(lambda db: deliveries.answer_to(db, "v", "1")) is None
    await database.write(lambda db: deliveries.forget(db, NOW))
    assert await database.read(lambda db: deliveries.answer_to(db, "w", "1"))
    await database.write(lambda db: deliveries.forget(db, NOW + HOUR))
    assert await database.read(lambda db: deliveries.answer_to(db, "w", "1")) is None


async def test_old_lines_are_forgotten_and_what_stands_for_good_is_not(database: Database) -> None:
    """A panel that were forgotten would be said a second time when the settings change."""

    def write(db: Session) -> None:
        add_person(db)
        over, open_ = add_ticket(db), add_ticket(db)
        db.get_one(Ticket, ("w", over)).closed_at = NOW
        db.flush()
        standing = {"next_at": None, "sent": 1}
        kept = [
            post("card", ticket=over, side="agents", **standing),
            post("mine", ticket=over, thread="t1", revision=2, **standing),
            post("panel:web:lobby", **standing),
            post("a line of an open ticket", ticket=open_, **standing),
            post("waiting", ticket=over),
        ]
        gone = [post("line", ticket=over, thread="t1", **standing), post("digest", **standing)]
        posts.want(db, [*kept, *gone])

    await database.write(write)
    await database.write(lambda db: posts.forget(db, NOW))
    assert len(await keys(database)) == 7
    await database.write(lambda db: posts.forget(db, NOW + HOUR))
    assert await keys(database) == {"card", "mine", "panel:web:lobby", "a line of an open ticket", "waiting"}


async def keys(database: Database) -> set[str]:
    return set(await database.read(lambda db: db.exec(pick(Post.key)).all()))


async def test_a_whole_ticket_comes_back(database: Database) -> None:
    def read(db: Session) -> None:
        ticket = db.get_one(Ticket, ("w", 1000))
        assert (ticket.title, ticket.major, ticket.created_at, ticket.owner) == ("Printer on fire", False, NOW, None)
        assert [e.kind for e in timeline.entries(db, "w", 1000)] == ["opened", "owner"]
        assert set(clocks.of_ticket(db, "w", 1000)) == {"first", "next", "resolution"}

    await database.write(add_person)
    await database.write(whole_ticket)
    await database.read(read)


async def test_events_come_with_their_types(database: Database) -> None:
    def write(db: Session) -> int:
        number = add_ticket(db)
        ids = [
            timeline.add(db, entry(number, "opened", public=True, data={"via": "web", "n": [1, None]})),
            timeline.add(db, entry(number, "note", text="inside")),
            timeline.add(db, entry(number, "reply", by_agent=True, at=NOW.astimezone(BERLIN) + HOUR)),
        ]
        assert ids == sorted(set(ids))
        return number

    await database.write(add_person)
    number = await database.write(write)
    events = await database.read(lambda db: clocks.events(db, "w", number))
    assert [list(row) for row in events] == [
        [NOW, "opened", False, True, {"via": "web", "n": [1, None]}],
        [NOW + HOUR, "reply", True, False, {}],
    ]
    assert all(row[0].tzinfo is UTC and type(row[2]) is bool for row in events)


async def test_clocks_are_replaced(database: Database) -> None:
    await database.write(add_person)
    number = await database.write(add_ticket)
    await database.write(lambda db: clocks.write(db, [clock(number), clock(number, "next")]))
    await database.write(lambda db: clocks.write(db, [clock(number, state="met", next_at=None, breached=True)]))
    found = await database.read(lambda db: clocks.of_ticket(db, "w", number))
    assert (found["first"].state, found["first"].next_at, found["first"].breached) == ("met", None, True)
    assert found["next"] == Clock(**clock(number, "next"))
    await database.write(lambda db: sweeps.look_again(db, ("w", number, "next"), None, breached=False))
    assert await database.read(audit.unwatched) == 1


async def test_a_person_is_known_by_an_identity(database: Database) -> None:
    await database.write(add_person)
    found = await database.read(lambda db: people.by_identity(db, "w", "web", "web-ann"))
    assert found == Person(workspace="w", id="ann", name="Ann", created_at=NOW)
    assert await database.read(lambda db: people.by_identity(db, "w", "web", "nobody")) is None


# Times


def deliver_at(at: datetime) -> Callable[[Session], None]:
    return lambda db: deliveries.remember(db, "w", at.isoformat(), at, "")


@pytest.mark.parametrize("write", [deliver_at(NAIVE), lambda db: db.add(Delivery(workspace="w", id="1", at=NAIVE))])
async def test_a_naive_time_is_refused(database: Database, write: Callable[[Session], None]) -> None:
    with pytest.raises((ValueError, StatementError), match=r"zone"):
        await database.write(write)
    assert await database.read(lambda db: db.exec(pick(Delivery)).all()) == []


@pytest.mark.parametrize(
    "at",
    [
        NOW,
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN),
        datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
        posts.AT_ONCE,
    ],
)
async def test_a_time_comes_back_as_the_same_instant_in_utc(database: Database, at: datetime) -> None:
    await database.write(deliver_at(at))
    found = await database.read(lambda db: db.exec(pick(Delivery.at)).one())
    assert found == at.astimezone(UTC) and found.tzinfo is UTC


async def test_prepared_and_orm_write_the_same(database: Database) -> None:
    def write(db: Session) -> None:
        deliveries.remember(db, "w", "prepared", NOW, "")
        db.add(Delivery(workspace="w", id="orm", at=NOW))

    await database.write(write)
    rows = await database.read(lambda db: db.execute(text("SELECT CAST(at AS VARCHAR) FROM delivery")).scalars().all())
    assert len(rows) == 2 and len(set(rows)) == 1


# Prepared statements


async def test_a_missing_value_is_said(database: Database) -> None:
    with pytest.raises(KeyError, match="title"):
        await database.write(lambda db: tickets.add(db, {"workspace": "w", "number": 1}))


async def test_a_list_cannot_be_prepared(database: Database) -> None:
    statement = Prepared(select(Entry.id).where(col(Entry.kind).in_(["opened", "reply"])))
    with pytest.raises(TypeError, match="IN with a list"):
        await database.read(lambda db: statement.run(db, {}))


async def test_a_limit_and_a_percent_sign_go_through(database: Database) -> None:
    statement = Prepared(
        select(Post.key).where(col(Post.key).like("p%")).order_by(col(Post.key)).limit(bindparam("most"))
    )
    await database.write(lambda db: posts.want(db, [post(key) for key in ("p1", "p2", "p3", "q1")]))
    found = await database.read(lambda db: [row[0] for row in statement.run(db, {"most": 2})])
    assert found == ["p1", "p2"]
    assert await database.read(lambda db: len(statement.run(db, {"most": 10}))) == 3


async def test_a_statement_runs_in_any_session(database: Database) -> None:
    """Outside of `Database` too, where nothing is known of the connection yet."""
    await database.write(lambda db: deliveries.remember(db, "w", "1", NOW, "yes"))
    with Session(database.engine) as db:
        assert deliveries.answer_to(db, "w", "1") == "yes"


async def test_no_rows_at_all(database: Database) -> None:
    await database.write(lambda db: posts.want(db, []))
    await database.write(lambda db: clocks.write(db, []))
