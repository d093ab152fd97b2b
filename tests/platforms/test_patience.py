"""The platforms' patience ends when nobody answers, and not because the machine stood still."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.platforms.patience import patience


async def test_patience_ends_when_nobody_answers() -> None:
    with pytest.raises(TimeoutError):
        async with patience(0.1):
            await asyncio.Event().wait()


async def test_a_pause_of_the_whole_machine_is_nobodys_fault() -> None:
    async with patience(0.2):
        time.sleep(0.4)  # noqa: ASYNC251 - the loop itself is to stand still
        await asyncio.sleep(0.02)
