"""Ladders: who hears when, by example; then each level once and in order, whatever happens."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.escalation import (
    Escalation,
    Plan,
    Rung,
    acknowledge,
    announce,
    close,
    escalate_now,
    key,
    plan,
    progress,
    resume,
    snapshot,
    snooze,
    start,
    warned_of,
)
from bot.settings import Ladder, Step

T = datetime(2026, 11, 23, 15, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LADDER = Plan((Rung("owner", 0), Rung("lead", 900), Rung("manager", 1800)), repeat=1)
same_every_time = settings(derandomize=True, deadline=None, database=None)


def after(minutes: float) -> datetime:
    return T + minutes * MINUTE


def said_at(escalation: Escalation, minutes: float) -> tuple[Escalation, list[int]]:
    return announce(escalation, after(minutes))


def test_behaviour_27_level_by_level_owner_lead_manager_and_the_last_once_more() -> None:
    escalation, heard = start(LADDER, T), []
    for minute in range(300):
        escalation, levels = said_at(escalation, minute)
        heard += [(minute, LADDER.tells(level), LADDER.repeats(level)) for level in levels]
    assert heard == [(0, "owner", False), (15, "lead", False), (45, "manager", False), (105, "manager", True)]
    assert escalation.next_at is None and escalation.closed_at is None


def test_behaviour_27_a_settings_change_does_not_reach_a_running_one() -> None:
    ladder = Ladder(steps=(Step(tell="lead"), Step(tell="person:ada", after=HOUR)), rooms=("web:ops",))
    stored = json.loads(json.dumps(snapshot(ladder)))
    rungs = Rung("lead", 0), Rung("person:ada", 3600)
    assert plan(stored) == Plan(rungs, ("web:ops",), 1800, 1800, 1, 3600, 300, "UTC", ("critical",))
    assert plan(json.loads(json.dumps(snapshot(ladder, ["slack:C1"])))).rooms == ("slack:C1",)
    assert plan({"rungs": [["lead", 0]]}) == Plan((Rung("lead", 0),))


def test_behaviour_28_acknowledging_is_a_lease_and_without_progress_the_ladder_goes_on() -> None:
    escalation, _ = said_at(start(LADDER, T), 0)
    held = acknowledge(escalation, "ben", after(5))
    assert (held.acknowledged_by, held.lease_until) == ("ben", after(35))
    assert said_at(held, 34) == (held, [])
    gone_on, levels = said_at(held, 35)
    assert levels == [2]
    assert (gone_on.acknowledged_by, gone_on.lease_until, gone_on.next_at) == ("", None, after(65))


def test_behaviour_28_progress_renews_the_lease() -> None:
    escalation, _ = said_at(start(LADDER, T), 0)
    assert progress(escalation, after(4)) == escalation
    held = progress(acknowledge(escalation, "ben", after(5)), after(20))
    assert (held.lease_until, held.next_at) == (after(50), after(50))
    assert progress(held, after(10)) == held


def test_behaviour_28_who_acknowledges_and_forgets_after_the_last_level_is_reminded_each_time() -> None:
    escalation, levels = start(Plan((Rung("lead", 0),)), T), []
    for minute in (0, 60, 120):
        escalation, said = said_at(escalation, minute)
        levels += said
        assert escalation.next_at is None
        escalation = acknowledge(escalation, "ben", after(minute))
    assert levels == [1, 2, 3]


def test_behaviour_28_snooze_holds_and_never_hastens() -> None:
    escalation, _ = said_at(start(LADDER, T), 0)
    assert snooze(escalation, after(1)).next_at == after(31)
    held = acknowledge(escalation, "ben", after(29))
    assert snooze(held, after(0)).next_at == after(59)
    rested = start(Plan(()), T)
    assert snooze(rested, after(1)) == rested


def test_behaviour_28_a_snooze_is_said_anew_longer_or_shorter_but_never_hastens() -> None:
    escalation, _ = said_at(start(LADDER, T), 0)
    long = snooze(escalation, after(1), until=after(600))
    assert snooze(long, after(2), until=after(60)).next_at == after(60)
    assert snooze(long, after(2), until=after(5)).next_at == escalation.next_at == after(15)
    assert snooze(long, after(2)) == long, "who names no time shortens nothing"
    gone_on, levels = said_at(snooze(long, after(2), until=after(60)), 60)
    assert levels == [2] and gone_on.without_snooze is None


def test_behaviour_28_a_snooze_of_a_lease_is_said_anew_and_the_lease_is_renewed_below_it() -> None:
    held = acknowledge(said_at(start(LADDER, T), 0)[0], "ben", after(5))
    long = snooze(held, after(6), until=after(600))
    assert snooze(long, after(7), until=after(60)).lease_until == after(60)
    assert snooze(long, after(7), until=after(8)).lease_until == held.lease_until == after(35)
    worked = progress(long, after(20))
    assert worked.lease_until == after(600)
    assert snooze(worked, after(21), until=after(22)).lease_until == after(50)


def test_behaviour_28_acknowledging_ends_a_snooze_and_hastens_nothing_else() -> None:
    escalation, _ = said_at(start(Plan(LADDER.rungs, snooze=7200), T), 0)
    held = acknowledge(snooze(escalation, after(1)), "ben", after(2))
    assert (held.lease_until, held.next_at) == (after(32), after(32))
    assert acknowledge(snooze(held, after(3)), "chloe", after(4)).lease_until == after(34)
    slow, _ = said_at(start(Plan((Rung("lead", 0), Rung("manager", 6000))), T), 0)
    assert acknowledge(snooze(slow, after(1), until=after(600)), "ben", after(2)).lease_until == after(100)


def test_behaviour_28_escalate_now_says_the_next_level_and_ends_a_lease() -> None:
    escalation, _ = said_at(start(LADDER, T), 0)
    pushed, levels = said_at(escalate_now(acknowledge(escalation, "ben", after(1)), after(2)), 2)
    assert levels == [2] and pushed.acknowledged_by == "" and pushed.next_at == after(32)


def test_two_people_who_click_escalate_at_once_climb_one_level() -> None:
    escalation, _ = said_at(start(LADDER, T), 0)
    once, _ = said_at(escalate_now(escalation, after(2), level=1), 2)
    assert escalate_now(once, after(2), level=1) == once
    assert said_at(escalate_now(once, after(2), level=2), 2)[1] == [3]


def test_escalate_now_wakes_a_ladder_that_rests() -> None:
    rested, _ = said_at(start(Plan((Rung("lead", 0),)), T), 0)
    assert said_at(escalate_now(rested, after(200)), 200)[1] == [2]


def test_behaviour_29_after_an_outage_the_levels_missed_are_said_in_order_and_the_repeat_later() -> None:
    escalation, levels = said_at(start(LADDER, T), 600)
    assert levels == [1, 2, 3]
    assert escalation.next_at == after(660)


def test_a_late_sweep_does_not_put_off_the_levels_that_follow() -> None:
    assert said_at(start(LADDER, T), 3)[0].next_at == after(15)


def test_nothing_is_said_once_it_is_closed() -> None:
    closed = close(said_at(start(LADDER, T), 0)[0], after(1))
    assert closed.closed_at == after(1) and close(closed, after(2)) == closed
    moves = (acknowledge(closed, "ben", after(2)), progress(closed, after(2)), snooze(closed, after(2)))
    assert {*moves, escalate_now(closed, after(2))} == {closed}
    assert said_at(closed, 999) == (closed, [])


def test_a_ladder_without_rungs_says_nothing() -> None:
    empty = start(Plan(()), T)
    held = acknowledge(empty, "ben", T)
    assert said_at(escalate_now(held, T), 999) == (held, []) and held.acknowledged_by == "ben"


def test_behaviour_29_the_key_of_an_announcement() -> None:
    assert key(1042, "resolution", T, 2) == "breach:1042:resolution:2026-11-23T15:00:00Z:level2"
    assert key(1042, "resolution", T, 0) == "warn:1042:resolution:2026-11-23T15:00:00Z"
    assert key(1042, "resolution", T, 1) != key(1042, "resolution", T + timedelta(microseconds=1), 1)
    with pytest.raises(IndexError):
        Plan(()).tells(1)


plans = st.builds(
    Plan,
    st.lists(st.builds(Rung, st.sampled_from(["owner", "lead"]), st.integers(0, 3600)), max_size=4).map(tuple),
    lease=st.integers(0, 3600),
    snooze=st.integers(0, 3600),
    repeat=st.integers(0, 3),
    repeat_every=st.integers(0, 3600),
)
deeds = st.sampled_from(["tick", "tick", "acknowledge", "progress", "snooze", "escalate", "close"])
stories = st.lists(st.tuples(st.integers(0, 90), deeds), max_size=25)


def do(escalation: Escalation, deed: str, now: datetime) -> Escalation:
    match deed:
        case "acknowledge":
            return acknowledge(escalation, "ben", now)
        case "progress":
            return progress(escalation, now)
        case "snooze":
            return snooze(escalation, now)
        case "escalate":
            return escalate_now(escalation, now)
        case "close":
            return close(escalation, now)
    return escalation


@given(plans, stories)
@same_every_time
def test_each_level_is_said_once_and_in_order_whatever_happens(ladder: Plan, story: list[tuple[int, str]]) -> None:
    escalation, now, heard = start(ladder, T), T, list[int]()
    for minutes, deed in story:
        now += minutes * MINUTE
        held = escalation.lease_until and escalation.lease_until > now
        escalation, levels = announce(escalation, now)
        assert not (held and levels) and not (escalation.closed_at and levels)
        assert announce(escalation, now) == (escalation, [])
        heard += levels
        escalation = do(escalation, deed, now)
        assert escalation.next_at is None or escalation.next_at >= now
        assert escalation.lease_until is None or not ladder.rungs or escalation.closed_at or escalation.next_at
    assert heard == list(range(1, escalation.level + 1))


@given(plans)
@same_every_time
def test_a_ladder_that_nobody_touches_says_every_rung_and_every_repeat_and_rests(ladder: Plan) -> None:
    escalation, heard = start(ladder, T), list[int]()
    while escalation.next_at:
        escalation, levels = announce(escalation, escalation.next_at)
        heard += levels
    assert heard == list(range(1, len(ladder.rungs) + ladder.repeat + 1 if ladder.rungs else 1))


@given(plans, st.lists(st.integers(0, 10_000), max_size=12))
@same_every_time
def test_how_often_one_looks_changes_no_level_but_the_time_of_repeats(ladder: Plan, looks: list[int]) -> None:
    seldom = often = start(ladder, T)
    for minute in sorted(looks):
        often, _ = said_at(often, minute)
    last = max(looks, default=0)
    seldom, _ = said_at(seldom, last)
    rungs = len(ladder.rungs)
    assert min(seldom.level, rungs) == min(said_at(often, last)[0].level, rungs)


def test_behaviour_29_what_was_closed_and_stands_again_goes_on_and_says_no_level_twice() -> None:
    escalation, levels = said_at(start(LADDER, T), 0)
    again = resume(close(acknowledge(escalation, "ada", after(1)), after(5)), after(10))
    assert levels == [1] and (again.closed_at, again.acknowledged_by, again.next_at) == (None, "", after(25))
    assert said_at(again, 24)[1] == [] and said_at(again, 25)[1] == [2]
    assert resume(again, after(12)) == again


def test_behaviour_29_after_all_levels_the_last_comes_once_more_when_it_stands_again() -> None:
    never_repeated = Plan((Rung("lead", 0),), repeat=0)
    escalation, _ = said_at(start(never_repeated, T), 0)
    assert escalation.next_at is None
    again = resume(close(escalation, after(5)), after(10))
    assert again.next_at == after(70)
    said, levels = said_at(again, 70)
    assert levels == [2] and said.next_at is None
    nobody = close(start(Plan(()), T), T)
    assert resume(nobody, after(1)).next_at is None and resume(nobody, after(1)).closed_at is None


@pytest.mark.parametrize("deadline", [T, T + timedelta(microseconds=1)])
def test_a_warning_s_key_says_what_it_was_about(deadline: datetime) -> None:
    """Also where more stands around it, as for one of several rooms."""
    named = key(1042, "resolution", deadline, 0)
    assert (
        warned_of(named) == warned_of(f"{named}:web:triage-it") == warned_of(f"x:{named}") == ("resolution", deadline)
    )
    assert warned_of(key(1042, "resolution", deadline, 1)) is None
