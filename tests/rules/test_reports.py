"""The figures of a report: percentiles against an oracle, which clocks count and when, and who sees what."""

import statistics
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import Calendar
from bot.people import Role
from bot.reports import issues, periods
from bot.reports import wording as words
from bot.reports.figures import Report, Sight, build
from bot.reports.measures import Rating, Share, Spread, attained, percentile, resolution_time, spread
from bot.settings import Hours, Member, Settings, Team
from storage.figures import Case, StatusChange, Timer

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 19, 14, 20, tzinfo=UTC)  # a Thursday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = Calendar("UTC", {day: [(time(9), time(17))] for day in range(5)})
ALWAYS = Calendar("UTC", {day: [(time(), time())] for day in range(7)})
WEEK = periods.named("week", NOW, BERLIN)
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
same_every_time = settings(derandomize=True, deadline=None, database=None)
times = st.lists(st.timedeltas(min_value=timedelta(), max_value=90 * DAY), min_size=2, max_size=60)


def case(number: int = 1, **rest: Any) -> Case:
    """An open ticket of Monday morning; a test says only what differs."""
    plain: dict[str, Any] = {
        "title": "the vpn drops", "status": "new", "category": "Network", "team": "it", "owner": "ben", "via": "web",
        "created_at": MONDAY,
    }  # fmt: skip
    return Case(number=number, **(plain | rest))


def solved(number: int = 1, after: timedelta = HOUR, **rest: Any) -> Case:
    return case(number, **({"status": "resolved", "resolved_at": MONDAY + after, "outcome": "solved"} | rest))


def report(*cases: Case, sight: Sight | None = None) -> Report:
    return build(cases, WEEK, lambda team: OFFICE, sight)


@same_every_time
@given(times)
def test_percentiles_are_those_of_the_standard_library(values: list[timedelta]) -> None:
    seconds = [value.total_seconds() for value in values]
    found = spread(values)
    assert found.n == len(values)
    assert found.median is not None and found.p90 is not None and found.mean is not None
    assert found.median.total_seconds() == pytest.approx(statistics.median(seconds), abs=1e-5)
    assert found.p90.total_seconds() == pytest.approx(
        statistics.quantiles(seconds, n=10, method="inclusive")[8], abs=1e-5
    )
    assert found.mean.total_seconds() == pytest.approx(statistics.fmean(seconds), abs=1e-5)


@same_every_time
@given(times, st.floats(0, 1))
def test_a_percentile_lies_between_the_least_and_the_most(values: list[timedelta], part: float) -> None:
    ordered = sorted(values)
    assert ordered[0] <= percentile(ordered, part) <= ordered[-1]


def test_of_one_all_are_that_one_and_of_none_there_are_none() -> None:
    assert spread([HOUR]) == Spread(1, HOUR, HOUR, HOUR)
    assert spread([]) == Spread()


@pytest.mark.parametrize(
    ("timer", "expected"),
    [
        (None, Share()),
        (Timer("met", MONDAY + HOUR, MONDAY, False), Share(1, 1)),
        (Timer("met", MONDAY, MONDAY, False), Share(1, 1)),  # at the deadline is in time
        (Timer("met", MONDAY, MONDAY + HOUR, True), Share(0, 1)),
        (Timer("met", MONDAY, MONDAY + HOUR, False), Share(0, 1)),  # late, whatever the flag says
        (Timer("running", NOW, None, False), Share(0, 1)),  # to be still running at the deadline is late
        (Timer("running", NOW + MINUTE, None, False), Share()),  # not decided yet
        (Timer("running", MONDAY, None, True), Share(0, 1)),
        (Timer("paused", None, None, False), Share()),
        (Timer("paused", MONDAY, None, True), Share(0, 1)),
        (Timer("idle", MONDAY, None, True), Share()),
        (Timer("met", MONDAY - 30 * DAY, MONDAY, True), Share()),  # it was late in an earlier period
        (Timer("met", MONDAY, MONDAY - 30 * DAY, False), Share()),
        (Timer("met", None, MONDAY, False), Share(1, 1)),
    ],
)
def test_a_clock_counts_once_when_it_was_met_or_missed(timer: Timer | None, expected: Share) -> None:
    assert attained(timer, WEEK) == expected


@same_every_time
@given(st.integers(-20, 20), st.none() | st.integers(-20, 20), st.booleans())
def test_no_clock_counts_in_two_weeks(due: int, met: int | None, late: bool) -> None:
    due_at, met_at = MONDAY + due * DAY, None if met is None else MONDAY + met * DAY
    timer = Timer("met" if met_at else "running", due_at, met_at, late and (met_at is None or met_at > due_at))
    weeks = [periods.named("week", NOW + n * 7 * DAY, BERLIN) for n in range(-5, 6)]
    seen = [replace(week, now=weeks[-1].now) for week in weeks]
    assert sum(attained(timer, week).whole for week in seen) == 1


def test_the_sla_of_nothing_is_no_number() -> None:
    total = report(case()).total
    assert total.sla.rate is None and words.share(total.sla) == "–" and words.times(total.first_response) == "–"


def test_times_are_working_time_of_the_teams_calendar() -> None:
    friday = datetime(2026, 11, 13, 16, 30, tzinfo=UTC)
    over_the_weekend = solved(created_at=friday, after=30 * MINUTE, first_reply_at=MONDAY + 15 * MINUTE)
    total = report(over_the_weekend).total
    assert total.first_response == Spread(1, 45 * MINUTE, 45 * MINUTE, 45 * MINUTE)
    assert total.resolution.median == HOUR
    around = build([over_the_weekend], WEEK, lambda team: ALWAYS).total
    assert around.resolution.median == 65 * HOUR


def test_pending_and_the_time_until_a_reopening_are_left_out() -> None:
    moves = (
        StatusChange(MONDAY + HOUR, "in_progress", "pending"),
        StatusChange(MONDAY + 3 * HOUR, "pending", "in_progress"),
        StatusChange(MONDAY + 4 * HOUR, "in_progress", "resolved"),
        StatusChange(MONDAY + 6 * HOUR, "resolved", "in_progress"),
        StatusChange(MONDAY + 7 * HOUR, "in_progress", "resolved"),
    )
    assert resolution_time(solved(after=7 * HOUR, changes=moves), OFFICE) == 3 * HOUR
    given_up = solved(after=7 * HOUR, changes=moves[:1], outcome="unanswered")
    assert resolution_time(given_up, OFFICE) == HOUR
    assert resolution_time(case(), OFFICE) is None


def test_what_an_agent_resolves_without_a_word_before_was_answered_then() -> None:
    assert report(solved()).total.first_response.median == HOUR
    assert report(solved(outcome="self-served")).total.first_response.n == 0


def test_a_merged_ticket_has_no_time_of_its_own() -> None:
    total = report(solved(merged=True, outcome="duplicate")).total
    assert (total.resolved, total.resolution.n, total.first_response.n) == (1, 0, 0)


def test_backlog_is_what_was_open_at_the_end_and_its_age_is_calendar_time() -> None:
    old = case(1, created_at=NOW - 20 * DAY)
    later = solved(2, created_at=MONDAY, resolved_at=WEEK.end + HOUR)
    total = report(old, later, solved(3)).total
    assert (total.received, total.resolved, total.backlog) == (2, 1, 2)
    assert total.oldest == 20 * DAY
    assert report(case(created_at=WEEK.end)).total.empty


def test_rates() -> None:
    total = report(
        solved(1, outcome="self-served"),
        solved(2, outcome="fixed", stars=5),
        solved(3, outcome="fixed", stars=4, reopened=True),
        case(4, reopened=True),
        case(5),
    ).total
    assert total.deflected == Share(1, 5)
    assert total.reopened == Share(2, 4)
    assert total.satisfaction == Rating(2, 4.5)


@same_every_time
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["ben", "chloe", None]), st.booleans()), max_size=20))
def test_groups_add_up_to_the_whole(tickets: list[tuple[str, str | None, bool]]) -> None:
    cases = [(solved if done else case)(n, team=t, category=t, owner=o) for n, (t, o, done) in enumerate(tickets)]
    made = report(*cases)
    for groups in (made.teams, made.agents, made.categories, made.channels):
        assert sum(f.received for f in groups.values()) == made.total.received
        assert sum(f.backlog for f in groups.values()) == made.total.backlog
        assert sum((f.reopened for f in groups.values()), Share()) == made.total.reopened
    assert sum(b.received for b in made.buckets) == made.total.received
    assert sum(b.resolved for b in made.buckets) == made.total.resolved
    assert sum(count for _, count in made.workload) == made.total.backlog


DESK = Settings(
    calendars={"office": Hours()},
    admins=("max",),
    teams={
        "it": Team(name="IT", lead="lena", members={"ben": Member(), "chloe": Member()}),
        "hr": Team(name="HR", lead="hugo", deputies=("dora",), members={"lena": Member(), "ida": Member()}),
    },
)


@pytest.mark.parametrize(
    ("person", "roles", "agents", "read"),
    [
        ("max", Role.ADMIN, {"ben", "chloe", "ida", "lena"}, {"vpn", "salary"}),
        ("lena", Role.LEAD | Role.AGENT, {"ben", "chloe", "lena"}, {"vpn", "salary"}),
        ("hugo", Role.LEAD, {"ida", "lena"}, {"salary"}),
        ("dora", Role.LEAD, {"ida", "lena"}, {"salary"}),
        ("ben", Role.AGENT, {"ben"}, {"vpn"}),
        ("hugo", Role.AGENT, set(), {"salary"}),  # no lead in the settings of this minute
    ],
)
def test_a_reader_sees_the_rows_and_the_words_that_are_theirs(
    person: str, roles: Role, agents: set[str], read: set[str]
) -> None:
    cases = [
        *(case(n, owner=owner, title="vpn down") for n, owner in enumerate(["ben", "chloe"])),
        *(
            case(9 + n, owner=owner, team="hr", category="Pay", title="my salary")
            for n, owner in enumerate(["ida", "lena"])
        ),
    ]
    made = report(*cases, sight=Sight.of(person, roles, DESK))
    assert made.agents.keys() == agents
    assert {owner for owner, _ in made.workload} == agents
    assert {word for issue in made.issues for word, _ in issue.words} >= read
    assert made.total.received == 4 and made.teams.keys() == {"it", "hr"}
    unread = {"vpn", "salary"} - read
    assert not unread & {word for issue in made.issues for word, _ in issue.words}


@pytest.mark.parametrize("name", periods.NAMES)
@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-11-19"])  # 23 and 25 hours, and 24
def test_a_period_is_whole_local_days_and_holds_this_very_instant(name: str, day: str) -> None:
    now = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=BERLIN)
    period = periods.named(name, now, BERLIN)
    assert period.has(now) and period.seen == now
    assert list(period.edges) == sorted(set(period.edges))
    local = [edge.astimezone(BERLIN) for edge in period.edges]
    assert local[0].time() == local[-1].time() == time()
    assert (local[-1].date() - local[0].date()).days == periods.NAMES[name][1]


def test_common_issues_are_ranked_and_one_tickets_words_are_nobodys_trend() -> None:
    cases = [case(1, title="VPN drops, vpn!"), case(2, title="my VPN is down"), case(3, category="Pay", title="salary")]
    found = issues.common(cases, lambda one: True)
    assert [(i.category, i.tickets, i.words) for i in found] == [("Network", 2, (("vpn", 2),)), ("Pay", 1, ())]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (None, "–"), (timedelta(), "0 min"), (20 * timedelta(seconds=1), "< 1 min"), (25 * MINUTE, "25 min"),
        (59.7 * MINUTE, "1 h"), (200 * MINUTE, "3 h 20 min"), (26.4 * HOUR, "26 h"),
    ],
)  # fmt: skip
def test_working_time_in_words(time: timedelta | None, expected: str) -> None:
    assert words.worked(time) == expected


def test_only_all_is_called_all() -> None:
    assert words.percent(Share(999, 1000)) == "99%" and words.percent(Share(1, 1000)) == "1%"
    assert words.share(Share(3, 3)) == "100% (3 of 3)" and words.percent(Share(0, 7)) == "0%"
