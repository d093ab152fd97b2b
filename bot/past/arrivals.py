"""When people ask for help: by hour, day of the week and season. Pure; chance comes from a `Random` that is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

A_YEAR = 12.0
"""So many requests a person makes: one a month, as support desks of such companies count."""

HOURS = (0.1, 0.05, 0.05, 0.05, 0.1, 0.3, 1, 3, 8, 11, 10, 8, 5, 8, 9, 8, 6, 3, 1.5, 1, 0.7, 0.5, 0.3, 0.2)
"""The parts of a day's requests by its hour: a peak when people begin, a dip at noon, little at night."""
DAYS = (1.35, 1.1, 1.0, 0.95, 0.8, 0.06, 0.05)
"""How busy a day is, Monday first: what broke over the weekend is found on Monday."""
MONTHS = (1.25, 1.05, 1.0, 0.95, 0.95, 0.95, 0.75, 0.7, 1.25, 1.1, 1.05, 0.75)
"""How busy a month is: people are back in January and September, and away in summer and at Christmas."""
DAY_OFF = 0.05
"""What is left of it on a public holiday."""

_HOUR = timedelta(hours=1)
_USUAL = sum(HOURS) * sum(DAYS) * 365.25 / 7


def rate(local: datetime, people: int, days_off: Collection[date] = ()) -> float:
    """How many requests an hour so many people make at a local time."""
    busy = HOURS[local.hour] * DAYS[local.weekday()] * MONTHS[local.month - 1]
    off = DAY_OFF if local.date() in days_off else 1.0
    return people * A_YEAR * busy * off / _USUAL


def arrivals(
    random: Random, start: datetime, end: datetime, people: int, zone: str, days_off: Collection[date] = ()
) -> Iterator[datetime]:
    """The instants in [start, end) at which so many people of a zone ask for something, in order, in UTC.

    A Poisson process whose rate follows the clock on their wall, thinned out of one with the highest rate
    (Lewis and Shedler, 1979).
    """
    highest = people * A_YEAR * max(HOURS) * max(DAYS) * max(MONTHS) / _USUAL
    there, at = ZoneInfo(zone), start
    while (at := at + _HOUR * random.expovariate(highest)) < end:
        if random.random() * highest < rate(at.astimezone(there), people, days_off):
            yield at
