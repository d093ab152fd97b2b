"""Working time: which instants are worked, and when so much of it has passed. Pure; knows no clock.

Wall-clock hours are turned into UTC one UTC day at a time, because UTC days never overlap, never skip and never repeat,
whatever a zone does. Within one UTC day a zone's offset changes once at most (the shortest time between two changes in
the whole zone database is 95 h 40 min: Freetown, September 1939), so a day is one or two stretches of constant offset,
and in a stretch local time is UTC plus a constant.

Sources: the zone database through `zoneinfo` (PEP 615); skipped and repeated hours, PEP 495.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZERO = timedelta()
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
IDLE_DAYS = 3653  # ten years: a calendar that is shut for longer is a mistake, not a holiday
KEPT_DAYS = 4096  # some 1.5 MB at most; a year's report and all its deadlines stay warm
FIRST, LAST = date(2, 1, 1), date(9998, 12, 31)  # one year's room, so that no offset leaves what a datetime can hold
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Span(NamedTuple):
    """Working time without a break, in UTC: from `opens` up to, and without, `closes`."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Calendar:
    """Working hours in one time zone. Immutable and hashable; equal when zone, merged hours and holidays are.

    zone: an IANA name ("Europe/Berlin"). ValueError, naming it, if the zone database has no such zone.
    hours: weekday (Monday is 0) to windows of local wall-clock time, [start, end); an end of 00:00 is the day's end.
        Windows that touch or overlap are one. ValueError for a window that is empty or runs over midnight, and for a
        weekday not in 0…6.
    holidays: local dates without work. They are copied: a lazy `holidays` object must have been asked for its years
        before.

    An instant is worked if its local time lies in a window of its local date and that date is no holiday: an hour that
    the zone repeats counts twice, one that it skips not at all.
    """

    zone: str
    hours: Mapping[int, Sequence[tuple[time, time]]] = field(compare=False)
    holidays: Collection[date] = frozenset()
    _week: tuple[tuple[tuple[timedelta, timedelta], ...], ...] = field(init=False, repr=False)
    _tz: ZoneInfo = field(init=False, repr=False, compare=False)
    _known: dict[date, tuple[Span, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "holidays", frozenset(date(d.year, d.month, d.day) for d in self.holidays))
        object.__setattr__(self, "_week", _week(self.hours))
        object.__setattr__(self, "_tz", _zone(self.zone))

    def add(self, start: datetime, work: timedelta) -> datetime:
        """The earliest instant, in UTC, by which `work` of working time has passed since `start`.

        Friday 16:30 with 09:00–17:00 and one hour is Monday 09:30 (BEHAVIOUR 24). Work that just fills a day ends when
        that day does; no work ends at `start`. ValueError: `start` without a zone, negative work, or no working time
        for ten years (for an empty calendar at once).
        """
        if work < ZERO:
            raise ValueError(f"working time to add must not be negative: {work}")
        begin, left = _utc(start), work
        if not left:
            return begin
        for opens, closes in self._spans(begin):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise ValueError(self._shut(begin))

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`; negative if `b` is before `a`. ValueError for a datetime without a zone."""
        first, last = _utc(a), _utc(b)
        if last < first:
            return -self.between(b, a)
        return sum((closes - opens for opens, closes in self.spans(first, last)), ZERO)

    def is_open(self, instant: datetime) -> bool:
        """Whether `instant` is working time. ValueError for a datetime without a zone."""
        now = _utc(instant)
        return any(opens <= now < closes for opens, closes in self._on(now.date()))

    def next_open(self, instant: datetime) -> datetime:
        """The earliest working instant at or after `instant`, in UTC. ValueError as for `add`."""
        now = _utc(instant)
        for opens, _ in self._spans(now):
            return opens
        raise ValueError(self._shut(now))

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The working time in [start, end), in order; what runs over the end of a UTC day is two spans.

        ValueError for a datetime without a zone.
        """
        first, last = _utc(start), _utc(end)
        for number in range((last.date() - first.date()).days + 1):
            for opens, closes in self._on(first.date() + number * DAY):
                if opens < last and closes > first:
                    yield Span(max(opens, first), min(closes, last))

    def _spans(self, begin: datetime) -> Iterator[Span]:
        """Working time from `begin` on, in order; it ends where ten years bring none."""
        day, idle = begin.date(), 0
        while idle < IDLE_DAYS and day <= LAST and any(self._week):
            spans = self._on(day)
            for span in spans:
                if span.opens >= begin:
                    yield span
                elif span.closes > begin:
                    yield Span(begin, span.closes)
            idle = 0 if spans else idle + 1
            day += DAY

    def _on(self, day: date) -> tuple[Span, ...]:
        """The working time of a UTC day, remembered."""
        spans = self._known.get(day)
        if spans is None:
            if len(self._known) >= KEPT_DAYS:
                self._known.clear()
            spans = self._known[day] = tuple(self._worked(day))
        return spans

    def _worked(self, day: date) -> Iterator[Span]:
        midnight = datetime.combine(day, time(), UTC)
        change = self._change(midnight)
        for begin, end in ((midnight, change), (change, midnight + DAY)):
            if begin < end:
                yield from self._stretch(begin, end, self._offset(begin))

    def _stretch(self, begin: datetime, end: datetime, offset: timedelta) -> Iterator[Span]:
        """The working time in [begin, end), in which local time is UTC plus `offset`."""
        day, last = (begin + offset).date(), (end + offset).date()
        while day <= last:
            midnight = datetime.combine(day, time(), UTC) - offset
            for start, stop in () if day in self.holidays else self._week[day.weekday()]:
                opens, closes = max(midnight + start, begin), min(midnight + stop, end)
                if opens < closes:
                    yield Span(opens, closes)
            day += DAY

    def _change(self, midnight: datetime) -> datetime:
        """Where in the UTC day that begins at `midnight` the zone's offset changes; the day's end if it does not."""
        before = self._offset(midnight)
        if self._offset(midnight + DAY) == before:
            return midnight + DAY
        seconds = bisect_left(range(86400), True, key=lambda s: self._offset(midnight + s * SECOND) != before)
        return midnight + seconds * SECOND

    def _offset(self, instant: datetime) -> timedelta:
        return instant.astimezone(self._tz).utcoffset() or ZERO

    def _shut(self, begin: datetime) -> str:
        if not any(self._week):
            return f"the calendar in {self.zone} has no working hours at all: give at least one weekday a window"
        return f"the calendar in {self.zone} runs out of working time after {begin:%Y-%m-%d}: look at its holidays"


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError(f"a datetime without a time zone: {instant}")
    if not FIRST <= instant.date() <= LAST:
        raise ValueError(f"outside the years 2 to 9998: {instant}")
    return instant.astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {name!r}: write an IANA name such as Europe/Berlin or UTC") from error


def _week(hours: Mapping[int, Sequence[tuple[time, time]]]) -> tuple[tuple[tuple[timedelta, timedelta], ...], ...]:
    for weekday in hours:
        if weekday not in range(7):
            raise ValueError(f"{weekday!r} is no weekday: Monday is 0, Sunday is 6")
    return tuple(_merged([_window(weekday, *window) for window in hours.get(weekday, ())]) for weekday in range(7))


def _window(weekday: int, start: time, end: time) -> tuple[timedelta, timedelta]:
    """Start and end as time since local midnight."""
    opens, closes = _since_midnight(start), _since_midnight(end) or DAY
    if opens < closes:
        return opens, closes
    today, tomorrow, wrong = WEEKDAYS[weekday], WEEKDAYS[(weekday + 1) % 7], f"{start:%H:%M}–{end:%H:%M}"
    if opens == closes:
        raise ValueError(f"{today} {wrong} is empty: leave it out, or write 00:00–00:00 for the whole day")
    split = f"{today} {start:%H:%M}–00:00 and {tomorrow} 00:00–{end:%H:%M}"
    raise ValueError(f"{today} {wrong} ends before it starts: write a shift over midnight as two windows, {split}")


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)


def _merged(windows: list[tuple[timedelta, timedelta]]) -> tuple[tuple[timedelta, timedelta], ...]:
    merged: list[tuple[timedelta, timedelta]] = []
    for opens, closes in sorted(windows):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)
