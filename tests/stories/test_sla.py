"""Targets, and the talk that they follow: BEHAVIOUR 24 to 26, 13."""

from datetime import datetime, timedelta

import pytest

from storage.tables import Clock
from tests.stories.company import MONDAY, Company

pytestmark = pytest.mark.told_once(why="clocks know no channel")


async def clock(company: Company, reference: str, kind: str) -> tuple[str, str]:
    """The state of a ticket's clock, and when it is due."""
    number = int(reference.rpartition("-")[2])
    rows = [row for row in await company.reads(Clock, Clock.kind) if (row.ticket, row.kind) == (number, kind)]
    return rows[0].state, f"{rows[0].due_at:%a %H:%M}" if rows[0].due_at else ""


async def test_24_targets_count_working_time_only(company: Company) -> None:
    """BEHAVIOUR 24: asked on a Friday at 16:30, four hours are Monday 12:30."""
    await company.it_is(datetime.fromisoformat("2026-11-27T16:30+00:00"))
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken")
    ana.was_told_privately("IT-1001 is open").shows(Answer_due="Mon 12:30")
    await company.time_passes(days=2, hours=18)
    company.room("escalations").never_hears("IT-1001")
    await company.time_passes(hours=2)
    company.room("escalations").hears("First response overdue: IT-1001", times=1)


async def test_25_only_a_public_reply_of_an_agent_is_a_first_response(company: Company) -> None:
    """BEHAVIOUR 25: not an acknowledgement, a note, a claim, a suggestion, the requester's own words."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken, and the printer has a paper jam")
    await ben.clicks("Claim", in_="triage-it")
    await ben.clicks("Note", in_="triage-it", text="again?")
    await ben.says("hm", under=company.room("triage-it").card("IT-1001"))
    await ben.says("/priority IT-1001 medium")
    await ana.says("/reply IT-1001 any news?")
    assert await clock(company, "IT-1001", "first_response") == ("running", "Mon 13:00")
    await ben.clicks("Reply", in_="triage-it", text="Coming.")
    assert (await clock(company, "IT-1001", "first_response"))[0] == "met"
    assert (await company.ticket("IT-1001")).first_reply_at == MONDAY


async def test_25_an_agents_own_request_is_not_answered_by_their_own_words(company: Company) -> None:
    """BEHAVIOUR 25: an agent who asks is a requester."""
    ben, chloe = company.people("ben", "chloe")
    await ben.says("/ticket my screen is black")
    await ben.says("/reply IT-1001 it is the left one")
    await ben.says("/ask IT-1001 am I the only one?")
    assert (await company.ticket("IT-1001")).first_reply_at is None
    await ben.says("/reply IT-1001 yes, I am")
    assert (await clock(company, "IT-1001", "first_response"))[0] == "running"
    await chloe.says("/reply IT-1001 Coming.")
    assert (await clock(company, "IT-1001", "first_response"))[0] == "met"


async def test_26_pending_holds_resolution_and_next_response_and_the_answer_resumes(company: Company) -> None:
    """BEHAVIOUR 26."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    assert await clock(company, "IT-1001", "resolution") == ("running", "Wed 17:00")
    await company.time_passes(hours=1)
    await ben.clicks("Ask", in_="triage-it", text="Which one?")
    assert (await clock(company, "IT-1001", "resolution"))[0] == "paused"
    await company.time_passes(hours=5)
    await ana.clicks("Answer", text="The grey one.")
    assert await clock(company, "IT-1001", "resolution") == ("running", "Thu 14:00")
    assert await clock(company, "IT-1001", "next_response") == ("running", "Tue 15:00")
    await ben.clicks("Reply", in_="triage-it", text="Thank you.")
    assert (await clock(company, "IT-1001", "next_response"))[0] == "met"


async def test_26_a_bystanders_words_start_no_clock(company: Company) -> None:
    """BEHAVIOUR 26: nobody who waits for the desk has said anything."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("my laptop is broken", in_="#it-help")
    message = company.room("it-help").by("ana")
    await ben.says("/reply IT-1001 Try the other charger.")
    await erik.says("mine is broken as well", under=message)
    assert "mine is broken as well" in company.room("triage-it").thread("IT-1001")[-1]
    assert (await clock(company, "IT-1001", "next_response"))[0] == "idle"
    await ana.says("it is the charger, but I have no other", under=message)
    assert (await clock(company, "IT-1001", "next_response"))[0] == "running"


async def test_26_a_reopened_ticket_goes_on_with_what_was_left(company: Company) -> None:
    """BEHAVIOUR 26."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await company.time_passes(hours=2)
    await ben.says("/resolve IT-1001 Charged it.")
    assert (await clock(company, "IT-1001", "resolution"))[0] == "met"
    await company.time_passes(hours=3)
    await ana.clicks("Not fixed")
    assert await clock(company, "IT-1001", "resolution") == ("running", "Thu 12:00")


async def test_24_a_critical_ticket_counts_day_and_night(company: Company) -> None:
    """BEHAVIOUR 24: a calendar per policy."""
    ana, ben = company.people("ana", "ben")
    await company.it_is(MONDAY + timedelta(hours=13))
    await ana.submits(await ana.says("/ticket"), text="my laptop is broken", urgency="high")
    await ben.says("/impact IT-1001 high")
    assert await clock(company, "IT-1001", "first_response") == ("running", "Mon 22:15")


async def test_24_targets_that_changed_while_the_desk_was_down_retime_too(company: Company) -> None:
    """BEHAVIOUR 26."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.closes()
    company.edit_settings(("first_response: 4h", "first_response: 2h"))
    await company.opens()
    assert await clock(company, "IT-1001", "first_response") == ("running", "Mon 11:00")


async def test_24_changed_targets_retime_what_is_open(company: Company) -> None:
    """BEHAVIOUR 26: rows cache only when to look next; a settings change is taken up while the desk runs."""
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken")
    await company.settings_change(("first_response: 4h", "first_response: 2h"))
    assert await clock(company, "IT-1001", "first_response") == ("running", "Mon 11:00")
    company.room("triage-it").card("IT-1001").shows(First_response_due="Mon 11:00")
    await company.time_passes(hours=2)
    company.room("escalations").hears("First response overdue: IT-1001", times=1)
