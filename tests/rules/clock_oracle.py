"""What the clocks of a case must show, found by stepping through time. It shares no arithmetic with the desk.

Each step is worked or not by the definition of a calendar: the local time lies in a window of its local date, and that
date is no day off. Of a clock it is noted from which step to which it ran, and on what terms; its marks are found by
counting those of these steps that were worked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.settings import ClockKind, Targets
from bot.sla import Clock, Event, Terms
from tests.rules.clock_cases import Case, Hours, public_holidays

OPEN = ("new", "in_progress", "pending")
NOTHING = timedelta()


class Steps:
    """Which steps of a case are worked, by a calendar; each is looked at when it is asked for, in order."""

    def __init__(self, case: Case, hours: Hours) -> None:
        self._next, self._step, self._tz, self._days = case.origin, case.step, ZoneInfo(hours.zone), hours.holidays
        country = hours.holidays.country
        self._public = public_holidays(country, case.years) if country else frozenset()
        self._week = [
            [(_seconds(start), _seconds(end) or 86400) for start, end in hours.week.get(day, ())] for day in range(7)
        ]
        self._open_on: dict[date, list[tuple[int, int]]] = {}
        self._known: list[bool] = []

    def until(self, tick: int) -> list[bool]:
        """The steps before a tick, at least."""
        for _ in range(tick - len(self._known)):
            self._known.append(self._worked(self._next.astimezone(self._tz)))
            self._next += self._step
        return self._known

    def _worked(self, local: datetime) -> bool:
        day = local.date()
        windows = self._open_on.get(day)
        if windows is None:
            off = (day in self._public and day not in self._days.working) or day in self._days.extra
            windows = self._open_on[day] = [] if off else self._week[day.weekday()]
        second = local.hour * 3600 + local.minute * 60 + local.second
        return any(start <= second < end for start, end in windows)


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


@dataclass
class Watch:
    """One clock. ran: [first tick, tick behind the last or None, terms] of each stretch on the same terms."""

    kind: ClockKind
    terms: Terms
    state: str = "idle"
    ran: list[tuple[int, int | None, Terms]] = field(default_factory=list)
    started: int | None = None
    stopped: int | None = None
    met: int | None = None

    @property
    def going(self) -> bool:
        return self.state in ("running", "paused")

    def begin(self, tick: int, terms: Terms, state: str) -> None:
        self.ran, self.started, self.terms, self.state = [], tick, terms, "idle"
        self.enter(tick, state)

    def enter(self, tick: int, state: str) -> None:
        if self.state == "running":
            self._end(tick)
            self.stopped = tick
        if state == "running":
            self.ran.append((tick, None, self.terms))
        self.met = tick if state == "met" else None
        self.state = state

    def agree(self, tick: int, terms: Terms) -> None:
        """Other terms count; of those that count at the same instant only the last."""
        if not self.going or terms == self.terms:
            return
        if terms.on_priority_change == "reset":
            self.begin(tick, terms, self.state)
            return
        if self.state == "running":
            if self.ran[-1][0] == tick:
                self.ran.pop()
            else:
                self._end(tick)
            self.ran.append((tick, None, terms))
        if terms.on_priority_change == "recompute":
            self.ran = [(first, end, terms) for first, end, _ in self.ran]
        self.terms = terms

    def _end(self, tick: int) -> None:
        first, _, terms = self.ran[-1]
        self.ran[-1] = (first, tick, terms)


class Marks:
    """Counting the steps that were worked; the ticks at which enough of them had passed, -1 before."""

    def __init__(self, oracle: Oracle, kind: ClockKind) -> None:
        self._oracle, self._kind, self._step = oracle, kind.value, oracle.case.step
        self.spent, self.warn, self.deadline = NOTHING, -1, -1

    def count(self, first: int, end: int, terms: Terms, *, enough: bool = False) -> None:
        """Step through a stretch on the same terms; no farther than to both marks, if that is enough."""
        target: timedelta | None = getattr(terms.targets, self._kind)
        if target is None:
            return
        goal, worked = target * terms.warn_at, self._oracle.steps[id(terms.calendar)].until(end)
        self._look(first, goal, target)
        for tick in range(first, end):
            if worked[tick]:
                self.spent += self._step
                self._look(tick + 1, goal, target)
                if enough and self.deadline >= 0:
                    return

    def _look(self, tick: int, goal: timedelta, target: timedelta) -> None:
        if self.spent >= goal and self.warn < 0:
            self.warn = tick
        if self.spent >= target and self.deadline < 0:
            self.deadline = tick


class Oracle:
    """The clocks of a case, as they must be after all that happened.

    `steps` are those of its calendars by their ids, where several cases share them.
    """

    def __init__(self, case: Case, steps: Mapping[int, Steps] | None = None) -> None:
        self.case = case
        self.steps = steps or {id(calendar): Steps(case, hours) for calendar, hours in case.hours.items()}
        self.watches = {kind: Watch(kind, case.terms) for kind in ClockKind}
        self.terms, self.opened = case.terms, -1
        self.pending = self.finished = self.unheard = self.spoken_to = False
        self._live()

    def _live(self) -> None:
        for event in sorted(self.case.events, key=lambda event: (event.at, event.kind != "opened")):
            self.last = (event.at - self.case.origin) // self.case.step
            self._happens(self.last, event)

    def _happens(self, tick: int, event: Event) -> None:
        first, following, resolution = self.watches.values()
        if event.terms:
            self.terms = event.terms
            self._agree(tick)
        if event.kind == "opened" and self.opened < 0:
            self.opened = tick
            self._agree(tick)
            first.begin(tick, self.terms, "running")
            resolution.begin(tick, self.terms, "running")
        elif self.opened < 0:
            return
        elif event.kind == "reply" and event.public and event.by_agent:
            self.unheard, self.spoken_to = False, True
            for watch in (first, following):
                if watch.going:
                    watch.enter(tick, "met")
        elif event.kind == "reply" and event.public:
            self._ask(tick)
        elif event.kind == "status" and event.to not in OPEN:
            self.spoken_to = self.spoken_to or event.to == "resolved"
            self._finish(tick)
        elif event.kind == "status":
            self._work(tick, event)

    def _agree(self, tick: int) -> None:
        since = self.terms.enforce_from
        if self.opened >= 0 and since and self.case.at(self.opened) < since:
            values = {name: getattr(self.terms, name) for name in Terms.__dataclass_fields__}
            self.terms = Terms(**values | {"targets": Targets()})
        for watch in self.watches.values():
            if watch.started is None:
                watch.terms = self.terms
            watch.agree(tick, self.terms)

    def _ask(self, tick: int) -> None:
        self.unheard = True
        first, following, _ = self.watches.values()
        if not first.going and not following.going and not self.finished:
            following.begin(tick, self.terms, "paused" if self.pending else "running")

    def _finish(self, tick: int) -> None:
        first, following, resolution = self.watches.values()
        self.finished, self.pending, self.unheard = True, False, False
        for watch in (first, resolution):
            if watch.going:
                watch.enter(tick, "met")
        if following.going:
            following.enter(tick, "idle")

    def _work(self, tick: int, event: Event) -> None:
        first, following, resolution = self.watches.values()
        if self.finished:
            self.finished = False
            if not self.spoken_to:
                first.enter(tick, "running")
                first.agree(tick, self.terms)
            if self.terms.on_reopen == "reset":
                resolution.begin(tick, self.terms, "running")
            else:
                resolution.enter(tick, "running")
                resolution.agree(tick, self.terms)
            if self.unheard or not event.by_agent:
                self._ask(tick)
        self.pending = event.to == "pending"
        for watch in (following, resolution):
            if watch.state == "running" and self.pending:
                watch.enter(tick, "paused")
            elif watch.state == "paused" and not self.pending:
                watch.enter(tick, "running")
                watch.agree(tick, self.terms)

    def agrees(self, clock: Clock) -> None:
        """Compare all that a clock shows."""
        case, watch = self.case, self.watches[clock.kind]
        marks, running = self.passed(watch), watch.state == "running"
        assert (clock.state, clock.target) == (watch.state, getattr(watch.terms.targets, clock.kind.value))
        assert clock.started == self._instant(watch.started)
        assert clock.resumed == (case.at(watch.ran[-1][0]) if running else None)
        assert clock.met_at == self._instant(watch.met)
        assert clock.spent == marks.spent
        if not running:
            assert clock.breached == (watch.stopped is not None and 0 <= marks.deadline < watch.stopped)
        ahead = self.ahead(watch, marks)
        self._same(clock.warn_at, marks.warn, ahead)
        self._same(clock.deadline, marks.deadline, ahead)
        if running:
            assert clock.breached_at(case.at(case.now)) == (0 <= marks.deadline <= case.now)

    def passed(self, watch: Watch) -> Marks:
        """What it ran for until it last began to run, or stopped."""
        marks = Marks(self, watch.kind)
        for first, end, terms in watch.ran:
            if end is not None:
                marks.count(first, end, terms)
        return marks

    def ahead(self, watch: Watch, marks: Marks) -> int | None:
        """Add what is to come; from which tick on that is, None where it stands still."""
        ahead = watch.ran[-1][0] if watch.state == "running" else watch.met
        if ahead is not None:
            marks.count(ahead, 2 * self.case.count, watch.terms, enough=True)
        return ahead

    def _instant(self, tick: int | None) -> datetime | None:
        return None if tick is None else self.case.at(tick)

    def _same(self, shown: datetime | None, mark: int, ahead: int | None) -> None:
        if mark >= 0:
            assert shown == self.case.at(mark)
        elif ahead is None:
            assert shown is None
        else:
            assert shown is not None and shown > self.case.at(2 * self.case.count)


def looked_at(case: Case, clocks: tuple[Clock, ...]) -> None:
    """All clocks of a case: each as it must be, and none too few."""
    oracle = Oracle(case)
    for clock in clocks:
        oracle.agrees(clock)
    shown = [kind for kind, watch in oracle.watches.items() if getattr(watch.terms.targets, kind.value) is not None]
    assert [clock.kind for clock in clocks] == shown
