"""How fast Discord lets us ask: as each of its answers says. Nothing here sleeps. Pure.

From https://docs.discord.com/developers/topics/rate-limits: a bucket is told by X-RateLimit-Remaining and
X-RateLimit-Reset-After, and counted for each channel, guild or webhook by itself. discord.py heeds them by waiting, for
minutes if need be, where nobody can tell what is urgent; so what would have to wait is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from adapters.discord.faults import BUSY
from bot.retry_after import seconds

MANY = 10_000
EVERYTHING = ""
_ID = re.compile(r"/\d{5,20}\b")
_MAJOR = re.compile(r"/(?:channels|guilds|webhooks)/\d{5,20}\b")


class Pace:
    """Which kinds of request have to wait, and how long. `now` gives seconds."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._held: dict[str, float] = {}

    def wait(self, method: str, path: str) -> float:
        """Seconds until this may be asked; 0.0 says that it may be asked now."""
        until = max(self._held.get(EVERYTHING, 0.0), self._held.get(kind(method, path), 0.0))
        return max(0.0, until - self._now())

    def hold(self, seconds: float, method: str = "", path: str = "") -> None:
        """Ask nothing of this kind for a while; of no kind at all where none is said."""
        key = kind(method, path) if method else EVERYTHING
        self._held[key] = max(self._held.get(key, 0.0), self._now() + seconds)
        if len(self._held) > MANY:
            self._held = {key: until for key, until in self._held.items() if until > self._now()}

    def release(self) -> None:
        """Hold nothing any more."""
        self._held.clear()

    def heard(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """An answer that was none to being too fast: its bucket may be empty now."""
        if headers.get("X-RateLimit-Remaining") == "0":
            self.hold(seconds(headers.get("X-RateLimit-Reset-After")) or 0.0, method, path)

    def too_fast(self, method: str, path: str, headers: Mapping[str, str], body: Any) -> float:
        """What a 429 says: the seconds to wait, for every request where it counts for all.

        Without a body of Discord's it is Cloudflare, which lets nothing through.
        """
        after = seconds(str(body.get("retry_after"))) if isinstance(body, dict) else None
        if after is None:
            after, everything = seconds(headers.get("Retry-After")) or BUSY, True
        else:
            everything = bool(body.get("global")) or headers.get("X-RateLimit-Scope") == "global"
        self.hold(after, *(("", "") if everything else (method, path)))
        return after


def kind(method: str, path: str) -> str:
    """What Discord counts together: the method and the route, each channel, guild and webhook by itself."""
    major = _MAJOR.search(path)
    return f"{method} {_ID.sub('/-', path)} {major[0] if major else ''}"
