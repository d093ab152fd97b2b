"""The index over what was resolved follows the database, at the cost of what is new (BEHAVIOUR 33)."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, event, update
from sqlmodel import Session, col

from bot.precedents import ANEW, BATCH, OVERLAP, Precedents
from bot.words import Address, Incoming, Sender
from storage import timeline
from storage.database import Database
from storage.tables import Entry, Ticket
from tests.rules.desk_stories import Story
from tests.storage.rows import NOW, add_person, add_ticket, entry

SOON = timedelta(seconds=5)


def resolve(db: Session, words: str, at: datetime = NOW, **changes: Any) -> int:
    """A ticket that was opened with these words and resolved at an instant."""
    answer = {"status": "resolved", "resolved_at": at, "resolution": "Turned it off and on.", "outcome": "solved"}
    number = add_ticket(db, title=words, **answer | changes)
    timeline.add_all(db, [entry(number, text=words), entry(number, "status", at=at)])
    return number


def reopen(db: Session, number: int, at: datetime) -> None:
    cleared = {"status": "new", "resolved_at": None, "resolution": "", "outcome": ""}
    db.execute(update(Ticket).where(col(Ticket.number) == number).values(cleared))
    timeline.add_all(db, [entry(number, "status", at=at)])


@dataclass
class Replica:
    """One of the desks on a database, which counts how often it reads there."""

    database: Database
    precedents: Precedents
    reads: int = 0

    async def looks(self, at: datetime = NOW) -> int:
        """How many tickets were taken in or out, until there was nothing more to do."""
        done = 0
        while some := await self.precedents.follow(self, "w", at):  # type: ignore[arg-type]  # all it asks for
            done += some
        return done

    async def read(self, fn: Callable[[Session], Any]) -> Any:
        self.reads += 1
        return await self.database.read(fn)

    async def glance(self, fn: Callable[[Session], Any]) -> Any:
        return await self.database.glance(fn)

    def finds(self, words: str, teams: frozenset[str] | None = None) -> set[int]:
        return {number for number, _ in self.precedents.nearest(words, 5, teams)}


@contextmanager
def tickets_read() -> Iterator[list[int]]:
    """The numbers of all tickets that are read meanwhile."""
    numbers: list[int] = []

    def note(ticket: Ticket, _context: Any) -> None:
        numbers.append(ticket.number)

    event.listen(Ticket, "load", note)
    try:
        yield numbers
    finally:
        event.remove(Ticket, "load", note)


async def test_every_replica_follows_what_is_resolved_and_reopened(database: Database) -> None:
    here, there = Replica(database, Precedents()), Replica(database, Precedents())
    await database.write(add_person)
    first = await database.write(lambda db: resolve(db, "the scanner jams"))
    for replica in (here, there):
        await replica.looks()
        assert replica.finds("scanner") == {first}
    second = await database.write(lambda db: resolve(db, "the beamer hums", NOW + SOON))
    await database.write(lambda db: reopen(db, first, NOW + SOON))
    for replica in (here, there):
        await replica.looks(NOW + 2 * SOON)
        assert replica.finds("scanner beamer") == {second} and len(replica.precedents) == 1


async def test_a_look_costs_what_is_new_and_not_what_is_stored(database: Database) -> None:
    desk = Replica(database, Precedents())
    await database.write(add_person)
    await database.write(lambda db: [resolve(db, f"thing {n} is broken", NOW - n * SOON) for n in range(3 * BATCH)])
    assert await desk.looks() == 3 * BATCH
    desk.reads = 0
    assert await desk.looks(NOW + SOON) == 0 and desk.reads == 0, "an idle desk only glances"
    number = await database.write(lambda db: resolve(db, "the beamer hums", NOW + SOON))
    with tickets_read() as read:
        assert await desk.looks(NOW + 2 * SOON) == 1
        assert await desk.looks(NOW + 2 * SOON + OVERLAP) == 0
    assert read == [number] and desk.reads == 2
    desk.reads = 0
    with tickets_read() as read:
        assert await desk.looks(NOW + ANEW) == 0
    assert not read and desk.reads == 1, "once an hour the numbers are compared, and nothing else"


async def test_a_batch_is_small_so_that_others_have_their_turn(sqlite_database: Database) -> None:
    desk = Replica(sqlite_database, Precedents())
    await sqlite_database.write(add_person)
    await sqlite_database.write(lambda db: [resolve(db, f"thing {n} is broken") for n in range(BATCH + 1)])
    steps = [await desk.precedents.follow(sqlite_database, "w", NOW) for _ in range(3)]
    assert steps == [BATCH, 1, 0]


async def test_what_was_written_late_is_seen_all_the_same(database: Database) -> None:
    """A transaction may have begun before the last look, and end after it."""
    desk = Replica(database, Precedents())
    await database.write(add_person)
    await database.write(lambda db: resolve(db, "the scanner jams", NOW + SOON))
    await desk.looks(NOW + SOON)
    late = await database.write(lambda db: resolve(db, "the beamer hums", NOW - SOON))
    await desk.looks(NOW + 2 * SOON)
    assert desk.finds("beamer") == {late}


async def test_what_was_deleted_leaves_and_so_does_what_is_too_old(database: Database) -> None:
    """BEHAVIOUR 38: within an hour, and it is shown to nobody from the first."""
    desk = Replica(database, Precedents(most=2))
    await database.write(add_person)
    numbers = await database.write(
        lambda db: [
            resolve(db, f"the {what} is broken", NOW + n * SOON) for n, what in enumerate(("fan", "lid", "key"))
        ]
    )
    await desk.looks(NOW + 3 * SOON)
    await desk.looks(NOW + 3 * SOON + ANEW)
    assert desk.finds("fan lid key") == set(numbers[1:])

    def erase(db: Session) -> None:
        db.execute(delete(Entry).where(col(Entry.ticket) == numbers[2]))
        db.execute(delete(Ticket).where(col(Ticket.number) == numbers[2]))

    await database.write(erase)
    await desk.looks(NOW + 3 * SOON + 2 * ANEW)
    assert desk.finds("fan lid key") == {numbers[0], numbers[1]}


async def test_only_what_an_agent_answered_is_a_precedent(sqlite_database: Database) -> None:
    desk = Replica(sqlite_database, Precedents())
    await sqlite_database.write(add_person)
    for outcome in ("duplicate", "closed", "unanswered", "self-served", "fixed"):
        await sqlite_database.write(lambda db, o=outcome: resolve(db, f"the scanner is {o}", outcome=o))
    await desk.looks()
    assert len(desk.precedents) == 1 and desk.finds("scanner duplicate closed unanswered self-served fixed") == {1004}


async def test_who_is_of_some_teams_finds_theirs_as_though_there_were_no_others(sqlite_database: Database) -> None:
    """BEHAVIOUR 33: however many the others have."""
    desk = Replica(sqlite_database, Precedents())
    await sqlite_database.write(add_person)
    await sqlite_database.write(lambda db: [resolve(db, "my badge does not open the door") for _ in range(60)])
    own = await sqlite_database.write(lambda db: resolve(db, "a badge for a new colleague", team="hr"))
    await desk.looks()
    assert desk.finds("badge door", frozenset({"hr"})) == {own}
    other = await sqlite_database.write(lambda db: resolve(db, "my badge is lost", NOW + SOON, team="hr"))
    await desk.looks(NOW + SOON)
    assert desk.finds("badge door", frozenset({"hr"})) == {own, other}
    assert desk.finds("badge door", frozenset()) == set()


class Interrupted:
    """A database on which something else happens after the next read."""

    def __init__(self, database: Database) -> None:
        self._database, self.then = database, None
        self.then: Callable[[], Awaitable[Any]] | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def read(self, fn: Callable[[Session], Any]) -> Any:
        found = await self._database.read(fn)
        then, self.then = self.then, None
        if then:
            await then()
        return found


async def sorted_in(story: Story, meanwhile: str) -> str:
    """The category that a ticket like a past one gets, where an agent does something while the desk looks it up."""
    database = Interrupted(story.database)
    story.desk.database = database  # type: ignore[assignment]
    await story.says("ana", "ticket", "no bars on my phone")
    await story.says("ada", "category", "1001 Network Access")
    await story.says("ada", "resolve", "1001 Moved the antenna.")
    await story.desk.precedents_of("main").follow(story.database, "main", NOW)
    asked = Incoming("d", Sender("erik"), Address("web", "@erik"), "ticket", text="no bars on my phone")
    reply = await story.desk.receive(asked)
    assert reply.follow and (await story.row(1002)).category == ""
    if meanwhile:

        async def act() -> None:
            assert not (
                await story.says("ben", meanwhile, "1002 high high" if meanwhile == "priority" else "1002")
            ).failed

        database.then = act
    await story.desk.receive(reply.follow)
    return (await story.row(1002)).category


async def test_behaviour_12_what_somebody_works_on_is_not_sorted_in_any_more(sqlite_database: Database) -> None:
    story = await Story(sqlite_database).open()
    assert await sorted_in(story, "claim") == ""


async def test_behaviour_12_nor_what_somebody_has_prioritised(sqlite_database: Database) -> None:
    story = await Story(sqlite_database).open()
    assert await sorted_in(story, "priority") == ""


async def test_behaviour_12_what_nobody_has_touched_is(sqlite_database: Database) -> None:
    story = await Story(sqlite_database).open()
    assert await sorted_in(story, "") == "Network Access"
