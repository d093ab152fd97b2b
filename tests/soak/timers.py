"""A hundred thousand deadlines, at a pace, over several desks on one PostgreSQL; kills and stops of desks on request.

Each must be announced once, and none early. How late each was is when its transaction was committed, by the database's
own clock, after its deadline.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import yaml

from adapters.contract import Adapter
from storage import migrate
from tests.postgres import create_database, drop_database, plain, shared_server

ROOT = Path(__file__).parents[2]
TARGET = "24h"
HEAD = 15.0
"""Seconds from the start to the first deadline: the desks are at work by then."""
STOPPED = 25.0
"""Seconds for which a desk stands still: longer than the database leaves it its rows."""
PATIENT = 120.0
FILL = """
SET session_replication_role = replica;
INSERT INTO ticket (workspace, number, title, status, category, team, urgency, impact, priority, requester, submitter,
    why, via, created_at, updated_at, resolution, resolved_by, outcome, reopened, major, origin_channel, origin_room,
    origin_thread, version)
SELECT 'main', i, 'my laptop is broken', 'new', 'Hardware', 'it-help', 'medium', 'low', 'low', 'zoe', 'zoe', '', 'web',
    at, at, '', '', '', 0, FALSE, 'web', 'it-help', '', 1
FROM (SELECT i, %(first)s::timestamptz + i * %(step)s * interval '1 second' - interval '24 hours' AS at
    FROM generate_series(1, %(timers)s) i) n;
INSERT INTO entry (workspace, ticket, at, kind, public, author, by_agent, text, data, channel, room, message)
SELECT 'main', number, created_at, 'opened', TRUE, 'zoe', FALSE, title, '{"via": "web"}', 'web', 'it-help', ''
FROM ticket;
INSERT INTO clock (workspace, ticket, kind, state, policy, target, started_at, warn_at, due_at, breached, next_at)
SELECT 'main', number, 'first_response', 'running', 'Standard', 86400, created_at, created_at + interval '24 hours',
    created_at + interval '24 hours', FALSE, created_at + interval '24 hours' FROM ticket;
"""
TOLD = """
WITH told AS (
    SELECT split_part(key, ':', 3)::int AS ticket, pg_xact_commit_timestamp(xmin) AS at
    FROM announcement WHERE key LIKE 'breached:%'),
twice AS (SELECT ticket FROM entry WHERE kind = 'breached' GROUP BY ticket HAVING count(*) > 1),
late AS (SELECT extract(epoch FROM told.at - clock.due_at) AS seconds FROM told JOIN clock USING (ticket))
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM twice),
    (SELECT count(*) FROM entry WHERE kind = 'breached'), count(*) FILTER (WHERE seconds < 0),
    percentile_cont(ARRAY[0.5, 0.99, 0.999, 1]) WITHIN GROUP (ORDER BY seconds) FROM late
"""


def main(words: list[str]) -> None:
    """Run it; exit 1 when a timer was missed, doubled or early."""
    parser = argparse.ArgumentParser(prog="make soak ARGS='timers …'", description=__doc__)
    parser.add_argument("--timers", type=int, default=100_000, help="how many")
    parser.add_argument("--rate", type=float, default=100.0, help="deadlines a second")
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--strike", type=float, default=0.0, help="seconds from one kill or stop to the next; 0: none")
    asked = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no desk is left behind
    place = Path(tempfile.mkdtemp(prefix="timers-"))
    place.chmod(0o755)
    with shared_server(place / "pg") as server:
        url = create_database(server, "timers")
        try:
            found = run(url, place, asked)
        finally:
            drop_database(server, "timers")
    print(found.text)
    if found.wrong:
        sys.exit(1)


@dataclass(frozen=True)
class Found:
    """What came of it. `late`: seconds, of the median, of 99 and 99.9 in a hundred, and of the last."""

    timers: int
    announced: int
    doubled: int
    early: int
    late: list[float]
    strikes: int

    @property
    def wrong(self) -> bool:
        return self.announced != self.timers or bool(self.doubled or self.early)

    @property
    def text(self) -> str:
        names = ("p50", "p99", "p99.9", "max")
        late = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in zip(names, self.late, strict=True))
        return (
            f"timers: {self.announced:,} of {self.timers:,} announced, {self.doubled} twice, {self.early} early; "
            f"late by {late}; {self.strikes} desks killed or stopped"
        )


def run(url: str, place: Path, asked: argparse.Namespace) -> Found:
    """What comes of it on an empty database, whose server keeps the instants of commits."""
    migrate.upgrade(url)
    (place / "settings.yaml").write_text(_settings())
    if _desk(url, place, "--furnish").wait():
        raise RuntimeError((place / "log").read_text())
    first = time.time() + HEAD + asked.timers / 50_000  # filling takes a while, too
    with psycopg.connect(plain(url), autocommit=True, cursor_factory=psycopg.ClientCursor) as line:
        start = datetime.fromtimestamp(first, UTC)
        line.execute(FILL, {"first": start, "step": 1 / asked.rate, "timers": asked.timers})
        line.execute("ANALYZE")
        with _desks(url, place, asked.processes) as desks:
            strikes = _wait(line, desks, first + asked.timers / asked.rate, asked)
        told, twice, entries, early, late = line.execute(TOLD).fetchone() or ()
    return Found(asked.timers, told, twice + abs(entries - told), early, late, strikes)


def _settings() -> str:
    """One deadline a ticket, and nobody to tell of it: what is looked at is when."""
    values = yaml.safe_load((ROOT / "settings.yaml").read_text(encoding="utf-8"))
    values["sla"] = [{"name": "Standard", "calendar": "always", "targets": {"first_response": TARGET}}]
    values["ladders"] = {"default": {"steps": [{"tell": "lead", "after": "48h"}]}}
    for team in values["teams"].values():
        team["triage"] = []
    values["people"]["zoe"] = {"name": "Zoe Falk"}
    values["knowledge"] = {"folders": []}
    return yaml.safe_dump(values, sort_keys=False)


class Desks:
    """So many processes. Each has one turn after the other in which it is killed, or stands still."""

    def __init__(self, url: str, place: Path, number: int) -> None:
        self._start = lambda: _desk(url, place)
        self.running = [self._start() for _ in range(number)]
        self._turns = itertools.count()

    def strike(self) -> None:
        """Kill one and start another, or stop one for a while."""
        turn = next(self._turns)
        at = turn % len(self.running)
        victim = self.running[at]
        if turn % 2:
            victim.send_signal(signal.SIGSTOP)
            time.sleep(STOPPED)
            victim.send_signal(signal.SIGCONT)
        else:
            victim.kill()
            victim.wait()
            self.running[at] = self._start()


@contextlib.contextmanager
def _desks(url: str, place: Path, number: int) -> Iterator[Desks]:
    desks = Desks(url, place, number)
    try:
        yield desks
    finally:
        for process in desks.running:
            process.kill()
            process.wait()


def _wait(line: psycopg.Connection[Any], desks: Desks, end: float, asked: argparse.Namespace) -> int:
    """Until all are announced, or should have been long ago; how many strikes there were."""
    strikes, due = 0, time.time() + HEAD + asked.strike
    while time.time() < end + PATIENT:
        ((told,),) = line.execute("SELECT count(*) FROM announcement").fetchall()
        print(f"timers: {told:,} of {asked.timers:,}, {strikes} strikes", flush=True)
        if told >= asked.timers:
            break
        if asked.strike and due < time.time() < end:
            desks.strike()
            strikes, due = strikes + 1, time.time() + asked.strike
        time.sleep(min(10.0, max(0.5, end - time.time())))
    return strikes


def _desk(url: str, place: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.soak.timers", url, str(place / "settings.yaml"), *words]
    with (place / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=log)


async def desk(url: str, settings: str, *words: str) -> None:
    """One of the processes: the real desk on the real clock, whose rooms take everything. Until it is killed."""
    from bot import __main__ as product
    from bot import workspaces
    from bot.clock import Wall, steady
    from bot.configuration.reading import Live
    from storage.database import open_database

    database = open_database(url)
    wall = Wall(database, lambda: datetime.now(UTC), steady)
    await wall.ask()
    clock = await product.start_clock(database, wall.now, steady)
    made, heartbeat, _ = product.assemble(Live(settings, {}), database, clock, None, wall)
    heartbeat.deliverer.adapters["web"] = Sink()  # type: ignore[index]
    await workspaces.furnish_all(made)
    await heartbeat.beat("settings")
    if not words:
        heartbeat.start()
        await asyncio.Event().wait()
    database.close()


class Sink(Adapter):
    """A channel that takes everything."""

    name = "web"

    async def send(self, post: Any) -> str:
        return str(post.ref or post.key)

    async def find(self, post: Any) -> str | None:
        return None


if __name__ == "__main__":
    asyncio.run(desk(*sys.argv[1:]))
