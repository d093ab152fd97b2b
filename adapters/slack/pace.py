"""How fast Slack lets us call: one message a second a channel, so many calls a minute a method.

From https://docs.slack.dev/apis/web-api/rate-limits. Slack counts for each workspace by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

PER_CHANNEL = 1.0
"""Messages a second in one channel; a few at once are let through."""
AT_ONCE = 3

METHODS = {
    "chat.postMessage": 300,  # "several hundred", beside the limit of each channel
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.join": 50,
    "conversations.list": 20,
    "conversations.open": 50,
    "conversations.replies": 50,
    "users.info": 100,
    "users.list": 20,
    "users.lookupByEmail": 50,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
}
"""Calls a minute, half of them at once."""
MANY = 10_000

Key = tuple[str, ...]


@dataclass
class _Line:
    """Calls of one kind: when the next may go (`free`), and for when those were told to come back that may not yet."""

    every: float
    at_once: int
    free: float = 0.0
    promised: float = 0.0


@dataclass
class Pace:
    """Says how long a call has to wait. Nothing here sleeps.

    A line lets `at_once` calls through and then one each `every` seconds. Who has to wait is told a time of their own,
    so that not all come back at once; whoever is more urgent takes the turn all the same.
    """

    now: Callable[[], float] = monotonic
    free: bool = False
    _lines: dict[Key, _Line] = field(default_factory=dict)
    _held: dict[Key, float] = field(default_factory=dict)

    def wait(self, workspace: str, method: str, channel: str = "") -> float:
        """Seconds until this call may be made; 0.0 says that it may be made now, and counts it."""
        now = self.now()
        held = self._held_until(workspace, method, channel) - now
        if held > 0:
            return held
        if self.free:
            return 0.0
        lines = self._lines_of(workspace, method, channel)
        late = [line for line in lines if line.free - line.every * (line.at_once - 1) > now]
        if late:
            return max(_promise(line, now) for line in late)
        for line in lines:
            line.free = max(line.free, now) + line.every
        return 0.0

    def hold(self, seconds: float, workspace: str, method: str = "", channel: str = "") -> None:
        """Make no such call for a while: of one channel's, of a method's, or any in the workspace."""
        self._held[(workspace, method, channel)] = self.now() + seconds

    def _held_until(self, workspace: str, method: str, channel: str) -> float:
        keys = {(workspace, "", ""), (workspace, method, ""), (workspace, method, channel)}
        return max((self._held[key] for key in keys if key in self._held), default=0.0)

    def _lines_of(self, workspace: str, method: str, channel: str) -> list[_Line]:
        if len(self._lines) > MANY:
            self._lines = {key: line for key, line in self._lines.items() if line.free > self.now()}
            self._held = {key: until for key, until in self._held.items() if until > self.now()}
        lines = []
        if minute := METHODS.get(method):
            lines.append(self._line((workspace, method), 60 / minute, minute // 2))
        if method == "chat.postMessage":
            lines.append(self._line((workspace, method, channel), 1 / PER_CHANNEL, AT_ONCE))
        return lines

    def _line(self, key: Key, every: float, at_once: int) -> _Line:
        return self._lines.setdefault(key, _Line(every, at_once))


def _promise(line: _Line, now: float) -> float:
    first = line.free - line.every * (line.at_once - 1)
    line.promised = max(first, line.promised + line.every if line.promised > now else first)
    return line.promised - now
