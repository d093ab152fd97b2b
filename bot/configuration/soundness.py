"""What is wrong with settings of the right shape: hours that overlap, days off of no country, a matrix with a hole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from bot.calendar import Calendar
from bot.configuration import discord, slack
from bot.configuration.problems import Finding, KeyPath, did_you_mean, nearest
from bot.local_time import aware
from bot.settings import Holidays, Hours, Level, Rotation, Settings
from bot.settings_values import WEEKDAYS, window
from bot.worktime import countries, named_regions, regions

ABBREVIATIONS = {
    "EST": "America/New_York",
    "MST": "America/Denver",
    "HST": "Pacific/Honolulu",
    "CET": "Europe/Berlin",
    "MET": "Europe/Berlin",
    "EET": "Europe/Helsinki",
    "WET": "Europe/Lisbon",
}
"""They stand in the IANA database for old programs' sake; whoever writes one thinks of the zone of some place."""
OFFSET = ("Etc/GMT+", "Etc/GMT-")


def unsound(settings: Settings) -> Iterator[Finding]:
    """All of it."""
    yield from _zones(settings)
    for key, hours in settings.calendars.items():
        yield from _calendar(("calendars", key), hours)
    yield from _twins(settings)
    yield from _matrix(settings)
    yield from slack.unsound(settings.slack)
    yield from discord.unsound(settings)
    for key, rotation in settings.on_call.items():
        tz = rotation.zone or settings.organisation.zone
        yield from _overrides(("on_call", key, "overrides"), rotation, ZoneInfo(tz if _exists(tz) else "UTC"))
        yield from _layers(("on_call", key, "layers"), rotation)
    for key, channel in settings.channels.items():
        lone = ((("escalations",), channel.escalations), (("panel",), channel.panel))
        for path, room in (*lone, *_numbered("watched", channel.watched)):
            if room.startswith(f"{key}:"):
                yield Finding(("channels", key, *path), "names its channel twice", f"write {room.split(':', 1)[1]}")


def _numbered(name: str, items: tuple[str, ...]) -> Iterator[tuple[KeyPath, str]]:
    return (((name, number), item) for number, item in enumerate(items))


def _zones(settings: Settings) -> Iterator[Finding]:
    if not settings.organisation.zone:
        yield Finding(("organisation", "zone"), "is empty", "write one like Europe/Berlin or UTC")
    for path, zone in _named_zones(settings):
        if zone in ABBREVIATIONS or zone.startswith(OFFSET):
            text = f"{zone} is no place, and knows nothing of its daylight saving"
            meant = ABBREVIATIONS.get(zone)
            yield Finding(path, text, f"did you mean {meant}?" if meant else "write one like Europe/Berlin or UTC")
        elif zone and not _exists(zone):
            best = nearest(zone, available_timezones()) if "/" in zone else _by_city(zone)
            hint = f"did you mean {best}?" if best else "write one like Europe/Berlin or UTC"
            yield Finding(path, f"no time zone is called {zone}", hint)


def _named_zones(settings: Settings) -> Iterator[tuple[KeyPath, str]]:
    yield ("organisation", "zone"), settings.organisation.zone
    for section in ("calendars", "people", "on_call", "ladders"):
        for key, entry in getattr(settings, section).items():
            yield (section, key, "zone"), entry.zone
    for key, rotation in settings.on_call.items():
        for number, layer in enumerate(rotation.layers):
            yield ("on_call", key, "layers", number, "zone"), layer.zone


def _exists(zone: str) -> bool:
    try:
        return bool(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        return False


def _by_city(zone: str) -> str:
    """Who writes only the city means the zone that ends with it."""
    cities = {name.rpartition("/")[2]: name for name in sorted(available_timezones()) if "/" in name}
    return cities.get(nearest(zone, cities, 80), "")


def _calendar(at: KeyPath, hours: Hours) -> Iterator[Finding]:
    if not any(hours.windows().values()):
        yield Finding(at, "has no working hours at all", 'give at least one weekday hours: mon: ["09:00-17:00"]')
    for day, name in enumerate(WEEKDAYS):
        windows: tuple[str, ...] = getattr(hours, name)
        for number, written in enumerate(windows):
            yield from _refused((*at, name, number), day, written)
        yield from _overlaps((*at, name), windows)
    yield from _holidays((*at, "holidays"), hours.holidays)


def _refused(at: KeyPath, day: int, written: str) -> Iterator[Finding]:
    """What the calendar has against a window: it says what is wrong, a colon, and the way out."""
    try:
        Calendar("UTC", {day: [window(written)]})
    except ValueError as error:
        wrong, _, hint = str(error).partition(": ")
        yield Finding(at, wrong, hint)


def _overlaps(at: KeyPath, windows: tuple[str, ...]) -> Iterator[Finding]:
    ordered = sorted((window(written), number) for number, written in enumerate(windows))
    for ((_, end), first), ((start, _), second) in pairwise(ordered):
        if end == time(0) or start < end:
            text = f"{windows[first]} and {windows[second]} overlap"
            yield Finding((*at, second), text, "end the one before the other begins, or make them one")


def _holidays(at: KeyPath, days: Holidays) -> Iterator[Finding]:
    if days.region and not days.country:
        yield Finding((*at, "region"), "is a region of no country", "name the country too")
    if not days.country:
        return
    known = countries()
    if days.country not in known.values():
        hint = known.get(days.country.casefold())
        near = did_you_mean(days.country, known.values())
        text = f"no country with holidays has the code {days.country}"
        yield Finding((*at, "country"), text, f"did you mean {hint}?" if hint else near)
    elif days.region and days.region not in regions(days.country):
        text = f"{days.country} has no region {days.region}"
        yield Finding((*at, "region"), text, _region_hint(days.country, days.region))


def _region_hint(country: str, region: str) -> str:
    """The one that is meant, or all there are: by code, and by name where they have one."""
    known = regions(country)
    if best := nearest(region, known):
        return f"did you mean {best}?"
    return f"there is {', '.join(named_regions(country))}" if known else "leave it out"


def _twins(settings: Settings) -> Iterator[Finding]:
    """Two people who would be taken for one."""
    seen: dict[tuple[str, str], str] = {}
    for handle, person in settings.people.items():
        ids: list[tuple[KeyPath, str, str]] = [(("email",), "email", person.email.casefold())]
        ids += [(("identities", channel), channel, name) for channel, name in person.identities.items()]
        for path, channel, name in ids:
            other = seen.setdefault((channel, name), handle)
            if name and other != handle:
                yield Finding(
                    ("people", handle, *path), f"{name} is {other}'s already", "one of the two must be another"
                )


def _matrix(settings: Settings) -> Iterator[Finding]:
    hint = "the matrix gives a priority for each urgency and impact"
    for urgency in Level:
        row = settings.matrix.get(urgency)
        if row is None:
            yield Finding(("matrix", urgency.value), "is missing", hint)
            continue
        for impact in (level for level in Level if level not in row):
            yield Finding(("matrix", urgency.value, impact.value), "is missing", hint)


def _layers(at: KeyPath, rotation: Rotation) -> Iterator[Finding]:
    for number, layer in enumerate(rotation.layers):
        for path, written in _numbered("hours", layer.hours):
            yield from _refused((*at, number, *path), 0, written)


def _overrides(at: KeyPath, rotation: Rotation, tz: ZoneInfo) -> Iterator[Finding]:
    for number, override in enumerate(rotation.overrides):
        start, end = override.start, override.end
        if start.tzinfo or end.tzinfo:  # two local times are compared as written: a zone may skip all that lies between
            start, end = aware(start, tz), aware(end, tz)
        if end <= start:
            yield Finding((*at, number, "end"), "is not after start", "an override ends after it starts")
