"""What is measured: how long tickets took, whether their clocks were met, and what many of these come to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from bot.calendar import Calendar
from bot.lifecycle import OPEN, SOLVED, Status
from bot.reports.periods import Period
from storage.figures import Case, Timer

ZERO = timedelta()
HELD = (frozenset(Status) - OPEN) | {Status.PENDING}
"""The statuses in which nobody at the desk is to do anything about a ticket."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long things took: how many there were, and mean, median and 90th percentile, None where there were none."""

    n: int = 0
    mean: timedelta | None = None
    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; `rate` is 0 to 1, None of nothing."""

    part: int = 0
    whole: int = 0

    @property
    def rate(self) -> float | None:
        return self.part / self.whole if self.whole else None

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)


@dataclass(frozen=True, slots=True)
class Rating:
    """The mean of `n` ratings of 1 to 5 stars; None without one."""

    n: int = 0
    mean: float | None = None


def first_words(case: Case) -> datetime | None:
    """When an agent first said something to the requester: in a reply, or with the resolution itself; None: not yet."""
    return case.first_reply_at or (case.resolved_at if case.outcome in SOLVED else None)


def resolution_time(case: Case, calendar: Calendar) -> timedelta | None:
    """The working time until a ticket was resolved, without that spent in Pending or resolved; None: it is not."""
    if case.resolved_at is None:
        return None
    total, since = ZERO, case.created_at
    running = True
    for change in case.changes:
        holds = change.to in HELD
        if running and holds:
            total += calendar.between(since, change.at)
        elif not running and not holds:
            since = change.at
        running = not holds
    return total + calendar.between(since, case.resolved_at) if running else total


def attained(timer: Timer | None, period: Period) -> Share:
    """1 of 1 for a clock that was met in time in the period, 0 of 1 for one whose deadline passed in it, else nothing.

    To meet it at its deadline is in time; to run on is not (sla.Clock.breached_at). A clock met late counts once, when
    it was late. One that is idle was promised to nobody any more.
    """
    if timer is None or timer.state == "idle":
        return Share()
    if _late(timer, period.seen):
        return Share(0, int(period.has(timer.due_at or timer.met_at)))
    in_time = int(timer.state == "met" and period.has(timer.met_at))
    return Share(in_time, in_time)


def kept(share: Share, *, by_the_desk: bool) -> Share:
    """The share without what ended in time but not by the desk's doing: closed, merged or given up, unanswered."""
    return share if by_the_desk or not share.part else Share()


def _late(timer: Timer, seen: datetime) -> bool:
    if timer.breached or timer.due_at is None:
        return timer.breached
    return timer.due_at < timer.met_at if timer.met_at else timer.state == "running" and timer.due_at <= seen


def rating(stars: Sequence[int]) -> Rating:
    """The mean of these stars."""
    return Rating(len(stars), fmean(stars)) if stars else Rating()


def spread(times: Sequence[timedelta]) -> Spread:
    """Mean, median and 90th percentile of these times."""
    if not times:
        return Spread()
    ordered = sorted(times)
    return Spread(len(times), sum(ordered, ZERO) / len(times), percentile(ordered, 0.5), percentile(ordered, 0.9))


def percentile(ordered: Sequence[timedelta], share: float) -> timedelta:
    """The value below which `share` (0 to 1) of these lie, by linear interpolation between the closest ranks.

    `ordered` is sorted and not empty (IndexError). Source: Hyndman and Fan, Sample Quantiles in Statistical Packages
    (1996), definition 7: rank (n - 1) × share, counted from 0; `statistics.quantiles(method="inclusive")` is the same.
    """
    rank = (len(ordered) - 1) * share
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)
