"""Deadlines over two desks: `make soak ARGS=timers` in short."""

from argparse import Namespace
from pathlib import Path

import psycopg
import pytest

from tests.postgres import plain
from tests.soak import timers


def test_29_deadlines_are_announced_once_and_none_early_by_two_desks(
    fresh_postgres_database: str, tmp_path: Path
) -> None:
    """BEHAVIOUR 29: on the real clock, by what the database says of each commit."""
    with psycopg.connect(plain(fresh_postgres_database)) as line:
        (kept,) = line.execute("SHOW track_commit_timestamp").fetchone() or ("off",)
    if kept != "on":
        pytest.skip("the server that was given does not keep the instants of commits")
    asked = Namespace(timers=60, rate=20.0, processes=2, strike=0.0)
    found = timers.run(fresh_postgres_database, tmp_path, asked)
    assert not found.wrong, found.text
