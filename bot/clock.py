"""The desk's clock: it goes on when the clock on the wall jumps back, and in a demo it can be moved forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from storage import leases
from storage.database import Database

AHEAD = timedelta(seconds=1)
"""The wall clock is followed when it is further ahead than this; less is the two clocks' drift."""


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
        instant = await self._database.read(leases.instant)
        self._told = (instant, self._steady()) if instant else None

    def now(self) -> datetime:
        """What the server said last, counted on."""
        if self._told is None:
            return self._own()
        instant, since = self._told
        return instant + timedelta(seconds=self._steady() - since)


class Clock:
    """An instant that never goes back while the desk runs.

    `wall` reads a clock that somebody sets (aware, UTC), `steady` a count of seconds that only grows. When the wall
    clock jumps ahead (a machine that slept) the desk follows; when it jumps back (a correction) the desk goes on from
    where it was, so that nothing that was due stops being due. `shift` is how far a demo has been moved forward.
    """

    def __init__(
        self, wall: Callable[[], datetime], steady: Callable[[], float], shift: timedelta = timedelta(0)
    ) -> None:
        self._wall, self._steady, self.shift = wall, steady, shift
        self._at, self._since = wall(), steady()

    def now(self) -> datetime:
        instant = self._at + timedelta(seconds=self._steady() - self._since)
        wall = self._wall()
        if wall > instant + AHEAD:
            self._at, self._since = wall, self._steady()
            instant = wall
        return instant + self.shift

    def move_to(self, instant: datetime) -> None:
        """Move forward to an instant; one that has passed changes nothing."""
        ahead = instant - self.now()
        if ahead > timedelta(0):
            self.shift += ahead
