"""What an adapter asks before it catches up, on both databases."""

import asyncio
from datetime import timedelta

from sqlmodel import Session

from bot.hearing import Hearing
from storage import deliveries, timeline
from storage import hearing as rows
from storage.database import Database
from storage.posts import link, want
from storage.tables import Draft
from tests.storage.rows import HOUR, NOW, add_person, add_ticket, entry, post


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
    hearing = Hearing(database, lambda: NOW)
    assert await hearing.threads("w", "slack", "it-help", NOW) == ["2.0", "None.0"]
    assert await hearing.threads("w", "slack", "other", NOW) == []
    assert await hearing.threads("other", "slack", "it-help", NOW) == []
    assert await hearing.taken("w", "slack", "it-help", {"2.0", "5.0", "9.0"}) == {"2.0", "5.0"}
    assert await hearing.taken("w", "slack", "it-help", {f"{n}.5" for n in range(1200)}) == set()


async def test_the_instant_only_moves_forward(database: Database) -> None:
    """One for all replicas, and one for each workspace."""
    hearing = Hearing(database, lambda: NOW)
    assert await hearing.until("w", "slack") is None
    for at in (NOW, NOW + HOUR, NOW):
        await hearing.keep("w", "slack", at)
    assert await hearing.until("w", "slack") == NOW + HOUR
    assert await hearing.until("other", "slack") is None


async def test_people_with_whom_there_may_be_a_talk(database: Database) -> None:
    await database.write(add_person)
    assert await Hearing(database, lambda: NOW).people("w", "web") == ["web-ann"]
    assert await Hearing(database, lambda: NOW).people("w", "slack") == []


async def test_people_with_whom_there_is_a_talk(database: Database) -> None:
    """To whom something was said, or who has begun to ask; the last ones first."""

    def write(db: Session) -> None:
        for place, who in enumerate(("ann", "bob", "cid")):
            add_person(db, who)
            at = {"room": f"@web-{who}", "ref": "1" if who == "bob" else "", "wanted_at": NOW + place * HOUR}
            want(db, [post(f"said:{who}", **at)])
        db.add(Draft(workspace="w", id="1", person="cid", text="my screen is dark", at=NOW + 5 * HOUR))

    await database.write(write)
    assert await Hearing(database, lambda: NOW).talks("w", "web") == ["web-cid", "web-bob"]
    assert await Hearing(database, lambda: NOW).talks("w", "slack") == []


async def test_a_thread_is_found_by_its_name_alone(database: Database) -> None:
    """On Discord a thread is a channel of its own, and does not say in which of the desk's rooms it is."""

    def write(db: Session) -> None:
        add_person(db)
        link(db, "w", "discord", "@7", "900", add_ticket(db), "requester")

    await database.write(write)
    hearing = Hearing(database, lambda: NOW)
    assert await hearing.home("w", "discord", "900") == "@7"
    assert await hearing.home("w", "discord", "901") == "" == await hearing.home("w", "slack", "900")


async def test_an_answer_to_any_message_of_a_ticket_in_a_talk_is_the_tickets(database: Database) -> None:
    """BEHAVIOUR 18: in a talk without threads people answer a message: its card's, or of a line under it."""

    def write(db: Session) -> None:
        add_person(db)
        number = add_ticket(db)
        for key, ref, more in (
            ("mine:1", "100", {"side": "requester", "ticket": number}),
            ("said:1", "101", {"under": "mine:1", "ticket": number}),
            ("said:2", "102", {"thread": "77", "ticket": number}),
            ("watch:1", "103", {"ticket": number}),
        ):
            at = {"channel": "discord", "room": "@7", "card": "{}", "created_at": NOW, "wanted_at": NOW}
            want(db, [{"workspace": "w", "key": key, "ref": ref, **at, **more}])

    await database.write(write)
    hearing = Hearing(database, lambda: NOW)
    found = [await hearing.under("w", "discord", "@7", message) for message in ("100", "101", "102", "103", "999")]
    assert found == ["100", "100", "77", "103", ""]
    assert await hearing.under("w", "discord", "@8", "100") == ""


async def test_which_ticket_an_answer_in_a_talk_was_about_is_forgotten_with_the_deliveries(database: Database) -> None:
    """BEHAVIOUR 18: it is read off the answer again when somebody replies to it later."""

    async def noted() -> int | None:
        return await database.read(lambda db: rows.told_of(db, "w", "discord", "@7", "999"))

    hearing = Hearing(database, lambda: NOW)
    for _ in range(2):
        assert await hearing.under("w", "discord", "@7", "999", 1001) == "999"
        assert await noted() == 1001
        await database.write(lambda db: deliveries.forget(db, NOW + HOUR))
        assert await noted() is None
    await asyncio.gather(*(hearing.under("w", "discord", "@7", "999", 1001) for _ in range(3)))
    assert await noted() == 1001


async def test_who_wrote_a_message_is_on_record(database: Database) -> None:
    """Discord does not say whose a deleted message was. What a ticket was made of is its requester's."""

    def write(db: Session) -> None:
        add_person(db)
        number = add_ticket(db)
        here = {"channel": "web", "room": "it-help"}
        said = [entry(number, "reply", author=who, message=ts, **here) for who, ts in (("ann", "2.0"), ("x", "3.0"))]
        timeline.add_all(db, [entry(number, author="somebody-else", message="1.0", **here), *said])

    await database.write(write)
    hearing = Hearing(database, lambda: NOW)
    written = {
        message: await hearing.writer("w", "web", "it-help", message) for message in ("1.0", "2.0", "3.0", "4.0")
    }
    assert written == {"1.0": "web-ann", "2.0": "web-ann", "3.0": "", "4.0": ""}
