"""Faults to order: for the next N requests of a route, with a probability, or at the gateway."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

Kind = Literal["limited", "failing", "refused", "dropped", "lost", "broken", "slow", "late"]


@dataclass
class Fault:
    """What happens to requests of routes that match. `times` None: until it is taken out."""

    kind: Kind
    route: str
    times: int | None
    chance: float
    random: random.Random
    seconds: float = 0.0
    status: int = 503
    code: int = 0
    scope: str = "user"


@dataclass
class Faults:
    """All faults in force, the oldest first, and what they did.

    A route is "POST /channels/{channel_id}/messages", a pattern of it ("POST *", "* /webhooks/*"), or the same with
    real ids. With `chance` below 1 the given `random` (else the server's seeded one) decides and `times` counts the
    hits; `times=None` never ends.
    """

    discord: Discord
    faults: list[Fault] = field(default_factory=list)
    done: list[tuple[str, Kind]] = field(default_factory=list)
    twice: int = 0
    delayed: list[float] = field(default_factory=list)

    def limited(self, route: str = "*", retry_after: float = 1, *, scope: str = "user", times: int | None = 1) -> None:
        """429 with Retry-After in seconds; nothing is done. `scope`: user, global, shared, or cloudflare (no `Via`)."""
        self._add("limited", route, times, seconds=retry_after, scope=scope)

    def failing(
        self,
        route: str = "*",
        status: int = 503,
        *,
        times: int | None = 1,
        chance: float = 1.0,
        random: random.Random | None = None,
    ) -> None:
        """A 5xx; nothing is done."""
        self._add("failing", route, times, chance, random, status=status)

    def broken(
        self,
        route: str = "*",
        status: int = 502,
        *,
        times: int | None = 1,
        chance: float = 1.0,
        random: random.Random | None = None,
    ) -> None:
        """It is done, then answered with a 5xx."""
        self._add("broken", route, times, chance, random, status=status)

    def refused(self, route: str, code: int, *, times: int | None = 1) -> None:
        """One of Discord's JSON error codes; nothing is done."""
        self._add("refused", route, times, code=code)

    def dropped(
        self, route: str = "*", *, times: int | None = 1, chance: float = 1.0, random: random.Random | None = None
    ) -> None:
        """The connection is cut before anything is done."""
        self._add("dropped", route, times, chance, random)

    def lost(
        self, route: str = "*", *, times: int | None = 1, chance: float = 1.0, random: random.Random | None = None
    ) -> None:
        """It is done, then the connection is cut without an answer: accepted and dropped."""
        self._add("lost", route, times, chance, random)

    def slow(self, route: str = "*", seconds: float = 1, *, times: int | None = 1) -> None:
        """It is done after so many seconds."""
        self._add("slow", route, times, seconds=seconds)

    def late(self, route: str = "*", seconds: float = 1, *, times: int | None = 1) -> None:
        """It is done at once and answered after so many seconds."""
        self._add("late", route, times, seconds=seconds)

    def doubled(self, interactions: int = 1) -> None:
        """The next interactions are delivered twice."""
        self.twice += interactions

    def delay(self, seconds: float, interactions: int = 1) -> None:
        """The next interactions reach the app so many seconds late; the person's 3 s run from the press."""
        self.delayed += [seconds] * interactions

    def cut(self) -> None:
        """Every gateway connection breaks without a close frame; the sessions can be resumed."""
        for session in self.discord.gateway.connected:
            assert session.socket
            session.socket.cut()

    def close(self, code: int) -> None:
        """Every gateway connection is closed with this code; after 4007 and 4009 the sessions are gone."""
        for session in self.discord.gateway.connected:
            assert session.socket
            session.socket.end(code)
            if code in (4007, 4009):
                self.discord.gateway.sessions.remove(session)

    def reconnect(self) -> None:
        """RECONNECT: every connection is asked to come back and resume."""
        self._send({"op": 7, "d": None, "s": None, "t": None})

    def invalid_session(self, resumable: bool = False) -> None:
        """INVALID_SESSION on every connection; what cannot be resumed is gone."""
        self._send({"op": 9, "d": resumable, "s": None, "t": None})
        if not resumable:
            self.discord.gateway.sessions.clear()

    def deaf(self, deaf: bool = True) -> None:
        """Heartbeats are no longer acknowledged (or are again)."""
        self.discord.gateway.deaf = deaf

    def clear(self) -> None:
        """No faults any more."""
        self.faults.clear()
        self.delayed.clear()
        self.twice = 0
        self.discord.gateway.deaf = False

    def strike(self, route: str, real: str) -> Fault | None:
        """The fault that befalls this request."""
        for fault in self.faults:
            matches = fault.route == route or fnmatchcase(route, fault.route) or fnmatchcase(real, fault.route)
            if matches and (fault.chance >= 1 or fault.random.random() < fault.chance):
                self._count(fault)
                self.done.append((route, fault.kind))
                return fault
        return None

    def _add(
        self,
        kind: Kind,
        route: str,
        times: int | None,
        chance: float = 1.0,
        random: random.Random | None = None,
        *,
        seconds: float = 0.0,
        status: int = 503,
        code: int = 0,
        scope: str = "user",
    ) -> None:
        chooser = random or self.discord.world.random
        self.faults.append(Fault(kind, route, times, chance, chooser, seconds, status, code, scope))

    def _send(self, payload: dict[str, object]) -> None:
        for session in self.discord.gateway.connected:
            assert session.socket
            session.socket.put(payload)

    def _count(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if not fault.times:
            self.faults.remove(fault)
