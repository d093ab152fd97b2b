"""Calls that nobody waits for at the moment, or that can be repeated without harm: made again where that may help."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from adapters.discord import faults
from adapters.discord.calls import BROKEN
from adapters.discord.faults import Fault

T = TypeVar("T")

LONGEST = 60.0
"""Seconds to wait at the most where Discord says when to ask again."""


async def patiently(ask: Callable[[], Awaitable[T]], pauses: Sequence[float]) -> T:
    """What is answered in the end; Fault when it is refused, or failed once more after the last of the `pauses`."""
    for pause in (*pauses, None):
        try:
            return await ask()
        except (*BROKEN, Fault, TimeoutError) as error:
            fault = faults.of(error)
            if pause is None or not _may_help(fault):
                raise fault from error
            await asyncio.sleep(max(pause, fault.retry_after or 0.0))
    raise AssertionError("the last try returns or raises")


def _may_help(fault: Fault) -> bool:
    if fault.retry_after is not None:
        return fault.retry_after <= LONGEST
    return fault.fate == "unknown" or (fault.status == 0 and not fault.final)
