"""An idle tick: a cycle of the heartbeat that finds nothing due, beside the bare query on the driver itself.

On PostgreSQL in another thread, as the loop must not wait for a network.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg

from benchmarks.desks import InProcess, opened, postgres
from benchmarks.measure import Result, timed
from benchmarks.servers import ROOT
from tests.postgres import plain

ROUNDS = 2_000
NOW = datetime(2026, 11, 23, 11, 20, tzinfo=UTC)
CYCLES = ("sla", "escalation", "chores", "posts")
QUERY = "SELECT next_at FROM clock WHERE next_at IS NOT NULL AND next_at <= '2026-11-23 11:20:00.000000' LIMIT 1"


def run(place: Path) -> list[Result]:
    path = place / "tick.db"
    ours = asyncio.run(_ticks(path))
    lite = sqlite3.connect(path, isolation_level=None)
    results = [_result("SQLite", ours, _median(lambda: lite.execute(QUERY).fetchall()), 50, (10, 5))]
    lite.close()
    with postgres("bench_tick") as url:
        ours = asyncio.run(_ticks(url))
        with psycopg.connect(plain(url), autocommit=True) as bare:
            floor = asyncio.run(_in_a_thread(lambda: bare.execute(QUERY).fetchall()))
    return [*results, _result("PostgreSQL", ours, floor, 500, (6, 3))]


async def _in_a_thread(work: Callable[[], object]) -> float:
    times, loop = [], asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        for _ in range(ROUNDS):
            start = perf_counter()
            await loop.run_in_executor(thread, work)
            times.append(perf_counter() - start)
    return median(times)


async def _ticks(database: Path | str) -> dict[str, float]:
    """Seconds that each cycle takes, the median."""
    desk = await opened(database, ROOT / "settings.yaml", NOW)
    for name in desk.heartbeat.cycles:
        await desk.heartbeat.beat(name)
    found = {name: await _tick(desk, name) for name in CYCLES}
    desk.database.close()
    return found


async def _tick(desk: InProcess, name: str) -> float:
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        await desk.heartbeat.beat(name)
        times.append(perf_counter() - start)
    return median(times)


def _median(work: Callable[[], object]) -> float:
    return median(timed(work) for _ in range(ROUNDS))


def _result(database: str, ours: dict[str, float], floor: float, asked: int, wanted: tuple[float, float]) -> Result:
    worst = max(ours.values())
    each = ", ".join(f"{name} {seconds * 1e6:.0f}" for name, seconds in ours.items())
    return Result(
        work=f"idle tick, {database}",
        ours=f"{worst * 1e6:.0f} µs",
        other=f"the bare query: {floor * 1e6:.0f} µs",
        ratio=worst / floor,
        least=wanted[0],
        aim=wanted[1],
        more=False,
        notes=[f"in µs: {each} (which looks twice); asked for: at most {asked}"],
    )
