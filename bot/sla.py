"""Clocks: a ticket's timeline, its targets and a calendar give deadlines, and the deadlines give what is due. Pure.

Nothing is accumulated: every look reads the whole timeline again, so a change of priority, targets or holidays retimes
all clocks at once (BEHAVIOUR 13, 26), and two replicas that see the same rows say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.calendar import Calendar
from bot.lifecycle import OPEN, Status
from bot.settings import ClockKind, Targets

State = Literal["running", "paused", "met", "idle"]
Due = Literal["warn", "breach"]

ZERO = timedelta()
FINISHED = frozenset(Status) - OPEN


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a timeline, as far as clocks care.

    kind: "opened"; "reply", with `public` and `by_agent` (False for an agent who is the ticket's requester as well);
        "status", with `to` a Status and `by_agent` telling who moved it. Everything else (notes, claims, suggestions)
        counts for nothing.
    """

    at: datetime
    kind: str
    by_agent: bool = False
    public: bool = False
    to: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a ticket. Durations are working time of the calendar it was read with.

    spent: what it had run when it last began to run, or in all when it does not run.
    started: when this round began; resumed: since when it runs, None when it does not.
    deadline, warn_at: the earliest instants, in UTC, by which it has run for `target`, and for the warning's part of
        it. A clock that is paused or idle has them only if they were reached; one that is met keeps those it would have
        had.
    breached: whether it was over its deadline when it last stopped. For a clock that runs, ask `breached_at`.
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

    def breached_at(self, now: datetime) -> bool:
        """Whether it is over its deadline at `now`. To meet it then is in time; to be still running then is not."""
        return self.breached or (self.state == "running" and self.deadline is not None and self.deadline <= now)

    def left(self, now: datetime, calendar: Calendar) -> timedelta:
        """The working time left at `now`; negative when it is over."""
        running = calendar.between(self.resumed, now) if self.resumed else ZERO
        return self.target - self.spent - running


def clocks(events: Iterable[Event], targets: Targets, calendar: Calendar, warn_at: float = 0.75) -> tuple[Clock, ...]:
    """The clocks of a ticket after these events: first response, next response, resolution; not those without a target.

    The events may come in any order; those of one instant count in the order given, with the opening first. What comes
    before the opening (a thread that became a ticket, BEHAVIOUR 3) does not count. `warn_at` is a part of the target,
    in (0, 1).

    First response runs from the opening to the first public reply of an agent, without a pause: a ticket becomes
    pending by asking, which is such a reply (BEHAVIOUR 25). A ticket that is finished before anybody replied has met it
    then: nobody is waiting any more. It stays met when the ticket is reopened.
    Next response begins when the requester speaks after the agents' last public reply, the first response being met,
    and is met by the next one. Further words do not restart it, Pending holds it, a finished ticket ends it (idle). To
    reopen is to speak, so that a deflected ticket that its requester reopens is never without a clock.
    Resolution runs from the opening until the ticket is finished, held in Pending; reopening goes on with what was
    left.
    Source: BEHAVIOUR 24 to 26. ValueError: an instant without a zone, a calendar without working time.
    """
    talk = _Talk()
    for event in sorted(events, key=_order):
        talk.hear(event)
    runs = (
        (ClockKind.FIRST, targets.first_response, talk.first),
        (ClockKind.NEXT, targets.next_response, talk.next),
        (ClockKind.RESOLUTION, targets.resolution, talk.resolution),
    )
    return tuple(_clock(kind, target, run, calendar, warn_at) for kind, target, run in runs if target is not None)


def next_look(clock: Clock, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which the clock has something to say; None when it does not run or is over.

    What is due at `now` itself is `due`'s. After the breach the ladder decides when to look.
    """
    if clock.state != "running":
        return None
    return next((mark for mark in (clock.warn_at, clock.deadline) if mark and now < mark), None)


def due(clock: Clock, now: datetime, said: Collection[str] = ()) -> list[Due]:
    """What has to be announced at `now`; `said` is what was announced for this very deadline ("warn", "breach").

    At most one: when a missed sweep leaves both due, only the breach is said. Record the warning as skipped then: once
    its deadline has come it never becomes due again.
    """
    if clock.state != "running" or clock.deadline is None or clock.warn_at is None or now < clock.warn_at:
        return []
    level: Due = "breach" if clock.deadline <= now else "warn"
    return [] if level in said else [level]


def _order(event: Event) -> tuple[datetime, bool]:
    return event.at, event.kind != "opened"


class _Run:
    """When a clock ran: closed spans, and the open one that began at `since`."""

    __slots__ = ("met_at", "since", "spans", "started", "state")

    def __init__(self) -> None:
        self.state: State = "idle"
        self.spans: list[tuple[datetime, datetime]] = []
        self.started: datetime | None = None
        self.since: datetime | None = None
        self.met_at: datetime | None = None

    def start(self, at: datetime, paused: bool = False) -> None:
        self.spans, self.started, self.met_at = [], at, None
        self.state, self.since = ("paused", None) if paused else ("running", at)

    def resume(self, at: datetime) -> None:
        self.state, self.since, self.met_at = "running", at, None

    def stop(self, at: datetime, state: State) -> None:
        if self.since:
            self.spans.append((self.since, at))
        self.state, self.since = state, None
        self.met_at = at if state == "met" else None

    @property
    def going(self) -> bool:
        return self.state in ("running", "paused")


class _Talk:
    """The timeline read so far: the three runs and the ticket's state."""

    __slots__ = ("finished", "first", "next", "pending", "resolution", "waits")

    def __init__(self) -> None:
        self.first, self.next, self.resolution = _Run(), _Run(), _Run()
        self.pending = self.finished = False
        self.waits = False  # the requester, for a word of the agents': they spoke last, about a ticket in work

    def hear(self, event: Event) -> None:
        if event.kind == "opened":
            if not self.first.started:
                self.first.start(event.at)
                self.resolution.start(event.at)
        elif not self.first.started:
            return
        elif event.kind == "reply" and event.public:
            self._answered(event.at) if event.by_agent else self._asked(event.at)
        elif event.kind == "status":
            self._moved(event)

    def _answered(self, at: datetime) -> None:
        self.waits = False
        for run in (self.first, self.next):
            if run.going:
                run.stop(at, "met")

    def _asked(self, at: datetime) -> None:
        self.waits = True
        if not self.first.going and not self.next.going and not self.finished:
            self.next.start(at, paused=self.pending)

    def _moved(self, event: Event) -> None:
        if event.to in FINISHED:
            self._finish(event.at)
            return
        if self.finished:
            self._reopen(event)
        self.pending = event.to == Status.PENDING
        for run in (self.next, self.resolution):
            if run.state == "running" and self.pending:
                run.stop(event.at, "paused")
            elif run.state == "paused" and not self.pending:
                run.resume(event.at)

    def _finish(self, at: datetime) -> None:
        self.finished, self.pending, self.waits = True, False, False
        for run in (self.first, self.resolution):
            if run.going:
                run.stop(at, "met")
        if self.next.going:
            self.next.stop(at, "idle")

    def _reopen(self, event: Event) -> None:
        self.finished = False
        self.resolution.resume(event.at)
        if self.waits or not event.by_agent:
            self._asked(event.at)


def _clock(kind: ClockKind, target: timedelta, run: _Run, calendar: Calendar, share: float) -> Clock:
    if run.started is None:
        return Clock(kind, "idle", target)
    spent, goal = ZERO, target * share
    warn_at: datetime | None = None
    deadline: datetime | None = None
    for begin, end in run.spans:
        after = spent + calendar.between(begin, end)
        if warn_at is None and after >= goal:
            warn_at = calendar.add(begin, goal - spent)
        if deadline is None and after >= target:
            deadline = calendar.add(begin, target - spent)
        spent = after
    breached = deadline is not None and deadline < run.spans[-1][1]
    # One that was met while it was held had the time it had left when it was met, not when it was held.
    if base := run.since or run.met_at:
        warn_at = warn_at or calendar.add(base, goal - spent)
        deadline = deadline or calendar.add(base, target - spent)
    return Clock(kind, run.state, target, spent, run.started, run.since, deadline, warn_at, run.met_at, breached)
