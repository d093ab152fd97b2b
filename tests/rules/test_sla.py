"""The clocks: the desk's promises by example, then what must hold for any timeline."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import Calendar
from bot.lifecycle import Status
from bot.settings import ClockKind, Targets
from bot.sla import Clock, Event, Terms, clocks, due, next_look

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = Calendar("Europe/Berlin", {weekday: [(time(9), time(17))] for weekday in range(5)})
ALWAYS = Calendar("UTC", {weekday: [(time(), time())] for weekday in range(7)})
ALL = Targets(first_response=HOUR, next_response=2 * HOUR, resolution=8 * HOUR)
FIRST, NEXT, RESOLUTION = ClockKind
same_every_time = settings(derandomize=True, deadline=None, database=None)


def at(text: str) -> datetime:
    """ "fri 16:30": local time in Berlin; the days are those of 20 (Friday) to 26 November 2026."""
    day, clock = text.split()
    number = 20 + ("fri", "sat", "sun", "mon", "tue", "wed", "thu").index(day)
    return datetime.fromisoformat(f"2026-11-{number} {clock}").replace(tzinfo=BERLIN).astimezone(UTC)


def opened(when: str) -> Event:
    return Event(at(when), "opened")


def agent(when: str) -> Event:
    return Event(at(when), "reply", by_agent=True, public=True)


def requester(when: str) -> Event:
    return Event(at(when), "reply", public=True)


def moved(when: str, to: Status, by_agent: bool = True) -> Event:
    return Event(at(when), "status", by_agent=by_agent, to=to)


def read(events: Iterable[Event], targets: Targets = ALL, calendar: Calendar = OFFICE) -> dict[ClockKind, Clock]:
    return {clock.kind: clock for clock in clocks(events, Terms(targets, calendar))}


def test_behaviour_24_friday_half_past_four_and_one_hour_is_monday_half_past_nine() -> None:
    first = read([opened("fri 16:30")])[FIRST]
    assert (first.state, first.deadline, first.warn_at) == ("running", at("mon 09:30"), at("mon 09:15"))


def test_behaviour_24_three_clocks_in_order_and_none_without_a_target() -> None:
    assert [clock.kind for clock in clocks([opened("mon 09:00")], Terms(ALL, OFFICE))] == [FIRST, NEXT, RESOLUTION]
    assert list(read([opened("mon 09:00")], Targets(resolution=HOUR))) == [RESOLUTION]
    assert clocks([opened("mon 09:00")], Terms(Targets(), OFFICE)) == ()


def test_behaviour_25_notes_claims_and_suggestions_are_no_first_response() -> None:
    noise = [
        Event(at("mon 09:10"), kind, by_agent=True, public=True) for kind in ("note", "claim", "suggestion", "ack")
    ]
    hidden = Event(at("mon 09:20"), "reply", by_agent=True)
    talk = [opened("mon 09:00"), *noise, hidden, requester("mon 09:30"), moved("mon 09:40", Status.IN_PROGRESS)]
    assert read(talk)[FIRST].state == "running"
    assert read(talk)[NEXT].state == "idle"
    assert read([*talk, agent("mon 09:50")])[FIRST].met_at == at("mon 09:50")


@pytest.mark.parametrize(("replied", "late"), [("mon 09:59", False), ("mon 10:00", False), ("mon 10:01", True)])
def test_behaviour_25_a_first_response_is_late_after_its_deadline(replied: str, late: bool) -> None:
    first = read([opened("mon 09:00"), agent(replied)])[FIRST]
    assert (first.state, first.deadline, first.breached) == ("met", at("mon 10:00"), late)


def test_behaviour_26_asking_holds_resolution_and_the_answer_resumes_it() -> None:
    talk = [opened("mon 09:00"), agent("mon 10:00"), moved("mon 10:00", Status.PENDING)]
    held = read(talk)
    assert held[FIRST].met_at == at("mon 10:00")
    assert (held[RESOLUTION].state, held[RESOLUTION].spent, held[RESOLUTION].deadline) == ("paused", HOUR, None)
    answered = [*talk, requester("tue 12:00"), moved("tue 12:00", Status.IN_PROGRESS, by_agent=False)]
    resumed = read(answered)
    assert (resumed[RESOLUTION].deadline, resumed[RESOLUTION].warn_at) == (at("wed 11:00"), at("tue 17:00"))
    assert (resumed[NEXT].state, resumed[NEXT].deadline) == ("running", at("tue 14:00"))


def test_behaviour_26_next_response_runs_only_while_the_ball_is_with_the_agents() -> None:
    talk = [opened("mon 09:00"), agent("mon 09:30")]
    assert read(talk)[NEXT].state == "idle"
    talk += [requester("mon 10:00"), requester("mon 11:30")]
    assert read(talk)[NEXT].deadline == at("mon 12:00")
    talk += [agent("mon 12:30")]
    assert (read(talk)[NEXT].met_at, read(talk)[NEXT].breached) == (at("mon 12:30"), True)
    talk += [requester("mon 13:00")]
    assert (read(talk)[NEXT].deadline, read(talk)[NEXT].breached) == (at("mon 15:00"), False)
    talk += [moved("mon 13:30", Status.PENDING)]
    assert (read(talk)[NEXT].state, read(talk)[NEXT].spent) == ("paused", HOUR / 2)
    talk += [moved("mon 15:00", Status.IN_PROGRESS)]
    assert read(talk)[NEXT].deadline == at("mon 16:30")
    talk += [moved("mon 16:00", Status.RESOLVED)]
    assert (read(talk)[NEXT].state, read(talk)[NEXT].deadline) == ("idle", None)


def test_words_that_come_while_pending_wait_until_the_work_resumes() -> None:
    talk = [opened("mon 09:00"), agent("mon 09:30"), moved("mon 09:30", Status.PENDING), requester("mon 10:00")]
    assert read(talk)[NEXT].state == "paused"
    assert read([*talk, moved("mon 11:00", Status.IN_PROGRESS)])[NEXT].deadline == at("mon 13:00")


def test_a_reopened_ticket_goes_on_with_what_was_left_and_is_waited_for() -> None:
    talk = [opened("mon 09:00"), agent("mon 09:30"), moved("mon 12:00", Status.RESOLVED)]
    done = read(talk)[RESOLUTION]
    assert (done.state, done.met_at, done.deadline, done.breached) == ("met", at("mon 12:00"), at("mon 17:00"), False)
    again = read([*talk, moved("tue 09:00", Status.IN_PROGRESS, by_agent=False)])
    assert again[FIRST].state == "met"
    assert (again[RESOLUTION].state, again[RESOLUTION].met_at) == ("running", None)
    assert again[RESOLUTION].deadline == at("tue 14:00")
    assert again[NEXT].deadline == at("tue 11:00")


def test_an_agent_who_reopens_by_themselves_is_waited_for_by_nobody() -> None:
    talk = [opened("mon 09:00"), moved("mon 12:00", Status.RESOLVED), moved("mon 13:00", Status.IN_PROGRESS)]
    assert read(talk)[NEXT].state == "idle"
    assert read([*talk[:2], requester("mon 12:30"), talk[2]])[NEXT].deadline == at("mon 15:00")
    assert read([talk[0], requester("mon 11:00"), *talk[1:]])[NEXT].state == "idle"


def test_25_a_ticket_that_was_closed_without_an_answer_waits_for_its_first_one_when_it_is_reopened() -> None:
    """BEHAVIOUR 25."""
    talk = [opened("mon 09:00"), moved("mon 09:30", Status.CLOSED)]
    assert (read(talk)[FIRST].state, read(talk)[FIRST].met_at) == ("met", at("mon 09:30"))
    talk += [moved("tue 09:00", Status.IN_PROGRESS)]
    again = read(talk)
    assert (again[FIRST].state, again[FIRST].met_at, again[FIRST].deadline) == ("running", None, at("tue 09:30"))
    assert again[NEXT].state == "idle"
    late = read([*talk, agent("tue 10:00")])[FIRST]
    assert (late.state, late.met_at, late.breached) == ("met", at("tue 10:00"), True)


def test_25_words_before_it_was_closed_or_the_resolution_are_an_answer() -> None:
    """BEHAVIOUR 25."""
    reopened = moved("tue 09:00", Status.IN_PROGRESS)
    replied = [opened("mon 09:00"), agent("mon 09:10"), moved("mon 09:30", Status.CLOSED), reopened]
    resolved = [opened("mon 09:00"), moved("mon 09:30", Status.RESOLVED), moved("mon 10:00", Status.CLOSED), reopened]
    assert [read(talk)[FIRST].state for talk in (replied, resolved)] == ["met", "met"]


def test_thanks_after_the_resolution_starts_nothing() -> None:
    talk = [opened("mon 09:00"), agent("mon 09:30"), moved("mon 12:00", Status.RESOLVED), requester("mon 12:05")]
    assert read(talk)[NEXT].state == "idle"
    assert read([*talk, moved("wed 09:00", Status.CLOSED)]) == read(talk)


def test_behaviour_2_a_deflected_ticket_has_met_its_first_response() -> None:
    talk = [opened("mon 09:00"), moved("mon 09:02", Status.RESOLVED, by_agent=False)]
    assert (read(talk)[FIRST].state, read(talk)[FIRST].met_at) == ("met", at("mon 09:02"))
    unhelped = read([*talk, moved("mon 10:00", Status.IN_PROGRESS, by_agent=False)])
    assert (unhelped[FIRST].state, unhelped[NEXT].deadline) == ("met", at("mon 12:00"))


def test_one_that_waits_when_it_is_given_up_is_not_late() -> None:
    talk = [opened("mon 09:00"), agent("mon 10:00"), moved("mon 10:00", Status.PENDING)]
    done = read([*talk, moved("thu 10:00", Status.RESOLVED)])[RESOLUTION]
    assert (done.met_at, done.breached, done.spent) == (at("thu 10:00"), False, HOUR)
    assert done.deadline is not None and done.deadline > at("thu 10:00")


def test_a_breach_stays_the_same_breach_through_a_pause() -> None:
    talk = [opened("mon 09:00"), agent("mon 09:30"), moved("tue 10:00", Status.PENDING)]
    held = read(talk)[RESOLUTION]
    assert (held.state, held.deadline, held.breached) == ("paused", at("mon 17:00"), True)
    resumed = read([*talk, moved("wed 10:00", Status.IN_PROGRESS)])[RESOLUTION]
    assert (resumed.state, resumed.deadline, resumed.breached) == ("running", at("mon 17:00"), True)
    assert next_look(resumed, at("wed 11:00")) is None


def test_one_that_is_held_at_its_very_deadline_is_over_when_it_goes_on() -> None:
    talk = [opened("mon 09:00"), moved("mon 17:00", Status.PENDING)]
    held = read(talk)[RESOLUTION]
    assert (held.deadline, held.breached) == (at("mon 17:00"), False)
    resumed = read([*talk, moved("tue 12:00", Status.IN_PROGRESS)])[RESOLUTION]
    assert resumed.deadline == at("mon 17:00") and resumed.breached_at(at("tue 12:00"))


def test_a_warning_that_came_before_a_pause_stays_where_it_was() -> None:
    talk = [opened("mon 09:00"), moved("mon 16:00", Status.PENDING), moved("tue 09:00", Status.IN_PROGRESS)]
    resolution = read(talk)[RESOLUTION]
    assert (resolution.warn_at, resolution.deadline) == (at("mon 15:00"), at("tue 10:00"))


def test_behaviour_3_a_thread_that_became_a_ticket_counts_from_its_opening() -> None:
    assert read([requester("mon 09:00"), agent("mon 09:05"), opened("mon 09:10")]) == read([opened("mon 09:10")])
    assert read([agent("mon 09:10"), opened("mon 09:10")])[FIRST].met_at == at("mon 09:10")


def test_behaviour_13_other_targets_retime_the_whole_timeline() -> None:
    talk = [opened("mon 09:00"), moved("mon 10:00", Status.PENDING), moved("mon 11:00", Status.IN_PROGRESS)]
    assert read(talk, Targets(resolution=4 * HOUR))[RESOLUTION].deadline == at("mon 14:00")


def test_a_timeline_without_an_opening_has_idle_clocks() -> None:
    assert {clock.state for clock in clocks([agent("mon 09:00")], Terms(ALL, OFFICE))} == {"idle"}


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        clocks([Event(datetime(2026, 11, 23), "opened")], Terms(ALL, OFFICE))


def test_behaviour_27_the_warning_then_the_breach_each_once() -> None:
    first = read([opened("mon 09:00")])[FIRST]
    assert next_look(first, at("mon 09:00")) == at("mon 09:45")
    assert due(first, at("mon 09:44")) is None
    assert due(first, at("mon 09:45")) == "warn"
    assert next_look(first, at("mon 09:45")) == at("mon 10:00")
    assert due(first, at("mon 10:00")) == "breach" and first.breached_at(at("mon 10:00"))
    assert next_look(first, at("mon 10:00")) is None


def test_behaviour_29_after_a_missed_sweep_only_the_breach_is_said() -> None:
    first = read([opened("mon 09:00")])[FIRST]
    assert due(first, at("mon 11:00")) == "breach"


def to(when: str, targets: Targets, calendar: Calendar = OFFICE, **choices: Any) -> Event:
    """The ticket comes under another policy."""
    return Event(at(when), "priority", by_agent=True, terms=Terms(targets, calendar, **choices))


def resolution(*events: Event, **choices: Any) -> Clock:
    """The resolution of a ticket, promised in eight hours, after these events."""
    (clock,) = clocks([opened("mon 09:00"), *events], Terms(Targets(resolution=8 * HOUR), OFFICE, **choices))
    return clock


FAST = Targets(resolution=2 * HOUR)


def test_13_another_priority_counts_from_the_start_unless_the_policy_says_otherwise() -> None:
    """BEHAVIOUR 13: recompute is the default."""
    assert resolution(to("mon 15:00", FAST)).deadline == at("mon 11:00")
    assert resolution(to("mon 10:00", FAST)).deadline == at("mon 11:00")
    assert resolution(to("mon 10:00", FAST)) == resolution(to("mon 10:00", FAST, on_priority_change="recompute"))


def test_13_forward_nothing_is_late_before_the_change() -> None:
    """BEHAVIOUR 13: what has passed is taken off the new target, which counts from the change on."""
    forward = {"on_priority_change": "forward"}
    assert resolution(to("mon 10:00", FAST, **forward)).deadline == at("mon 11:00")
    assert resolution(to("mon 15:00", FAST, **forward)).deadline == at("mon 15:00")
    assert resolution(to("mon 10:00", FAST, **forward)).spent == HOUR
    overnight = resolution(to("mon 16:00", Targets(resolution=12 * HOUR), ALWAYS, **forward))
    assert overnight.deadline == at("mon 21:00"), "seven hours of the office, then five around the clock"


def test_13_forward_what_was_late_stays_late() -> None:
    """BEHAVIOUR 13: a breach is not undone by a lower priority, as it is where all is recomputed."""
    slow = Targets(resolution=16 * HOUR)
    assert resolution(to("tue 10:00", slow, on_priority_change="forward")).deadline == at("mon 17:00")
    assert resolution(to("tue 10:00", slow)).deadline == at("tue 17:00")


def test_13_reset_the_clock_starts_anew_at_the_change() -> None:
    """BEHAVIOUR 13."""
    again = resolution(to("mon 15:00", FAST, on_priority_change="reset"))
    assert (again.started, again.spent, again.deadline) == (at("mon 15:00"), timedelta(), at("mon 17:00"))
    held = resolution(moved("mon 10:00", Status.PENDING), to("mon 15:00", FAST, on_priority_change="reset"))
    assert (held.state, held.spent) == ("paused", timedelta())


def test_13_the_same_terms_again_change_nothing() -> None:
    """BEHAVIOUR 13: from Low to Medium, where one policy is for both."""
    same_again = to("mon 15:00", Targets(resolution=8 * HOUR), on_priority_change="reset")
    assert resolution(same_again, on_priority_change="reset") == resolution(on_priority_change="reset")


def test_25_an_answer_that_came_in_time_stays_in_time() -> None:
    """BEHAVIOUR 25: what was met is judged by the promise of its own time, whatever the priority becomes."""
    talk = [opened("mon 09:00"), agent("mon 09:50"), to("mon 10:00", Targets(first_response=15 * MINUTE))]
    first = read(talk)[FIRST]
    assert (first.target, first.deadline, first.breached) == (HOUR, at("mon 10:00"), False)


def test_26_reopening_goes_on_or_starts_anew_as_the_policy_says() -> None:
    """BEHAVIOUR 26: continue is the default."""
    talk = moved("mon 15:00", Status.RESOLVED), moved("tue 09:00", Status.IN_PROGRESS)
    assert resolution(*talk).deadline == at("tue 11:00")
    anew = resolution(*talk, on_reopen="reset")
    assert (anew.started, anew.deadline) == (at("tue 09:00"), at("tue 17:00"))


def test_24_a_policy_that_is_switched_on_makes_no_backlog_late() -> None:
    """BEHAVIOUR 24: whoever asked before enforce_from is under no deadline of it."""
    for since, promised in (("mon 09:00", True), ("mon 09:01", False)):
        found = clocks([opened("mon 09:00")], Terms(ALL, OFFICE, enforce_from=at(since)))
        assert [clock.kind for clock in found] == (list(ClockKind) if promised else [])
    older = clocks([opened("mon 09:00"), to("mon 12:00", ALL, enforce_from=at("mon 10:00"))], Terms(ALL, OFFICE))
    assert older == (), "nor does a change of priority bring it under one"


def test_a_clock_that_does_not_run_has_nothing_to_say() -> None:
    talk = [opened("mon 09:00"), agent("mon 12:00"), moved("mon 12:00", Status.PENDING)]
    for clock in read(talk).values():
        assert due(clock, at("thu 12:00")) is None and next_look(clock, at("mon 09:00")) is None


START = datetime(2026, 11, 19, 8, tzinfo=UTC)
calendars = st.sampled_from(
    [
        OFFICE,
        ALWAYS,
        Calendar("America/New_York", {2: [(time(8), time(12)), (time(13), time(0))], 5: [(time(0), time(6))]}),
    ]
)
minutes = st.integers(0, 4 * 24 * 60).map(lambda count: START + count * MINUTE)
targets = st.integers(1, 30 * 60).map(lambda count: count * MINUTE)
happenings = st.one_of(
    st.builds(Event, minutes, st.just("reply"), st.booleans(), st.booleans()),
    st.builds(Event, minutes, st.just("status"), st.booleans(), to=st.sampled_from(list(Status))),
)
timelines = st.lists(happenings, max_size=9, unique_by=lambda event: event.at).map(
    lambda events: [Event(START, "opened"), *(e for e in events if e.at > START)]
)


def there(instant: datetime | None) -> datetime:
    assert instant
    return instant


def same(target: timedelta) -> Targets:
    return Targets(first_response=target, next_response=target, resolution=target)


@given(timelines, targets, calendars, st.randoms(use_true_random=False))
@same_every_time
def test_the_order_in_which_events_are_read_does_not_matter(
    events: list[Event], target: timedelta, calendar: Calendar, random: Random
) -> None:
    shuffled = random.sample(events, len(events))
    assert clocks(shuffled, Terms(same(target), calendar)) == clocks(events, Terms(same(target), calendar))


@given(timelines, targets, calendars, st.lists(minutes, max_size=4))
@same_every_time
def test_notes_change_nothing(
    events: list[Event], target: timedelta, calendar: Calendar, instants: list[datetime]
) -> None:
    notes = [Event(instant, "note", by_agent=True, public=True) for instant in instants]
    assert clocks([*notes, *events], Terms(same(target), calendar)) == clocks(events, Terms(same(target), calendar))


@given(timelines, targets, targets, calendars)
@same_every_time
def test_more_time_is_never_an_earlier_deadline(
    events: list[Event], target: timedelta, more: timedelta, calendar: Calendar
) -> None:
    for less, longer in zip(
        clocks(events, Terms(same(target), calendar)), clocks(events, Terms(same(target + more), calendar)), strict=True
    ):
        assert less.state == longer.state
        assert longer.deadline is None or there(less.deadline) <= longer.deadline


@given(targets, calendars, minutes, minutes)
@same_every_time
def test_a_pause_never_brings_the_deadline_nearer(
    target: timedelta, calendar: Calendar, one: datetime, other: datetime
) -> None:
    held, back = sorted((one, other))
    straight = [Event(START, "opened")]
    pause = [Event(held, "status", to=Status.PENDING), Event(back, "status", to=Status.IN_PROGRESS)]
    before, after = (read(talk, same(target), calendar)[RESOLUTION] for talk in (straight, straight + pause))
    assert there(before.deadline) <= there(after.deadline)
    assert calendar.between(there(before.deadline), there(after.deadline)) <= calendar.between(held, back)


@given(timelines, targets, calendars, minutes)
@same_every_time
def test_marks_come_in_order_and_a_look_is_never_missed(
    events: list[Event], target: timedelta, calendar: Calendar, now: datetime
) -> None:
    for clock in clocks(events, Terms(same(target), calendar)):
        if clock.deadline:
            assert there(clock.started) <= there(clock.warn_at) <= clock.deadline
        asked = max(now, clock.resumed or now)
        look = next_look(clock, asked)
        if clock.state == "running":
            assert (look is None) == (asked >= there(clock.deadline)) == clock.breached_at(asked)
        if look:
            assert look > asked and due(clock, look) and due(clock, look) != due(clock, asked)


def stepped(events: list[Event], target: timedelta, calendar: Calendar) -> tuple[str, datetime | None, datetime | None]:
    """Resolution by its definition, a minute at a time: state, when it was met, and when it had run for the target."""
    ran, state = timedelta(), "running"
    met_at: datetime | None = None
    reached: datetime | None = None
    queue = sorted(events[1:], key=lambda event: event.at)
    now, end = START, START + 60 * DAY
    while (now < end and reached is None) or queue:
        while queue and queue[0].at == now:
            event = queue.pop(0)
            if event.kind == "status":
                done = event.to in (Status.RESOLVED, Status.CLOSED)
                met_at = (met_at or now) if done else None
                state = "met" if done else "paused" if event.to == Status.PENDING else "running"
        if state != "running" and not queue:
            break
        if state == "running" and calendar.is_open(now):
            ran += MINUTE
            reached = reached or (now + MINUTE if ran == target else None)
        now += MINUTE
    return state, met_at, reached


@given(timelines, targets, calendars)
@settings(derandomize=True, deadline=None, database=None, max_examples=60)
def test_resolution_is_what_stepping_through_the_minutes_says(
    events: list[Event], target: timedelta, calendar: Calendar
) -> None:
    clock = read(events, Targets(resolution=target), calendar)[RESOLUTION]
    state, met_at, reached = stepped(events, target, calendar)
    assert (clock.state, clock.met_at) == (state, met_at)
    if reached or state == "paused":
        assert clock.deadline == reached
    else:
        assert there(clock.deadline) > there(met_at) and not clock.breached


def test_a_clock_is_a_value() -> None:
    first = read([opened("mon 09:00")])[FIRST]
    assert replace(first) == first and hash(first) == hash(replace(first))
