"""What is done while Slack has its answer already."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()

LAST_WORDS = 2.0
"""Seconds for which what was begun may go on when the desk ends."""


class Beside:
    """Runs work side by side. What goes wrong is logged: nobody waits for it."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin with something, and wait for nothing."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ran)
        return task

    def _ran(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("what was to be shown in Slack was not", exc_info=error)

    async def settled(self) -> None:
        """Wait until all is done."""
        while self._running:
            await asyncio.wait(list(self._running))

    async def stop(self) -> None:
        """Let what was begun come to its end, or give it up."""
        if self._running:
            await asyncio.wait(list(self._running), timeout=LAST_WORDS)
        for task in list(self._running):
            task.cancel()
