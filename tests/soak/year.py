"""A year of a company's desk in virtual time, compared at every step; a seed decides all that happens."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tests.postgres import place_of_this_run, shared_server
from tests.soak.kills import database
from tests.year.year import Year


def main(words: list[str]) -> None:
    """Run it, and print what was seen; exit 1 with what was not as expected."""
    parser = argparse.ArgumentParser(prog="make soak ARGS='year …'", description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--start", type=datetime.fromisoformat, default=datetime(2026, 1, 1), help="a day, in UTC")
    parser.add_argument("--trouble", type=float, default=1.0, help="how many times as much goes wrong as usual")
    parser.add_argument("--kind", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args(words)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="year-") as home:
        if asked.kind == "sqlite":
            seen = _run(asked, "", Path(home))
        else:
            with shared_server(place_of_this_run()) as server:
                seen = _run(asked, server, Path(home))
    for what, many in sorted(seen.items()):
        print(f"{many:>10,}  {what}")
    seconds = time.monotonic() - begun
    print(f"year: {asked.days} days on {asked.kind} in {seconds:,.0f} s, seed {asked.seed}: all as expected")


async def _told(year: Year) -> Counter[str]:
    """Run it, saying once a minute how far it is."""
    running = asyncio.create_task(year.runs())
    while not (await asyncio.wait([running], timeout=60))[0]:
        print(f"year: {year.now:%d %B %Y}, {len(year.tickets):,} tickets, {year.acts.done:,} acts", flush=True)
    return running.result()


def _run(asked: argparse.Namespace, server: str, home: Path) -> Counter[str]:
    with database(asked.kind, server, home) as url:
        year = Year(url, home, asked.start.replace(tzinfo=UTC), asked.days, asked.seed, asked.trouble)
        try:
            return asyncio.run(_told(year))
        except AssertionError as wrong:
            sys.exit(f"year: seed {asked.seed}, at {year.now}: {wrong}")
