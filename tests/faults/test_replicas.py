"""One of two desks on one PostgreSQL stands still in the middle of its work, or is gone, and the other takes over."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col

from storage import sweeps
from storage.failpoints import Failpoint
from storage.tables import Entry, Post
from tests.faults.burst import announced_once
from tests.faults.company import Company, a_company
from tests.faults.flows import opened
from tests.faults.process import Died, Process, Spare
from tests.faults.record import check

PLACES: tuple[Failpoint, ...] = ("clocks claimed", "ladders claimed", "posts claimed", "before send", "after send")
STILLNESS = 1.0
"""Seconds after which the database takes from a desk that stands still what it holds."""
ARRIVAL = 0.2
"""Seconds in which what has left arrives. For the desk, whose clock is ours, a minute passes in less."""
TICKETS = 6
PATIENT = 120


@pytest.fixture
async def it(postgres_database_url: str, spare: Spare, tmp_path: Path) -> AsyncIterator[Company]:
    async with a_company(postgres_database_url, tmp_path, spare) as company:
        yield company


async def another(it: Company, spare: Spare) -> Process:
    """A desk beside the company's own, whose heart beats all the time."""
    made = Process(spare, it.process.given)
    made.plan(beats=True, stillness=STILLNESS)
    await made.opens()
    await made.start()
    return made


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENT):
        while not holds():  # noqa: ASYNC110 - what is looked at is another process
            await asyncio.sleep(0.01)


def stands_still(pid: int) -> bool:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "TZ"
    return True


@pytest.mark.parametrize(
    ("place", "sign"),
    [*((place, signal.SIGSTOP) for place in PLACES), *((place, signal.SIGKILL) for place in PLACES[::2])],
)
async def test_29_who_stands_still_past_its_lease_is_stood_in_for(
    it: Company, spare: Spare, place: Failpoint, sign: signal.Signals
) -> None:
    """BEHAVIOUR 29: its turn is over when it goes on; nothing is announced twice, and nothing not at all."""
    for number in range(TICKETS):
        await opened(it, f"my laptop is broken, {number}")
    victim = await another(it, spare)
    with suppress(Died):
        await victim.ask("kill", at=place, time=1, sign=sign)
    it.wall.passes_to(it.wall.now() + timedelta(hours=4, seconds=1))
    await until(lambda: stands_still(victim.pid))
    await asyncio.sleep(ARRIVAL)
    await all_is_done(it)
    if sign is signal.SIGSTOP:
        os.kill(victim.pid, signal.SIGCONT)
        await victim.ask("rest")
    await it.settles()
    await check(it)
    await announced_once(it)
    breached = [entry for entry in await it.reads(Entry) if entry.kind == "breached"]
    assert len(breached) == TICKETS
    await victim.closes()


async def all_is_done(it: Company) -> None:
    """Another desk does what is due, as soon as it can be had, also what has to be tried again."""
    for _ in range(PATIENT * 10):
        await it.settles()
        if not (left := await to_do(it)):
            return
        await asyncio.sleep(0.1)  # the database has yet to find out
    raise AssertionError(f"not done: {left}")


async def to_do(it: Company) -> list[str]:
    """What is due of anything, and the posts that are not settled."""
    now = it.wall.now()
    due = await it.database.read(lambda db: sweeps.due(db, now))
    posts = await it.reads(Post, col(Post.next_at).is_not(None))
    return [kind for kind, number in due.items() if number] + [post.key for post in posts]
