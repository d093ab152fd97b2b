"""Shifts as a calendar that other programs subscribe to: iCalendar, RFC 5545. Pure.

All instants are UTC, so that no reader has to know our zones. An event's UID is made of when its shift begins, so that
an exchange of persons changes the event and makes no second one; SEQUENCE and DTSTAMP are the rotation's revision and
when that came to be, so that the same rows always make the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.oncall import Shift

if TYPE_CHECKING:
    from icalendar import Event

AGAIN = timedelta(hours=1)
"""How often whoever subscribes is asked to look again."""


@dataclass(frozen=True, slots=True)
class Rota:
    """What a calendar is called and by what its events are known. `scope` tells its events from those of others."""

    name: str
    scope: str
    revision: int
    changed: datetime


def calendar(rota: Rota, shifts: Iterable[Shift], names: Mapping[str, str]) -> bytes:
    """The calendar of a rotation: an event a shift, called by the person's name (`names`, by handle)."""
    from icalendar import Calendar  # only where somebody subscribes

    made = Calendar()
    made.add("prodid", "-//Firstline//On call//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"On call: {rota.name}")
    made.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})  # RFC 7986
    made.add("x-published-ttl", "PT1H")  # the same for Outlook
    for shift in shifts:
        made.add_component(_event(rota, shift, names.get(shift.person, shift.person)))
    content: bytes = made.to_ical()
    return content


def _event(rota: Rota, shift: Shift, name: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", _uid(rota.scope, shift.start))
    event.add("dtstamp", rota.changed.astimezone(UTC))
    event.add("last-modified", rota.changed.astimezone(UTC))
    event.add("sequence", rota.revision)
    event.add("dtstart", shift.start.astimezone(UTC))
    event.add("dtend", shift.end.astimezone(UTC))
    event.add("summary", f"{name} is on call: {rota.name}")
    event.add("transp", "TRANSPARENT")  # to be on call is not to be busy
    return event


def _uid(scope: str, start: datetime) -> str:
    return f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}-{hashlib.sha256(scope.encode()).hexdigest()[:16]}@firstline"
