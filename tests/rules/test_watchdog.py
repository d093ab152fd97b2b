"""The heartbeat address: called only while all is well (issue of a dead man's switch; BEHAVIOUR 30)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from pydantic import ValidationError
from structlog.testing import capture_logs

from bot import watchdog
from bot.settings import Settings, Watchdog

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = "7f1c-secret"


@dataclass
class Outside:
    """A service that watches: it takes one address and one method, and notes what else comes."""

    status: int = 200
    location: str = ""
    hangs: bool = False
    calls: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        right = request.method == "GET" and request.path_qs == f"/ping/{KEY}?a=1" and not await request.read()
        (self.calls if right and not request.cookies else self.strange).append(f"{request.method} {request.path_qs}")
        if self.hangs:
            await asyncio.sleep(60)
        headers = {"location": self.location} if self.location else {}
        return web.Response(status=self.status, headers={**headers, "set-cookie": "a=b"})


@asynccontextmanager
async def outside(**how: object) -> AsyncIterator[Outside]:
    it = Outside(**how)  # type: ignore[arg-type]
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", it.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    it.url = f"http://127.0.0.1:{port}/ping/{KEY}?a=1"
    try:
        yield it
        assert not it.strange, it.strange
    finally:
        await runner.cleanup()


def dog(url: str, every: str = "1m") -> watchdog.Watchdog:
    rules = {"url": url, "every": every}
    made = Settings.model_validate({"calendars": {"c": {}}, "teams": {"t": {"name": "T"}}, "heartbeat": rules})
    return watchdog.Watchdog(lambda: made)


async def test_it_is_called_every_so_often_and_not_more() -> None:
    """BEHAVIOUR 30."""
    async with outside() as it:
        made = dog(it.url)
        for second in range(0, 181, 5):
            await made.look(NOW + timedelta(seconds=second), [])
        assert len(it.calls) == 4, "at 0, 60, 120 and 180 seconds"


async def test_it_is_not_called_while_something_is_wrong_and_at_once_when_nothing_is() -> None:
    """BEHAVIOUR 30: an outside watchdog notices."""
    async with outside() as it:
        made = dog(it.url)
        for second in range(0, 600, 5):
            assert not await made.look(NOW + timedelta(seconds=second), ["1 messages have waited"])
        assert not it.calls
        assert await made.look(NOW + timedelta(seconds=601), [])
        assert len(it.calls) == 1


async def test_without_an_address_nothing_is_called() -> None:
    assert not await dog("").look(NOW, [])


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    """The address may be a key: it is given to nobody else, and an answer from elsewhere is none."""
    async with outside() as elsewhere, outside(status=status, location=elsewhere.url) as it:
        assert not await dog(it.url).look(NOW, [])
        assert len(it.calls) == 1 and not elsewhere.calls


async def test_bad_answers_are_logged_once_and_so_is_the_end_of_them() -> None:
    async with outside(status=500) as it:
        made = dog(it.url)
        with capture_logs() as logs:
            for minute in range(10):
                await made.look(NOW + timedelta(minutes=minute), [])
            it.status = 200
            for minute in range(10, 15):
                await made.look(NOW + timedelta(minutes=minute), [])
        assert len(it.calls) == 15
        assert [(log["log_level"], log.get("reason")) for log in logs] == [
            ("warning", "it answered 500"),
            ("info", None),
        ]
        assert KEY not in str(logs)


async def test_one_that_does_not_answer_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "TIMEOUT", 0.2)
    async with outside(hangs=True) as it, asyncio.timeout(5):
        with capture_logs() as logs:
            assert not await dog(it.url).look(NOW, [])
        assert len(it.calls) == 1 and logs[0]["reason"].endswith("TimeoutError")


async def test_one_that_is_not_there_is_a_bad_answer() -> None:
    async with outside() as it:
        url = it.url
    with capture_logs() as logs:
        assert not await dog(url).look(NOW, [])
    assert logs[0]["reason"].startswith("Client") and KEY not in str(logs)


def test_the_address_is_one_and_is_not_shown() -> None:
    with pytest.raises(ValidationError, match="must be an address"):
        Watchdog.model_validate({"url": "ftp://example.org"})
    assert KEY not in str(Watchdog.model_validate({"url": f"https://example.org/{KEY}"}).model_dump_json())
