"""Whether many people ask at once: then what nobody waits for lets them go first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

STRETCH = 0.25
MANY = 25
WAITING = 8
PATIENCE = 3.0


class Rush:
    """Counts arrivals by stretches of STRETCH seconds of the running loop: MANY in one of the last two are a rush, and
    so are WAITING who have no answer yet, for a slow desk lets few arrive.
    """

    def __init__(self) -> None:
        self._stretch = self._now = self._before = self._waiting = 0

    @contextmanager
    def arrived(self) -> Iterator[None]:
        """Somebody asks for something, and has the answer at the end of the block."""
        self._turn()
        self._now += 1
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def on(self) -> bool:
        """Whether there is a rush."""
        self._turn()
        return self._waiting >= WAITING or max(self._now, self._before) >= MANY

    async def over(self, patience: float = PATIENCE) -> float:
        """Wait until there is none, but for `patience` seconds at most: what is put off is still done, though in a rush
        never without a pause of one stretch, so that it takes a share and not all.

        The seconds of patience that are left for this rush; all of them when it is over.
        """
        while self.on():
            await asyncio.sleep(STRETCH)
            patience -= STRETCH
            if patience <= 0:
                return 0.0
        return PATIENCE

    def _turn(self) -> None:
        stretch = int(asyncio.get_running_loop().time() / STRETCH)
        if stretch != self._stretch:
            self._before = self._now if stretch == self._stretch + 1 else 0
            self._stretch, self._now = stretch, 0
