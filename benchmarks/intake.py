"""Full intake over HTTP, acknowledged after commit, beside bare Bolt that only acknowledges."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sqlalchemy import create_engine, text

from benchmarks.desks import postgres
from benchmarks.load import Job, Outcome, put_load
from benchmarks.measure import Result, cpu_seconds
from benchmarks.requests import PEOPLE
from benchmarks.servers import Running, product, serving, settings

CONNECTIONS = (16, 64)
ROUNDS = 4
SECONDS = 1.5


def run(place: Path) -> list[Result]:
    results = _beside_bolt(place, f"sqlite:///{place / 'firstline.db'}", "intake", least=0.25, aim=0.60)
    with postgres("bench_intake", durable=True) as url:
        return results + _beside_bolt(place, url, "intake, PostgreSQL", least=0.30, aim=0.40)


def _beside_bolt(place: Path, url: str, work: str, *, least: float, aim: float) -> list[Result]:
    command, environment = product(place, settings(place, PEOPLE), url)
    floor = [sys.executable, "-m", "benchmarks.bolt_floor", "{port}"]
    numbers: list[int] = []
    results = []
    with serving(command, place, "/health", environment) as ours, serving(floor, place, "/") as bolt:
        for connections in CONNECTIONS:
            one, other = Side("playground", ours, connections), Side("slack", bolt, connections)
            results.append(compared(one, other, "Bolt", least=least, aim=aim, work=work))
            numbers += one.numbers
    check(url, numbers)
    return results


def compared(one: Side, other: Side, name: str, *, least: float, aim: float, work: str = "intake") -> Result:
    """Both sides' rounds in turn, and what came of them."""
    for _ in range(ROUNDS):
        one.play()
        other.play()
    return Result(
        work=f"{work}, {one.connections} connections",
        ours=one.summary(),
        other=f"{name}: {other.summary()}",
        ratio=one.rate() / other.rate(),
        least=least,
        aim=aim,
        notes=[
            f"CPU each: {one.cpu():,.0f} µs, {one.cpu_in_all():,.0f} with what follows; {name} {other.cpu():,.0f} µs",
            f"ours goes on for {one.rest():.1f} s after a round of {SECONDS} s: suggestions, cards",
            f"the load process used {one.load():.0%} and {other.load():.0%} of a core",
        ],
    )


class Side:
    """One of the two servers at one concurrency: a warm-up, then its rounds."""

    def __init__(self, kind: str, server: Running, connections: int) -> None:
        self.kind, self.server, self.connections = kind, server, connections
        self.rounds: list[Round] = []
        self.numbers: list[int] = []
        self.play()
        self.rounds.clear()

    def play(self) -> None:
        """A round, and the quiet after it, so that the other side has the machine for itself."""
        job = Job(kind=self.kind, port=self.server.port, connections=self.connections, seconds=SECONDS)
        start = cpu_seconds(self.server.pid)
        outcome = put_load(job)
        answered = cpu_seconds(self.server.pid)
        rest = self.server.settle()
        self.rounds.append(Round(outcome, answered - start, cpu_seconds(self.server.pid) - start, rest))
        self.numbers += map(int, outcome.marks)

    def rate(self) -> float:
        return median(r.outcome.rate for r in self.rounds)

    def cpu(self) -> float:
        """Microseconds a request."""
        return median(r.used / r.outcome.done for r in self.rounds) * 1e6

    def cpu_in_all(self) -> float:
        return median(r.used_in_all / r.outcome.done for r in self.rounds) * 1e6

    def rest(self) -> float:
        return median(r.rest for r in self.rounds)

    def load(self) -> float:
        return median(r.outcome.cpu for r in self.rounds)

    def summary(self) -> str:
        p50, p99 = (median(getattr(r.outcome, name) for r in self.rounds) * 1e3 for name in ("p50", "p99"))
        return f"{self.rate():,.0f}/s, p50 {p50:.1f}, p99 {p99:.1f} ms"


class Round(NamedTuple):
    """The server's CPU seconds until the last answer and until it was quiet, and the seconds between the two."""

    outcome: Outcome
    used: float
    used_in_all: float
    rest: float


def check(url: str, numbers: list[int]) -> None:
    """Every acknowledged ticket is kept with its request, nothing else is, and no number is missing or doubled."""
    engine = create_engine(url)
    with engine.connect() as db:
        kept = list(db.scalars(text("SELECT number FROM ticket ORDER BY number")))
        opened = db.scalar(text("SELECT count(*) FROM entry WHERE kind = 'opened'"))
    engine.dispose()
    if sorted(numbers) != kept or len(kept) != opened:
        raise AssertionError(f"{len(numbers)} acknowledged, {len(kept)} tickets kept, {opened} requests kept")
    if kept != list(range(kept[0], kept[0] + len(kept))):
        raise AssertionError("the ticket numbers have gaps")
