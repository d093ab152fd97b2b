"""Who owns which shard's gateway session: one replica each, by leases; another takes it over when its owner dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from adapters.discord.timing import Timing

if TYPE_CHECKING:
    from bot.leases import Leases

log = structlog.get_logger()


class Lease:
    """The right to one shard's session. It ends by itself, by this process's own clock, even where that was stopped."""

    def __init__(self, shard: int, count: int, now: Callable[[], float] = monotonic) -> None:
        self.shard, self.count, self._now = shard, count, now
        self._until = 0.0

    @property
    def name(self) -> str:
        return f"discord shard {self.shard}/{self.count}"

    @property
    def held(self) -> bool:
        """Whether it is ours at this moment: nothing is answered without it."""
        return self._now() < self._until

    def renewed(self, asked: float, seconds: float) -> None:
        """It is ours for so many seconds from when it was `asked` for."""
        self._until = asked + seconds

    def lost(self) -> None:
        self._until = 0.0


Serve = Callable[[Lease], Awaitable[None]]
"""Serves a shard for as long as its lease is held; cancelled when it is not any more."""


class Shards:
    """Takes leases and serves what is ours. Who has many already reaches for one more later than who has none."""

    def __init__(
        self, leases: Leases, owner: str, count: int, serve: Serve, timing: Timing, now: Callable[[], float] = monotonic
    ) -> None:
        self._leases, self._owner, self._count, self._serve = leases, owner, count, serve
        self._timing, self._now = timing, now
        self.held: set[int] = set()

    async def run(self) -> None:
        """Until cancelled; what is ours is given back then."""
        leases = [Lease(shard, self._count, self._now) for shard in range(self._count)]
        async with asyncio.TaskGroup() as group:
            while True:
                lease = await self._one_more([lease for lease in leases if lease.shard not in self.held])
                if lease:
                    self.held.add(lease.shard)
                    group.create_task(self._ours(lease))
                await asyncio.sleep(self._timing.renew * (len(self.held) / self._count if lease else 1))

    async def _one_more(self, free: list[Lease]) -> Lease | None:
        for lease in free:
            if await self._renewed(lease):
                return lease
        return None

    async def _ours(self, lease: Lease) -> None:
        log.info("this replica has the gateway session", shard=lease.shard)
        try:
            await self._while_held(lease)
        finally:
            self.held.discard(lease.shard)
            lease.lost()

    async def _while_held(self, lease: Lease) -> None:
        serving = asyncio.ensure_future(self._serve(lease))
        try:
            while lease.held and not serving.done():
                await asyncio.wait({serving}, timeout=self._timing.renew)
                await self._renewed(lease)
        finally:
            if not lease.held:
                log.error("the gateway session is another replica's now", shard=lease.shard)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await self._given_back(lease)

    async def _renewed(self, lease: Lease) -> bool:
        """Whether it is ours now. Where the database does not say, it is for as long as it said last: until then it may
        take its time.
        """
        asked = self._now()
        try:
            async with asyncio.timeout(self._timing.lease - self._timing.renew):
                taken = await self._leases.take(lease.name, self._owner, self._timing.lease)
        except Exception as error:  # whatever it is, the lease runs out by itself
            log.warning("a lease was not renewed", shard=lease.shard, reason=f"{type(error).__name__}: {error}"[:200])
            return False
        if taken:
            lease.renewed(asked, self._timing.lease)
        else:
            lease.lost()
        return taken

    async def _given_back(self, lease: Lease) -> None:
        if not lease.held:
            return
        lease.lost()
        try:
            async with asyncio.timeout(self._timing.renew):
                await self._leases.give_back(lease.name, self._owner)
        except Exception as error:
            log.warning("a lease was not given back", reason=f"{type(error).__name__}: {error}"[:200])
