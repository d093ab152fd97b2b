"""The calendar against an oracle that knows only its definition and steps through UTC by seconds or minutes."""

import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.calendar import Calendar

ZONES = sorted(available_timezones())
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = {weekday: [(time(9), time(17))] for weekday in range(5)}
ALWAYS = {weekday: [(time(), time())] for weekday in range(7)}
Hours = dict[int, list[tuple[time, time]]]
same_every_time = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),  # shrinking against so slow an oracle takes minutes
    suppress_health_check=list(HealthCheck),
)


def at(text: str) -> datetime:
    """ "2026-11-20 16:30 Europe/Berlin", in UTC."""
    day, clock, zone = text.split(" ")
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def worked(instant: datetime, zone: ZoneInfo, hours: Hours, holidays: set[date]) -> bool:
    local = instant.astimezone(zone)
    clock = local.time()
    windows = () if local.date() in holidays else hours.get(local.weekday(), ())
    return any(start <= clock and (end == time() or clock < end) for start, end in windows)


def changes(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    """Every instant of the year at which the zone's offset changes, to the hour below."""
    hour = datetime(year, 1, 1, tzinfo=UTC)
    while hour.year == year:
        if hour.astimezone(zone).utcoffset() != (hour + DAY).astimezone(zone).utcoffset():
            yield from (
                hour + n * HOUR
                for n in range(24)
                if (hour + n * HOUR).astimezone(zone).utcoffset()
                != (hour + (n + 1) * HOUR).astimezone(zone).utcoffset()
            )
        hour += DAY


@st.composite
def instants(draw: st.DrawFn, zone: str) -> datetime:
    """An instant, to the second, near a change of the zone's offset if the year drawn has one."""
    year = draw(st.one_of(st.integers(1970, 2037), st.integers(1840, 2090)))
    near = list(changes(ZoneInfo(zone), year)) or [datetime(year, draw(st.integers(1, 12)), 15, tzinfo=UTC)]
    return draw(st.sampled_from(near))


@st.composite
def windows(draw: st.DrawFn, grain: int) -> tuple[time, time]:
    """Start and end on a grain of so many seconds, at times to the end of the day."""
    start = draw(st.integers(0, 86400 // grain - 1))
    end = draw(st.one_of(st.integers(start + 1, 86400 // grain), st.just(86400 // grain))) * grain
    return clock(start * grain), clock(end % 86400)


def clock(seconds: int) -> time:
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def weeks(grain: int) -> st.SearchStrategy[Hours]:
    return st.fixed_dictionaries({day: st.lists(windows(grain), max_size=3) for day in range(7)})


def agrees(
    zone: str, origin: datetime, step: timedelta, count: int, hours: Hours, holidays: set[date], draw: st.DataObject
) -> None:
    """Compare every answer of the calendar with that of an oracle over `count` steps from `origin`."""
    calendar = Calendar(zone, hours, holidays)
    open_at = [worked(origin + n * step, ZoneInfo(zone), hours, holidays) for n in range(count)]
    passed = [0, *accumulate(open_at)]
    for _ in range(6):
        i, j = draw.draw(st.integers(0, count - 1)), draw.draw(st.integers(0, count - 1))
        start, end = origin + i * step, origin + j * step
        assert calendar.is_open(start) == open_at[i]
        assert calendar.between(start, end) == (passed[j] - passed[i]) * step
        if any(open_at[i:]):
            assert calendar.next_open(start) == origin + open_at.index(True, i) * step
        if (work := passed[j] - passed[i]) > 0:
            assert calendar.add(start, work * step) == origin + passed.index(passed[i] + work) * step


def holidays_near(origin: datetime) -> st.SearchStrategy[set[date]]:
    return st.sets(st.integers(-2, 4).map(lambda days: origin.date() + days * DAY), max_size=2)


@given(st.data())
@settings(same_every_time, max_examples=120)
def test_to_the_second_around_changes_of_any_zone(data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from(ZONES))
    origin = data.draw(instants(zone)) - 40 * MINUTE
    hours = data.draw(st.one_of(weeks(1), weeks(60), weeks(1800)))
    agrees(zone, origin, SECOND, 9000, hours, data.draw(holidays_near(origin)), data)


@given(st.data())
@settings(same_every_time, max_examples=150)
def test_to_the_minute_over_days_around_changes_of_any_zone(data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from(ZONES))
    origin = data.draw(instants(zone)) - 30 * HOUR
    offsets = {(origin + n * DAY).astimezone(ZoneInfo(zone)).utcoffset() for n in range(5)}
    step = MINUTE if all(offset is not None and not offset % MINUTE for offset in offsets) else 30 * SECOND
    if any(offset is not None and offset % step for offset in offsets):
        return  # a local mean time: the test to the second looks at those
    hours = data.draw(st.one_of(weeks(60), weeks(1800)))
    agrees(zone, origin, step, 4 * DAY // step, hours, data.draw(holidays_near(origin)), data)


ODD = [
    ("Pacific/Apia", "2011-12-29 00:00"),  # 30 December never was
    ("Pacific/Kwajalein", "1993-08-20 00:00"),  # 21 August never was
    ("America/Juneau", "1867-10-18 12:00"),  # 19 October twice, in local mean time
    ("Asia/Manila", "1844-12-30 12:00"),  # 31 December never was
    ("Australia/Lord_Howe", "2026-04-04 00:00"),  # half an hour twice
    ("America/Sao_Paulo", "2018-02-17 00:00"),  # 23:00 twice: the 17th comes back after the 18th should have begun
    ("America/Sao_Paulo", "2018-11-03 00:00"),  # 4 November begins at 01:00
    ("America/Goose_Bay", "2010-11-06 12:00"),  # back at 00:01, so that a minute of the 7th is followed by the 6th
    ("Antarctica/Troll", "2026-03-28 00:00"),  # two hours skipped
    ("Africa/Casablanca", "2026-02-14 00:00"),  # Ramadan
    ("Europe/Dublin", "2026-10-24 12:00"),
    ("Asia/Kathmandu", "1985-12-31 00:00"),  # a quarter of an hour
]


@pytest.mark.parametrize(("zone", "text"), ODD)
@given(data=st.data())
@settings(same_every_time, max_examples=6)
def test_days_unlike_others(zone: str, text: str, data: st.DataObject) -> None:
    origin = datetime.fromisoformat(text).replace(tzinfo=UTC)
    hours = data.draw(st.one_of(weeks(60), weeks(1800), st.just(ALWAYS)))
    step, days = (SECOND, 1) if origin.year < 1900 else (MINUTE, 3)  # local mean times are off by seconds
    agrees(zone, origin, step, days * DAY // step, hours, data.draw(holidays_near(origin)), data)


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(1850, 1, 1), datetime(2100, 1, 1)),
    st.timedeltas(timedelta(), 400 * DAY),
)
@example("Europe/Berlin", datetime(2026, 3, 28, 23, 59, 59), 24 * HOUR)
@settings(same_every_time, max_examples=150)
def test_round_the_clock_loses_nothing_at_midnight_or_on_a_change(zone: str, start: datetime, work: timedelta) -> None:
    calendar, begin = Calendar(zone, ALWAYS, ()), start.replace(tzinfo=UTC)
    assert calendar.add(begin, work) == begin + work
    assert calendar.between(begin, begin + work) == work


@given(
    st.sampled_from(ZONES),
    weeks(900),
    st.datetimes(datetime(1950, 1, 1), datetime(2040, 1, 1)),
    st.timedeltas(timedelta(), 10 * DAY),
    st.timedeltas(timedelta(), 10 * DAY),
)
@settings(same_every_time, max_examples=150)
def test_adding_is_the_earliest_and_adds_up(
    zone: str, hours: Hours, start: datetime, a: timedelta, b: timedelta
) -> None:
    calendar, begin = Calendar(zone, hours | {3: [(time(12), time(12, 30))]}, ()), start.replace(tzinfo=UTC)
    end = calendar.add(begin, a)
    assert calendar.between(begin, end) == a
    assert calendar.between(end, begin) == -a
    assert not a or calendar.between(begin, end - timedelta.resolution) < a
    assert calendar.add(end, b) == calendar.add(begin, a + b)


def test_friday_afternoon_behaviour_24() -> None:
    """BEHAVIOUR 24: Friday 16:30 with 09:00–17:00 and one hour is Monday 09:30."""
    calendar = Calendar("Europe/Berlin", OFFICE, ())
    assert calendar.add(at("2026-11-20 16:30 Europe/Berlin"), HOUR) == at("2026-11-23 09:30 Europe/Berlin")
    assert calendar.add(at("2026-11-20 16:30 Europe/Berlin"), HOUR / 2) == at("2026-11-20 17:00 Europe/Berlin")


def test_several_windows_and_holidays_behaviour_24() -> None:
    """BEHAVIOUR 24: several windows a day, holidays."""
    hours = {weekday: [(time(13), time(17)), (time(8, 30), time(12))] for weekday in range(5)}
    calendar = Calendar("America/New_York", hours, {date(2026, 11, 26), date(2026, 11, 27)})
    start = at("2026-11-25 11:30 America/New_York")
    assert calendar.add(start, HOUR) == at("2026-11-25 13:30 America/New_York")
    assert calendar.add(start, 5 * HOUR) == at("2026-11-30 09:00 America/New_York")
    assert calendar.next_open(at("2026-11-26 10:00 America/New_York")) == at("2026-11-30 08:30 America/New_York")


def test_daylight_saving_behaviour_24() -> None:
    """BEHAVIOUR 24: daylight saving. The night that loses an hour has seven of them, the one that gains it nine."""
    nights = Calendar("Europe/Berlin", {6: [(time(), time(8))]}, ())
    assert nights.between(at("2026-03-28 12:00 UTC"), at("2026-03-29 12:00 UTC")) == 7 * HOUR
    assert nights.between(at("2026-10-24 12:00 UTC"), at("2026-10-25 12:00 UTC")) == 9 * HOUR
    repeated = Calendar("Europe/Berlin", {6: [(time(2), time(3))]}, ())
    assert repeated.between(at("2026-10-24 12:00 UTC"), at("2026-10-25 12:00 UTC")) == 2 * HOUR
    assert repeated.between(at("2026-03-28 12:00 UTC"), at("2026-03-29 12:00 UTC")) == timedelta()


def test_windows_are_half_open_and_meet_at_midnight() -> None:
    calendar = Calendar("UTC", {0: [(time(22), time())], 1: [(time(), time(6))]}, ())
    assert calendar.is_open(at("2026-11-23 22:00 UTC")) and not calendar.is_open(at("2026-11-24 06:00 UTC"))
    assert calendar.next_open(at("2026-11-24 06:00 UTC")) == at("2026-11-30 22:00 UTC")
    assert calendar.add(at("2026-11-23 22:00 UTC"), 8 * HOUR) == at("2026-11-24 06:00 UTC")


def test_windows_that_touch_or_overlap_are_one() -> None:
    split = Calendar("UTC", {0: [(time(11), time(17)), (time(9), time(12)), (time(17), time())]}, ())
    whole = Calendar("UTC", {0: [(time(9), time())]}, [])
    assert split == whole and hash(split) == hash(whole) and pickle.loads(pickle.dumps(split)) == whole
    assert split.between(at("2026-11-23 00:00 UTC"), at("2026-11-24 00:00 UTC")) == 15 * HOUR


def test_no_work_ends_where_it_starts() -> None:
    saturday = at("2026-11-21 12:00 Europe/Berlin")
    assert (
        Calendar("Europe/Berlin", OFFICE, ()).add(saturday.astimezone(ZoneInfo("Asia/Tokyo")), timedelta()) == saturday
    )
    assert Calendar("Europe/Berlin", OFFICE, ()).add(saturday, timedelta()).tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "hours", "says"),
    [
        ("Mars/Olympus", OFFICE, "unknown time zone 'Mars/Olympus'"),
        ("", OFFICE, "unknown time zone ''"),
        ("../etc/passwd", OFFICE, "unknown time zone"),
        ("Europe", OFFICE, "unknown time zone 'Europe'"),
        ("UTC", {7: [(time(9), time(17))]}, "7 is no weekday"),
        ("UTC", {6: [(time(22), time(6))]}, "Sunday 22:00–00:00 and Monday 00:00–06:00"),
        ("UTC", {2: [(time(9), time(9))]}, "Wednesday 09:00–09:00 is empty"),
    ],
)
def test_what_is_wrong_is_named(zone: str, hours: Hours, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Calendar(zone, hours, ())


def test_naive_or_negative_is_refused() -> None:
    calendar, naive, aware = Calendar("UTC", OFFICE, ()), datetime(2026, 11, 23, 9), at("2026-11-23 09:00 UTC")
    for wrong in (
        lambda: calendar.add(naive, HOUR),
        lambda: calendar.add(aware, -HOUR),
        lambda: calendar.between(aware, naive),
        lambda: calendar.is_open(naive),
        lambda: calendar.next_open(naive),
    ):
        with pytest.raises(ValueError, match=r"without a time zone|must not be negative"):
            wrong()


def test_a_calendar_without_working_time_says_so() -> None:
    empty = Calendar("UTC", {0: []}, ())
    holidays = [date(2026, 11, 23) + n * 7 * DAY for n in range(600)]
    assert empty.between(at("2026-11-23 09:00 UTC"), at("2026-11-24 09:00 UTC")) == timedelta()
    with pytest.raises(ValueError, match="no working hours at all"):
        empty.add(at("2026-11-23 09:00 UTC"), HOUR)
    with pytest.raises(ValueError, match="look at its holidays"):
        Calendar("UTC", {0: [(time(9), time(17))]}, holidays).add(at("2026-11-23 09:00 UTC"), HOUR)
    with pytest.raises(ValueError, match="runs out"):
        Calendar("UTC", ALWAYS, ()).add(at("9998-12-30 09:00 UTC"), 9 * DAY)
