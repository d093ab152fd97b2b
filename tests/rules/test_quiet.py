"""Quiet hours: by example, over the changes of summer time, and against a look at every minute (BEHAVIOUR 27)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.escalation import Escalation, Plan, Rung, acknowledge, announce, escalate_now, reminds, snooze, start
from bot.quiet import told_from, told_hours
from bot.settings import Step

same_every_time = settings(derandomize=True, deadline=None, database=None)
T = datetime(2026, 11, 23, 15, tzinfo=UTC)
NIGHT = ("22:00-07:00",)


def test_quiet_hours_run_over_midnight_and_end_where_another_begins() -> None:
    night = ["22:00-07:00"]
    assert told_from(night, "UTC", T) == T
    assert told_from(night, "UTC", T + timedelta(hours=8)) == datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert told_from(night, "UTC", datetime(2026, 11, 24, 6, 59, tzinfo=UTC)) == datetime(2026, 11, 24, 7, tzinfo=UTC)
    two = ["20:00-24:00", "00:00-08:30"]
    assert told_from(two, "UTC", T + timedelta(hours=5)) == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    assert [(str(a), str(b)) for a, b in told_hours(["12:00-13:00"])] == [
        ("00:00:00", "12:00:00"),
        ("13:00:00", "00:00:00"),
    ]


def test_quiet_hours_are_of_the_wall_clock_in_their_zone() -> None:
    """In spring Berlin's night is an hour shorter, in autumn an hour longer."""
    for evening, morning in (
        (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
    ):
        assert told_from(["22:00-07:00"], "Europe/Berlin", evening) == morning


windows = st.tuples(st.integers(0, 1439), st.integers(0, 1439)).map(
    lambda pair: "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in pair)
)


@given(windows, st.integers(0, 2000))
@same_every_time
def test_quiet_hours_end_as_a_minute_by_minute_look_says(window: str, minute: int) -> None:
    start, _, end = window.partition("-")
    now = T + timedelta(minutes=minute)

    def quiet(instant: datetime) -> bool:
        clock = f"{instant:%H:%M}"
        return start <= clock < end if start < end else clock >= start or clock < end

    if start == end:
        return
    expected = now
    while quiet(expected):
        expected += timedelta(minutes=1)
    assert told_from([window], "UTC", now) == expected


def test_quiet_hours_leave_some_of_the_day() -> None:
    for windows in (["00:00-24:00"], ["09:00-09:00"], ["07:00-20:00", "19:00-08:00"]):
        with pytest.raises(ValueError, match="some hour of the day"):
            Step.model_validate({"tell": "lead", "quiet": windows})


LADDER = Plan((Rung("lead", 0), Rung("manager", 1800, NIGHT), Rung("person:ada", 600)), repeat=1, remind=300)


def at(hours: float) -> datetime:
    return T + timedelta(hours=hours)


def heard(escalation: Escalation, until: float) -> list[tuple[float, int]]:
    """(hours, level) of what a look every minute says until then."""
    said = []
    for minute in range(int(until * 60) + 1):
        escalation, levels = announce(escalation, at(minute / 60))
        said += [(minute / 60, level) for level in levels]
    return said


def test_behaviour_27_what_follows_a_level_that_was_held_back_counts_from_then() -> None:
    """In order, and nobody is skipped: the third level waits for the second, though its own hours are not quiet."""
    late = start(LADDER, at(7))
    assert heard(late, 20) == [(7, 1), (16, 2), (16 + 10 / 60, 3), (17 + 10 / 60, 4)]


def test_behaviour_27_an_outage_over_the_night_holds_nothing_back_any_more() -> None:
    assert announce(start(LADDER, at(7)), at(16.2))[1] == [1, 2, 3]


def test_behaviour_28_quiet_hours_hold_back_what_a_lease_has_left_and_nobody_who_asks() -> None:
    first, _ = announce(start(LADDER, at(7)), at(7))
    held, _ = announce(acknowledge(first, "ben", at(7)), at(7.5))
    assert (held.acknowledged_by, held.next_at, held.held_since) == ("", at(16), at(7.5))
    assert announce(escalate_now(held, at(8)), at(8), loud=True)[1] == [2]


def test_behaviour_28_the_reminder_comes_once_a_lease_and_not_after_its_end() -> None:
    held = acknowledge(announce(start(LADDER, T), T)[0], "ben", T)
    instants = [T + timedelta(minutes=minute) for minute in range(30)]
    reminded = []
    for now in instants:
        if reminds(held, now):
            reminded.append(now)
        held, levels = announce(held, now)
        assert not levels
    assert reminded == [T + timedelta(minutes=25)]
    assert not reminds(acknowledge(held, "ben", T), T + timedelta(minutes=31))
    assert announce(held, T + timedelta(minutes=30))[1] == [2]
    snoozed = snooze(held, T + timedelta(minutes=29))
    assert (snoozed.lease_until, snoozed.next_at) == (T + timedelta(minutes=59), T + timedelta(minutes=54))


quiet_plans = st.builds(
    Plan,
    st.lists(st.builds(Rung, st.just("lead"), st.integers(0, 7200), st.sampled_from([(), NIGHT])), max_size=4).map(
        tuple
    ),
    lease=st.integers(60, 7200),
    snooze=st.integers(60, 7200),
    repeat=st.integers(0, 3),
    repeat_every=st.integers(60, 7200),
    remind=st.integers(0, 900),
)
deeds = st.sampled_from(["tick", "tick", "ack", "snooze"])


@given(quiet_plans, st.lists(st.tuples(st.integers(0, 600), deeds), max_size=25))
@same_every_time
def test_behaviour_29_each_level_once_in_order_never_in_its_quiet_hours_and_never_lost(
    ladder: Plan, story: list[tuple[int, str]]
) -> None:
    escalation, now, said = start(ladder, T), T, list[int]()
    for minutes, deed in story:
        now += timedelta(minutes=minutes)
        escalation, levels = announce(escalation, now)
        assert all(ladder.told_from(level, now) == now for level in levels)
        assert announce(escalation, now) == (escalation, [])
        said += levels
        if deed != "tick":
            escalation = acknowledge(escalation, "ben", now) if deed == "ack" else snooze(escalation, now)
        assert escalation.next_at is None or escalation.next_at >= now
    while escalation.next_at:
        escalation, levels = announce(escalation, escalation.next_at)
        said += levels
    least = len(ladder.rungs) + ladder.repeat if ladder.rungs else 0
    assert said == list(range(1, len(said) + 1)) and len(said) >= least
