"""Slack's rate limits: a message a second a channel, and so many calls a minute of each method."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tests.platforms.slack.calls import Tier
from tests.platforms.slack.clock import Clock

PER_MINUTE: dict[Tier, int] = {0: 600, 1: 1, 2: 20, 3: 50, 4: 100}
POSTING = frozenset(("chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal"))
READING = frozenset(("conversations.history", "conversations.replies"))
BURST = 3


@dataclass
class Rates:
    """Buckets by workspace and method, and by channel for posting. Switched off until `on` is set.

    `commercial`: the app is distributed and not in the Marketplace, so that it may read histories once a minute.
    """

    clock: Clock
    on: bool = False
    commercial: bool = False
    buckets: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def wait(self, method: str, tier: Tier, team: str, channel: str) -> int:
        """Seconds until this call may come, 0 when it may now."""
        if not self.on:
            return 0
        if method in POSTING and channel and (wait := self._take((team, channel), 1.0, BURST)):
            return wait
        minute = 1 if self.commercial and method in READING else PER_MINUTE[tier]
        return self._take((team, method), minute / 60, max(1, minute // 4))

    def _take(self, key: tuple[str, str], rate: float, size: int) -> int:
        now = self.clock.now()
        left, at = self.buckets.get(key, (float(size), now))
        left = min(size, left + max(0.0, now - at) * rate)
        if left < 1:
            self.buckets[key] = (left, now)
            return max(1, math.ceil((1 - left) / rate))
        self.buckets[key] = (left - 1, now)
        return 0
