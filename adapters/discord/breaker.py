"""Stops all calls before Discord bans the address that they come from: 10,000 invalid requests in 10 minutes. Pure.

From https://docs.discord.com/developers/topics/rate-limits, "Invalid Request Limit": an answer of 401, 403 or 429 is
invalid, but for a 429 whose X-RateLimit-Scope is `shared`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

import structlog

log = structlog.get_logger()

WINDOW = 600.0
"""Seconds over which Discord counts."""
MOST = 10_000
STOP = 3_000
"""So many stop us: other replicas, and others behind the same address, have invalid requests of their own."""
GO = 1_000
"""When no more of them are left in the window, all goes on."""

INVALID = frozenset([401, 403, 429])


class Breaker:
    """Counts invalid requests; see the module. `now` gives seconds."""

    def __init__(self, now: Callable[[], float] = monotonic, *, stop: int = STOP, go: int = GO) -> None:
        self._now, self._stop, self._go = now, stop, go
        self._invalid: deque[float] = deque(maxlen=MOST)
        self._until = 0.0

    def heard(self, status: int, scope: str = "") -> None:
        """Discord has answered with this status and X-RateLimit-Scope."""
        if status not in INVALID or (status == 429 and scope == "shared"):
            return
        now = self._now()
        self._invalid.append(now)
        self._forget(now)
        if len(self._invalid) >= self._stop and self._until <= now:
            self._until = self._invalid[-self._go - 1] + WINDOW
            log.error("too many requests were invalid: Discord is asked nothing", seconds=round(self._until - now))

    def wait(self) -> float:
        """Seconds until Discord may be asked again; 0.0 says that it may be asked now."""
        return max(0.0, self._until - self._now())

    def _forget(self, now: float) -> None:
        while self._invalid and self._invalid[0] <= now - WINDOW:
            self._invalid.popleft()
