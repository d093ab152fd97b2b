"""On call: named handovers first, then that there is exactly one person at every instant."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.oncall import Shift, handovers, on_call
from bot.settings import Override, Rotation

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEKLY = Rotation(people=("ada", "ben", "cy"), zone="Europe/Berlin")
same_every_time = settings(derandomize=True, deadline=None, database=None)


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def around(rotation: Rotation, handover: datetime) -> tuple[str, str]:
    """Who is on call a moment before an instant, and at it."""
    return on_call(rotation, handover - timedelta(microseconds=1)), on_call(rotation, handover)


def test_behaviour_31_monday_nine_hands_over_and_the_last_is_followed_by_the_first() -> None:
    assert on_call(WEEKLY, at("2026-01-05 09:00")) == "ada"
    assert around(WEEKLY, at("2026-01-12 09:00")) == ("ada", "ben")
    assert around(WEEKLY, at("2026-01-19 09:00")) == ("ben", "cy")
    assert around(WEEKLY, at("2026-01-26 09:00")) == ("cy", "ada")


@pytest.mark.parametrize("monday", ["2026-03-23", "2026-03-30", "2026-04-06", "2026-10-19", "2026-10-26", "2026-11-02"])
def test_behaviour_31_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(monday: str) -> None:
    before, then = around(WEEKLY, at(f"{monday} 09:00"))
    assert before != then


def test_a_handover_that_the_spring_skips_is_at_the_gaps_end() -> None:
    daily = Rotation(
        people=("ada", "ben"), every="day", handover="02:30", zone="Europe/Berlin", starts=date(2026, 3, 28)
    )
    assert around(daily, datetime(2026, 3, 29, 1, tzinfo=UTC)) == ("ada", "ben")


def test_a_handover_that_the_autumn_repeats_is_at_the_first() -> None:
    daily = Rotation(
        people=("ada", "ben"), every="day", handover="02:30", zone="Europe/Berlin", starts=date(2026, 10, 24)
    )
    assert around(daily, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == ("ada", "ben")
    assert on_call(daily, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == "ben"


def test_an_autumn_that_goes_back_over_midnight_does_not_undo_a_handover() -> None:
    """Newfoundland put its clocks back from 00:01 to 23:01 of the day before until 2011."""
    rotation = Rotation(
        people=("ada", "ben"), every="day", handover="00:00", zone="America/St_Johns", starts=date(2010, 11, 6)
    )
    midnight = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)
    assert around(rotation, midnight) == ("ada", "ben")
    assert {on_call(rotation, midnight + minutes * MINUTE) for minutes in range(120)} == {"ben"}


def test_a_day_that_a_zone_skips_still_has_somebody() -> None:
    samoa = Rotation(
        people=("ada", "ben", "cy"), every="day", handover="09:00", zone="Pacific/Apia", starts=date(2011, 12, 29)
    )
    midnight = at("2011-12-31 00:00", "Pacific/Apia")
    assert around(samoa, midnight) == ("ada", "ben")
    assert around(samoa, midnight + 9 * HOUR) == ("ben", "cy")


def test_before_the_first_day_it_is_the_first_person() -> None:
    assert on_call(WEEKLY, at("2025-06-01 12:00")) == "ada"
    assert on_call(WEEKLY, at("2026-01-05 08:59")) == "ada"


def test_a_first_day_in_the_middle_of_the_week_makes_a_short_first_turn() -> None:
    rotation = Rotation(people=("ada", "ben"), zone="Europe/Berlin", starts=date(2026, 1, 7))
    assert around(rotation, at("2026-01-12 09:00")) == ("ada", "ben")


def test_a_weekly_handover_without_a_weekday_is_on_that_of_the_first_day() -> None:
    rotation = Rotation(people=("ada", "ben"), handover="18:00", zone="Europe/Berlin", starts=date(2026, 1, 7))
    assert around(rotation, at("2026-01-14 18:00")) == ("ada", "ben")


def test_a_rotation_without_a_zone_is_in_the_one_given() -> None:
    rotation = Rotation(people=("ada", "ben"))
    assert on_call(rotation, at("2026-01-12 09:00"), "Europe/Berlin") == "ben"
    assert on_call(rotation, at("2026-01-12 09:00"), "America/New_York") == "ada"


def test_behaviour_31_an_override_wins_and_of_two_the_one_that_starts_later() -> None:
    rotation = WEEKLY.model_copy(
        update={
            "overrides": (
                Override(person="dora", start=at("2026-01-06 00:00"), end=at("2026-01-10 00:00")),
                Override(person="ed", start=at("2026-01-07 00:00"), end=at("2026-01-08 00:00")),
            )
        }
    )
    assert around(rotation, at("2026-01-06 00:00")) == ("ada", "dora")
    assert around(rotation, at("2026-01-07 00:00")) == ("dora", "ed")
    assert around(rotation, at("2026-01-08 00:00")) == ("ed", "dora")
    assert around(rotation, at("2026-01-10 00:00")) == ("dora", "ada")
    assert [shift.person for shift in handovers(rotation, at("2026-01-05 09:00"), at("2026-01-13 00:00"))] == [
        "ada", "dora", "ed", "dora", "ada", "ben",
    ]  # fmt: skip


def test_of_two_overrides_that_start_together_the_one_listed_last_wins() -> None:
    both = tuple(Override(person=p, start=at("2026-01-06 00:00"), end=at("2026-01-07 00:00")) for p in ("dora", "ed"))
    assert on_call(WEEKLY.model_copy(update={"overrides": both}), at("2026-01-06 12:00")) == "ed"


def test_shifts_are_cut_to_what_was_asked_and_one_person_is_one_shift() -> None:
    start, end = at("2026-01-06 00:00"), at("2026-01-20 00:00")
    assert handovers(WEEKLY, start, end) == [
        Shift("ada", start, at("2026-01-12 09:00")),
        Shift("ben", at("2026-01-12 09:00"), at("2026-01-19 09:00")),
        Shift("cy", at("2026-01-19 09:00"), end),
    ]
    assert handovers(Rotation(people=("ada",)), start, end) == [Shift("ada", start, end)]
    assert handovers(WEEKLY, start, start) == handovers(WEEKLY, end, start) == []


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        on_call(WEEKLY, datetime(2026, 1, 5))


ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"]
instants = st.datetimes(datetime(2010, 1, 1), datetime(2019, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))
people = st.sampled_from(["ada", "ben", "cy", "dora"])
overrides = st.builds(
    lambda person, start, hours: Override(person=person, start=start, end=start + hours * HOUR),
    people,
    instants,
    st.integers(-5, 2000),
)
rotations = st.builds(
    lambda names, every, day, minute, starts, zone, listed: Rotation(
        people=tuple(names),
        every=every,
        handover=f"{day}{minute // 60}:{minute % 60:02}",
        starts=starts,
        zone=zone,
        overrides=tuple(listed),
    ),
    st.lists(people, min_size=1, max_size=4),
    st.sampled_from(["day", "week"]),
    st.sampled_from(["", "mon ", "thu ", "sun "]),
    st.sampled_from([0, 1, 30, 90, 120, 150, 540, 1439]),
    st.dates(date(2010, 1, 1), date(2019, 1, 1)),
    st.sampled_from(ZONES),
    st.lists(overrides, max_size=3),
)


@given(rotations, instants, st.integers(1, 60 * 24), st.lists(st.integers(0, 10**7), max_size=5))
@same_every_time
def test_handovers_partition_the_time_and_agree_with_who_is_on_call(
    rotation: Rotation, start: datetime, hours: int, parts: list[int]
) -> None:
    end = start + hours * HOUR
    shifts = handovers(rotation, start, end)
    assert [shifts[0].start, *(s.end for s in shifts)] == [*(s.start for s in shifts), end] and shifts[0].start == start
    assert all(shift.start < shift.end for shift in shifts)
    assert all(one.person != other.person for one, other in pairwise(shifts))
    for instant in (
        *(start + timedelta(seconds=part % (hours * 3600)) for part in parts),
        *(shift.start for shift in shifts),
    ):
        (person,) = {shift.person for shift in shifts if shift.start <= instant < shift.end}
        assert on_call(rotation, instant) == person


@given(rotations, instants)
@same_every_time
def test_turns_are_counted_by_the_local_calendar(rotation: Rotation, instant: datetime) -> None:
    """Against an oracle that walks through the days since the first, away from changes of the zone's offset."""
    plain = rotation.model_copy(update={"overrides": (), "starts": (instant - 40 * DAY).date()})
    zone, weekday = ZoneInfo(plain.zone), plain.handover.split(" ")[0]
    local, turn, day = instant.astimezone(zone), 0, plain.starts + DAY
    assume(all((instant + n * HOUR).astimezone(zone).utcoffset() == local.utcoffset() for n in range(-36, 37)))
    hour, minute = map(int, plain.handover.split(" ")[-1].split(":"))
    wanted = weekday if weekday.isalpha() else f"{plain.starts:%a}".lower()
    while day <= local.date():
        if plain.every == "day" or f"{day:%a}".lower() == wanted:
            turn += datetime(day.year, day.month, day.day, hour, minute) <= local.replace(tzinfo=None)
        day += DAY
    assert on_call(plain, instant) == plain.people[turn % len(plain.people)]
