"""What is done in the background: nobody waits for it but who ends the desk, and what goes wrong with it is logged."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.words import SendFailed

log = structlog.get_logger()


class Background:
    """Tasks of one channel's, side by side. `last` are the seconds that they may still take when the desk ends."""

    def __init__(self, channel: str, last: float) -> None:
        self._channel, self._last = channel, last
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin with something, and wait for nothing."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def settled(self) -> None:
        """Wait until all is done."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def stop(self) -> None:
        """Let what was begun come to its end, or give it up."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=self._last)
        for task in list(self._tasks):
            task.cancel()
        await self.settled()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, SendFailed):
            log.warning("something in the background failed", channel=self._channel, reason=str(error)[:200])
        elif error:
            log.error("something in the background failed", channel=self._channel, exc_info=error)
