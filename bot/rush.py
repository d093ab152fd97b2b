"""Whether many people ask at once: then what nobody waits for lets them go first."""

from __future__ import annotations

import asyncio

STRETCH = 0.25
MANY = 25
PATIENCE = 3.0


class Rush:
    """Counts arrivals by stretches of STRETCH seconds of the running loop; MANY in one of the last two are a rush."""

    def __init__(self) -> None:
        self._stretch = self._now = self._before = 0

    def arrived(self) -> None:
        """Somebody asks for something."""
        self._turn()
        self._now += 1

    def on(self) -> bool:
        """Whether there is a rush."""
        self._turn()
        return max(self._now, self._before) >= MANY

    async def over(self) -> None:
        """Wait until there is none, but for PATIENCE seconds at most: what is put off is still done."""
        for _ in range(int(PATIENCE / STRETCH)):
            if not self.on():
                return
            await asyncio.sleep(STRETCH)

    def _turn(self) -> None:
        stretch = int(asyncio.get_running_loop().time() / STRETCH)
        if stretch != self._stretch:
            self._before = self._now if stretch == self._stretch + 1 else 0
            self._stretch, self._now = stretch, 0
