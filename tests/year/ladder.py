"""What a ladder must do, by what BEHAVIOUR 27 and 28 and docs/concepts.md say of it. It shares nothing with the desk.

A ladder has an instant at which its next level is told. An acknowledgement moves it to the end of its lease, a snooze
to the snooze's, neither ever nearer, but that an acknowledgement ends a snooze; quiet hours to their own end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
Happened = tuple[str, Any]
"""What a look finds: ("level", 2), ("held", 2), ("lapsed", who), ("ending", who)."""


def span(written: str) -> timedelta:
    """A duration as the settings write it, like 15m."""
    return timedelta(**{UNITS[written[-1]]: int(written[:-1])})


@dataclass(frozen=True)
class Plan:
    """A ladder as the settings write it."""

    written: Mapping[str, Any]
    zone: str

    def __getitem__(self, name: str) -> timedelta:
        return span(self.written[name])

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        steps: list[Mapping[str, Any]] = self.written["steps"]
        return steps

    def step(self, level: int) -> Mapping[str, Any]:
        """What is told at a level, the last again behind the last."""
        return self.steps[min(level, len(self.steps)) - 1]

    def wait(self, level: int) -> timedelta:
        """How long before a level."""
        return span(self.step(level).get("after", "0m"))

    def quiet_until(self, level: int, now: datetime) -> datetime:
        """When the quiet hours of a level are over; `now` outside of them."""
        local = now.astimezone(ZoneInfo(self.zone))
        for window in self.step(level).get("quiet", ()):
            start, end = (time.fromisoformat(part) for part in window.split("-"))
            over_midnight = end <= start
            if local.time() >= start if over_midnight else start <= local.time() < end:
                days = 1 if over_midnight else 0
            elif over_midnight and local.time() < end:
                days = 0
            else:
                continue
            there = datetime.combine(local.date() + timedelta(days), end, local.tzinfo)
            return there.astimezone(now.tzinfo)
        return now


@dataclass
class Ladder:
    """One that runs, or was closed. `next` is when its next level is told, None while it rests."""

    plan: Plan
    next: datetime | None
    level: int = 0
    holder: str = ""
    until: datetime | None = None
    without_snooze: datetime | None = None
    reminded: bool = False
    held: bool = False
    closed: bool = False
    by_hand: bool = False
    paused: bool = False
    """Closed only for as long as its clock is: one that was begun by hand."""

    def look(self, now: datetime, *, loud: bool) -> list[Happened]:
        """What is to be said at an instant. `loud`: quiet hours hold nothing back."""
        found: list[Happened] = []
        if self.holder and not (self.reminded or self.closed) and self._warns_of_end(now):
            self.reminded = True
            found.append(("ending", self.holder))
        while not self.closed and self.next and self.next <= now:
            found += self._lapse()
            until = now if loud else self.plan.quiet_until(self.level + 1, now)
            if until > now:
                found += [] if self.held else [("held", self.level + 1)]
                self.held, self.next = True, until
            else:
                found.append(("level", self._climb(self.next, now)))
        return found

    def _warns_of_end(self, now: datetime) -> bool:
        before = min(span(self.plan.written.get("remind", "5m")), self.plan["lease"] / 2, self.plan["snooze"] / 2)
        return self.until is not None and self.until - before <= now < self.until

    def _lapse(self) -> list[Happened]:
        who, self.holder, self.until, self.without_snooze = self.holder, "", None, None
        return [("lapsed", who)] if who else []

    def _climb(self, due: datetime, now: datetime) -> int:
        self.level += 1
        self.held = False
        if self.level < len(self.plan.steps):
            self.next = due + self.plan.wait(self.level + 1)
        elif self.level < len(self.plan.steps) + int(self.plan.written["repeat"]):
            self.next = now + self.plan["repeat_every"]
        else:
            self.next = None
        return self.level

    def acknowledge(self, who: str, now: datetime) -> None:
        if not self.closed:
            awaited = self.without_snooze or self.until or self.next or now
            self.holder, self.held, self.without_snooze = who, False, None
            self._hold(max(now + self.plan["lease"], awaited))

    def worked(self, now: datetime) -> None:
        """Work on the ticket renews a lease."""
        if self.closed or not self.holder or not self.until:
            return
        lease = now + self.plan["lease"]
        if self.without_snooze:
            self.without_snooze = max(self.without_snooze, lease)
        if lease > self.until:
            self._hold(lease)

    def snooze(self, now: datetime) -> None:
        until = now + self.plan["snooze"]
        if self.closed or self.next is None:
            return
        awaited = self.until or self.next
        if until <= awaited:
            return
        self.without_snooze = self.without_snooze or awaited
        if self.holder:
            self._hold(until)
        else:
            self.next = until

    def _hold(self, until: datetime) -> None:
        self.until = self.next = until
        self.reminded = False

    def escalate(self, now: datetime) -> None:
        """The next level at once."""
        self._lapse()
        self.held, self.next = False, now

    def close(self) -> None:
        self.closed, self.held, self.next, self.without_snooze = True, False, None, None

    def go_on(self, now: datetime) -> None:
        """Its clock runs again over the same deadline: the next level comes after its whole wait, and there is one."""
        self._lapse()
        self.closed = False
        last = self.level >= len(self.plan.steps)
        self.next = now + (self.plan["repeat_every"] if last else self.plan.wait(self.level + 1))
