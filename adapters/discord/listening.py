"""The desk's ears on Discord: all that is heard, and by which replica."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from adapters.contract import Desk
from adapters.discord import sync
from adapters.discord.access import Access
from adapters.discord.acts import Acts
from adapters.discord.answers import Answers
from adapters.discord.calls import Calls
from adapters.discord.catch_up import CatchUp, Gap
from adapters.discord.client import Ears
from adapters.discord.completion import Completion
from adapters.discord.conversations import Conversations
from adapters.discord.drafts import Drafts
from adapters.discord.forms import Forms
from adapters.discord.heard import Heard
from adapters.discord.names import Names
from adapters.discord.people import People
from adapters.discord.places import Places
from adapters.discord.rooms import Rooms
from adapters.discord.sessions import Sessions
from adapters.discord.shards import Lease, Shards
from adapters.discord.timing import Timing
from bot.background import Background

log = structlog.get_logger()

LAST = 5.0
"""Seconds that what is being answered may take when the desk ends."""


class Listening:
    """Hears for one desk. `wall` tells the time in Unix seconds, `owner` names this replica among all."""

    def __init__(
        self, desk: Desk, calls: Calls, places: Places, wall: Callable[[], float], owner: str, timing: Timing
    ) -> None:
        self._desk, self._calls, self._owner, self._timing = desk, calls, owner, timing
        self._underway, self._gaps = Background("discord", LAST), list[Gap]()
        rooms, people = Rooms(desk.hearing, calls, places), People(calls)
        names, drafts = Names(calls), Drafts(desk.memory, self._underway)
        conversations = Conversations(calls, names, timing.retry)
        forms = Forms(desk, drafts)
        answers = Answers(desk, calls, places, forms, timing.retry)
        self._acts = Acts(desk, calls, rooms, people, conversations, drafts, forms, answers)
        self._heard = Heard(desk, calls, rooms, people, conversations, names, forms, answers, self._underway, timing)
        self._completion = Completion(desk, calls, people)
        self._access = Access(desk, places, timing.burst)
        self._sessions = Sessions(desk, calls, wall, owner, timing)
        self._catch_up = CatchUp(desk, calls, places, rooms, self._heard, wall, timing)

    async def run(self) -> None:
        """Until cancelled. What is being answered then is still answered."""
        shards = Shards(self._desk.leases, self._owner, self._desk.settings.discord.shards, self._served, self._timing)
        try:
            await shards.run()
        finally:
            await self._underway.stop()

    @property
    def busy(self) -> bool:
        """Whether something that was heard is not answered yet, or something that was missed not heard."""
        return self._underway.busy or any(gap.missed for gap in self._gaps)

    @property
    def caught_up(self) -> bool:
        """Whether it hears, and has missed nothing that it does not know."""
        return any(gap.live and not gap.missed for gap in self._gaps)

    async def settled(self) -> None:
        """Wait until everything that was heard is answered and shown."""
        await self._underway.settled()

    async def _served(self, lease: Lease) -> None:
        gap = Gap(lease)
        self._gaps.append(gap)
        try:
            await self._hears(lease, gap)
        finally:
            self._gaps.remove(gap)

    async def _hears(self, lease: Lease, gap: Gap) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sessions.run(lease, self._ears(gap)))
            group.create_task(self._catch_up.run(gap))
            if lease.shard == 0:
                group.create_task(self._told_of_commands())

    def silent(self) -> float | None:
        """Seconds since the gateway was last alive, on the worst of this replica's shards; None if it has none."""
        return max((gap.silent() for gap in self._gaps), default=None)

    def _ears(self, gap: Gap) -> Ears:
        return Ears(self._acts, self._heard, self._completion, self._access, self._underway, gap)

    async def _told_of_commands(self) -> None:
        """Discord shows the commands as the settings of the moment say: their choices are teams and categories."""
        told = None
        while True:
            settings = self._desk.settings
            try:
                if settings is not told:
                    await self._calls.start()
                    await sync.sync(self._calls, self._desk.memory, self._desk.registry, settings)
                    told = settings
            except Exception as error:  # the commands of last time go on working
                log.error("Discord was not told of the commands", reason=f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(self._timing.keep)
