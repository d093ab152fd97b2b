"""What came before the thing it is about: an edit ahead of its message, a reply ahead of its ticket. Tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.words import Incoming, Reply

log = structlog.get_logger()

PAUSES = (1.0, 4.0, 15.0, 60.0)
"""Seconds before each further try."""
MOST = 2_000

Receive = Callable[[Incoming], Awaitable[Reply]]


class Parked:
    """Holds what was early in memory, for so long as Slack's deliveries may overtake each other, and no longer."""

    def __init__(self, pauses: Sequence[float] = PAUSES) -> None:
        self.pauses = pauses
        self._tries: set[asyncio.Task[None]] = set()

    def park(self, incoming: Incoming, receive: Receive, *, once: bool = False) -> None:
        """Try it again later, several times or `once`."""
        if len(self._tries) >= MOST:
            log.warning("too much came early: it is not tried again", id=incoming.id)
            return
        task = asyncio.create_task(self._try(incoming, receive, self.pauses[:1] if once else self.pauses))
        self._tries.add(task)
        task.add_done_callback(self._tries.discard)

    async def _try(self, incoming: Incoming, receive: Receive, pauses: Sequence[float]) -> None:
        for pause in pauses:
            await asyncio.sleep(pause)
            reply = await receive(incoming)
            if not (reply.early or reply.lost):
                return

    async def settled(self) -> None:
        """Wait until nothing is parked."""
        while self._tries:
            await asyncio.gather(*self._tries, return_exceptions=True)

    async def stop(self) -> None:
        for task in list(self._tries):
            task.cancel()
        await self.settled()
