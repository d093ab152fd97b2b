"""Faults to order: for the next N calls of a method, or with a probability."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Literal

Kind = Literal["limited", "failing", "refused", "dropped", "lost", "slow", "late"]


@dataclass
class Fault:
    """What happens to calls of methods that match. `times` None: until it is taken out."""

    kind: Kind
    method: str
    times: int | None
    chance: float = 1.0
    seconds: float = 0.0
    status: int = 503
    error: str = ""


@dataclass
class Faults:
    """All faults in force, the oldest first, and what they did. Methods may be patterns: `chat.*`.

    With `chance` below 1 the server's seeded random decides and `times` counts the hits; `times=None` never ends.
    """

    random: random.Random
    faults: list[Fault] = field(default_factory=list)
    done: list[tuple[str, Kind]] = field(default_factory=list)
    twice: int = 0
    held: int = 0

    def limited(self, method: str = "*", retry_after: float = 1, *, times: int | None = 1, chance: float = 1.0) -> None:
        """429 with Retry-After in seconds; nothing is done."""
        self.faults.append(Fault("limited", method, times, chance, seconds=retry_after))

    def failing(self, method: str = "*", status: int = 503, *, times: int | None = 1, chance: float = 1.0) -> None:
        """A 5xx; nothing is done."""
        self.faults.append(Fault("failing", method, times, chance, status=status))

    def refused(self, method: str, error: str, *, times: int | None = 1, chance: float = 1.0) -> None:
        """`ok: false` with this error code; nothing is done."""
        self.faults.append(Fault("refused", method, times, chance, error=error))

    def dropped(self, method: str = "*", *, times: int | None = 1, chance: float = 1.0) -> None:
        """The connection is cut before anything is done."""
        self.faults.append(Fault("dropped", method, times, chance))

    def lost(self, method: str = "*", *, times: int | None = 1, chance: float = 1.0) -> None:
        """It is done, then the connection is cut without an answer: accepted and dropped."""
        self.faults.append(Fault("lost", method, times, chance))

    def slow(self, method: str = "*", seconds: float = 1, *, times: int | None = 1, chance: float = 1.0) -> None:
        """It is done after so many seconds."""
        self.faults.append(Fault("slow", method, times, chance, seconds=seconds))

    def late(self, method: str = "*", seconds: float = 1, *, times: int | None = 1, chance: float = 1.0) -> None:
        """It is done at once and answered after so many seconds."""
        self.faults.append(Fault("late", method, times, chance, seconds=seconds))

    def redeliver(self, events: int = 1) -> None:
        """The next events come twice, the second time as a retry of the first."""
        self.twice += events

    def reorder(self, events: int = 2) -> None:
        """The next events are held until there are so many of them, then come in another order."""
        self.held = events

    def clear(self) -> None:
        """No faults any more."""
        self.faults.clear()
        self.twice = self.held = 0

    def strike(self, method: str) -> Fault | None:
        """The fault that befalls this call."""
        for fault in self.faults:
            if fnmatch(method, fault.method) and self.random.random() < fault.chance:
                self._count(fault)
                self.done.append((method, fault.kind))
                return fault
        return None

    def _count(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if not fault.times:
            self.faults.remove(fault)
