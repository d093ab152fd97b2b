"""The sweep over the clocks: 1,000 due of 1,000,000 open tickets, beside 1,000 due of 10,000."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.desks import InProcess, opened
from benchmarks.measure import Result
from benchmarks.servers import ROOT
from storage import migrate

MANY, FEW, DUE = 1_000_000, 10_000, 1_000
ROUNDS = 5
OPENED = "2026-11-23 08:00:00.000000"  # nine in the morning, Berlin
NOW = datetime(2026, 11, 23, 11, 20, tzinfo=UTC)  # 80% of four working hours later
LATER = "2026-11-24 12:00:00.000000"
PAST = "2026-11-23 11:00:00.000000"
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
TICKETS = """
INSERT INTO ticket (workspace, number, title, status, category, team, urgency, impact, priority, requester, submitter,
    why, via, created_at, updated_at, resolution, resolved_by, outcome, reopened, major, origin_channel, origin_room,
    origin_thread, version)
{numbers} SELECT 'main', i, 'my laptop is broken', 'new', 'Hardware', 'it-help', 'medium', 'low', 'low', 'ana',
    'ana', '', 'web', '{opened}', '{opened}', '', '', '', 0, 0, 'web', 'it-help', '', 1 FROM n"""
ENTRIES = """
INSERT INTO entry (workspace, ticket, at, kind, public, author, by_agent, text, data, channel, room, message)
{numbers} SELECT 'main', i, '{opened}', 'opened', 1, 'ana', 0, 'my laptop is broken', '{{"via": "web"}}', 'web',
    'it-help', '' FROM n"""
CLOCKS = """
INSERT INTO clock (workspace, ticket, kind, state, policy, target, started_at, due_at, breached, next_at)
{numbers} SELECT 'main', i, kind, 'running', 'Standard', 14400, '{opened}', '{later}', 0, '{later}'
    FROM n, (SELECT 'first_response' AS kind UNION SELECT 'resolution')"""


def run(place: Path) -> list[Result]:
    with asyncio.Runner() as runner:
        pair = [Pile(place / f"{count}.db", count, runner) for count in (MANY, FEW)]
        times = [[pile.sweep(number) for pile in pair] for number in range(ROUNDS + 1)]
        for pile in pair:
            pile.desk.database.close()
    many, few = (median(column) for column in zip(*times[1:], strict=True))
    cold = " and ".join(f"{seconds * 1e3:,.0f}" for seconds in times[0])
    megabytes = pair[0].path.stat().st_size / 1e6
    return [
        Result(
            work="sweep, 1,000 due",
            ours=f"of {MANY:,}: {many * 1e3:,.0f} ms",
            other=f"of {FEW:,}: {few * 1e3:,.0f} ms",
            ratio=many / few,
            least=2,
            aim=1.3,
            more=False,
            notes=[
                f"each round has others due; the first, cold one took {cold} ms",
                f"{MANY:,} tickets with an entry and two clocks each: {megabytes:,.0f} MB in {pair[0].made:.0f} s",
            ],
        )
    ]


@dataclass
class Pile:
    """A desk with so many open tickets, of which in each round another 1,000 are due."""

    path: Path
    count: int
    runner: asyncio.Runner

    def __post_init__(self) -> None:
        start = perf_counter()
        migrate.upgrade(f"sqlite:///{self.path}")
        _fill(self.path, self.count)
        self.made = perf_counter() - start
        self.desk: InProcess = self.runner.run(opened(self.path, ROOT / "settings.yaml", NOW))

    def sweep(self, number: int) -> float:
        """Seconds until nothing is due any more, by the heartbeat's own cycle."""
        with closing(sqlite3.connect(self.path)) as db, db:
            step = self.count // DUE
            due = [(PAST, ticket) for ticket in range(1 + number, self.count + 1, step)]
            db.executemany(
                "UPDATE clock SET next_at = ? WHERE workspace = 'main' AND ticket = ? AND kind = 'first_response'", due
            )
        start = perf_counter()
        done = self.runner.run(self.desk.heartbeat.beat("sla"))
        took = perf_counter() - start
        if done != DUE:
            raise AssertionError(f"{done} clocks were looked at, not {DUE}")
        return took


def _fill(path: Path, count: int) -> None:
    numbers = NUMBERS.format(count=count)
    with closing(sqlite3.connect(path)) as db:
        for pragma in ("journal_mode=DELETE", "journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        for statement in (TICKETS, ENTRIES, CLOCKS):
            db.execute(statement.format(numbers=numbers, opened=OPENED, later=LATER))
            db.commit()
