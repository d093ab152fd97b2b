"""The calendar of a rotation as other programs read it: RFC 5545, down to the bytes."""

from datetime import UTC, datetime, timedelta

import icalendar

from bot.ics import Rota, calendar
from bot.oncall import Shift

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = {
    "dev": "Dev Patel",
    "zoe": "Zoë, “the; \\ rock”\nKowalczyk-Brzęczyszczykiewicz of the Łódź office, second floor 🎫🎫🎫",
}
ROTA = Rota("network", "main/network", 3, NOW)
SHIFTS = [Shift("dev", NOW, NOW + DAY), Shift("zoe", NOW + DAY, NOW + 3 * DAY)]


def events(content: bytes) -> list[icalendar.Event]:
    return [
        event for event in icalendar.Calendar.from_ical(content).walk("VEVENT") if isinstance(event, icalendar.Event)
    ]


def test_31_every_shift_is_an_event_in_utc() -> None:
    """BEHAVIOUR 31."""
    content = calendar(ROTA, SHIFTS, NAMES)
    assert [(e.decoded("dtstart"), e.decoded("dtend")) for e in events(content)] == [(s.start, s.end) for s in SHIFTS]
    assert b"DTSTART:20261123T090000Z\r\n" in content and b"TZID" not in content and b"VTIMEZONE" not in content
    assert str(events(content)[0]["summary"]) == "Dev Patel is on call: network"
    assert icalendar.Calendar.from_ical(content)["method"] == "PUBLISH"


def test_31_lines_are_folded_between_characters_and_names_are_escaped() -> None:
    """BEHAVIOUR 31, 39: RFC 5545, 3.1 and 3.3.11: at most 75 octets a line, CRLF, and nobody's name ends a line."""
    content = calendar(ROTA, SHIFTS, NAMES)
    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 and b"\n" not in line and line.decode() for line in lines[:-1])
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Zoë\\, “the\\; \\\\ rock”\\nKowalczyk" in unfolded
    assert str(events(content)[1]["summary"]) == f"{NAMES['zoe']} is on call: network"


def test_31_the_same_rows_make_the_same_bytes_whenever_they_are_asked_for() -> None:
    """BEHAVIOUR 31: DTSTAMP and SEQUENCE are the revision's, and not the minute's."""
    content = calendar(ROTA, SHIFTS, NAMES)
    assert content == calendar(ROTA, list(SHIFTS), dict(NAMES))
    [first, _] = events(content)
    assert (first["sequence"], first.decoded("dtstamp"), first.decoded("last-modified")) == (3, NOW, NOW)


def test_31_an_exchange_changes_an_event_and_makes_no_second_one() -> None:
    """BEHAVIOUR 31: a UID is of when a shift begins, in one rotation of one workspace."""
    exchanged = [Shift("zoe", NOW, NOW + DAY), Shift("dev", NOW + DAY, NOW + 3 * DAY)]
    later = Rota("network", "main/network", 4, NOW + DAY)
    before, after = events(calendar(ROTA, SHIFTS, NAMES)), events(calendar(later, exchanged, NAMES))
    assert [str(e["uid"]) for e in before] == [str(e["uid"]) for e in after]
    assert len({str(e["uid"]) for e in before}) == 2 and str(before[0]["uid"]).startswith("20261123T090000Z-")
    elsewhere = Rota("network", "T0123/network", 3, NOW)
    assert not {str(e["uid"]) for e in before} & {str(e["uid"]) for e in events(calendar(elsewhere, SHIFTS, NAMES))}
