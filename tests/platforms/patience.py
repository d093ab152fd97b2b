"""How long a platform waits for an answer, on a machine that others use as well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LOOK = 0.05


@asynccontextmanager
async def patience(seconds: float) -> AsyncIterator[None]:
    """`asyncio.timeout`, but that a pause of the whole machine, in which nobody could answer, counts as one look."""
    async with asyncio.timeout(None) as limit:

        async def looks() -> None:
            for _ in range(round(seconds / LOOK)):
                await asyncio.sleep(LOOK)
            limit.reschedule(asyncio.get_running_loop().time())

        looking = asyncio.create_task(looks())
        try:
            yield
        finally:
            looking.cancel()
