"""The server's time: seconds for limits, and message timestamps that never repeat."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """`now` gives Unix seconds; a test may hand in its own."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self._last = 0

    def ts(self) -> str:
        """A timestamp as Slack writes it, seconds and microseconds: unique, and later than every one before."""
        self._last = max(int(self.now() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def seconds(self) -> int:
        """Whole Unix seconds."""
        return int(self.now())
