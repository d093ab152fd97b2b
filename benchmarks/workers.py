"""Claims on one PostgreSQL by one, two and four desks: each a process, each with tickets of its own to claim.

python -m benchmarks.workers URL SETTINGS FIRST COUNT is one of them.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.desks import opened, postgres
from benchmarks.measure import Result
from benchmarks.servers import ROOT, settings
from benchmarks.sweep import fill
from bot.words import Address, Incoming, Sender
from storage import migrate

DESKS = (1, 2, 4)
CLAIMS = 400
"""In all, however many share them."""
ROUNDS = 3
AT_ONCE = 16
AGENTS = [f"agent{number:02}" for number in range(AT_ONCE)]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def run(place: Path) -> list[Result]:
    chosen = settings(place, AGENTS, "it-help")
    with postgres("bench_workers", durable=True) as url:
        migrate.upgrade(url)
        fill(url, len(DESKS) * ROUNDS * CLAIMS)
        rates: dict[int, list[float]] = {desks: [] for desks in DESKS}
        for number in range(ROUNDS):
            for at, desks in enumerate(DESKS):
                first = 1 + (number * len(DESKS) + at) * CLAIMS
                rates[desks].append(CLAIMS / _claimed(url, chosen, first, desks))
    best = {desks: max(found) for desks, found in rates.items()}
    told = ", ".join(f"{desks}: {rate:,.0f}/s" for desks, rate in best.items())
    return [
        Result(
            work="claims, 2 desks, PostgreSQL",
            ours=f"2 desks: {best[2]:,.0f}/s",
            other=f"1 desk: {best[1]:,.0f}/s",
            ratio=best[2] / best[1],
            least=1.2,
            aim=1.6,
            notes=[f"claims a second, the best of {ROUNDS}: {told}; {os.cpu_count()} cores for all and the database"],
        )
    ]


def _claimed(url: str, chosen: Path, first: int, desks: int) -> float:
    """Seconds until all of a round are claimed, from when the desks are ready."""
    share = CLAIMS // desks
    words = [sys.executable, "-m", "benchmarks.workers", url, str(chosen)]
    running = [
        subprocess.Popen(
            [*words, str(first + at * share), str(share)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for at in range(desks)
    ]
    for process in running:
        _must_be_ready(process)
    start = time.perf_counter()
    for process in running:
        assert process.stdin
        process.stdin.close()
    for process in running:
        process.wait()
    took = time.perf_counter() - start
    if any(process.returncode for process in running):
        raise AssertionError("a desk could not claim its tickets")
    return took


def _must_be_ready(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout
    if process.stdout.readline() != b"ready\n":
        raise AssertionError("a desk does not start")


async def work(url: str, chosen: str, first: str, count: str) -> None:
    """One desk: it says that it is ready, and claims its tickets when it is told."""
    desk = await opened(url, Path(chosen), NOW)
    turns = iter(range(int(first), int(first) + int(count)))

    async def claim(agent: str) -> None:
        sender, at = Sender(agent, agent.capitalize()), Address("web", "triage-it")
        for number in turns:
            reply = await desk.desk.receive(Incoming(f"{agent}-{number}", sender, at, "claim", text=str(number)))
            if reply.failed:
                raise AssertionError(str(reply))

    print("ready", flush=True)
    sys.stdin.read()
    await asyncio.gather(*(claim(agent) for agent in AGENTS))
    sys.stdout.flush()
    os._exit(0)  # what is left to be closed is no part of it


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
