"""The sweep over the clocks: 1,000 due of 1,000,000 open tickets, beside 1,000 due of 10,000; and a job store's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import Connection, create_engine, text
from sqlmodel import Session

from benchmarks import job_store
from benchmarks.desks import InProcess, opened, postgres
from benchmarks.measure import Result
from benchmarks.servers import ROOT
from storage import migrate, sweeps

MANY, FEW, DUE = 1_000_000, 10_000, 1_000
ROUNDS = 5
JOBS = 3_000
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
    'ana', '', 'web', '{opened}', '{opened}', '', '', '', 0, FALSE, 'web', 'it-help', '', 1 FROM n"""
ENTRIES = """
INSERT INTO entry (workspace, ticket, at, kind, public, author, by_agent, text, data, channel, room, message)
{numbers} SELECT 'main', i, '{opened}', 'opened', TRUE, 'ana', FALSE, 'my laptop is broken', '{{"via": "web"}}', 'web',
    'it-help', '' FROM n"""
CLOCKS = """
INSERT INTO clock (workspace, ticket, kind, state, policy, target, started_at, due_at, breached, next_at)
{numbers} SELECT 'main', i, '{kind}', 'running', 'Standard', 14400, '{opened}', '{later}', FALSE, '{later}' FROM n"""
BECOME_DUE = f"""
UPDATE clock SET next_at = '{PAST}' WHERE workspace = 'main' AND kind = 'first_response' AND ticket IN (
    WITH RECURSIVE due(t) AS (SELECT {{first}} UNION ALL SELECT t + {{step}} FROM due WHERE t + {{step}} <= {{count}})
    SELECT t FROM due)"""


def run(place: Path) -> list[Result]:
    files = [f"sqlite:///{place / f'{count}.db'}" for count in (MANY, FEW)]
    results = _beside("SQLite", files, place)
    with postgres("bench_sweep_many") as many, postgres("bench_sweep_few") as few:
        return results + _beside("PostgreSQL", [many, few])


def _beside(database: str, urls: Iterable[str], place: Path | None = None) -> list[Result]:
    with asyncio.Runner() as runner:
        pair = [Pile(url, count, runner) for url, count in zip(urls, (MANY, FEW), strict=True)]
        times = [[pile.sweep(number) for pile in pair] for number in range(ROUNDS + 1)]
        results = [_ratio(database, times, pair[0].made)]
        if place:
            results.append(_against_jobs(pair[0], place))
        for pile in pair:
            pile.desk.database.close()
    return results


def _ratio(database: str, times: list[list[float]], made: float) -> Result:
    many, few = (median(column) for column in zip(*times[1:], strict=True))
    cold = " and ".join(f"{seconds * 1e3:,.0f}" for seconds in times[0])
    return Result(
        work=f"sweep, 1,000 due, {database}",
        ours=f"of {MANY:,}: {many * 1e3:,.0f} ms",
        other=f"of {FEW:,}: {few * 1e3:,.0f} ms",
        ratio=many / few,
        least=1.5,
        aim=1.3,
        more=False,
        notes=[
            f"each round has others due; the first, cold one took {cold} ms",
            f"{MANY:,} tickets with an entry and two clocks each, made in {made:.0f} s",
        ],
    )


def _against_jobs(pile: Pile, place: Path) -> Result:
    """What a job store does for jobs that do nothing: find what is due, and write down when to look next."""
    ours = median(pile.look(number) for number in range(ROUNDS + 1, 2 * ROUNDS + 1))
    theirs = job_store.seconds(place, JOBS, DUE)
    return Result(
        work="look at 1,000 due, look again later",
        ours=f"of {MANY:,} open: {ours * 1e3:,.0f} ms",
        other=f"APScheduler's store, {JOBS:,} jobs: {theirs * 1e3:,.0f} ms",
        ratio=theirs / ours,
        least=50,
        aim=100,
        notes=["without what is said about the tickets; both on SQLite, everything on disk at the end"],
    )


@dataclass
class Pile:
    """A desk with so many open tickets, of which in each round another 1,000 are due."""

    url: str
    count: int
    runner: asyncio.Runner
    made: float = field(init=False)
    desk: InProcess = field(init=False)

    def __post_init__(self) -> None:
        start = perf_counter()
        migrate.upgrade(self.url)
        fill(self.url, self.count)
        self.made = perf_counter() - start
        self.desk = self.runner.run(opened(self.url, ROOT / "settings.yaml", NOW))

    def sweep(self, number: int) -> float:
        """Seconds until nothing is due any more, by the heartbeat's own cycle."""
        self._become_due(number)
        start = perf_counter()
        done = self.runner.run(self.desk.heartbeat.beat("sla"))
        took = perf_counter() - start
        if done != DUE:
            raise AssertionError(f"{done} clocks were looked at, not {DUE}")
        return took

    def look(self, number: int) -> float:
        """Seconds to find them and set the next look of each, in the sweep's own batches and transactions."""
        self._become_due(number)
        start = perf_counter()
        done = self.runner.run(self._look())
        took = perf_counter() - start
        if done != DUE:
            raise AssertionError(f"{done} clocks were looked at, not {DUE}")
        return took

    async def _look(self) -> int:
        later, total = NOW + timedelta(hours=1), 0

        def batch(db: Session) -> int:
            keys = sweeps.due_clocks(db, NOW, 50)
            for key in keys:
                sweeps.look_again(db, key, later, breached=False)
            return len(keys)

        while done := await self.desk.database.write(batch):
            total += done
        return total

    def _become_due(self, number: int) -> None:
        asked = BECOME_DUE.format(first=1 + number, step=self.count // DUE, count=self.count)
        engine = create_engine(self.url)
        with engine.begin() as connection:
            connection.execute(text(asked))
        engine.dispose()


def fill(url: str, count: int) -> None:
    """So many open tickets of ana's, numbered from 1, with an entry and two clocks each."""
    numbers = NUMBERS.format(count=count)
    values = {"numbers": numbers, "opened": OPENED, "later": LATER}
    statements = [TICKETS, ENTRIES, *(CLOCKS.replace("{kind}", kind) for kind in ("first_response", "resolution"))]
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _prepare(connection)
        for statement in statements:
            connection.exec_driver_sql(statement.format(**values))
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def _prepare(connection: Connection) -> None:
    """Fast, and without a look at who the requester is, who is made when the desk is opened."""
    lite = ("journal_mode=DELETE", "journal_mode=OFF", "synchronous=OFF", "cache_size=-400000")
    for statement in (
        [f"PRAGMA {pragma}" for pragma in lite]
        if connection.dialect.name == "sqlite"
        else ["SET session_replication_role = replica", "SET TIME ZONE 'UTC'"]
    ):
        connection.exec_driver_sql(statement)
