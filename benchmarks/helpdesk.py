"""Full intake over HTTP, beside django-helpdesk on tuned SQLite with two workers."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.intake import CONNECTIONS, Side, check, compared
from benchmarks.measure import Result
from benchmarks.peer import PEERS, installed
from benchmarks.requests import PEOPLE
from benchmarks.servers import Running, product, serving, settings


def run(place: Path) -> list[Result]:
    command, environment = product(place, settings(place, PEOPLE))
    with serving(command, place, "/health", environment) as ours, _peer(place) as theirs:
        numbers: list[int] = []
        results = []
        for connections in CONNECTIONS:
            one, other = Side("playground", ours, connections), Side("helpdesk", theirs, connections)
            results.append(compared(one, other, "django-helpdesk", least=8, aim=12))
            numbers += one.numbers
    check(f"sqlite:///{place / 'firstline.db'}", numbers)
    _check_theirs(place)
    return results


@contextmanager
def _peer(place: Path) -> Iterator[Running]:
    python = installed("django-helpdesk")
    environment = {"HELPDESK_PLACE": str(place), "PYTHONPATH": str(PEERS)}
    subprocess.run([python, "-m", "helpdesk_site.make"], env={**os.environ, **environment}, check=True)
    gunicorn = [str(python), "-m", "gunicorn", "--workers", "2", "--bind", "127.0.0.1:{port}", "--backlog", "2048"]
    gunicorn += ["--no-control-socket", "--log-level", "warning", "helpdesk_site.wsgi"]
    with serving(gunicorn, place, "/tickets/success_iframe/", environment) as server:
        yield server


def _check_theirs(place: Path) -> None:
    with closing(sqlite3.connect(place / "helpdesk.db")) as db:
        kept, followed = (
            db.execute(f"SELECT count(*) FROM helpdesk_{table}").fetchone()[0] for table in ("ticket", "followup")
        )
    if kept != followed or not kept:
        raise AssertionError(f"django-helpdesk kept {kept} tickets and {followed} entries")
