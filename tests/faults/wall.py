"""A clock on the wall that several processes read, and any of them may set."""

import mmap
import struct
from datetime import UTC, datetime
from pathlib import Path

BOTH = struct.Struct("dd")


class Wall:
    """An instant, and a count of seconds that only grows, in a file that is mapped into memory."""

    def __init__(self, file: Path, start: datetime | None = None) -> None:
        if start is not None:
            file.write_bytes(BOTH.pack(start.timestamp(), 0.0))
        with file.open("r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), BOTH.size)

    def seconds(self) -> float:
        """Unix seconds."""
        return self._both()[0]

    def steady(self) -> float:
        return self._both()[1]

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def passes_to(self, instant: datetime) -> None:
        """Time passes until this instant."""
        seconds, steady = self._both()
        self._map[:] = BOTH.pack(instant.timestamp(), steady + max(0.0, instant.timestamp() - seconds))

    def jumps_to(self, instant: datetime) -> None:
        """Somebody sets it, earlier or later."""
        self._map[:] = BOTH.pack(instant.timestamp(), self.steady())

    def _both(self) -> tuple[float, float]:
        seconds, steady = BOTH.unpack(self._map[:])
        return seconds, steady
