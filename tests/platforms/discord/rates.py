"""Discord's rate limits: a bucket a route and major parameter, 50 requests a second in all, and the book of misses.

The numbers of the buckets are those that Discord was seen to answer; it asks apps to read the headers instead.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

MESSAGES = "POST /channels/{channel_id}/messages"
RENAMES = (2, 600.0)
BUCKETS: Mapping[str, tuple[int, float]] = {
    MESSAGES: (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
    "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (1, 0.25),
    "PATCH /channels/{channel_id}": (10, 15.0),
    "POST /channels/{channel_id}/threads": (50, 300.0),
    "POST /channels/{channel_id}/messages/{message_id}/threads": (50, 300.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": (5, 2.0),
    "GET /guilds/{guild_id}/members/search": (10, 10.0),
    "GET /guilds/{guild_id}/members": (10, 10.0),
}
"""(requests, seconds) of a route; all others have DEFAULT."""
DEFAULT, GENEROUS, GLOBAL = (10, 5.0), (10_000, 1.0), (50, 1.0)
INVALID, INVALID_WITHIN = 10_000, 600.0
"""Answers 401, 403 and 429 (not shared ones) within ten minutes, after which the address is banned for a while."""


@dataclass(frozen=True)
class Verdict:
    """Whether a request may come; seconds until it may, which limit said so, and the headers."""

    wait: float
    scope: str
    headers: Mapping[str, str]


@dataclass
class Window:
    """So many requests in so many seconds, from the first one on."""

    size: int
    seconds: float
    used: int = 0
    until: float = 0.0

    def take(self, now: float) -> float:
        """Count one; the seconds to wait if there is no room."""
        if now >= self.until:
            self.used, self.until = 0, now + self.seconds
        if self.used >= self.size:
            return self.until - now
        self.used += 1
        return 0.0


@dataclass
class Rates:
    """Real seconds, as the client's own waiting is. Generous until `on` is set: then as strict as Discord."""

    on: bool = False
    windows: dict[str, Window] = field(default_factory=dict)
    renames: dict[str, Window] = field(default_factory=dict)
    invalid: deque[float] = field(default_factory=deque)
    banned_after: int = INVALID
    hits: int = 0

    def ask(self, route: str, major: str) -> Verdict:
        """May this request come now?"""
        now = time.monotonic()
        if self.on and _counts_globally(route) and (wait := self._window("global", *GLOBAL).take(now)):
            self.hits += 1
            return Verdict(wait, "global", {"X-RateLimit-Global": "true"})
        size, seconds = BUCKETS.get(route, DEFAULT) if self.on else GENEROUS
        window = self._window(f"{route} {major}", size, seconds)
        wait = window.take(now)
        self.hits += bool(wait)
        return Verdict(wait, "user", _headers(route, window, now))

    def rename(self, channel: str) -> float:
        """Seconds until a channel may have another name; 0 when it may now."""
        return self.renames.setdefault(channel, Window(*RENAMES)).take(time.monotonic()) if self.on else 0.0

    def miss(self) -> None:
        """An answer that counts against the address."""
        self.invalid.append(time.monotonic())

    @property
    def banned(self) -> bool:
        """Whether there were too many misses."""
        while self.invalid and self.invalid[0] < time.monotonic() - INVALID_WITHIN:
            self.invalid.popleft()
        return len(self.invalid) >= self.banned_after

    def _window(self, key: str, size: int, seconds: float) -> Window:
        window = self.windows.get(key)
        if window is None or window.size != size:
            window = self.windows[key] = Window(size, seconds)
        return window


def _counts_globally(route: str) -> bool:
    """Interactions are answered outside of the global limit."""
    return not route.partition(" ")[2].startswith(("/interactions/", "/webhooks/"))


def _headers(route: str, window: Window, now: float) -> dict[str, str]:
    left = max(0.0, window.until - now)
    return {
        "X-RateLimit-Limit": str(window.size),
        "X-RateLimit-Remaining": str(window.size - window.used),
        "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        "X-RateLimit-Reset-After": f"{left:.3f}",
        "X-RateLimit-Bucket": hashlib.md5(route.encode(), usedforsecurity=False).hexdigest(),
    }
