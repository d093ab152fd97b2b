"""What is done in the background: waited for in the end, given up when it takes too long, its errors logged."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from bot.background import Background
from bot.words import SendFailed


async def test_what_was_begun_is_waited_for() -> None:
    background, done, go = Background("web", 1.0), list[str](), asyncio.Event()

    async def work() -> None:
        await go.wait()
        background.begin(further())

    async def further() -> None:
        done.append("further")

    background.begin(work())
    assert background.busy and not done
    go.set()
    await background.settled()
    assert done == ["further"] and not background.busy


async def test_what_takes_too_long_is_given_up_in_the_end() -> None:
    background = Background("web", 0.0)

    async def work() -> None:
        await asyncio.Event().wait()

    task = background.begin(work())
    await background.stop()
    assert task.cancelled() and not background.busy


async def test_errors_are_logged_and_end_nothing_else() -> None:
    background = Background("web", 1.0)

    async def fail(error: Exception) -> None:
        raise error

    with capture_logs() as logged:
        background.begin(fail(SendFailed("refused")))
        background.begin(fail(ValueError("broken")))
        await background.settled()
    levels = {(entry["log_level"], entry["channel"]) for entry in logged}
    assert levels == {("warning", "web"), ("error", "web")}
