"""Fifty agents claim one ticket at once: the whole command at our desk, beside a connection each."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from threading import Barrier, Thread

from benchmarks.desks import InProcess, opened
from benchmarks.measure import Result
from benchmarks.servers import settings
from bot.words import Address, Incoming, Reply, Sender

AGENTS = [f"agent{number:02}" for number in range(50)]
ROUNDS = 5
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def run(place: Path) -> list[Result]:
    _make_table(place / "peer.db")
    with asyncio.Runner() as runner:
        ours = runner.run(opened(place / "ours.db", settings(place, AGENTS, "it-help"), NOW))
        times = [_round(runner, ours, place / "peer.db", number) for number in range(ROUNDS + 1)]
        ours.database.close()
    one, bare, same = (median(column) for column in zip(*times[1:], strict=True))
    return [
        Result(
            work="claim, 50 agents, 1 ticket",
            ours=f"{one * 1e3:,.1f} ms, one winner each time",
            other=f"50 connections: {same * 1e3:,.1f} ms",
            ratio=same / one,
            least=10,
            aim=25,
            notes=[
                "both keep every agent's answer on disk for a repeated delivery; ours also writes timeline and cards",
                f"connections that set the owner and keep nothing else: {bare * 1e3:,.1f} ms ({bare / one:.1f} ×)",
            ],
        )
    ]


def _round(runner: asyncio.Runner, ours: InProcess, peer: Path, number: int) -> tuple[float, float, float]:
    return (
        runner.run(_claim(ours, number)),
        _connections(peer, 2 * number, remembers=False),
        _connections(peer, 2 * number + 1, remembers=True),
    )


async def _claim(ours: InProcess, number: int) -> float:
    """Seconds until all have their answer."""
    await ours.desk.receive(_said("ana", "ticket", f"open-{number}", text="my laptop is broken"))
    ticket = str(1001 + number)
    start = time.perf_counter()
    replies = await asyncio.gather(
        *(ours.desk.receive(_said(agent, "claim", f"{agent}-{number}", text=ticket)) for agent in AGENTS)
    )
    took = time.perf_counter() - start
    _check([not reply.failed for reply in replies], replies[0])
    return took


def _said(person: str, verb: str, delivery: str, text: str) -> Incoming:
    return Incoming(delivery, Sender(person, person.capitalize()), Address("web", "triage-it"), verb, {}, text)


def _check(won: list[bool], first: Reply | None = None) -> None:
    if won.count(True) != 1:
        raise AssertionError(f"{won.count(True)} winners; the first answer: {first}")


def _make_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE ticket (number INTEGER PRIMARY KEY, owner TEXT)")
        db.execute("CREATE TABLE delivery (id TEXT PRIMARY KEY, answer TEXT)")


def _connections(path: Path, number: int, *, remembers: bool) -> float:
    """The same race over a connection each, opened beforehand."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO ticket VALUES (?, NULL)", (number,))
    won, start = [False] * len(AGENTS), [0.0]
    ready = Barrier(len(AGENTS), lambda: start.append(time.perf_counter()))
    threads = [
        Thread(target=_compete, args=(path, number, place, won, ready, remembers)) for place in range(len(AGENTS))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _check(won)
    return time.perf_counter() - start[-1]


def _compete(path: Path, number: int, place: int, won: list[bool], ready: Barrier, remembers: bool) -> None:
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=FULL")
        db.execute("SELECT owner FROM ticket").fetchall()
        ready.wait()
        db.execute("BEGIN IMMEDIATE")
        (owner,) = db.execute("SELECT owner FROM ticket WHERE number = ?", (number,)).fetchone()
        if owner is None:
            db.execute("UPDATE ticket SET owner = ? WHERE number = ?", (AGENTS[place], number))
            won[place] = True
        if remembers:
            db.execute("INSERT INTO delivery VALUES (?, ?)", (f"{number}-{place}", "won" if won[place] else "lost"))
        db.execute("COMMIT")
