"""Working on tickets in the chat: BEHAVIOUR 15, 16, 19."""

import asyncio
from datetime import timedelta

import pytest

from tests.stories.company import MONDAY, Company, not_taken, on_both, refused, words_of


async def test_15_one_card_a_ticket_edited_in_place_and_each_change_says_a_line(company: Company) -> None:
    """BEHAVIOUR 15."""
    ana, ben = company.people("ana", "ben")
    room = company.room("triage-it")
    await ana.says("/ticket my laptop is broken")
    first = room.card("IT-1001")
    first.shows(Status="New", Owner="IT Help (not claimed yet)", First_response_due="Mon 13:00")
    assert first.buttons == ["Claim", "Reply", "Ask", "Note", "Resolve", "Impact", "Assign"]
    await ben.clicks("Claim", in_="triage-it")
    await ben.clicks("Reply", in_="triage-it", text="I am coming over.")
    await ben.clicks("Resolve", in_="triage-it", resolution="Changed the battery.")
    last = room.card("IT-1001")
    assert last.id == first.id
    last.shows(Status="Resolved", Owner="Ben Adler")
    assert last.buttons == ["Reopen", "Write an article"] and "Changed the battery." in last.words
    said = room.thread("IT-1001")
    assert [line.split(":")[0] for line in said] == [
        "Ben Adler claimed it.", "Ben Adler replied", "Ben Adler resolved it",
    ]  # fmt: skip


@on_both
async def test_16_two_clicks_at_once_one_owner(company: Company) -> None:
    """BEHAVIOUR 16: the loser is told privately who has it."""
    ana, ben, chloe = company.people("ana", "ben", "chloe")
    await ana.says("/ticket my laptop is broken")
    message, button = ben.button("Claim", "triage-it")
    replies = await asyncio.gather(*(who.presses(button, message) for who in (ben, chloe, ben, chloe)))
    owner = (await company.ticket("IT-1001")).owner
    winner, loser = (ben, chloe) if owner == "ben" else (chloe, ben)
    name = company.settings.people[winner.handle].name
    assert sorted(words_of(reply) for reply in replies) == sorted(
        ["IT-1001 is yours.", "IT-1001 is yours already.", *[f"{name} has IT-1001 already."] * 2]
    )
    loser.was_told_privately(f"{name} has IT-1001 already.")
    company.room("triage-it").never_hears("has IT-1001 already")
    assert len([line for line in company.room("triage-it").thread("IT-1001") if "claimed it" in line]) == 1


async def test_16_taking_over_is_explicit_and_recorded_and_the_former_owner_is_told(company: Company) -> None:
    """BEHAVIOUR 16."""
    ana, ben, chloe = company.people("ana", "ben", "chloe")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Claim", in_="triage-it")
    await chloe.says("/claim IT-1001", in_="triage-it")
    await chloe.clicks("Take over", in_="triage-it", on="has IT-1001 already")
    company.room("triage-it").card("IT-1001").shows(Owner="Chloe Martin")
    ben.heard("Chloe Martin took over IT-1001")
    assert "took it over from Ben Adler" in company.room("triage-it").thread("IT-1001")[-1]
    owners = [e.data for e in await company.timeline("IT-1001") if e.kind == "owner"]
    assert owners[-1] == {"from": "ben", "to": "chloe"}


async def test_16_assigning_tells_the_agent_and_keeps_to_the_team(company: Company) -> None:
    """BEHAVIOUR 16."""
    ana, ben, chloe = company.people("ana", "ben", "chloe")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Assign", in_="triage-it", person="@chloe")
    chloe.heard("Yours: IT-1001 · my laptop is broken\nBen Adler gave it to you.", pinged=True)
    company.room("triage-it").card("IT-1001").shows(Owner="Chloe Martin", Status="In Progress")
    wrong = await ben.clicks("Assign", in_="triage-it", person="dev")
    assert wrong.form and "is not in IT Help" in wrong.form.errors["person"]
    await not_taken(ben.says("/assign IT-1001 @nobody"), "Nobody is known")


async def test_16_who_gives_it_to_themselves_takes_it(company: Company) -> None:
    ana, ben, chloe = company.people("ana", "ben", "chloe")
    await ana.says("/ticket my laptop is broken")
    thread = company.room("triage-it").thread
    assert "IT-1001 is yours." in words_of(await ben.says("/assign IT-1001 @ben"))
    assert "Ben Adler claimed it." in thread("IT-1001")[-1]
    assert "IT-1001 is yours already." in words_of(await ben.says("/assign IT-1001 @ben"))
    assert "IT-1001 is yours already." in words_of(await ben.says("/take IT-1001"))
    assert "Ben Adler is told" in words_of(await chloe.says("/assign IT-1001 @chloe"))
    ben.heard("Chloe Martin took over IT-1001")
    assert "Chloe Martin took it over from Ben Adler." in thread("IT-1001")[-1]


async def test_16_a_ticket_is_given_back_to_its_team(company: Company) -> None:
    """BEHAVIOUR 16: whoever had it hears of it, and anybody may claim it again."""
    ana, ben, chloe = company.people("ana", "ben", "chloe")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    told = words_of(await ben.says("/unassign IT-1001"))
    assert told == "IT-1001 waits for IT Help again: nobody has it."
    card = company.room("triage-it").card("IT-1001")
    card.shows(Owner="IT Help (not claimed yet)", Status="In Progress")
    assert "Claim" in card.buttons
    assert "Ben Adler gave it back to the team: nobody has it." in company.room("triage-it").thread("IT-1001")[-1]
    assert "Nobody has IT-1001" in words_of(await chloe.says("/unassign IT-1001"))
    await ben.says("/claim IT-1001")
    await chloe.says("/unassign IT-1001")
    ben.heard("Chloe Martin took IT-1001 “my laptop is broken” from you: it waits for the team.")
    assert "took it from Ben Adler for the team" in words_of(await ben.says("/tickets status IT-1001"))
    refused(await ana.says("/unassign IT-1001"), "agents")


@pytest.mark.told_in("web", "slack", why="on Discord people are picked from a list")
async def test_16_given_to_nobody_it_is_given_back(company: Company) -> None:
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    for nobody in ("nobody", "queue", "none"):
        await ben.says("/claim IT-1001")
        assert "nobody has it" in words_of(await ben.says(f"/assign IT-1001 {nobody}"))


@pytest.mark.told_in("web", why="how long a list is knows no channel")
async def test_a_long_queue_says_that_there_is_more(company: Company) -> None:
    ana, ben = company.people("ana", "ben")
    for number in range(1, 17):
        await ana.says(f"/ticket printer {number} is broken")
        if number % 5 == 0:
            await company.time_passes(minutes=2)
        if number == 15:
            assert "and more" not in words_of(await ben.says("/queue"))
    told = words_of(await ben.says("/queue"))
    assert told.count("is broken") == 15 and "… and more: `/tickets find`" in told


async def test_10_a_ticket_gets_another_title(company: Company) -> None:
    """BEHAVIOUR 10, 15: everywhere, and the story keeps who gave it."""
    ana, ben, dev = company.people("ana", "ben", "dev")
    await ana.says("/ticket hello, it is me again, my laptop is broken")
    assert "called “The hinge of a laptop” now" in words_of(await ben.says("/title IT-1001 The hinge of\na laptop"))
    assert "already" in words_of(await ben.says("/title IT-1001 The hinge of a laptop"))
    company.room("triage-it").hears("IT-1001 · The hinge of a laptop", times=1)
    ana.talk.hears("IT-1001 · The hinge of a laptop", times=1)
    assert "Ben Adler calls it “The hinge of a laptop”." in company.room("triage-it").thread("IT-1001")
    assert "**Ben Adler** calls it: The hinge" in words_of(await ana.says("/tickets status IT-1001"))
    refused(await ana.says("/title IT-1001 Quick!"), "agents")
    refused(await dev.says("/title IT-1001 Mine"), "no ticket IT-1001 that you may see")


async def test_14_a_lead_hears_of_what_an_assigned_agent_gives_back(company: Company) -> None:
    """BEHAVIOUR 14: each time, where the desk gives tickets to agents."""
    ana, dev, lena = company.people("ana", "dev", "lena")
    await ana.says("/ticket the vpn is slow")
    await dev.says("/unassign IT-1001")
    assert "owner:" not in company.room("triage-network").card("IT-1001").words
    lena.heard("No owner: IT-1001 · the vpn is slow", pinged=True)
    await dev.says("/claim IT-1001")
    await dev.says("/unassign IT-1001")
    lena.talk.hears("No owner: IT-1001 · the vpn is slow", times=2)


@on_both
async def test_19_status_follows_the_talk(company: Company) -> None:
    """BEHAVIOUR 19: New → In Progress ⇄ Pending User Info → Resolved → Closed."""
    ana, ben = company.people("ana", "ben")
    room = company.room("triage-it")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Ask", in_="triage-it", text="Which model?")
    room.card("IT-1001").shows(Status="Pending User Info", Resolution="paused, waiting for the requester")
    ana.heard("Which model?", pinged=True)
    ana.talk.card("IT-1001").shows(Status="Pending User Info")
    await ana.clicks("Answer", text="The grey one.")
    room.card("IT-1001").shows(Status="In Progress")
    await ben.clicks("Reply", in_="triage-it", text="Thank you, on my way.")
    room.card("IT-1001").shows(Status="In Progress", Owner="Ben Adler")
    await ben.clicks("Resolve", in_="triage-it", resolution="New battery.")
    room.card("IT-1001").shows(Status="Resolved")
    await ana.clicks("Fixed")
    room.card("IT-1001").shows(Status="Closed")
    moved = [e.data["to"] for e in await company.timeline("IT-1001") if e.kind == "status"]
    assert moved == ["pending", "in_progress", "resolved", "closed"]


@on_both
async def test_19_a_silent_requester_is_reminded_and_then_it_is_resolved_as_unanswered(company: Company) -> None:
    """BEHAVIOUR 19: in working hours; an answer after that opens it again."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Ask", in_="triage-it", text="Which model?")
    await company.time_passes(hours=7, minutes=59)
    ana.talk.never_hears("A reminder")
    await company.time_passes(hours=1)
    ana.heard("A reminder: IT-1001", pinged=True)
    await company.time_passes(days=1)
    ana.talk.hears("A reminder: IT-1001", times=2)
    ana.talk.never_hears("unanswered")
    await company.time_passes(days=1)
    ana.talk.hears("IT-1001 is resolved as unanswered", times=1)
    assert (await company.ticket("IT-1001")).outcome == "unanswered"
    await ana.clicks("Not fixed", on="resolved as unanswered")
    company.room("triage-it").card("IT-1001").shows(Status="In Progress")
    await company.time_passes(days=5)
    ana.talk.hears("A reminder: IT-1001", times=2)


async def test_19_who_is_asked_again_has_as_long_for_an_answer_as_at_first(company: Company) -> None:
    """BEHAVIOUR 19: the reminders are those of the last question; another word of an agent's is none."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Ask", in_="triage-it", text="Which model?")
    await company.it_is(MONDAY + timedelta(days=2, hours=7))
    ana.talk.hears("A reminder: IT-1001", times=2)
    await ben.says("/ask IT-1001 Or does it say so on the label?")
    await ben.says("/reply IT-1001 It would help us much.")
    await company.it_is(MONDAY + timedelta(days=3, hours=6))
    ana.talk.hears("A reminder: IT-1001", times=2)
    await company.it_is(MONDAY + timedelta(days=3, hours=7))
    ana.talk.hears("A reminder: IT-1001", times=3)
    await company.it_is(MONDAY + timedelta(days=7, hours=6))
    ana.talk.hears("A reminder: IT-1001", times=4)
    ana.talk.never_hears("unanswered")
    await company.it_is(MONDAY + timedelta(days=7, hours=7))
    ana.talk.hears("IT-1001 is resolved as unanswered", times=1)


async def test_19_an_answer_in_time_ends_the_reminders(company: Company) -> None:
    """BEHAVIOUR 19."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Ask", in_="triage-it", text="Which model?")
    await company.time_passes(hours=3)
    await ana.says("the grey one", under=ana.talk.card("IT-1001"))
    await company.time_passes(days=7)
    ana.talk.never_hears("A reminder")
    assert (await company.ticket("IT-1001")).status == "in_progress"


@pytest.mark.told_in("web", "slack", why="on Discord a person is chosen from a list")
async def test_14_a_name_that_many_have_is_that_of_the_teams_agent(company: Company) -> None:
    """BEHAVIOUR 14: a ticket is given to somebody who can have it."""
    eva = await company.newcomer("eva", "Eva Adler")
    await eva.says("/ticket my laptop is broken")
    await company["lena"].says("/assign IT-1001 adler")
    assert (await company.ticket("IT-1001")).owner == "ben"
