"""The desk's clock: it goes on when the machine's clock jumps back, and in a demo it can be moved forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

AHEAD = timedelta(seconds=1)
"""The machine's clock is followed when it is further ahead than this; less is the two clocks' drift."""


class Clock:
    """An instant that never goes back while the desk runs.

    `wall` reads the machine's clock (aware, UTC), `steady` a count of seconds that only grows. When the wall clock
    jumps ahead (a machine that slept) the desk follows; when it jumps back (a correction) the desk goes on from where
    it was, so that nothing that was due stops being due. `shift` is how far a demo has been moved forward.
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
