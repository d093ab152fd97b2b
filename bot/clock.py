"""The desk's clock: it never goes back, whatever is done to the machine's; and in a demo it can be moved forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from storage.database import Database
from storage.server_time import server_time

AHEAD = timedelta(seconds=1)
"""The wall clock is followed when it is further ahead than this, and waited for when it is further behind."""
WAITED_FOR = timedelta(minutes=1)
"""How far behind the wall clock may be to be waited for: a drift is; of what is more, nobody knows what is right."""


def steady() -> float:
    """Seconds that nobody sets; also those in which the machine slept, where the system counts them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Wall:
    """The clock of the server whose database several desks share, so that they agree on what is due and on who has
    what for how long; the machine's own where there is no such server.

    `own` reads the machine's clock (aware, UTC), `steady` a count of seconds that only grows.
    """

    def __init__(self, database: Database, own: Callable[[], datetime], steady: Callable[[], float]) -> None:
        self._database, self._own, self._steady = database, own, steady
        self._told: tuple[datetime, float] | None = None

    async def ask(self) -> None:
        """Ask the server. A late answer makes this clock slow by as much, until the next one."""
        told = await self._database.read(server_time)
        self._told = (told, self._steady()) if told else None

    def now(self) -> datetime:
        """What the server said last, counted on."""
        if self._told is None:
            return self._own()
        told, since = self._told
        return told + timedelta(seconds=self._steady() - since)


class Clock:
    """An instant that never goes back while the desk runs.

    `wall` reads a clock that somebody sets (aware, UTC), `steady` a count of seconds that only grows. When the wall
    clock jumps ahead (a machine that slept) the desk follows; when it is a little behind (a drift) the desk waits for
    it; when it jumps back (a correction) the desk goes on from where it was, so that nothing that was due stops being
    due. `shift` is how far a demo has been moved forward.
    """

    def __init__(
        self, wall: Callable[[], datetime], steady: Callable[[], float], shift: timedelta = timedelta(0)
    ) -> None:
        self._wall, self._steady, self.shift = wall, steady, shift
        self._at, self._since = wall(), steady()
        self._last = self._at

    def now(self) -> datetime:
        seconds, wall = self._steady(), self._wall()
        instant = self._at + timedelta(seconds=seconds - self._since)
        if wall > instant + AHEAD:
            instant = wall
            self._at, self._since = instant, seconds
        elif AHEAD < instant - wall <= WAITED_FOR:
            instant = max(self._last, wall)
            self._at, self._since = instant, seconds
        self._last = instant
        return instant + self.shift

    def move_to(self, instant: datetime) -> None:
        """Move forward to an instant; one that has passed changes nothing."""
        ahead = instant - self.now()
        if ahead > timedelta(0):
            self.shift += ahead
