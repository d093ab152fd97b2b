"""The calendars that settings declare, made once and kept.

The library `holidays` is imported only when a calendar names a country: it costs 18 MB and 0.1 s, since importing one
country's module imports all 250 (measured with 0.109; its own lazy loader does no better). A stand-in for the package
`holidays.countries` would save 7 MB of these; that is not worth leaning on the library's insides.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache

from bot.calendar import Calendar
from bot.settings import Holidays, Hours, Settings

YEARS = range(2020, 2041)
"""The years whose public holidays are known; outside them a country has none, and some are known for fewer years."""


class Worktime:
    """The calendars of one version of the settings, which is `settings`."""

    def __init__(self, settings: Settings, years: Sequence[int] = YEARS) -> None:
        self.settings, self._years = settings, tuple(years)
        self._made: dict[str, Calendar] = {}

    def of(self, key: str) -> Calendar:
        """The calendar with this key; the first one for "" and for a calendar that has vanished from the settings."""
        if key not in self.settings.calendars:
            key = next(iter(self.settings.calendars))
        if key not in self._made:
            self._made[key] = _calendar(self.settings.calendars[key], self.settings.organisation.zone, self._years)
        return self._made[key]


def _calendar(hours: Hours, zone: str, years: tuple[int, ...]) -> Calendar:
    return Calendar(hours.zone or zone, hours.windows(), days_off(hours.holidays, years))


def days_off(days: Holidays, years: tuple[int, ...]) -> Collection[date]:
    """The days off: the country's public holidays, less those worked, and the extra ones."""
    public = _public(days.country, days.region, years) if days.country else frozenset()
    return (public - set(days.working)) | set(days.extra)


@lru_cache(maxsize=64)
def _public(country: str, region: str, years: tuple[int, ...]) -> frozenset[date]:
    from holidays import country_holidays

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some countries know fewer years than we ask for, and say so each time
        return frozenset(country_holidays(country, subdiv=region or None, years=years))


def countries() -> dict[str, str]:
    """The ISO codes of countries with public holidays, by code and by name, both in small letters."""
    from holidays.registry import COUNTRIES

    names = {module.replace("_", " "): codes[1] for module, codes in COUNTRIES.items()}
    return names | {code.casefold(): codes[1] for codes in COUNTRIES.values() for code in codes}


def regions(country: str) -> list[str]:
    """The regions that a country's holidays know, by code and by name."""
    from holidays import country_holidays

    known = country_holidays(country)
    return [*known.subdivisions, *known.subdivisions_aliases]


def named_regions(country: str) -> list[str]:
    """The same as `BY (Bayern)`."""
    from holidays import country_holidays

    named = country_holidays(country).get_subdivision_aliases()
    return [f"{code} ({names[0]})" if names else code for code, names in named.items()]
