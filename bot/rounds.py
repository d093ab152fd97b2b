"""One clock of a ticket: when it ran, on what terms, and the deadlines that follow from that. Pure.

What the events of a timeline do to a round is sla.py's; here it is only started, held, resumed, stopped and put on
other terms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from bot.calendar import Calendar
from bot.settings import ClockKind, OnPriorityChange, OnReopen, Targets

State = Literal["running", "paused", "met", "idle"]

ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts for a ticket from some instant on: a policy, and the calendar that its time is counted on.

    warn_at: a part of the target, in (0, 1). The other choices are the policy's; `SlaPolicy` says what each does.
    """

    targets: Targets
    calendar: Calendar
    warn_at: float = 0.75
    on_priority_change: OnPriorityChange = "recompute"
    on_reopen: OnReopen = "continue"
    enforce_from: datetime | None = None
    policy: str = ""

    def target(self, kind: ClockKind) -> timedelta | None:
        """How long a clock may run; None when it is not to run at all."""
        found: timedelta | None = getattr(self.targets, kind.value)
        return found

    def for_opening(self, opened: datetime) -> Terms:
        """What counts of them for a ticket of that age: one that is older than the promise was promised nothing."""
        if self.enforce_from is None or opened >= self.enforce_from:
            return self
        return replace(self, targets=Targets())


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a ticket. Durations are working time of the calendars that counted while it ran.

    spent: what it had run when it last began to run, or in all when it does not run.
    started: when this round began; resumed: since when it runs, None when it does not.
    deadline, warn_at: the earliest instants, in UTC, by which it has run for `target`, and for the warning's part of
        it. A clock that is paused or idle has them only if they were reached; one that is met keeps those it would have
        had.
    breached: whether it was over its deadline when it last stopped. For a clock that runs, ask `breached_at`.
    policy: the name of the policy that it is judged by.
    """

    kind: ClockKind
    state: State
    target: timedelta
    spent: timedelta = ZERO
    started: datetime | None = None
    resumed: datetime | None = None
    deadline: datetime | None = None
    warn_at: datetime | None = None
    met_at: datetime | None = None
    breached: bool = False
    policy: str = ""

    def breached_at(self, now: datetime) -> bool:
        """Whether it is over its deadline at `now`. To meet it then is in time; to be still running then is not."""
        return self.breached or (self.state == "running" and self.deadline is not None and self.deadline <= now)


class _Span(NamedTuple):
    """A stretch of time in which the clock ran on the same terms."""

    begin: datetime
    end: datetime
    terms: Terms


class _Marks(NamedTuple):
    """What a clock had run by some instant, and when it had run for the warning's part of its target and for all."""

    spent: timedelta = ZERO
    warn_at: datetime | None = None
    deadline: datetime | None = None


class Round:
    """When a clock ran: closed spans, and the open one that began at `since`."""

    __slots__ = ("kind", "met_at", "since", "spans", "started", "state", "terms")

    def __init__(self, kind: ClockKind, terms: Terms) -> None:
        self.kind, self.terms = kind, terms
        self.state: State = "idle"
        self.spans: list[_Span] = []
        self.started: datetime | None = None
        self.since: datetime | None = None
        self.met_at: datetime | None = None

    @property
    def going(self) -> bool:
        return self.state in ("running", "paused")

    def start(self, at: datetime, terms: Terms, *, paused: bool = False) -> None:
        self.spans, self.started, self.met_at, self.terms = [], at, None, terms
        self.state, self.since = ("paused", None) if paused else ("running", at)

    def resume(self, at: datetime, terms: Terms) -> None:
        """Run again, on the terms that count by now."""
        self.state, self.since, self.met_at = "running", at, None
        self.change(at, terms)

    def stop(self, at: datetime, state: State) -> None:
        self._close(at)
        self.state, self.since = state, None
        self.met_at = at if state == "met" else None

    def change(self, at: datetime, terms: Terms) -> None:
        """Go on on other terms, which say themselves what they mean for the time that has passed.

        A clock that is met or idle is judged by those of its own time.
        """
        if not self.going or terms == self.terms:
            return
        if terms.on_priority_change == "reset":
            self.start(at, terms, paused=self.state == "paused")
            return
        if self.since and self.since < at:
            self._close(at)
            self.since = at
        if terms.on_priority_change == "recompute":
            self.spans = [span._replace(terms=terms) for span in self.spans]
        self.terms = terms

    def clock(self) -> Clock | None:
        """The clock as it stands; None when its terms have no target for it."""
        target = self.terms.target(self.kind)
        if target is None:
            return None
        if self.started is None:
            return Clock(self.kind, "idle", target)
        marks = _Marks()
        for span in self.spans:
            marks = self._passed(marks, span)
        breached = marks.deadline is not None and marks.deadline < self.spans[-1].end
        spent, warn_at, deadline = self._ahead(marks, target)
        return Clock(
            self.kind,
            self.state,
            target,
            spent,
            self.started,
            self.since,
            deadline,
            warn_at,
            self.met_at,
            breached,
            self.terms.policy,
        )

    def _close(self, at: datetime) -> None:
        if self.since:
            self.spans.append(_Span(self.since, at, self.terms))

    def _passed(self, marks: _Marks, span: _Span) -> _Marks:
        """The marks after a span. Time in which nothing was promised does not count."""
        target = span.terms.target(self.kind)
        if target is None:
            return marks
        spent, warn_at, deadline = marks
        goal, calendar = target * span.terms.warn_at, span.terms.calendar
        after = spent + calendar.between(span.begin, span.end)
        if warn_at is None and after >= goal:
            warn_at = _by(calendar, span.begin, goal - spent)
        if deadline is None and after >= target:
            deadline = _by(calendar, span.begin, target - spent)
        return _Marks(after, warn_at, deadline)

    def _ahead(self, marks: _Marks, target: timedelta) -> _Marks:
        """The marks that are still to come.

        One that was met while it was held had the time it had left when it was met, not when it was held.
        """
        spent, warn_at, deadline = marks
        if base := self.since or self.met_at:
            calendar = self.terms.calendar
            warn_at = warn_at or _by(calendar, base, target * self.terms.warn_at - spent)
            deadline = deadline or _by(calendar, base, target - spent)
        return _Marks(spent, warn_at, deadline)


def _by(calendar: Calendar, begin: datetime, left: timedelta) -> datetime:
    """When so much more has passed: at once where other terms have left less than nothing."""
    return calendar.add(begin, max(left, ZERO))
