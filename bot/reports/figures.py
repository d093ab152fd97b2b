"""The figures of the desk: tickets and calendars give a report. Pure.

What happened counts in the period in which it happened: a ticket received last week and resolved in this one counts
there as received and here as resolved, and each clock counts once, when it was met or its deadline passed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendar import Calendar
from bot.lifecycle import SOLVED
from bot.people import Role
from bot.reports.issues import Issue, common
from bot.reports.measures import Rating, Share, Spread, attained, first_words, kept, rating, resolution_time, spread
from bot.reports.periods import Period
from bot.settings import Settings
from storage.figures import Case

ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some tickets in a period.

    backlog: open at its end; age: calendar time since those were received, oldest: the longest.
    first_response, resolution: working time of the team's calendar. The first response is an agent's first public
        reply (BEHAVIOUR 25), or the words they resolved it with where they said nothing before. Resolution leaves out
        the time in Pending and between a resolution and its reopening, as the clock does (BEHAVIOUR 26), and tickets
        merged into others.
    first_sla, resolution_sla: clocks met in time, of those met or breached.
    reopened: tickets reopened in the period, of those resolved or reopened in it.
    satisfaction: the stars of the tickets resolved in it. deflected: self-served, of those received.
    """

    received: int
    resolved: int
    closed: int
    backlog: int
    age: Spread
    oldest: timedelta | None
    first_response: Spread
    resolution: Spread
    first_sla: Share
    resolution_sla: Share
    reopened: Share
    satisfaction: Rating
    deflected: Share

    @property
    def sla(self) -> Share:
        """Both clocks together."""
        return self.first_sla + self.resolution_sla

    @property
    def empty(self) -> bool:
        """Whether nothing happened and nothing is open."""
        return not (self.received or self.resolved or self.closed or self.backlog)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What came in and was resolved from `start` to the next bucket."""

    start: datetime
    received: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader may see beyond sums: agents' rows of the teams they lead and their own, titles of their teams.

    None: of all teams. Source: BEHAVIOUR 36, "agents' rows are for leads only".
    """

    person: str = ""
    leads: frozenset[str] | None = None
    reads: frozenset[str] | None = None

    @classmethod
    def of(cls, person: str, roles: Role, settings: Settings) -> Sight:
        """What somebody with these roles at the desk may see."""
        if roles & Role.ADMIN:
            return cls(person)
        led = {key for key, team in settings.teams.items() if person in team.leads}
        leads = frozenset(led if roles & Role.LEAD else ())
        return cls(person, leads, frozenset(settings.teams_of(person)))

    def agent(self, case: Case) -> bool:
        """Whether the case may count in its owner's row."""
        return self.leads is None or case.team in self.leads or case.owner == self.person

    def title(self, case: Case) -> bool:
        """Whether the case's own words may be used."""
        return self.reads is None or case.team in self.reads


@dataclass(frozen=True, slots=True)
class Report:
    """A period's figures: of all tickets, and by team, agent ("" is nobody), category ("": none) and channel.

    Groups and workload stand in the order of how much there is, the most first; a group without any figure is left out.
    workload: (owner, open tickets), "" for those that nobody has.
    """

    period: Period
    total: Figures
    teams: dict[str, Figures]
    agents: dict[str, Figures]
    categories: dict[str, Figures]
    channels: dict[str, Figures]
    buckets: tuple[Bucket, ...]
    issues: tuple[Issue, ...]
    workload: tuple[tuple[str, int], ...]


def build(
    cases: Iterable[Case], period: Period, calendar_of: Callable[[str], Calendar], sight: Sight | None = None
) -> Report:
    """The report of a period's cases (`storage.figures.cases`); `calendar_of` a team's key is its calendar.

    `sight` leaves out what its reader may not see: agents' rows, workload and titles; the sums are everybody's.
    """
    sight = sight or Sight()
    measured = [_measure(case, period, calendar_of(case.team)) for case in cases]
    agents = [m for m in measured if sight.agent(m.case)]
    return Report(
        period=period,
        total=_figures(measured, period),
        teams=_groups(measured, period, lambda case: case.team),
        agents=_groups(agents, period, lambda case: case.owner or ""),
        categories=_groups(measured, period, lambda case: case.category),
        channels=_groups(measured, period, lambda case: case.via),
        buckets=_buckets(measured, period),
        issues=common([m.case for m in measured if period.has(m.case.created_at)], sight.title),
        workload=tuple(Counter(m.case.owner or "" for m in agents if m.backlog).most_common()),
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """A case with what is costly to know about it, worked out once for all its groups."""

    case: Case
    backlog: bool
    first_response: timedelta | None
    resolution: timedelta | None
    first_sla: Share
    resolution_sla: Share


def _measure(case: Case, period: Period, calendar: Calendar) -> _Measured:
    replied = first_words(case)
    return _Measured(
        case=case,
        backlog=_open_at_end(case, period),
        first_response=calendar.between(case.created_at, replied) if replied and period.has(replied) else None,
        resolution=resolution_time(case, calendar) if period.has(case.resolved_at) and not case.merged else None,
        first_sla=kept(attained(case.first, period), by_the_desk=replied is not None or case.self_served),
        resolution_sla=kept(attained(case.resolution, period), by_the_desk=case.outcome in SOLVED or case.self_served),
    )


def _open_at_end(case: Case, period: Period) -> bool:
    return case.created_at < period.end and (case.open or bool(case.resolved_at and case.resolved_at >= period.end))


def _groups(measured: Iterable[_Measured], period: Period, key: Callable[[Case], str]) -> dict[str, Figures]:
    members: dict[str, list[_Measured]] = {}
    for one in measured:
        members.setdefault(key(one.case), []).append(one)
    figures = {name: _figures(group, period) for name, group in members.items()}
    shown = {name: f for name, f in figures.items() if not f.empty}
    return dict(sorted(shown.items(), key=lambda item: (*_rank(item[1]), item[0])))


def _rank(figures: Figures) -> tuple[int, int, int]:
    return -figures.received, -figures.resolved, -figures.backlog


def _figures(measured: Sequence[_Measured], period: Period) -> Figures:
    received = [m.case for m in measured if period.has(m.case.created_at)]
    resolved = [m.case for m in measured if period.has(m.case.resolved_at)]
    reopened = sum(m.case.reopened for m in measured)
    ages = [max(period.seen - m.case.created_at, ZERO) for m in measured if m.backlog]
    return Figures(
        received=len(received),
        resolved=len(resolved),
        closed=sum(period.has(m.case.closed_at) for m in measured),
        backlog=len(ages),
        age=spread(ages),
        oldest=max(ages, default=None),
        first_response=spread([m.first_response for m in measured if m.first_response is not None]),
        resolution=spread([m.resolution for m in measured if m.resolution is not None]),
        first_sla=sum((m.first_sla for m in measured), Share()),
        resolution_sla=sum((m.resolution_sla for m in measured), Share()),
        reopened=Share(reopened, reopened + sum(not case.reopened for case in resolved)),
        satisfaction=rating([case.stars for case in resolved if case.stars]),
        deflected=Share(sum(case.self_served for case in received), len(received)),
    )


def _buckets(measured: Iterable[_Measured], period: Period) -> tuple[Bucket, ...]:
    cases = [m.case for m in measured]
    received = _counted((case.created_at for case in cases), period)
    resolved = _counted((case.resolved_at for case in cases), period)
    return tuple(Bucket(edge, received[n], resolved[n]) for n, edge in enumerate(period.edges[:-1]))


def _counted(instants: Iterable[datetime | None], period: Period) -> Counter[int]:
    return Counter(bisect_right(period.edges, at) - 1 for at in instants if at is not None and period.has(at))
