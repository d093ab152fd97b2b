"""A process that is killed while it writes leaves whole tickets only, and all that it acknowledged."""

import asyncio
import signal
import subprocess
import sys

from sqlalchemy import text
from sqlmodel import Session

from storage.database import open_database

WRITER = """
import asyncio, sys
from storage.database import open_database
from tests.storage.rows import add_person, whole_ticket

async def main():
    database = open_database(sys.argv[1])
    await database.write(add_person)
    async def write():
        while True:
            print(await database.write(whole_ticket), flush=True)
    await asyncio.gather(*(write() for _ in range(20)))

asyncio.run(main())
"""
PARTS = {"entry": 2, "clock": 3, "post": 2}


def test_a_killed_process_leaves_whole_tickets(database_url: str) -> None:
    acknowledged = killed_after(database_url, tickets=150)
    database = open_database(database_url)
    numbers, parts = asyncio.run(database.read(what_stands))
    database.close()
    assert acknowledged <= set(numbers) and numbers == list(range(1000, 1000 + len(numbers)))
    assert parts == {table: dict.fromkeys(numbers, count) for table, count in PARTS.items()}


def killed_after(url: str, tickets: int) -> set[int]:
    """The numbers that the process had acknowledged when it was killed."""
    with subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        seen = [process.stdout.readline() for _ in range(tickets)]
        process.send_signal(signal.SIGKILL)
        seen += process.stdout.readlines()
    return {int(line) for line in seen if line.endswith("\n")}


def what_stands(db: Session) -> tuple[list[int], dict[str, dict[int, int]]]:
    if db.get_bind().dialect.name == "sqlite":
        assert db.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    numbers = list(db.execute(text("SELECT number FROM ticket ORDER BY number")).scalars())
    counted = {t: db.execute(text(f"SELECT ticket, count(*) FROM {t} GROUP BY ticket")).all() for t in PARTS}
    return numbers, {table: dict(tuple(row) for row in rows) for table, rows in counted.items()}
