"""Floods of warnings and of breaches: BEHAVIOUR 29."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage.tables import Announcement, Clock, Entry, Post, Ticket
from tests.stories.company import MONDAY, Company, Message, on_both

pytestmark = pytest.mark.told_once(why="what is folded knows no channel")


UNLIMITED = ("knowledge:", "limits: {tickets_per_minute: 1000, surge: 1000}\nknowledge:")


def named(messages: list[Message]) -> list[str]:
    return re.findall(r"IT-\d+(?= ·|\])", " ".join(message.words for message in messages))


async def many(company: Company, count: int, words: str = "something is odd") -> None:
    await company.settings_change(UNLIMITED)
    for number in range(count):
        await company["ana"].says(f"/ticket {words}, {number}")


@on_both
async def test_29_a_flood_of_warnings_is_folded_for_each_person(company: Company) -> None:
    """BEHAVIOUR 29, 27: twenty at once are one message that names each; a critical one stands alone."""
    await many(company, 20)
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.submits(await ana.says("/ticket"), text="the boiler is broken", urgency="high")
    await ben.says("/claim IT-1007")
    await company.the_machine_sleeps(hours=2, minutes=55)
    await ben.says("/impact IT-1021 high")
    await company.the_machine_sleeps(minutes=10)
    digest = lena.heard("19 tickets are soon due", pinged=True)
    assert sorted(named([digest])) == [f"IT-{number}" for number in range(1001, 1021) if number != 1007]
    lena.talk.hears("soon due", times=1)
    ben.heard("Soon due: IT-1007", pinged=True)
    warned = [entry for entry in await company.reads(Entry, Entry.id) if entry.kind == "warned"]
    assert len([e for e in warned if e.data["clock"] == "first_response" and e.ticket <= 1020]) == 20


@on_both
async def test_29_what_comes_after_a_digest_waits_for_the_minutes_end_and_is_said(company: Company) -> None:
    """BEHAVIOUR 29: nothing is silent, and each is recorded once."""
    await many(company, 10)
    await company.time_passes(seconds=20)
    await many_more(company, 5)
    await company.it_is(MONDAY + timedelta(hours=4))
    room = company.room("escalations")
    room.hears("10 deadlines have passed", times=1)
    await company.time_passes(seconds=40)
    assert len(named(room.messages())) == 10, "five more came due twenty seconds later"
    await company.time_passes(seconds=21)
    for number in range(1011, 1016):
        room.hears(f"First response overdue: IT-{number}", mentioning="lena", times=1)
    keys = [row.key for row in await company.reads(Announcement, Announcement.key)]
    assert len([key for key in keys if re.fullmatch(r"breach:\d+:first_response:.*level1", key)]) == 15


async def many_more(company: Company, count: int) -> None:
    for number in range(count):
        await company["ana"].says(f"/ticket something else is odd, {number}")


async def test_29_escalate_now_is_said_at_once_in_a_flood(company: Company) -> None:
    """BEHAVIOUR 28, 29."""
    await many(company, 10)
    await company.time_passes(hours=4)
    await company["ben"].says("/escalate IT-1003")
    company.room("escalations").hears("First response overdue: IT-1003", mentioning="max", times=1)


async def test_28_the_thread_of_a_digest_is_no_tickets(company: Company) -> None:
    """BEHAVIOUR 28: it names many, and nobody can tell which is meant."""
    await many(company, 10)
    await company.time_passes(hours=4)
    digest = company.room("escalations").hears("10 deadlines have passed", times=1)
    await company["lena"].says("I look at all of them", under=digest)
    assert not [entry for entry in await company.reads(Entry, Entry.id) if entry.kind == "note"]


async def test_29_levels_that_came_due_at_once_are_a_line_of_a_ticket(company: Company) -> None:
    """BEHAVIOUR 29: after a pause of the desk's each ticket stands in the digest once, and each level is announced."""
    await many(company, 8)
    await company.the_machine_sleeps(hours=4, minutes=40)
    digest = company.room("escalations").hears("8 deadlines have passed", mentioning="lena", times=1)
    assert "max" in digest.mentions
    assert sorted(named([digest])) == [f"IT-{number}" for number in range(1001, 1009)]
    assert digest.words.count(", low priority, levels 1 and 2") == 8
    assert f"[IT-1001]({company.settings.organisation.address}/tickets/1001)" in digest.words
    keys = [row.key for row in await company.reads(Announcement, Announcement.key)]
    assert len([key for key in keys if re.fullmatch(r"breach:\d+:first_response:.*:level[12]", key)]) == 16


@on_both
async def test_29_a_digest_that_comes_late_says_what_is_over(company: Company) -> None:
    """BEHAVIOUR 29: it still names every ticket; where all is over nobody is pinged."""
    company.holds_up("deadlines have passed")
    ben, room = company["ben"], company.room("escalations")
    await many(company, 8)
    await company.time_passes(hours=1)
    await many_more(company, 7)
    await company.time_passes(hours=3, minutes=1)
    for number in range(1001, 1009):
        await ben.says(f"/reply IT-{number} Let me see.")
    await company.time_passes(hours=1)
    await ben.says("/reply IT-1009 Let me see.")
    company.fault = None
    await company.time_passes(minutes=10)
    old = room.hears("8 deadlines have passed", times=1)
    new = room.hears("7 deadlines have passed", mentioning="lena", times=1)
    assert len(named([old])) == old.words.count("(over)") == 8 and not old.mentions
    assert len(named([new])) == 7 and new.words.count("(over)") == 1


@on_both
async def test_29_a_digest_of_warnings_that_comes_late_says_what_is_over(company: Company) -> None:
    """BEHAVIOUR 29."""
    company.holds_up("soon due")
    await many(company, 10)
    await company.time_passes(hours=3, minutes=1)
    await company["ben"].says("/reply IT-1003 Let me see.")
    company.fault = None
    await company.time_passes(minutes=10)
    over = [line for line in company["lena"].heard("10 tickets are soon due").words.split("\n") if "(over)" in line]
    assert len(over) == 1 and "IT-1003" in over[0]


@pytest.mark.told_in("web", why="the length of a message is told by flood.pages, whatever the channel")
async def test_29_a_thousand_breaches_in_a_minute(company: Company) -> None:
    """BEHAVIOUR 29: digests of many messages name every ticket once; the critical ones stand alone, and are sent first.

    The tickets are opened by one, and copied: what is told here is about their deadlines.
    """
    await many(company, 1)
    await company["ana"].submits(await company["ana"].says("/ticket"), text="the boiler is broken", urgency="high")
    await company.database.write(_copy_a_thousand_times)
    await company.the_machine_sleeps(hours=3, minutes=50)
    await company["ben"].says("/impact IT-1002 high")
    await company.the_machine_sleeps(minutes=10)
    await company.time_passes(minutes=2)
    room = company.room("escalations")
    digests = [m for m in room.messages() if "deadlines have passed" in m.words]
    alone = [m for m in room.messages() if "First response overdue" in m.words and "IT-1002" not in m.words]
    assert sorted(named(digests + alone)) == sorted(["IT-1001", *(f"IT-{number}" for number in range(2001, 3001))])
    assert len(alone) <= 6 and len(digests) <= 50 and all(len(m.words) < 4000 for m in digests)
    for kind in ("First response", "Resolution"):
        room.hears(f"{kind} overdue: IT-1002", times=1)
    posts = [p for p in await company.reads(Post, Post.urgency) if p.room == "escalations"]
    assert min(p.urgency for p in posts if p.key.startswith("digest:")) > max(
        p.urgency for p in posts if p.key.startswith("breach:1002:")
    )
    keys = [row.key for row in await company.reads(Announcement, Announcement.key)]
    assert len([key for key in keys if re.fullmatch(r"breach:\d+:first_response:.*level1", key)]) == 1002
    told = [e for e in await company.reads(Entry, Entry.id) if e.kind == "escalated" and e.data["level"] == 1]
    assert len([e for e in told if e.data["clock"] == "first_response"]) == 1002


def _copy_a_thousand_times(db: Session) -> None:
    """IT-1001's rows, under the numbers 2001 to 3000."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 2001 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
    for table, key in ((Ticket, "number"), (Entry, "ticket"), (Clock, "ticket")):
        columns = [c.name for c in table.__table__.columns if c.name != "id"]  # type: ignore[attr-defined]
        values = ", ".join("n.i" if name == key else f"t.{name}" for name in columns)
        name = table.__table__.name  # type: ignore[attr-defined]
        into = f"INSERT INTO {name} ({', '.join(columns)})"
        db.execute(text(f"{into} {numbers} SELECT {values} FROM {name} t, n WHERE t.{key} = 1001"))
