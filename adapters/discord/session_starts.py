"""How often a gateway session may be begun: Discord counts 1,000 IDENTIFYs a day, and resets the token of who has more.

From docs.discord.com, Gateway, "Session Start Limit Object" and "Identifying". Pure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

DAY = 86_400.0
FREE = 0.06
"""The part of a day's sessions that may be begun one after the other: so many restarts in a row are no accident yet."""
STEADY = 0.85
"""The part of them that is spread over the day behind those: what goes on failing is tried that seldom."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What Discord says: `total` a day, `remaining` of them, `reset_after` in seconds; `at_once` may begin together."""

    total: int = 1_000
    remaining: int = 1_000
    reset_after: float = 0.0
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class Spent:
    """How many sessions too many were begun lately, as of `at` (Unix seconds). It is kept over restarts, as `text`."""

    sessions: float = 0.0
    at: float = 0.0

    @classmethod
    def of(cls, text: str) -> Spent:
        """What was kept; nothing spent where that cannot be read."""
        try:
            told: Any = json.loads(text or "{}")
            return cls(float(told["sessions"]), float(told["at"]))
        except (ValueError, KeyError, TypeError):
            return cls()

    @property
    def text(self) -> str:
        return json.dumps({"sessions": round(self.sessions, 3), "at": round(self.at, 3)})

    def by(self, now: float, limit: Limit) -> Spent:
        """The same at another instant: some of it is made up for by then. A clock that was set back changes nothing."""
        passed = max(0.0, now - self.at)
        return Spent(max(0.0, self.sessions - passed * _a_second(limit)), max(now, self.at))

    def begun(self, now: float, limit: Limit) -> Spent:
        """The same after one more."""
        spent = self.by(now, limit)
        return Spent(spent.sessions + 1, spent.at)


def pause(spent: Spent, limit: Limit, now: float) -> float:
    """Seconds to wait before the next session may be begun; 0.0 says that it may be begun now."""
    if limit.remaining <= 0:
        return max(1.0, limit.reset_after)
    over = spent.by(now, limit).sessions + 1 - max(1.0, limit.total * FREE)
    ours = over / _a_second(limit) if over > 0 else 0.0
    last = limit.remaining <= limit.total * (1 - FREE - STEADY)
    return max(ours, limit.reset_after / limit.remaining if last else 0.0)


def _a_second(limit: Limit) -> float:
    return max(1.0, limit.total * STEADY) / DAY
