"""Clocks: a ticket's timeline, its targets and a calendar give deadlines, and the deadlines give what is due. Pure.

Nothing is accumulated: every look reads the whole timeline again, so a change of priority, targets or holidays retimes
all clocks at once (BEHAVIOUR 13, 26), and two replicas that see the same rows say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.lifecycle import OPEN, Status
from bot.rounds import Clock as Clock
from bot.rounds import Round
from bot.rounds import Terms as Terms
from bot.settings import ClockKind

Due = Literal["warn", "breach"]

FINISHED = frozenset(Status) - OPEN


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a timeline, as far as clocks care.

    kind: "opened"; "reply", with `public` and `by_agent` (False for an agent who is the ticket's requester as well);
        "status", with `to` a Status and `by_agent` telling who moved it. Everything else (notes, claims, suggestions)
        counts for nothing.
    terms: what counts from then on, where that may be something else than before: after another priority, category
        or team, whatever the kind.
    """

    at: datetime
    kind: str
    by_agent: bool = False
    public: bool = False
    to: str = ""
    terms: Terms | None = None


def clocks(events: Iterable[Event], terms: Terms) -> tuple[Clock, ...]:
    """The clocks of a ticket after these events: first response, next response, resolution; not those without a target.

    terms: those that count until an event brings others. The events may come in any order; those of one instant count
    in the order given, with the opening first. What comes before the opening (a thread that became a ticket,
    BEHAVIOUR 3) does not count, but for the terms.

    First response runs from the opening to the first public reply of an agent, without a pause: a ticket becomes
    pending by asking, which is such a reply (BEHAVIOUR 25). A ticket that is finished before anybody replied has met it
    then: nobody is waiting any more. It stays met when the ticket is reopened, but for one that was closed without
    an answer, neither a reply nor a resolution: it goes on with what was left.
    Next response begins when the requester speaks after the agents' last public reply, the first response being met,
    and is met by the next one. Further words do not restart it, Pending holds it, a finished ticket ends it (idle). To
    reopen is to speak, so that a deflected ticket that its requester reopens is never without a clock.
    Resolution runs from the opening until the ticket is finished, held in Pending; reopening goes on with what was
    left, or starts it anew, as the terms of then say.
    Other terms count for the clocks that are running or held. Those that are met stay judged as they were, until
    reopening resumes them.
    Source: BEHAVIOUR 13 and 24 to 26. ValueError: an instant without a zone, a calendar without working time.
    """
    talk = _Talk(terms)
    for event in sorted(events, key=_order):
        talk.hear(event)
    return tuple(clock for clock in (run.clock() for run in (talk.first, talk.next, talk.resolution)) if clock)


def next_look(clock: Clock, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which the clock has something to say; None when it does not run or is over.

    What is due at `now` itself is `due`'s. After the breach the ladder decides when to look.
    """
    if clock.state != "running":
        return None
    return next((mark for mark in (clock.warn_at, clock.deadline) if mark and now < mark), None)


def due(clock: Clock, now: datetime) -> Due | None:
    """What has to be announced at `now`, said already or not.

    When a missed sweep leaves both due, only the breach is said: the warning never becomes due again.
    """
    if clock.state != "running" or clock.deadline is None or clock.warn_at is None or now < clock.warn_at:
        return None
    return "breach" if clock.deadline <= now else "warn"


def _order(event: Event) -> tuple[datetime, bool]:
    return event.at, event.kind != "opened"


class _Talk:
    """The timeline read so far: the three clocks' rounds, the terms that count, and the ticket's state."""

    __slots__ = ("answered", "finished", "first", "next", "opened", "pending", "resolution", "terms", "waits")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.first, self.next, self.resolution = (Round(kind, terms) for kind in ClockKind)
        self.opened: datetime | None = None
        self.pending = self.finished = False
        self.answered = False  # the requester: by words of the agents', or by what resolved the ticket
        self.waits = False  # the requester, for a word of the agents': they spoke last, about a ticket in work

    def hear(self, event: Event) -> None:
        if event.terms:
            self._agree(event.at, event.terms)
        if event.kind == "opened":
            self._open(event.at)
        elif not self.opened:
            return
        elif event.kind == "reply" and event.public:
            self._answered(event.at) if event.by_agent else self._asked(event.at)
        elif event.kind == "status":
            self._moved(event)

    def _open(self, at: datetime) -> None:
        if not self.opened:
            self.opened = at
            self._agree(at, self.terms)
            self.first.start(at, self.terms)
            self.resolution.start(at, self.terms)

    def _agree(self, at: datetime, terms: Terms) -> None:
        """These terms count from now on: for what has not begun yet, and for what is going on as they say."""
        self.terms = terms.for_opening(self.opened) if self.opened else terms
        for run in (self.first, self.next, self.resolution):
            if run.started:
                run.change(at, self.terms)
            else:
                run.terms = self.terms

    def _answered(self, at: datetime) -> None:
        self.waits, self.answered = False, True
        for run in (self.first, self.next):
            if run.going:
                run.stop(at, "met")

    def _asked(self, at: datetime) -> None:
        self.waits = True
        if not self.first.going and not self.next.going and not self.finished:
            self.next.start(at, self.terms, paused=self.pending)

    def _moved(self, event: Event) -> None:
        if event.to in FINISHED:
            self.answered |= event.to == Status.RESOLVED
            self._finish(event.at)
            return
        if self.finished:
            self._reopen(event)
        self.pending = event.to == Status.PENDING
        for run in (self.next, self.resolution):
            if run.state == "running" and self.pending:
                run.stop(event.at, "paused")
            elif run.state == "paused" and not self.pending:
                run.resume(event.at, self.terms)

    def _finish(self, at: datetime) -> None:
        self.finished, self.pending, self.waits = True, False, False
        for run in (self.first, self.resolution):
            if run.going:
                run.stop(at, "met")
        if self.next.going:
            self.next.stop(at, "idle")

    def _reopen(self, event: Event) -> None:
        self.finished = False
        if not self.answered:
            self.first.resume(event.at, self.terms)
        if self.terms.on_reopen == "reset":
            self.resolution.start(event.at, self.terms)
        else:
            self.resolution.resume(event.at, self.terms)
        if self.waits or not event.by_agent:
            self._asked(event.at)
