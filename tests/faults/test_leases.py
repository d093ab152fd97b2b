"""A replica that dies around the commit of its lease: the lease is one replica's, and another's when it has run out."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage import leases
from storage.database import Database
from storage.failpoints import Failpoint
from tests.stories.company import MONDAY

TAKER = """
import asyncio, os, signal, sys
from datetime import timedelta
from storage import failpoints, leases
from storage.database import open_database
from tests.stories.company import MONDAY

def die(here):
    if here == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    database = open_database(sys.argv[1])
    failpoints.arm(die)
    await database.write(lambda db: leases.take(db, "shard 0", "first", MONDAY, timedelta(hours=1)))

asyncio.run(main())
"""


@pytest.mark.parametrize(("where", "held"), [("before commit", False), ("after commit", True)])
async def test_a_lease_is_held_from_its_commit_on_by_one(
    database: Database, database_url: str, where: Failpoint, held: bool
) -> None:
    """BEHAVIOUR 29: whoever has died holds it until it runs out, and no longer."""
    ended = subprocess.run([sys.executable, "-c", TAKER, database_url, where], check=False)  # noqa: ASYNC221
    assert ended.returncode == -signal.SIGKILL
    assert await database.write(take) is not held
    await database.write(lambda db: db.execute(text("UPDATE lease SET until = '2000-01-01 00:00:00+00:00'")))
    assert await database.write(take)


def take(db: leases.Session) -> bool:
    return leases.take(db, "shard 0", "second", MONDAY + timedelta(minutes=30), timedelta(hours=1))
