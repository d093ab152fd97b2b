"""The network between the desk and PostgreSQL breaks in the worst moments: nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.faults.company import Company, a_company
from tests.faults.deaths import differing, told
from tests.faults.process import Spare
from tests.faults.proxy import Fate, Proxy, a_proxy

FLOWS = ("a_ticket_by_command", "a_ticket_by_message", "a_claim", "a_warning_a_breach_and_both_levels")
SILENCE = 1.0
"""Seconds after which this desk gives a silent database up."""
COMMITS: tuple[tuple[int, Fate], ...] = ((1, "kept"), (1, "lost"), (2, "kept"), (3, "kept"))
"""In each flow these COMMITs are struck, behind or before."""
PATIENT = 60


@pytest.fixture
async def network(postgres_database_url: str) -> AsyncIterator[Proxy]:
    async with a_proxy(postgres_database_url) as made:
        yield made


@pytest.fixture
async def it(postgres_database_url: str, spare: Spare, tmp_path: Path, network: Proxy) -> AsyncIterator[Company]:
    """A company whose desk, and nobody else, has this network between itself and the database."""
    async with a_company(postgres_database_url, tmp_path, spare) as company:
        company.process.plan(url=network.url, silence=SILENCE)
        await company.process.killed()
        yield company


async def holds(it: Company, flow: str, strike: Callable[[], None], expected: dict[str, list[Any]]) -> None:
    """The flow comes to the same with the strike in it, in the process in which it began."""

    async def at_once() -> None:
        strike()

    it.kill, starts = at_once, it.process.starts
    found = await told(it, flow)
    assert not (differs := list(differing(expected, found))), f"{flow}:\n" + "\n".join(differs)
    assert it.process.starts == starts, "it went on by itself"


@pytest.mark.parametrize("flow", FLOWS)
async def test_23_29_a_connection_that_breaks_at_commit_loses_and_doubles_nothing(
    it: Company, network: Proxy, flow: str
) -> None:
    """BEHAVIOUR 23, 29: what is done again has one effect."""
    await told(it, flow)
    expected = await told(it, flow)
    for commit in COMMITS:
        await holds(it, flow, partial(network.at_commit, *commit), expected)
    assert network.struck >= len(COMMITS) - 1, "too few of them came"


@pytest.mark.parametrize("flow", FLOWS)
async def test_23_29_connections_that_break_or_fall_silent_lose_and_double_nothing(
    it: Company, network: Proxy, flow: str
) -> None:
    """BEHAVIOUR 23, 29."""
    await told(it, flow)
    expected = await told(it, flow)
    for strike in (network.cut, network.dies):
        before = network.struck
        await holds(it, flow, strike, expected)
        assert network.struck > before
    network.delay = 0.002
    await holds(it, flow, lambda: None, expected)


async def test_a_desk_without_its_database_says_so_and_is_ready_again_by_itself(it: Company, network: Proxy) -> None:
    await it.settles()
    assert await ready(it) == (200, [])
    network.refuses = True
    network.cut()
    status, reasons = await ready(it)
    assert status == 503 and any("cannot be reached" in reason for reason in reasons), reasons
    network.refuses = False
    assert await ready(it) == (200, [])


async def test_a_desk_whose_database_says_nothing_is_not_ready_until_it_does(it: Company, network: Proxy) -> None:
    await it.settles()
    network.dies()
    async with asyncio.timeout(PATIENT):
        while await ready(it) != (200, []):  # noqa: ASYNC110 - another process is asked
            await asyncio.sleep(0.05)


async def ready(it: Company) -> tuple[int, list[str]]:
    """What the desk says of itself."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{it.process.port}/readyz") as answer:
        return answer.status, (await answer.json())["reasons"]
