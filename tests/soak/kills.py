"""Ten thousand kills: every death of every flow, then bursts with kills at random moments, on both databases.

A round is named by its number: from it follow its database, its flow or its seed. An interrupted run goes on with
--first; a round that failed is run again with `--first N --rounds 1`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from storage import migrate
from tests.faults.burst import Burst
from tests.faults.company import Company, a_company
from tests.faults.deaths import Death, dies, in_peace
from tests.faults.flows import FLOWS
from tests.faults.process import Spare, a_spare
from tests.postgres import create_database, drop_database, place_of_this_run, shared_server

KINDS = ("sqlite", "postgresql")
BURST = 50
"""Kills in a round of a burst."""
DEATHS = 30
"""Deaths of a flow in one company."""
FLOW_ROUNDS = list(itertools.product(FLOWS, KINDS))


def main(words: list[str]) -> None:
    """Run rounds until there were so many kills; exit 1 with the rounds that failed."""
    parser = argparse.ArgumentParser(prog="make soak ARGS='kills …'", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first round")
    parser.add_argument("--rounds", type=int, default=0, help="how many at most; 0: as many as the kills take")
    parser.add_argument("--kills", type=int, default=10_000, help="how many in all")
    asked = parser.parse_args(words)
    place = Path(tempfile.mkdtemp(prefix="kills-"))
    with shared_server(place_of_this_run()) as server, a_spare() as spare:
        failed = _rounds(asked, server, spare, place)
    shutil.rmtree(place, ignore_errors=True)
    if failed:
        sys.exit(f"kills: these rounds failed: {failed}")


def _rounds(asked: argparse.Namespace, server: str, spare: Spare, place: Path) -> list[int]:
    kills, started = 0, time.monotonic()
    failed: list[int] = []
    for number in itertools.count(asked.first):
        if kills >= asked.kills or (asked.rounds and number >= asked.first + asked.rounds):
            return failed
        try:
            kills += asyncio.run(_round(number, server, spare, place))
        except Exception as error:  # whatever it is, the others are run as well
            failed.append(number)
            print(f"  round {number}: {type(error).__name__}: {str(error)[:2000]}")
        pace = kills / (time.monotonic() - started)
        done = f"{kills:,} of {asked.kills:,} ({pace:.1f}/s)"
        print(f"kills: {done}, {len(failed)} rounds wrong; next round {number + 1}", flush=True)
    return failed


async def _round(number: int, server: str, spare: Spare, place: Path) -> int:
    """One round; the kills in it."""
    if number < len(FLOW_ROUNDS):
        return await _every_death(*FLOW_ROUNDS[number], server, spare, place)
    async with _company(KINDS[number % 2], server, spare, place) as it:
        await Burst(it, number).goes_on(BURST)
    return BURST


async def _every_death(flow: str, kind: str, server: str, spare: Spare, place: Path) -> int:
    """Each death of a flow, a few in one company: what is looked at after each is all that was ever said there."""
    kills = 0
    left: list[Death] | None = None
    while left is None or left:
        async with _company(kind, server, spare, place, surge=5 if "surge" in flow else 1000) as it:
            expected, deaths = await in_peace(it, flow)
            left = deaths if left is None else left
            kills += sum([await dies(it, flow, death, expected) for death in left[:DEATHS]])
            left = left[DEATHS:]
    return kills


@asynccontextmanager
async def _company(kind: str, server: str, spare: Spare, place: Path, surge: int = 1000) -> AsyncIterator[Company]:
    """A company with a database of its own."""
    with tempfile.TemporaryDirectory(dir=place) as home, database(kind, server, Path(home)) as url:
        async with a_company(url, Path(home), spare, surge=surge) as it:
            yield it


@contextmanager
def database(kind: str, server: str, home: Path) -> Iterator[str]:
    if kind == "sqlite":
        url = f"sqlite:///{home / 'firstline.db'}"
        migrate.upgrade(url)
        yield url
        return
    name = f"kills_{secrets.token_hex(8)}"
    url = create_database(server, name)
    migrate.upgrade(url)
    try:
        yield url
    finally:
        drop_database(server, name)
