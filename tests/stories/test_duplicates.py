"""Many tickets about one thing: BEHAVIOUR 21."""

import pytest

from tests.stories.company import Company, on_both, refused, words_of

pytestmark = pytest.mark.told_once(why="what is alike knows no channel")


@on_both
async def test_21_a_merged_duplicate_hears_of_the_main_ticket(company: Company) -> None:
    """BEHAVIOUR 21: merge."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket the printer on floor 3 is broken")
    await erik.says("/ticket printer broken, third floor")
    reply = await ben.says("/merge IT-1002 IT-1001")
    assert "IT-1002 is part of IT-1001 now" in words_of(reply)
    erik.heard("IT-1002 is part of IT-1001 now")
    duplicate = await company.ticket("IT-1002")
    assert (duplicate.status, duplicate.merged_into, duplicate.outcome) == ("closed", 1001, "duplicate")
    await ben.says("/reply IT-1001 A new drum is coming.")
    await ben.says("/resolve IT-1001 It has a new drum.")
    erik.heard("A new drum is coming.")
    erik.heard("It has a new drum.")


async def test_21_two_tickets_of_one_person_are_not_called_others_reports(company: Company) -> None:
    ana, erik, ben = company.people("ana", "erik", "ben")
    for who in (ana, ana, erik):
        await who.says("/ticket the printer is broken")
    await ben.says("/merge 1002 with 1001")
    ana.heard("We work on this together with your other ticket, as IT-1001.")
    await ben.says("/merge 1003 -> 1001")
    erik.heard("We work on this together with others' reports, as IT-1001.")


async def test_21_words_about_a_duplicate_reach_the_main_ticket(company: Company) -> None:
    """BEHAVIOUR 18, 21: one conversation; no third ticket while the main one is open."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket the printer on floor 3 is broken")
    await erik.says("/ticket printer broken, third floor")
    await ben.says("/merge IT-1002 IT-1001")
    assert "Added to IT-1001" in words_of(await erik.says("/reply IT-1002 it smells"))
    await erik.says("it is loud, too", under=erik.talk.card("IT-1002"))
    assert len(await company.tickets()) == 2
    assert [line.split("\n")[-1] for line in company.room("triage-it").thread("IT-1001")[-2:]] == [
        "> it smells",
        "> it is loud, too",
    ]
    ana.talk.never_hears("it smells")


async def test_21_what_is_said_to_a_duplicate_names_the_main_ticket(company: Company) -> None:
    """BEHAVIOUR 20, 21: nobody is sent to open a linked ticket, or to undo the merge, while that one is open."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket the printer on floor 3 is broken")
    await erik.says("/ticket printer broken, third floor")
    await ben.says("/merge IT-1002 IT-1001")
    for verb in ("fixed", "notfixed", "reopen"):
        told = words_of(await erik.says(f"/{verb} IT-1002"))
        assert "IT-1002 is part of IT-1001 now" in told and "linked" not in told
    for verb in ("reply", "ask"):
        answer = await ben.says(f"/{verb} IT-1002 which printer?")
        refused(answer, "IT-1002 is part of IT-1001 now")
        assert "reopen" not in words_of(answer)
    await ben.says("/close IT-1001")
    assert "to open a linked ticket" in words_of(await erik.says("/fixed IT-1002"))


async def test_21_who_merges_hears_that_the_duplicate_was_more_urgent(company: Company) -> None:
    """BEHAVIOUR 13, 21: and how the main ticket becomes so; of one that was not, nothing is said."""
    ana, ben = company.people("ana", "ben")
    for _ in range(3):
        await ana.says("/ticket the printer is broken")
    await ben.says("/priority IT-1002 high high")
    told = words_of(await ben.says("/merge IT-1002 IT-1001"))
    assert "IT-1002 was critical, IT-1001 is low: `/priority IT-1001 high high` raises it." in told
    await ben.says("/priority IT-1001 high high")
    assert (await company.ticket("IT-1001")).priority == "critical"
    assert "was" not in words_of(await ben.says("/merge IT-1003 IT-1001"))


async def test_21_merging_has_its_limits(company: Company) -> None:
    """BEHAVIOUR 21: not into itself, not into what is closed, not into what one may not see; and not twice."""
    ana, ben = company.people("ana", "ben")
    for words in ("printer broken", "printer broken", "the vpn is slow"):
        await ana.says(f"/ticket {words}")
    itself = await ben.says("/merge IT-1001 IT-1001")
    refused(itself, "into itself")
    assert "Say it like" not in words_of(itself)
    refused(await ben.says("/merge IT-1001 IT-1003"), "no ticket IT-1003 that you may work on")
    await ben.says("/merge IT-1002 IT-1001")
    refused(await ben.says("/merge IT-1002 IT-1001"), "while it is Closed")
    await ben.says("/close IT-1001")
    refused(await ben.says("/merge IT-1002 IT-1001"), "IT-1001 is Closed")


@on_both
async def test_21_a_surge_proposes_a_major_incident_and_me_too_joins_it(company: Company) -> None:
    """BEHAVIOUR 21: its updates and its resolution reach all who joined."""
    ana, erik, ben, lena = company.people("ana", "erik", "ben", "lena")
    for number in range(5):
        await (ana, erik)[number % 2].says(f"/ticket outlook shows no mail, {number}")
    proposal = lena.heard("5 similar tickets: is this a major incident?", pinged=True)
    assert all(f"IT-100{number}" in proposal.words for number in range(1, 6))
    await lena.clicks("Make it a major incident")
    company.room("triage-it").card("IT-1001").shows(Priority="High (urgency medium, impact high)")
    assert company.room("triage-it").card("IT-1001").words.startswith("🔥 Major incident")
    assert [t.merged_into for t in await company.tickets()] == [None, 1001, 1001, 1001, 1001]
    company.room("#it-help").hears("Known problem: IT-1001", times=1)
    dev = company["dev"]
    await dev.clicks("Me too", in_="#it-help")
    assert "joined to IT-1001 already" in words_of(await dev.clicks("Me too", in_="#it-help"))
    await ben.says("/reply IT-1001 The provider is on it.")
    await ben.says("/resolve IT-1001 The provider fixed it.")
    for somebody in (erik, dev):
        somebody.heard("The provider is on it.")
        somebody.heard("The provider fixed it.")
    ana.heard("Is it fixed for you?")
    assert "Resolved already" in words_of(await company["max"].says("/metoo IT-1001"))
    lena.talk.hears("similar tickets", times=1)


async def test_21_a_surge_that_goes_on_is_proposed_once(company: Company) -> None:
    """BEHAVIOUR 21: also when the first of them are long past; and the next one is proposed again."""
    people = company.people("ana", "erik")
    lena = company["lena"]

    async def says(number: int) -> None:
        await people[number % 2].says(f"/ticket outlook shows no mail, {number}")

    for number in range(10):
        await says(number)
        await company.time_passes(minutes=6)
    lena.talk.hears("similar tickets", times=1)
    await company.time_passes(minutes=31)
    for number in range(10, 15):
        await says(number)
    lena.talk.hears("similar tickets", times=2)


async def test_21_what_is_an_incident_is_not_proposed_as_one(company: Company) -> None:
    """BEHAVIOUR 21: nor is what still comes after half an hour."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket outlook shows no mail")
    await ben.says("/major IT-1001")
    for number in range(12):
        await ana.says(f"/ticket outlook shows no mail, {number}")
        await company.time_passes(minutes=5)
    lena.talk.never_hears("similar tickets")


async def test_21_who_leaves_an_incident_hears_no_more(company: Company) -> None:
    """BEHAVIOUR 21."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket outlook shows no mail")
    await ben.says("/major IT-1001")
    await erik.clicks("Me too", in_="#it-help")
    await erik.clicks("Leave", in_="#it-help")
    await ben.says("/reply IT-1001 Patience.")
    erik.talk.never_hears("Patience.")
    await ana.says("/ticket a mouse")
    refused(await erik.says("/metoo IT-1002"), "no ticket IT-1002")
