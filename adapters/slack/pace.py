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
    "assistant.threads.setSuggestedPrompts": 50,
    "chat.postMessage": 300,  # "several hundred", beside the limit of each channel
    "chat.postEphemeral": 100,
    "chat.unfurl": 50,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.join": 50,
    "conversations.list": 20,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.completeUploadExternal": 100,
    "files.getUploadURLExternal": 100,
    "files.info": 100,
    "users.conversations": 50,
    "users.info": 100,
    "users.list": 20,
    "users.lookupByEmail": 50,
    "views.open": 100,
    "views.publish": 100,
    "views.push": 100,
    "views.update": 100,
}
"""Calls a minute, half of them at once."""
MANY = 10_000

Key = tuple[str, ...]


@dataclass
class _Line:
    """Calls of one kind. `free`: when all that were let through would have had their turn one by one."""

    every: float
    at_once: int
    free: float = 0.0
    promised: float = 0.0

    @property
    def open_at(self) -> float:
        """When the next call may be made."""
        return self.free - self.every * (self.at_once - 1)

    def promise(self, now: float) -> float:
        self.promised = max(self.open_at, self.promised + self.every if self.promised > now else self.open_at)
        return self.promised - now


@dataclass
class Pace:
    """Says how long a call has to wait. Nothing here sleeps. `free`: only what Slack itself says is heeded.

    A line lets `at_once` calls through and then one each `every` seconds.
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
        lines = self._lines_of(workspace, method, channel)
        late = max((line.open_at - now for line in lines), default=0.0)
        if late > 0:
            return late
        for line in lines:
            line.free = max(line.free, now) + line.every
        return 0.0

    def promise(self, workspace: str, method: str, channel: str = "") -> float:
        """Seconds after which to come back, for a call that has to wait: each has a time of its own.

        So not all of them come back at once. Whoever comes in between, as more urgent, takes the turn all the same.
        """
        now = self.now()
        waits = [line.promise(now) for line in self._lines_of(workspace, method, channel) if line.open_at > now]
        return max(self._held_until(workspace, method, channel) - now, *waits, 0.0)

    def hold(self, seconds: float, workspace: str, method: str = "", channel: str = "") -> None:
        """Make no such call for a while: of one channel's, of a method's, or any in the workspace."""
        self._held[(workspace, method, channel)] = self.now() + seconds

    def release(self, workspace: str) -> None:
        """Hold none of a workspace's calls any more."""
        self._held = {key: until for key, until in self._held.items() if key[0] != workspace}

    def _held_until(self, workspace: str, method: str, channel: str) -> float:
        keys = {(workspace, "", ""), (workspace, method, ""), (workspace, method, channel)}
        return max((self._held[key] for key in keys if key in self._held), default=0.0)

    def _lines_of(self, workspace: str, method: str, channel: str) -> list[_Line]:
        if len(self._lines) > MANY:
            self._lines = {key: line for key, line in self._lines.items() if line.free > self.now()}
            self._held = {key: until for key, until in self._held.items() if until > self.now()}
        lines: list[_Line] = []
        if self.free:
            return lines
        if minute := METHODS.get(method):
            lines.append(self._line((workspace, method), 60 / minute, minute // 2))
        if method == "chat.postMessage":
            lines.append(self._line((workspace, method, channel), 1 / PER_CHANNEL, AT_ONCE))
        return lines

    def _line(self, key: Key, every: float, at_once: int) -> _Line:
        return self._lines.setdefault(key, _Line(every, at_once))
