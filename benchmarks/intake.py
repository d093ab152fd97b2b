"""Full intake over HTTP, acknowledged after commit, beside bare Bolt that only acknowledges."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.load import Job, Outcome, put_load
from benchmarks.measure import Result, cpu_seconds
from benchmarks.servers import Running, product, serving

CONNECTIONS = (16, 64)
ROUNDS = 5
SECONDS = 1.5


def run(place: Path) -> list[Result]:
    command, environment = product(place)
    floor = [sys.executable, "-m", "benchmarks.bolt_floor", "{port}"]
    with serving(command, place, "/health", environment) as ours, serving(floor, place, "/") as bolt:
        numbers: list[int] = []
        results = [_compared(ours, bolt, connections, numbers) for connections in CONNECTIONS]
    check(place / "firstline.db", numbers)
    return results


def _compared(ours: Running, bolt: Running, connections: int, numbers: list[int]) -> Result:
    one, other = Side("playground", ours, connections), Side("slack", bolt, connections)
    for _ in range(ROUNDS):
        one.play()
        other.play()
    numbers += one.numbers
    return Result(
        work=f"intake, {connections} connections",
        ours=one.summary(),
        other=other.summary(),
        ratio=one.rate() / other.rate(),
        least=0.25,
        aim=0.60,
        notes=[
            f"CPU a request: ours {one.cpu() * 1e6:,.0f} µs, Bolt {other.cpu() * 1e6:,.0f} µs ({other.cpu() / one.cpu():.2f})",
            f"after a round of {SECONDS} s ours is busy for {median(one.rests):.1f} s more: suggestions and cards",
            f"the load process used {one.load():.0%} and {other.load():.0%} of a core",
        ],
    )


class Side:
    """One of the two servers at one concurrency: a warm-up, then its rounds."""

    def __init__(self, kind: str, server: Running, connections: int) -> None:
        self.kind, self.server, self.connections = kind, server, connections
        self.rounds: list[Outcome] = []
        self.used: list[float] = []
        self.rests: list[float] = []
        self.numbers: list[int] = []
        self._load(0.5)

    def play(self) -> None:
        """A round, and the quiet after it, so that the other side has the machine for itself."""
        before = cpu_seconds(self.server.pid)
        outcome = self._load(SECONDS)
        self.used.append((cpu_seconds(self.server.pid) - before) / outcome.done)
        self.rounds.append(outcome)

    def _load(self, seconds: float) -> Outcome:
        job = Job(kind=self.kind, port=self.server.port, connections=self.connections, seconds=seconds)
        outcome = put_load(job)
        self.numbers += map(int, outcome.marks)
        self.rests.append(self.server.settle())
        return outcome

    def rate(self) -> float:
        return median(outcome.rate for outcome in self.rounds)

    def cpu(self) -> float:
        return median(self.used)

    def load(self) -> float:
        return median(outcome.cpu for outcome in self.rounds)

    def summary(self) -> str:
        p50 = median(outcome.p50 for outcome in self.rounds) * 1e3
        p99 = median(outcome.p99 for outcome in self.rounds) * 1e3
        return f"{self.rate():,.0f}/s, p50 {p50:.1f}, p99 {p99:.1f} ms"


def check(database: Path, numbers: list[int]) -> None:
    """Every acknowledged ticket is in the database with its request, nothing else is, and no number is missing or doubled."""
    with closing(sqlite3.connect(database)) as db:
        kept = [number for (number,) in db.execute("SELECT number FROM ticket ORDER BY number")]
        (opened,) = db.execute("SELECT count(*) FROM entry WHERE kind = 'opened'").fetchone()
    if sorted(numbers) != kept or len(kept) != opened:
        raise AssertionError(f"{len(numbers)} acknowledged, {len(kept)} tickets kept, {opened} requests kept")
    if kept != list(range(kept[0], kept[0] + len(kept))):
        raise AssertionError("the ticket numbers have gaps")
