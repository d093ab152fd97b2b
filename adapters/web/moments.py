"""Instants as a reader sees them: in their own time zone, with the distance from the desk's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup


def day(instant: datetime, zone: ZoneInfo) -> str:
    """`Mon 23 Nov`."""
    local = instant.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """`09:30`."""
    return f"{instant.astimezone(zone):%H:%M}"


def distance(instant: datetime, now: datetime) -> str:
    """`in 42 min`, `3 h ago`, `just now`. Written a second time in static/time.js, where it goes on ticking."""
    minutes = round((instant - now) / timedelta(minutes=1))
    size = abs(minutes)
    if size < 1:
        return "just now"
    words = _hours(size) if 100 <= size < 36 * 60 else f"{size} min" if size < 100 else f"{round(size / 1440)} days"
    return f"in {words}" if minutes > 0 else f"{words} ago"


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours >= 12:
        return f"{round(minutes / 60)} h"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def shown(instant: datetime, zone: ZoneInfo, now: datetime) -> Markup:
    """An instant as a `<time>` element, with its year where that is another than now."""
    date, local = day(instant, zone), instant.astimezone(zone)
    if local.year != now.astimezone(zone).year:
        date = f"{date} {local.year}"
    return Markup(
        '<time class="moment" datetime="{}" title="{}">{}, {} <span class="distance">({})</span></time>'
    ).format(instant.isoformat(), zone.key, date, clock(instant, zone), distance(instant, now))
