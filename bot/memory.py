"""Small texts that a channel keeps over restarts, and for all replicas."""

from __future__ import annotations

from hashlib import sha256

from storage import tickets
from storage.database import Database

ASIDE = "aside:"
"""What the name of a text begins with that was put aside; its short name follows."""


class Memory:
    """What is kept under a name, in one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, workspace: str, name: str) -> str:
        """ "" where nothing is kept."""
        return await self._database.read(lambda db: tickets.state(db, workspace, name))

    async def keep(self, workspace: str, name: str, text: str) -> None:
        await self._database.write(lambda db: tickets.keep(db, workspace, name, text))

    async def aside(self, workspace: str, text: str) -> str:
        """Put a text aside that is too long for where it would belong; the short name that it has under `aside:`."""
        name = short_name(text)
        await self.keep(workspace, f"{ASIDE}{name}", text)
        return name


def short_name(text: str) -> str:
    """A text's name when it is put aside: 24 characters that are made of it, so that the same text has the same."""
    return sha256(text.encode()).hexdigest()[:24]
