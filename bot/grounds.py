"""What deadlines rest on beside timelines: policies, calendars, public holidays, the rules of time zones.

Kept with the rows that were worked out by it, so that a desk sees after a restart that something else counts by now:
other settings, or a newer package or operating system under it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from zoneinfo import TZPATH

from bot.settings import Settings

ZONES, HOLIDAYS, CALENDARS, POLICIES, SETTINGS = "time zones", "public holidays", "calendars", "policies", "settings"
TEAMS = "teams"
"""Their keys, with a space between: finished tickets are handed over when one goes."""
KEPT = "settings"
"""The name under which those are kept that the open tickets were last brought in line with."""
BEGUN = "begun"
"""Beside them: the `key` of those to which a change has begun since, and not ended."""
VERSIONED = (ZONES, HOLIDAYS)
"""Whose values are versions that say something to a reader; the others are digests."""

Grounds = dict[str, str]


def grounds(settings: Settings) -> Grounds:
    """Each of them by name, as a version or a digest."""
    calendars = {key: hours.model_dump(mode="json") for key, hours in settings.calendars.items()}
    of_teams = {key: team.calendar for key, team in settings.teams.items()}
    national = any(hours.holidays.country for hours in settings.calendars.values())
    return {
        ZONES: zone_database(),
        HOLIDAYS: version("holidays") if national else "",
        CALENDARS: _digest([settings.organisation.zone, calendars, of_teams]),
        POLICIES: _digest([policy.model_dump(mode="json") for policy in settings.sla]),
        SETTINGS: _digest(settings.model_dump(mode="json")),
        TEAMS: " ".join(settings.teams),
    }


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What is another than before, in words: "time zones: 2026a → 2026b", "the policies in the settings"."""
    other = [name for name in now if name not in (SETTINGS, TEAMS) and before.get(name, "") != now[name]]
    return [_versions(before, now, name) if name in VERSIONED else f"the {name} in the settings" for name in other]


def _versions(before: Mapping[str, str], now: Mapping[str, str], name: str) -> str:
    return f"{name}: {before.get(name) or 'none'} → {now[name] or 'none'}"


def zone_database(folders: tuple[str, ...] = TZPATH) -> str:
    """The version of the zone database that `zoneinfo` reads, like 2026b: the system's, else the package `tzdata`'s.

    A system that does not tell its version is known by when its database was written.
    """
    for folder in map(Path, folders):
        if (folder / "UTC").exists():
            return _told(folder) or f"of {(folder / 'UTC').stat().st_mtime:.0f}"
    import tzdata  # only where the system has none, as zoneinfo does

    return str(tzdata.IANA_VERSION)


def _told(folder: Path) -> str:
    """The version that a system's database tells: in the first line of tzdata.zi, or in a file of its own on macOS."""
    with suppress(OSError), (folder / "tzdata.zi").open(encoding="ascii", errors="replace") as text:
        return text.readline().removeprefix("# version").strip()[:40]
    with suppress(OSError):
        return (folder / "+VERSION").read_text(encoding="ascii", errors="replace").strip()[:40]
    return ""


def key(found: Grounds) -> str:
    """Tells these from others."""
    return _digest(plain(found))


def plain(found: Grounds) -> Grounds:
    """Without what is kept beside them."""
    return {name: value for name, value in found.items() if name != BEGUN}


def written(found: Grounds) -> str:
    """As text, to be kept."""
    return json.dumps(found, sort_keys=True)


def read(text: str) -> Grounds:
    """What was kept; empty for nothing, and for what an older version kept."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
