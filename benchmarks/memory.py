"""Resident memory of the idle desk, beside a process that imports the five packages it stands on and does nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.measure import Result, resident
from benchmarks.servers import product, serving

PACKAGES = ("slack_bolt", "discord", "sqlmodel", "apscheduler", "rapidfuzz")
IDLE = 3.0
ROUNDS = 3


def run(place: Path) -> list[Result]:
    floors, ours = [], []
    for number in range(ROUNDS):
        floors.append(_imports())
        ours.append(_desk(place / str(number)))
    one, other = _median(ours), _median(floors)
    return [
        Result(
            work="memory, idle",
            ours=_words(one),
            other=_words(other),
            ratio=one["rss"] / other["rss"],
            least=1.6,
            aim=1.2,
            more=False,
            notes=[f"the floor imports {', '.join(PACKAGES)}"],
        )
    ]


def _desk(place: Path) -> dict[str, float]:
    place.mkdir()
    command, environment = product(place)
    with serving(command, place, "/health", environment):
        pass  # the first start makes the tables, for which it imports alembic: not the usual case
    with serving(command, place, "/health", environment) as server:
        time.sleep(IDLE)
        return resident(server.pid)


def _imports() -> dict[str, float]:
    """The imports as such: no module of ours, no server."""
    code = f"import {', '.join(PACKAGES)}; print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        sizes = resident(process.pid)
        process.stdin.write(b"\n")
        return sizes


def _median(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {kind: median(sizes[kind] for sizes in rounds) for kind in ("rss", "pss")}


def _words(sizes: dict[str, float]) -> str:
    return f"{sizes['rss']:.0f} MB (PSS {sizes['pss']:.0f} MB)"
