"""What is being done at the moment: waited for in tests, and finished before the desk leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from adapters.discord.faults import Fault

log = structlog.get_logger()

FINISH = 5.0
"""Seconds that what is underway may take when the desk ends."""


class Background:
    """Tasks of its own, each of which logs what goes wrong with it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do it beside everything else."""
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    async def settled(self) -> None:
        """Wait until nothing is underway."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Finish what can be finished soon."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=FINISH)
        for task in list(self._tasks):
            task.cancel()
        await self.settled()


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Fault as fault:
        log.warning("something that was done on Discord failed", code=fault.code, reason=str(fault)[:200])
    except Exception:
        log.exception("something that was done on Discord failed")
