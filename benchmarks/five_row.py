"""CPU of a five-row intake (ticket, two entries, post, delivery) through our storage, beside raw sqlite3."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sqlmodel import Session

from benchmarks.measure import Result, timed
from storage import deliveries, migrate, posts, tickets, timeline
from storage.database import Database, open_database

CALLERS = 64
INTAKES = 2048
ROUNDS = 7
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TICKET: dict[str, Any] = {
    "workspace": "main", "title": "the vpn is down", "status": "new", "category": "Network Access", "team": "network",
    "urgency": "medium", "impact": "medium", "priority": "medium", "requester": "ana", "submitter": "ana",
    "owner": None,
    "why": "category: it says “vpn”", "via": "web", "created_at": NOW, "updated_at": NOW, "resolved_at": None,
    "closed_at": None, "first_reply_at": None, "resolution": "", "resolved_by": "", "outcome": "", "stars": None,
    "reopened": 0, "merged_into": None, "follows": None, "major": False, "origin_channel": "web",
    "origin_room": "it-help", "origin_thread": "", "version": 1,
}  # fmt: skip
OPENED: dict[str, Any] = {
    "workspace": "main", "at": NOW, "kind": "opened", "public": True, "author": "ana", "by_agent": False,
    "text": "the vpn is down", "data": {"via": "web", "priority": "medium"}, "channel": "web", "room": "it-help",
    "message": "",
}  # fmt: skip
OWNER = OPENED | {"kind": "owner", "public": False, "author": "", "text": "least to do", "data": {"to": "dev"}}
CARD = json.dumps({"title": "IT-1 · the vpn is down", "body": "> the vpn is down", "tone": "plain"})
POST: dict[str, Any] = {
    "workspace": "main", "channel": "web", "room": "triage-network", "thread": "", "under": "", "side": "agents",
    "card": CARD, "urgency": 50, "revision": 1, "sent": 0, "ref": "", "unsure": False, "attempts": 0,
    "created_at": NOW, "wanted_at": NOW, "next_at": NOW, "parked": "",
}  # fmt: skip


def run(place: Path) -> list[Result]:
    url = f"sqlite:///{place / 'ours.db'}"
    for path in (place / "ours.db", place / "raw.db"):
        _prepare(path)
    database = open_database(url)
    ours, raw = [], []
    with closing(_connect(place / "raw.db")) as db, asyncio.Runner() as runner:
        for number in range(ROUNDS + 1):  # the first is for warming up
            ours.append(_cpu(lambda: runner.run(_ours(database, number * INTAKES))))  # noqa: B023 - called at once
            raw.append(_cpu(partial(_raw, db, number * INTAKES)))
    database.close()
    one, other = median(ours[1:]), median(raw[1:])
    return [
        Result(
            work="five-row intake, CPU",
            ours=f"{one * 1e6:,.0f} µs, {CALLERS} at once",
            other=f"sqlite3: {other * 1e6:,.0f} µs, one by one",
            ratio=one / other,
            least=4,
            aim=1,
            more=False,
        )
    ]


def _cpu(work: Callable[[], object]) -> float:
    return timed(work, time.process_time) / INTAKES


def _prepare(path: Path) -> None:
    migrate.upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO person (workspace, id, name, email, zone, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            ("main", "ana", "Ana", "", "", _text(NOW)),
        )


def _connect(path: Path) -> sqlite3.Connection:
    """As ours is: the same durability, the same checks."""
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000", "temp_store=MEMORY"):
        db.execute(f"PRAGMA {pragma}")
    return db


async def _ours(database: Database, first: int) -> None:
    numbers = iter(range(first + 1, first + INTAKES + 1))

    async def caller() -> None:
        for number in numbers:
            await database.write(partial(_five_rows, number))

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


def _five_rows(number: int, db: Session) -> None:
    tickets.add(db, TICKET | {"number": number})
    timeline.add_all(db, [OPENED | {"ticket": number}, OWNER | {"ticket": number}])
    posts.want(db, [POST | {"key": f"card:{number}", "ticket": number}])
    deliveries.remember(db, "main", f"d{number}", NOW, CARD)


def _raw(db: sqlite3.Connection, first: int) -> None:
    """The same rows with all conversion done beforehand: nobody can do less."""
    add_ticket, ticket = _statement("ticket", TICKET, "number")
    add_entry, opened = _statement("entry", OPENED, "ticket")
    _, owner = _statement("entry", OWNER, "ticket")
    add_post, post = _statement("post", POST, "key", "ticket")
    add_delivery = "INSERT INTO delivery (workspace, at, answer, id) VALUES (?, ?, ?, ?)"
    now = _text(NOW)
    for number in range(first + 1, first + INTAKES + 1):
        db.execute("BEGIN IMMEDIATE")
        db.execute(add_ticket, (*ticket, number))
        db.execute(add_entry, (*opened, number))
        db.execute(add_entry, (*owner, number))
        db.execute(add_post, (*post, f"card:{number}", number))
        db.execute(add_delivery, ("main", now, CARD, f"d{number}"))
        db.execute("COMMIT")


def _statement(table: str, values: dict[str, Any], *more: str) -> tuple[str, list[Any]]:
    names = [*values, *more]
    bound = [
        _text(v) if isinstance(v, datetime) else json.dumps(v) if isinstance(v, dict) else v for v in values.values()
    ]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", bound


def _text(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")
