"""What only one replica may do at a time, and how long it may go on without saying so again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from storage import leases as rows
from storage.database import Conflict, Database


class Leases:
    """Each has a name; `owner` names a replica. Replicas that share a database take the time from it."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._now = database, clock

    async def take(self, name: str, owner: str, seconds: float) -> bool:
        """Whether the owner has it for so many seconds from now: it was free, had run out, or was theirs."""
        now, length = self._now(), timedelta(seconds=seconds)
        try:
            return await self._database.write(lambda db: rows.take(db, name, owner, now, length))
        except Conflict:  # another one was the first ever, a moment ago
            return False

    async def give_back(self, name: str, owner: str) -> None:
        """Let the next one have it at once."""
        await self._database.write(lambda db: rows.give_back(db, name, owner))
