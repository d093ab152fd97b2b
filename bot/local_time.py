"""Local times as instants, also those in an hour that a zone skips or repeats (PEP 495). Pure."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


def existing(local: datetime, tz: ZoneInfo) -> datetime:
    """A naive local time in UTC: the first of two, and the gap's end for one that does not exist."""
    late = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if late.astimezone(tz).replace(tzinfo=None, fold=0) == local:
        return late
    # In a gap, fold 0 and fold 1 give instants after and before the change of the offset: it is in between.
    early = local.replace(tzinfo=tz, fold=1).astimezone(UTC)
    before = early.astimezone(tz).utcoffset()
    seconds = range(int((late - early).total_seconds()) + 1)
    changed = bisect_left(seconds, True, key=lambda s: (early + s * SECOND).astimezone(tz).utcoffset() != before)
    return early + changed * SECOND


def aware(moment: datetime, tz: ZoneInfo) -> datetime:
    """The moment with a zone: its own, or else this one."""
    if moment.tzinfo:
        return moment
    usual = moment.replace(tzinfo=tz)
    if usual.utcoffset() == usual.replace(fold=1).utcoffset():
        return usual  # the last day that there is, for one, need not have an instant in UTC
    return existing(moment, tz).astimezone(tz)
