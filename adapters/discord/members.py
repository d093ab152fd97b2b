"""Who is in a ticket's private thread: let in, and let out again when the ticket has become another team's."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextvars import Context

import structlog

from adapters.discord.faults import Fault
from adapters.discord.places import Places
from adapters.discord.threads import Threads
from bot.words import WORKSPACE

log = structlog.get_logger()

TRIES = 5
COMING = "…"
"""Stands in front of those of whom not all are in yet."""


class Members:
    """Remembers whom it has let in. Who came in otherwise, as moderators may, is left alone."""

    def __init__(self, places: Places, threads: Threads) -> None:
        self._places, self._threads = places, threads
        self._coming: dict[int, asyncio.Task[None]] = {}

    async def fit(self, thread: int, wanted: Sequence[str]) -> None:
        """Let those in who belong there, and those out who do not any more; nothing where it is not said who does.

        Out at once, or a Fault: they could read on. In by and by, after the turn of what is sent: the ticket's talk has
        begun without them.
        """
        if not wanted:
            return
        await self._halted(thread)
        kept = await self._places.remembered(_name(thread))
        known = set(kept.removeprefix(COMING).split(",")) - {""}
        if known == set(wanted) and not kept.startswith(COMING):
            return
        new = [user for user in wanted if user not in known or kept.startswith(COMING)]
        if new:  # whoever may be in by now is on record, whatever happens
            await self._keep(thread, COMING, known | set(wanted))
        for user in sorted(known - set(wanted)):
            await self._threads.remove(thread, user)
        self._coming[thread] = task = asyncio.create_task(self._let_in(thread, new, wanted), context=Context())
        task.add_done_callback(lambda done: self._ended(thread, done))

    async def settled(self) -> None:
        """Everybody is let in."""
        while self._coming:
            await asyncio.wait(list(self._coming.values()))

    async def stop(self) -> None:
        """Let nobody in any more."""
        for thread in list(self._coming):
            await self._halted(thread)

    async def _halted(self, thread: int) -> None:
        if task := self._coming.get(thread):
            task.cancel()
            await asyncio.wait({task})

    def _ended(self, thread: int, task: asyncio.Task[None]) -> None:
        if self._coming.get(thread) is task:
            del self._coming[thread]
        if not task.cancelled() and (error := task.exception()):
            log.warning(
                "not all were let into a thread", thread=thread, reason=f"{type(error).__name__}: {error}"[:200]
            )

    async def _let_in(self, thread: int, new: Sequence[str], wanted: Sequence[str]) -> None:
        if all([await self._is_let_in(thread, user) for user in new]):
            await self._keep(thread, "", wanted)

    async def _is_let_in(self, thread: int, user: str) -> bool:
        """Whether nothing more can be done about it."""
        for _ in range(TRIES):
            try:
                await self._threads.add(thread, user)
            except Fault as fault:
                if fault.final:
                    log.warning("somebody cannot be let into a thread", user=user, reason=str(fault))
                    return True
                await asyncio.sleep(fault.retry_after or 1.0)
            else:
                return True
        return False

    async def _keep(self, thread: int, mark: str, users: Collection[str]) -> None:
        if self._places.memory is not None:
            await self._places.memory.keep(WORKSPACE, _name(thread), mark + ",".join(sorted(users)))


def _name(thread: int) -> str:
    return f"discord members {thread}"
