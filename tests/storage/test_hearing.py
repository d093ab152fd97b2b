"""What an adapter asks before it catches up, on both databases."""

from datetime import timedelta

from sqlmodel import Session

from bot.hearing import Hearing
from storage import timeline
from storage.database import Database
from storage.posts import link
from tests.storage.rows import HOUR, NOW, add_person, add_ticket, entry


async def test_threads_of_tickets_that_are_talked_about(database: Database) -> None:
    """Those of tickets closed long ago are left out; the last changed come first."""

    def write(db: Session) -> None:
        add_person(db)
        for days in (None, 40, 2):
            closed = NOW - timedelta(days=days) if days else None
            number = add_ticket(db, closed_at=closed, updated_at=NOW + timedelta(days=days or 0))
            link(db, "w", "slack", "it-help", f"{days}.0", number, "requester")
        timeline.add_all(db, [entry(number, channel="slack", room="it-help", message="5.0")])

    await database.write(write)
    hearing = Hearing(database)
    assert await hearing.threads("w", "slack", "it-help", NOW) == ["2.0", "None.0"]
    assert await hearing.threads("w", "slack", "other", NOW) == []
    assert await hearing.threads("other", "slack", "it-help", NOW) == []
    assert await hearing.taken("w", "slack", "it-help", {"2.0", "5.0", "9.0"}) == {"2.0", "5.0"}
    assert await hearing.taken("w", "slack", "it-help", {f"{n}.5" for n in range(1200)}) == set()


async def test_the_instant_only_moves_forward(database: Database) -> None:
    """One for all replicas, and one for each workspace."""
    hearing = Hearing(database)
    assert await hearing.until("w", "slack") is None
    for at in (NOW, NOW + HOUR, NOW):
        await hearing.keep("w", "slack", at)
    assert await hearing.until("w", "slack") == NOW + HOUR
    assert await hearing.until("other", "slack") is None


async def test_people_with_whom_there_may_be_a_talk(database: Database) -> None:
    await database.write(add_person)
    assert await Hearing(database).people("w", "web") == ["web-ann"]
    assert await Hearing(database).people("w", "slack") == []
