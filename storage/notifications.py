"""LISTEN and NOTIFY: processes on one PostgreSQL tell each other that there is something to do.

Nothing depends on it. What is told is "look", no more, and whoever hears nothing looks every second all the same.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

import structlog
from psycopg import AsyncConnection, Error

from storage.patience import NOTICED

log = structlog.get_logger()
CHANNEL = "firstline"
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before another try, the longer the more have failed."""
QUIET = 60.0
"""Seconds without a word after which the connection has to say that it is there."""
ANSWER = 10.0


class Notifications:
    """One process's: it hears all but its own."""

    def __init__(self, url: str) -> None:
        self._url, self._own = url, secrets.token_hex(4)
        self.words = f"NOTIFY {CHANNEL}, '{self._own}'"
        """What says it, on any connection. Not within a transaction that does more: from NOTIFY to the end of its
        COMMIT it lets no other NOTIFY of the server's go on.
        """

    async def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` whenever another process has said something, and when it may have; until cancelled."""
        failed = 0
        while True:
            try:
                async with await AsyncConnection.connect(self._url, autocommit=True, **NOTICED) as line:
                    await line.execute(f"LISTEN {CHANNEL}")
                    if failed:
                        log.info("the database's notifications are heard again")
                    failed = 0
                    await self._hear(line, heard)
            except (Error, OSError, TimeoutError) as error:
                if not failed:
                    log.warning("the database's notifications are not heard, looking goes on", error=str(error).strip())
            await asyncio.sleep(PAUSES[min(failed, len(PAUSES) - 1)])
            failed += 1

    async def _hear(self, line: AsyncConnection[tuple[object, ...]], heard: Callable[[], None]) -> None:
        heard()
        while True:
            async for said in line.notifies(timeout=QUIET):
                if said.payload != self._own:
                    heard()
            async with asyncio.timeout(ANSWER):
                await line.execute("SELECT 1")
