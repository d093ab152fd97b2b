"""The server's time: calendar time that a test may hand in, and snowflakes that never repeat."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

EPOCH = 1_420_070_400_000
"""Discord's epoch, the first second of 2015, in Unix milliseconds."""


class Clock:
    """`now` gives Unix seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self._last = 0

    def snowflake(self) -> str:
        """A new id: its upper 42 bits are the milliseconds since 2015, and it is higher than every one before."""
        self._last = max((int(self.now() * 1000) - EPOCH) << 22, self._last + 1)
        return str(self._last)

    def stamp(self) -> str:
        """The time as Discord writes it: ISO 8601, in UTC."""
        return stamp(self.now())


def stamp(seconds: float) -> str:
    """Unix seconds in ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def seconds_of(snowflake: str) -> float:
    """When this id was made, in Unix seconds."""
    return ((int(snowflake) >> 22) + EPOCH) / 1000
