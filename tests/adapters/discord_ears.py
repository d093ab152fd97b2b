"""The company on Discord with everybody on one clock, whose desk listens: what is heard is waited for.

The clock runs: leases end by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from adapters.discord.listening import Listening
from bot.configuration.reading import Live
from storage.tables import Attachment
from tests.adapters.discord_company import MONDAY, Company, Replica
from tests.platforms.discord import Discord, Person

STILL = 5
"""So many looks in a row at which nothing is under way."""


class Ears(Company):
    """A company of which several desks may listen, one after the other or at once."""

    replicas: list[Replica]

    @property
    def now(self) -> datetime:
        return self._set + timedelta(seconds=monotonic() - self._since)

    @now.setter
    def now(self, now: datetime) -> None:
        self._set, self._since = now, monotonic()

    def person(self, name: str) -> Person:
        """Somebody on the server."""
        found: Person = self.people.get(name) or self.discord.user(name)
        return found

    def ear(self, replica: Replica | None = None) -> Listening:
        """What hears for a desk."""
        found = (replica or self.first).adapter._listening
        assert found
        return found

    async def starts(self, replica: Replica) -> Replica:
        """One more desk listens, and has caught up."""
        self.replicas += [] if replica in self.replicas else [replica]
        replica.run()
        await self.discord.until(lambda: self.discord.gateway.connected)
        await self.discord.until(lambda: any(one.caught_up for one in self._listening()))
        return replica

    async def restarts(self, **after: float) -> None:
        """The desk ends, and begins again so much later."""
        await self.first.stop()
        self.replicas.remove(self.first)
        self.later(**after or {"seconds": 1})
        self.first = Replica(self, "again")
        await self.starts(self.first)

    async def heard(self) -> None:
        """All that was said and done is heard and answered."""
        still = 0
        while still < STILL:
            await asyncio.sleep(0.01)
            waiting = any(one.socket.queue.qsize() for one in self.discord.gateway.connected if one.socket)
            still = 0 if waiting or any(one.busy for one in self._listening()) else still + 1

    async def settles(self) -> None:
        """All that was heard is answered, and all that is to be said is said."""
        await self.heard()
        for replica in self.replicas:
            await replica.heartbeat.beat_all()
            await replica.adapter.settled()
        await self.heard()

    async def kept(self) -> list[Attachment]:
        """The files that tickets hold."""
        return await self.reads(Attachment, Attachment.id)

    async def told(self, *kinds: str) -> list[tuple[str, str, str]]:
        """(kind, words, author) of the entries of these kinds, oldest first."""
        return [(one.kind, one.text, one.author) for one in await self.timeline() if one.kind in kinds]

    @asynccontextmanager
    async def stuck(self) -> AsyncIterator[None]:
        """The database takes nothing; to be left before the lease is over."""
        over = Event()
        writing = asyncio.create_task(self.first.database.write(lambda db: over.wait(5)))
        try:
            yield
        finally:
            over.set()
            await writing

    def change(self, change: Callable[[str], str]) -> None:
        """Other settings, as from now on."""
        self.file.write_text(change(self.file.read_text()))
        self.live = Live(self.file, self.environment)

    def later(self, **by: float) -> None:
        """Everybody's clock moves."""
        self.now += timedelta(**by)

    def _listening(self) -> list[Listening]:
        made = [replica.adapter._listening for replica in self.replicas]
        return [one for one in made if one]


@asynccontextmanager
async def listening(
    url: str,
    home: Path,
    *,
    change: Callable[[str], str] | None = None,
    granted: Iterable[str] = ("message_content",),
    **more: Any,
) -> AsyncIterator[Ears]:
    """A company that is open and listens, and whose Discord has refused nothing at the end."""
    made: list[Ears] = []

    def now() -> float:
        return made[0].wall() if made else MONDAY.timestamp()

    async with Discord(now=now, granted=granted, **more) as discord:
        it = Ears(discord, url, home, change)
        made.append(it)
        it.replicas = []
        await it.opens()
        try:
            await it.starts(it.first)
            await discord.until(lambda: discord.world.app.commands)
            yield it
        finally:
            for replica in it.replicas:
                await replica.stop()
        assert not discord.violations, "\n".join(map(str, discord.violations))
