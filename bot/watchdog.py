"""The sign of life for a watchdog outside: an address that is called only while all is well (a dead man's switch).

Nobody inside can tell that the whole desk is dead. Whoever stands outside can: by the calls that do not come.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.settings import Settings

log = structlog.get_logger()
TIMEOUT = 5.0
EARLY = timedelta(milliseconds=500)
"""A cycle that beats a little early must not leave a whole turn out."""


class Watchdog:
    """Calls `heartbeat.url` of the settings every so often. What goes wrong with that is logged once, not each time."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._called: datetime | None = None
        self._told = ""

    async def look(self, now: datetime, problems: list[str]) -> bool:
        """Call, if it is time and there are no problems; whether the address has answered as it should.

        Where something was wrong the next call comes as soon as nothing is.
        """
        rules = self._settings().heartbeat
        url = rules.url.get_secret_value()
        if not url or problems or (self._called and now - self._called < rules.every - EARLY):
            return False
        self._called = now
        wrong = await _called(url)
        if wrong != self._told:
            self._told = wrong
            if wrong:
                log.warning("the heartbeat address is called in vain", reason=wrong)
            else:
                log.info("the heartbeat address answers")
        return not wrong


async def _called(url: str) -> str:
    """What went wrong; "" when nothing did. The address is a key, and in no text. A redirect is not followed."""
    import aiohttp  # a desk that is called by nobody from outside need not have it in memory

    limit = aiohttp.ClientTimeout(total=TIMEOUT)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.get(url, allow_redirects=False, headers={"User-Agent": "firstline"}) as answer,
        ):
            return "" if answer.ok and answer.status < 300 else f"it answered {answer.status}"
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        return type(error).__name__
