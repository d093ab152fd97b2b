"""Which cards are to be drawn anew: no change is forgotten, whoever draws at that moment."""

import asyncio
import threading
from datetime import timedelta

from sqlmodel import Session

from storage import stale, tickets
from storage.database import Database
from tests.storage.rows import NOW, add_person, ticket


async def marked(database: Database, *numbers: int) -> None:
    await database.write(add_person)
    for number in numbers:
        await database.write(lambda db, number=number: tickets.add(db, ticket(number)))
        await database.write(lambda db, number=number: stale.mark(db, "w", number, NOW + timedelta(seconds=number)))


async def test_those_that_wait_longest_are_taken_first_and_once(database: Database) -> None:
    await marked(database, 3, 1, 2)
    await database.write(lambda db: stale.mark(db, "w", 1, NOW + timedelta(hours=1)))
    taken = await database.write(lambda db: stale.take(db, 2))
    assert [(ticket, since) for _, ticket, since in taken] == [(n, NOW + timedelta(seconds=n)) for n in (1, 2)]
    assert await database.read(lambda db: stale.anything(db, NOW))
    assert [ticket for _, ticket, _ in await database.write(lambda db: stale.take(db, 9))] == [3]
    assert not await database.read(lambda db: stale.anything(db, NOW))


async def test_a_change_while_its_cards_are_drawn_has_them_drawn_again(postgres_database: Database) -> None:
    await marked(postgres_database, 1)
    taken, go_on = threading.Event(), threading.Event()

    def draw(db: Session) -> int:
        found = len(stale.take(db, 9))
        taken.set()
        assert go_on.wait(10)
        return found

    drawing = asyncio.create_task(postgres_database.write(draw))
    assert await asyncio.to_thread(taken.wait, 10)
    changing = asyncio.create_task(postgres_database.write(lambda db: stale.mark(db, "w", 1, NOW)))
    assert await postgres_database.write(lambda db: stale.take(db, 9)) == []
    go_on.set()
    assert await drawing == 1
    await changing
    assert [ticket for _, ticket, _ in await postgres_database.write(lambda db: stale.take(db, 9))] == [1]
