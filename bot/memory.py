"""Small texts that a channel keeps over restarts, and for all replicas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from storage import deliveries, state
from storage.database import Database

ASIDE = "aside:"
"""What the name of a text begins with that was put aside; its short name follows."""


class Memory:
    """What is kept under a name, in one workspace."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._now = database, clock

    async def get(self, workspace: str, name: str) -> str:
        """ "" where nothing is kept, or not any more."""

        def find(db: Session) -> str:
            return state.get(db, workspace, name) or deliveries.answer_to(db, workspace, name) or ""

        return await self._database.read(find)

    async def keep(self, workspace: str, name: str, text: str) -> None:
        await self._database.write(lambda db: state.keep(db, workspace, name, text))

    async def keep_a_while(self, workspace: str, name: str, text: str) -> None:
        """Keep what soon matters no more for as long as `retention.deliveries` says, from now on."""
        now = self._now()
        await self._database.write(lambda db: deliveries.keep_on(db, workspace, name, now, text))

    async def drop(self, workspace: str, *names: str) -> None:
        """Keep these no longer."""

        def drop(db: Session) -> None:
            for name in names:
                state.drop(db, workspace, name)

        await self._database.write(drop)

    async def aside(self, workspace: str, text: str) -> str:
        """Put a text aside that is too long for a card that stands, and keep it as long as cards are kept: for good.
        The short name that it has under `aside:`.
        """
        name = short_name(text)
        await self.keep(workspace, f"{ASIDE}{name}", text)
        return name


def short_name(text: str) -> str:
    """A text's name when it is put aside: 24 characters that are made of it, so that the same text has the same."""
    return sha256(text.encode()).hexdigest()[:24]
