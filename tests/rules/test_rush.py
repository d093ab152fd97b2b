"""Who waits for an answer goes first; what is put off for them is still done (BEHAVIOUR 23)."""

import asyncio
from contextlib import ExitStack

from bot.rush import MANY, PATIENCE, STRETCH, WAITING, Rush


def answered(rush: Rush, many: int) -> None:
    """So many ask and have their answers at once."""
    for _ in range(many):
        with rush.arrived():
            pass


async def rushing(rush: Rush) -> None:
    """So many arrive in every stretch, without an end."""
    while True:
        answered(rush, MANY)
        await asyncio.sleep(STRETCH / 3)


async def test_a_quiet_desk_keeps_nobody_waiting() -> None:
    rush = Rush()
    answered(rush, 1)
    assert not rush.on()
    assert await rush.over() == PATIENCE


async def test_patience_is_spent_once_and_then_each_step_lets_a_stretch_pass() -> None:
    rush, loop = Rush(), asyncio.get_running_loop()
    crowd = asyncio.create_task(rushing(rush))
    await asyncio.sleep(0)
    left = await rush.over(2 * STRETCH)
    assert rush.on() and left == 0
    start = loop.time()
    assert await asyncio.wait_for(rush.over(left), 2 * STRETCH) == 0
    assert rush.on() and loop.time() - start >= STRETCH
    crowd.cancel()


async def test_when_the_rush_is_over_what_was_put_off_goes_on_at_once() -> None:
    rush = Rush()
    answered(rush, MANY)
    assert rush.on()
    assert await rush.over(10.0) == PATIENCE
    assert not rush.on()


async def test_a_few_who_still_wait_are_a_rush_on_a_slow_desk() -> None:
    rush = Rush()
    with ExitStack() as waiting:
        for _ in range(WAITING):
            assert not rush.on()
            waiting.enter_context(rush.arrived())
        assert rush.on()
        assert await rush.over(2 * STRETCH) == 0
    assert not rush.on()
