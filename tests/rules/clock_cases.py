"""Random calendars, policies and timelines, for comparing the clocks with their oracle.

All instants, windows and targets of a case lie on a grid of `step` seconds, so that nothing happens between two steps.
The zones are all of the database; most cases lie around a change of their zone's offset.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from bot.calendar import Calendar
from bot.lifecycle import Status
from bot.settings import Holidays, Targets
from bot.sla import Event, Terms, clocks
from bot.worktime import days_off

ZONES = sorted(available_timezones())
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
STEPS = (900, 900, 300, 60, 1)
COUNTRIES = ("", "", "", "DE", "US", "JP", "IL")
ODD = (
    ("Pacific/Apia", 2011),  # 30 December never was
    ("Pacific/Kwajalein", 1993),  # 21 August never was
    ("America/Juneau", 1867),  # 19 October twice, in local mean time
    ("Asia/Manila", 1844),  # 31 December never was
    ("Australia/Lord_Howe", 2026),  # half an hour twice
    ("America/Sao_Paulo", 2018),  # midnight skipped, and 23:00 repeated
    ("America/Goose_Bay", 2010),  # back at 00:01: a minute of the 7th is followed by the 6th
    ("Antarctica/Troll", 2026),  # two hours
    ("Africa/Casablanca", 2026),  # Ramadan
    ("Europe/Dublin", 2026),  # winter is the exception
    ("Asia/Kathmandu", 1985),  # a quarter of an hour
    ("Africa/Monrovia", 1972),  # 44 minutes and a half
    ("Europe/Amsterdam", 1937),  # 20 minutes
    ("America/Caracas", 2007),  # half an hour for good
)


@dataclass(frozen=True)
class Hours:
    """What a calendar is made of, as its definition says it, for who does not want to ask the calendar."""

    zone: str
    week: dict[int, list[tuple[time, time]]]
    holidays: Holidays


@dataclass(frozen=True)
class Case:
    """A timeline on a grid: `count` steps of `step` from `origin`; `now` is one behind all that happened.

    `terms` count until an event brings others.
    """

    origin: datetime
    step: timedelta
    count: int
    years: tuple[int, ...]
    hours: dict[Calendar, Hours]
    terms: Terms
    events: tuple[Event, ...]
    now: int

    def at(self, tick: int) -> datetime:
        return self.origin + tick * self.step


def case(random: Random) -> Case:
    """One of them."""
    zones = [_zone_and_year(random) for _ in range(random.choice((1, 1, 2, 3)))]
    origin, count = _origin(random, *zones[0]), random.randint(200, 700)
    step = _step(random, {zone for zone, _ in zones}, origin, count)
    hours = dict(_calendar(random, zone, origin, step) for zone, _ in zones)
    start, last = origin - random.randint(0, count // 2) * step * SECOND, count * 2 // 3
    pool = [_terms(random, list(hours), start, step, count) for _ in range(random.randint(1, 3))]
    events = _timeline(random, pool, start, step, last)
    now = random.randint(last, count)
    found = Case(start, step * SECOND, count, _years(origin), hours, random.choice(pool), events, now)
    return _at_marks(random, _at_marks(random, found)) if random.random() < 0.5 else found


def _zone_and_year(random: Random) -> tuple[str, int]:
    if random.random() < 0.15:
        return random.choice(ODD)
    return random.choice(ZONES), random.choice((random.randint(1970, 2037), random.randint(1840, 2090)))


def _origin(random: Random, zone: str, year: int) -> datetime:
    """An instant before a change of the zone's offset, where the year has one; on a quarter of an hour."""
    found = changes(zone, year)
    near = random.choice(found) if found else datetime(year, random.randint(1, 12), random.randint(1, 28), tzinfo=UTC)
    return near - timedelta(minutes=near.minute % 15, seconds=near.second)


def _step(random: Random, zones: set[str], origin: datetime, count: int) -> int:
    """The longest of the steps from a random one on whose multiples all offsets and their changes are."""
    wanted = random.randrange(len(STEPS))
    for step in STEPS[wanted:]:
        if all(_on_grid(zone, origin - count * step * SECOND, origin + count * step * SECOND, step) for zone in zones):
            return step
    return 1


def _on_grid(zone: str, start: datetime, end: datetime, step: int) -> bool:
    instants = [start, *(at for year in range(start.year, end.year + 1) for at in changes(zone, year))]
    offsets = [(at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()) for at in instants if start <= at <= end]
    return not any(offset.total_seconds() % step for offset in offsets) and not any(
        at.timestamp() % step for at in instants[1:] if start <= at <= end
    )


@lru_cache(maxsize=20_000)
def changes(zone: str, year: int) -> tuple[datetime, ...]:
    """Every instant of the year at which the zone's offset changes. No zone has two such instants in three days."""
    tz, first = ZoneInfo(zone), datetime(year, 1, 1, tzinfo=UTC)
    looks = [first + n * 3 * DAY for n in range(123)]
    offsets = [look.astimezone(tz).utcoffset() for look in looks]
    return tuple(_change(tz, looks[n]) for n in range(122) if offsets[n] != offsets[n + 1])


def _change(tz: ZoneInfo, look: datetime) -> datetime:
    before, seconds = look.astimezone(tz).utcoffset(), range(3 * 86400)
    return (
        look
        + bisect_left(seconds, True, key=lambda s: (look + s * SECOND).astimezone(tz).utcoffset() != before) * SECOND
    )


def _calendar(random: Random, zone: str, origin: datetime, step: int) -> tuple[Calendar, Hours]:
    hours = Hours(zone, _week(random, origin.astimezone(ZoneInfo(zone)), step), _holidays(random, origin))
    off = days_off(hours.holidays, _years(origin))
    return Calendar(zone, hours.week, off), hours


def _years(origin: datetime) -> tuple[int, ...]:
    """Whose public holidays are asked for: each year's have to be worked out anew."""
    return tuple(range(origin.year - 1, origin.year + 2)) if 2005 < origin.year < 2030 else ()


@cache
def public_holidays(country: str, years: tuple[int, ...]) -> frozenset[date]:
    """The country's holidays, as the library lists them."""
    return frozenset(days_off(Holidays(country=country), years))


def _week(random: Random, near: datetime, step: int) -> dict[int, list[tuple[time, time]]]:
    """Windows on the grid: whole days, several a day, adjacent and overlapping ones, to 24:00, around this time of day.

    One weekday at least is worked all day, so that there always is working time some day.
    """
    week = {day: list(_windows(random, near, step)) for day in range(7)}
    week[random.randrange(7)] = [(time(), time())]
    return week


def _windows(random: Random, near: datetime, step: int) -> Iterator[tuple[time, time]]:
    most, here = 86400 // step, (near.hour * 3600 + near.minute * 60) // step
    kind = random.random()
    if kind < 0.15:
        return
    if kind < 0.3:
        yield time(), time()
        return
    reach = min(most, 400)
    for _ in range(random.randint(1, 3)):
        start = (here + random.randint(-reach, reach)) % most
        end = random.choice((most, min(most, start + random.randint(1, reach))))
        yield _clock(start * step), _clock(end * step)
        if end < most and random.random() < 0.3:  # one that begins where this one ends
            yield _clock(end * step), _clock(min(most, end + random.randint(1, reach)) * step)


def _clock(seconds: int) -> time:
    seconds %= 86400
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _holidays(random: Random, origin: datetime) -> Holidays:
    def near() -> tuple[date, ...]:
        return tuple(origin.date() + random.randint(-2, 6) * DAY for _ in range(random.randint(0, 2)))

    country = random.choice(COUNTRIES) if _years(origin) else ""
    return Holidays(country=country, extra=near(), working=near() if country else ())


def _terms(random: Random, calendars: list[Calendar], origin: datetime, step: int, count: int) -> Terms:
    def target() -> timedelta | None:
        return random.randint(1, count // 8) * 4 * step * SECOND if random.random() < 0.88 else None

    return Terms(
        Targets.model_construct(first_response=target(), next_response=target(), resolution=target()),
        random.choice(calendars),
        random.choice((0.25, 0.5, 0.75)),
        random.choice(("recompute", "forward", "reset")),
        random.choice(("continue", "reset")),
        origin + random.randint(-1, 4) * 20 * step * SECOND if random.random() < 0.2 else None,
    )


def _timeline(random: Random, pool: list[Terms], start: datetime, step: int, last: int) -> tuple[Event, ...]:
    """A few happenings, some at one instant, some before the opening; any status may follow any other."""
    grain = random.choice((1, 4, 20))
    opening = random.randint(0, last // 4 // grain) * grain
    ticks = [random.choice((random.randint(0, last // grain) * grain, opening)) for _ in range(random.randint(0, 14))]
    events = [_happening(random, pool, start + tick * step * SECOND) for tick in sorted(ticks)]
    events.insert(random.randint(0, len(events)), Event(start + opening * step * SECOND, "opened"))
    return tuple(events)


def _at_marks(random: Random, found: Case) -> Case:
    """The same case with something happening at the very instant of a warning or a deadline."""
    last = max(event.at for event in found.events)
    ahead = [mark for clock in clocks(found.events, found.terms) for mark in (clock.warn_at, clock.deadline) if mark]
    marks = [mark for mark in ahead if last <= mark <= found.at(found.now)]
    if not marks:
        return found
    pool = [event.terms for event in found.events if event.terms] or [found.terms]
    return replace(found, events=(*found.events, _happening(random, pool, random.choice(marks))))


def _happening(random: Random, pool: list[Terms], at: datetime) -> Event:
    kind = random.random()
    by_agent = random.random() < 0.5
    if kind < 0.35:
        return Event(at, "reply", by_agent, random.random() < 0.85)
    if kind < 0.75:
        return Event(at, "status", by_agent, to=random.choice(list(Status)))
    if kind < 0.95:
        return Event(at, "priority", by_agent=True, terms=random.choice(pool))
    return Event(at, "note", by_agent, public=True)
