"""What many do at once, on both databases: numbers without gaps, one winner a claim, no row taken twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from storage import announcements, clocks, deliveries, posts, sweeps
from storage.database import Conflict, Database
from storage.tables import Post, Ticket
from tests.storage.rows import HOUR, NOW, add_person, add_ticket, clock, post, whole_ticket


async def test_numbers_are_unique_and_without_gaps(database: Database) -> None:
    def fail_sometimes(db: Session, turn: int) -> int:
        number = add_ticket(db)
        if turn % 10 == 0:
            raise ValueError(turn)
        return number

    await database.write(add_person)
    asked = [database.write(lambda db, turn=turn: fail_sometimes(db, turn)) for turn in range(200)]  # type: ignore[misc]
    given = [n for n in await asyncio.gather(*asked, return_exceptions=True) if isinstance(n, int)]
    assert sorted(given) == list(range(1000, 1180))
    assert sorted(await database.read(lambda db: db.exec(select(Ticket.number)).all())) == sorted(given)


async def test_one_of_fifty_wins_a_claim(database: Database) -> None:
    def claim(db: Session, agent: str) -> bool:
        guarded = (
            update(Ticket)
            .where(col(Ticket.number) == 1000, col(Ticket.version) == 1, col(Ticket.owner).is_(None))
            .values(owner=agent, version=2)
        )
        result = db.execute(guarded)
        assert isinstance(result, CursorResult)
        return result.rowcount == 1

    await database.write(add_person)
    await database.write(add_ticket)
    agents = [f"agent{i}" for i in range(50)]
    won = await asyncio.gather(*(database.write(lambda db, a=agent: claim(db, a)) for agent in agents))  # type: ignore[misc]
    assert sum(won) == 1
    assert await database.read(lambda db: db.exec(select(Ticket.owner)).one()) == agents[won.index(True)]


async def test_one_of_many_remembers_a_delivery(database: Database) -> None:
    def deliver(db: Session) -> str:
        deliveries.remember(db, "w", "same", NOW, "answer")
        return "first"

    outcomes = await asyncio.gather(*(database.write(deliver) for _ in range(20)), return_exceptions=True)
    assert outcomes.count("first") == 1 and sum(isinstance(outcome, Conflict) for outcome in outcomes) == 19


async def test_one_of_many_announces(database: Database) -> None:
    said = await asyncio.gather(
        *(database.write(lambda db: announcements.announce(db, "w", "k", NOW)) for _ in range(20))
    )
    assert sum(said) == 1


async def test_two_sweeps_at_once_take_different_rows(postgres_database: Database) -> None:
    """Both are in their transactions at the same time: neither waits, nor takes what the other has."""

    def arrange(db: Session) -> None:
        add_person(db)
        numbers = [add_ticket(db) for _ in range(10)]
        clocks.write(db, [clock(number, next_at=NOW) for number in numbers])
        posts.want(db, [post(f"p{number}") for number in numbers])

    def take(db: Session) -> tuple[list[int], list[str]]:
        return [ticket for _, ticket, _ in sweeps.due_clocks(db, NOW, 5)], [
            p.key for p in posts.claim(db, NOW, NOW + HOUR, 5)
        ]

    loop = asyncio.get_running_loop()

    def take_while_another_does(db: Session) -> list[tuple[list[int], list[str]]]:
        mine = take(db)
        return [mine, asyncio.run_coroutine_threadsafe(postgres_database.write(take), loop).result(10)]

    await postgres_database.write(arrange)
    (numbers, keys), (other_numbers, other_keys) = await postgres_database.write(take_while_another_does)
    assert sorted(numbers + other_numbers) == list(range(1000, 1010))
    assert sorted(keys + other_keys) == [f"p{number}" for number in range(1000, 1010)]


async def test_posts_are_claimed_once_by_many_deliverers(database: Database) -> None:
    def claim(db: Session) -> list[str]:
        return [p.key for p in posts.claim(db, NOW, NOW + HOUR, 7)]

    wanted = [f"p{i}" for i in range(50)]
    await database.write(lambda db: posts.want(db, [post(key) for key in wanted]))
    claimed: Sequence[list[str]] = await asyncio.gather(*(database.write(claim) for _ in range(20)))
    assert sorted(key for keys in claimed for key in keys) == sorted(wanted)
    due_again = await database.write(lambda db: posts.claim(db, NOW + HOUR + timedelta(seconds=1), NOW + 2 * HOUR, 100))
    assert len(due_again) == 50 and all(isinstance(p, Post) and p.unsure for p in due_again)


@pytest.mark.parametrize("width", [1, 64])
async def test_whole_tickets_by_many(database: Database, width: int) -> None:
    await database.write(add_person)
    numbers = await asyncio.gather(*(database.write(whole_ticket) for _ in range(width)))
    assert sorted(numbers) == list(range(1000, 1000 + width))
