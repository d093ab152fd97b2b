"""A fault that comes with every beat: told when it begins or changes, now and then how often it came, and its end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

log = structlog.get_logger()
AGAIN = timedelta(minutes=10)
"""So long nothing is said of a fault that stays."""
FIGURES = re.compile(r"0x[0-9a-f]+|[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|\d+", re.IGNORECASE)
"""Numbers, addresses of objects, digests and UUIDs."""


def kind(words: str) -> str:
    """The words without their figures, so that what is told again with others is known as the same."""
    return FIGURES.sub("", words)


@dataclass
class Fault:
    """What goes wrong in one place. `told`: all that was said of it, less its figures."""

    since: datetime
    told_at: datetime
    times: int = 0
    told: set[str] = field(default_factory=set)


class Faults:
    """What goes wrong at present, by the name of what fails."""

    def __init__(self) -> None:
        self._present: dict[str, Fault] = {}

    def tell(self, name: str, error: Exception, words: str, now: datetime) -> None:
        """It failed. The traceback of a fault is logged once, though many fail of it."""
        fault = self._present.setdefault(name, Fault(now, now))
        fault.times += 1
        what = kind(words)
        if what not in fault.told:
            known = any(what in other.told for other in self._present.values())
            log.error("cycle failed", cycle=name, error=words, exc_info=None if known else error)
            fault.told.add(what)
        elif now - fault.told_at >= AGAIN:
            log.error("cycle still fails", cycle=name, error=words, times=fault.times, since=fault.since.isoformat())
        else:
            return
        fault.told_at = now

    def over(self, name: str, now: datetime) -> None:
        """It went well."""
        if fault := self._present.pop(name, None):
            log.info("cycle works again", cycle=name, failed=fault.times, after=str(now - fault.since))
