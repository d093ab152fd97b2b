"""Whom one problem touches: a major incident from its beginning to its end, and tickets that became one."""

import pytest

from storage.tables import Watcher
from tests.stories.company import Company, on_both, refused, words_of

pytestmark = pytest.mark.told_once(why="whom a problem touches knows no channel")


async def incident(company: Company) -> None:
    """Ana's ticket is a major incident, which Erik has joined."""
    await company["ana"].says("/ticket outlook shows no mail")
    await company["ben"].says("/major IT-1001")
    await company["erik"].clicks("Me too", in_="#it-help")


@on_both
async def test_21_an_incident_is_announced_in_the_agents_words(company: Company) -> None:
    """BEHAVIOUR 21: everybody reads its title, which may be another than what somebody wrote first, and change."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket outlook shows no mail, and my salary is in there")
    await erik.says("/ticket outlook shows no mail, and my holidays are in there")
    assert "1 similar ticket is joined to it" in words_of(await ben.says('/major IT-1001 "E-mail is down"'))
    room = company.room("#it-help")
    room.hears("Known problem: IT-1001 · E-mail is down", times=1)
    room.never_hears("salary")
    assert "“The mail server has no power.”" in words_of(await ben.says("/major IT-1001 The mail server has no power."))
    room.hears("IT-1001 · The mail server has no power.", times=1)
    assert "is a major incident already" in words_of(await ben.says("/major IT-1001"))
    assert "calls it “The mail server has no power.”" in company.room("triage-it").thread("IT-1001")[-1]
    ana.heard("IT-1001 · The mail server has no power.")
    assert "**Ben Adler** calls it: E-mail is down" in words_of(await ben.says("/tickets status IT-1001"))
    assert "salary" in words_of(await ben.says("/tickets status IT-1001"))


async def test_21_tickets_in_other_words_are_joined_by_hand(company: Company) -> None:
    """BEHAVIOUR 21: as the answer to /major says."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket outlook shows no mail")
    await erik.says("/ticket nothing has come in since this morning")
    assert "`/merge … IT-1001` joins another ticket to it." in words_of(await ben.says("/major IT-1001"))
    await ben.says("/merge IT-1002 IT-1001")
    await ben.says("/resolve IT-1001 The mail server was restarted.")
    erik.heard("The mail server was restarted.")


async def test_21_an_incident_goes_on_in_what_it_is_merged_into(company: Company) -> None:
    """BEHAVIOUR 21: it is announced, and as urgent as before."""
    await incident(company)
    ana, ben, room = company["ana"], company["ben"], company.room("#it-help")
    await ana.says("/ticket no mail since this morning")
    assert "everybody reads: “outlook shows no mail”" in words_of(await ben.says("/merge IT-1001 IT-1002"))
    room.never_hears("since this morning")
    assert not room.hears("It is part of IT-1002 now").buttons
    assert room.hears("Known problem: IT-1002", times=1).buttons == ["Me too"]
    ticket = await company.ticket("IT-1002")
    assert ticket.major and ticket.priority == "high"
    assert "the major incident now, in the place of IT-1001" in str(company.room("triage-it").thread("IT-1002"))


async def test_21_for_whom_it_is_not_over_there_is_a_way_on(company: Company) -> None:
    """BEHAVIOUR 21: whom it affected cannot reopen it for all, and has a ticket of their own with one click."""
    await incident(company)
    await company["ben"].says("/resolve IT-1001 A new server.")
    erik = company["erik"]
    assert "Is it still broken for you?" in words_of(await erik.says("/reply IT-1001 still no mail here"))
    await erik.clicks("Open a ticket")
    assert (await company.ticket("IT-1002")).title == "still no mail here"
    assert (await company.ticket("IT-1001")).status == "resolved"


async def test_20_who_works_on_it_reads_who_hears_of_it(company: Company) -> None:
    """BEHAVIOUR 20, 21, 28: natural words are understood, and who lost a ticket is told."""
    await incident(company)
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket no mail since this morning")
    assert "IT-1002 is part of IT-1001 now" in words_of(await ben.says("/merge IT-1002 into IT-1001"))
    refused(await ben.says("/claim IT-1002"), "IT-1002 is part of IT-1001 now")
    assert "Sent to Ana Costa and 1 other." in words_of(await ben.says("/reply IT-1001 We are on it."))
    assert "Chloe Martin has IT-1001 now" in words_of(await ben.says("/assign IT-1001 to @chloe"))
    assert "IT-1001 is yours." in words_of(await company["lena"].says("/take IT-1001"))
    company["chloe"].heard("Lena Vogt took over")


@pytest.mark.parametrize("words", ["/resolve IT-1001 A new server.", "/close IT-1001 The provider has it."])
async def test_21_however_an_incident_ends_whom_it_affects_hears_of_it(company: Company, words: str) -> None:
    """BEHAVIOUR 21."""
    await incident(company)
    await company["ben"].says(words)
    company["erik"].heard(words.split(maxsplit=2)[2])


async def test_21_an_incident_that_is_given_up_is_over_for_everybody(company: Company) -> None:
    """BEHAVIOUR 19, 21."""
    await incident(company)
    await company["ben"].says("/ask IT-1001 Since when?")
    await company.time_passes(days=5)
    company["erik"].heard("Resolved: IT-1001 · outlook shows no mail")


async def test_21_who_watches_a_ticket_hears_that_it_fixed_itself(company: Company) -> None:
    """BEHAVIOUR 21: an article or the requester may end a ticket as well."""
    ana, ben, dev = company.people("ana", "ben", "dev")
    await ana.says("/ticket my laptop is broken")
    await ana.says("/ticket my vpn does not connect")
    await ben.says("/watch IT-1001")
    await company["lena"].says("/watch IT-1002")
    await ana.clicks("This fixed it")
    await ana.says("/fixed IT-1001")
    ben.heard("Resolved: IT-1001 · my laptop is broken")
    company["lena"].heard("Resolved: IT-1002 · my vpn does not connect")
    dev.talk.never_hears("IT-1001")


@on_both
async def test_21_the_requester_of_an_incident_does_not_end_it_for_the_others(company: Company) -> None:
    """BEHAVIOUR 21: they are no longer affected, the others still are."""
    await incident(company)
    ana = company["ana"]
    assert "others are still affected" in words_of(await ana.clicks("It is solved"))
    assert (await company.ticket("IT-1001")).status == "new"
    assert company.room("triage-it").thread("IT-1001")[-1] == "Ana Costa is no longer affected."
    assert "Ana Costa** is no longer affected" in words_of(await company["ben"].says("/tickets status IT-1001"))
    company["erik"].talk.never_hears("resolved")
    company.room("#it-help").hears("Known problem: IT-1001")


@on_both
@pytest.mark.parametrize("how", ["This fixed it", "It is solved"])
async def test_21_who_has_a_ticket_does_not_end_it_for_those_who_were_merged_into_it(
    company: Company, how: str
) -> None:
    """BEHAVIOUR 2, 21: an agent ends what is worked on together; it is theirs alone when the others are apart."""
    ana, erik, dev = company.people("ana", "erik", "dev")
    for who in (ana, erik):
        await who.says("/ticket my vpn does not connect")
    await dev.says("/merge IT-1002 IT-1001")
    told = words_of(await ana.clicks(how))
    assert told == "Good to hear. But others are still affected: IT-1001 stays open for them."
    ticket = await company.ticket("IT-1001")
    assert ticket.status != "closed" and not ticket.outcome
    assert company.room("triage-network").thread("IT-1001")[-1] == "Ana Costa is no longer affected."
    erik.talk.never_hears("Resolved")
    assert "Added to IT-1001" in words_of(await erik.says("/reply IT-1002 mine is still down"))
    await dev.says("/reopen IT-1002")
    await ana.clicks("It is solved")
    assert (await company.ticket("IT-1001")).status == "closed"


async def test_19_who_is_asked_and_is_no_longer_affected_is_waited_for_no_more(company: Company) -> None:
    """BEHAVIOUR 19, 21: their silence ends it for nobody."""
    await incident(company)
    ana, ben = company.people("ana", "ben")
    await ben.says("/ask IT-1001 Since when?")
    await ana.clicks("It is solved")
    assert (await company.ticket("IT-1001")).status == "in_progress"
    await company.time_passes(days=5)
    assert (await company.ticket("IT-1001")).status == "in_progress"


async def test_21_what_is_over_is_no_known_problem_any_more(company: Company) -> None:
    """BEHAVIOUR 21: the announcement says so in its place, and takes it back when it was too early."""
    await incident(company)
    ben, room = company["ben"], company.room("#it-help")
    await ben.says("/resolve IT-1001 A new server.")
    assert not room.hears("Over: IT-1001", times=1).buttons
    room.never_hears("Known problem")
    await company["ana"].says("/notfixed IT-1001 not a single mail")
    assert room.hears("Known problem: IT-1001", times=1).buttons == ["Me too"]


@on_both
async def test_21_who_heard_of_the_duplicate_hears_of_the_main_ticket(company: Company) -> None:
    """BEHAVIOUR 18, 21: along a chain of merges, and in both directions."""
    ana, erik, ben, max_, dev = company.people("ana", "erik", "ben", "max", "dev")
    for who, words in ((ana, "outlook is slow"), (erik, "no mail today"), (max_, "the server hums")):
        await who.says(f"/ticket {words}")
    await ben.says("/major IT-1001")
    await dev.says("/metoo IT-1001")
    await ben.says("/merge IT-1001 IT-1002")
    await ben.says("/merge IT-1002 IT-1003")
    assert "Added to IT-1003" in words_of(await ana.says("/reply IT-1001 it also happens on my phone"))
    await ana.says("on my tablet, too", under=ana.talk.card("IT-1001"))
    assert "on my tablet, too" in company.room("triage-it").thread("IT-1003")[-1]
    assert len(await company.tickets()) == 3
    await ben.says("/reply IT-1003 We found it.")
    await ben.says("/resolve IT-1003 A new server.")
    for who in (ana, erik, dev):
        who.heard("We found it.")
        who.heard("A new server.")


async def test_21_me_too_on_a_merged_incident_joins_what_it_became(company: Company) -> None:
    """BEHAVIOUR 21."""
    await incident(company)
    await company["max"].says("/ticket the mail server is full")
    await company["ben"].says("/merge IT-1001 IT-1002")
    assert not company.room("#it-help").hears("It is part of IT-1002 now").buttons
    assert "joined to IT-1002" in words_of(await company["chloe"].says("/metoo IT-1001"))


async def test_21_who_is_joined_hears_where_the_work_goes_on_and_may_leave_that(company: Company) -> None:
    """BEHAVIOUR 21: by the number that they know; the button is about what they joined."""
    await incident(company)
    erik, ben, chloe = company.people("erik", "ben", "chloe")
    await chloe.clicks("Me too", in_="#it-help")
    await company["max"].says("/ticket the mail server is full")
    await ben.says("/merge IT-1001 IT-1002")
    told = erik.heard("Part of IT-1002 now: IT-1001 · outlook shows no mail")
    assert "We work on this together with others' reports, as IT-1002. You will hear of its progress." in told.words
    erik.talk.never_hears("is closed")
    left = words_of(await erik.says("/unwatch IT-1001"))
    assert left == "You no longer watch IT-1001, which is part of IT-1002."
    await chloe.clicks("Leave", in_="#it-help")
    await ben.says("/reply IT-1002 A disk is on its way.")
    for who in (erik, chloe):
        who.talk.never_hears("A disk is on its way.")
    company["ana"].heard("A disk is on its way.")
    assert "You do not watch IT-1001, which" in words_of(await company["max"].says("/unwatch IT-1001"))


async def test_21_a_list_of_ones_own_tells_what_is_still_worked_on(company: Company) -> None:
    """BEHAVIOUR 21: what is part of another is done when that is; what one has joined is there too."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket outlook shows no mail")
    await erik.says("/ticket not a single mail today")
    await ben.says("/merge IT-1002 IT-1001")
    await ana.says("/ticket the vpn is slow")
    await company["dev"].says("/major IT-1003")
    await erik.says("/metoo IT-1003")
    shown = words_of(await erik.says("/tickets"))
    assert "Part of IT-1001 · New" in shown.split("**Joined: they affect you too**")[0] and "Done" not in shown
    assert "the vpn is slow" in shown.split("**Joined: they affect you too**")[1]
    assert "outlook shows no mail" not in shown, "it stands there as what is part of it"
    await ben.says("/resolve IT-1001 A new server.")
    await company["dev"].says("/resolve IT-1003 A new line.")
    shown = words_of(await erik.says("/tickets"))
    assert "Part of IT-1001 · Resolved" in shown.split("**Done**")[1] and "the vpn is slow" not in shown


@on_both
async def test_21_who_was_asked_with_the_others_answers_for_them(company: Company) -> None:
    """BEHAVIOUR 19, 21: the work goes on; thanks are no answer."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket outlook shows no mail")
    await erik.says("/ticket not a single mail today")
    await ben.says("/merge IT-1002 IT-1001")
    await ben.says("/ask IT-1001 Since when?")
    erik.heard("Since when?")
    await erik.says("/reply IT-1002 thanks")
    assert (await company.ticket("IT-1001")).status == "pending"
    await erik.says("/reply IT-1002 since this morning")
    assert (await company.ticket("IT-1001")).status == "in_progress"
    await company.time_passes(days=10)
    assert (await company.ticket("IT-1001")).status == "in_progress"


async def test_21_who_filed_a_duplicate_for_somebody_answers_for_them(company: Company) -> None:
    """BEHAVIOUR 6, 19, 21: the work goes on, as after the requester's own words; thanks are no answer."""
    erik, ben, dev = company.people("erik", "ben", "dev")
    await erik.says("/ticket outlook shows no mail")
    await dev.says("/ticket for @ana not a single mail today")
    await ben.says("/merge IT-1002 IT-1001")
    await ben.says("/ask IT-1001 Which floor?")
    await dev.says("/reply IT-1002 thanks")
    assert (await company.ticket("IT-1001")).status == "pending"
    assert "Added to IT-1001" in words_of(await dev.says("/reply IT-1002 ana says floor 3"))
    assert (await company.ticket("IT-1001")).status == "in_progress"
    assert not [entry for entry in await company.timeline("IT-1001") if entry.data.get("aside")]


async def test_21_what_was_merged_by_mistake_is_apart_again(company: Company) -> None:
    """BEHAVIOUR 17, 21: nobody goes on hearing of a ticket that is not theirs; the next merge is told as the first."""
    ana, erik, ben, max_ = company.people("ana", "erik", "ben", "max")
    for who, words in ((ana, "outlook a"), (erik, "the vendor's bill"), (max_, "outlook c")):
        await who.says(f"/ticket {words}")
    await ben.says("/merge IT-1001 IT-1002")
    await ben.says("/reopen IT-1001 sorry")
    assert not await company.reads(Watcher, Watcher.person)
    refused(await ana.says("/tickets status IT-1002"), "no ticket IT-1002 that you may see")
    await ben.says("/merge IT-1001 IT-1003")
    for main in ("IT-1002", "IT-1003"):
        ana.talk.hears(f"IT-1001 is part of {main} now", times=1)
        assert f"Ben Adler merged it into {main}." in company.room("triage-it").thread("IT-1001")


@on_both
async def test_21_one_duplicate_that_is_apart_again_leaves_the_other_where_it_is(company: Company) -> None:
    """BEHAVIOUR 21: its requester hears of both; when the last is apart they hear of the main ticket no more."""
    ana, erik, ben, dev = company.people("ana", "erik", "ben", "dev")
    for who, words in ((ana, "outlook a"), (erik, "outlook b"), (erik, "outlook c"), (dev, "outlook d")):
        await who.says(f"/ticket {words}")
    for number in ("IT-1002", "IT-1003"):
        await ben.says(f"/merge {number} IT-1001")
    await ben.says("/merge IT-1001 IT-1004")
    await ben.says("/reopen IT-1002")
    await ben.says("/reply IT-1004 A new server is coming.")
    erik.heard("A new server is coming.")
    assert "Added to IT-1004" in words_of(await erik.says("/reply IT-1003 when?"))
    assert {(row.ticket, row.person) for row in await company.reads(Watcher, Watcher.ticket)} == {
        (1001, "erik"),
        (1004, "erik"),
        (1004, "ana"),
    }
    await ben.says("/reopen IT-1003")
    assert [(row.ticket, row.person) for row in await company.reads(Watcher, Watcher.ticket)] == [(1004, "ana")]


async def test_21_who_said_me_too_stays_when_their_own_ticket_is_apart_again(company: Company) -> None:
    """BEHAVIOUR 21: also who was joined already when they said it; not who has left since."""
    await incident(company)
    erik, ben, dev = company.people("erik", "ben", "dev")
    for who in (erik, dev):
        await who.says("/ticket the vendor sends no bills")
    for number in ("IT-1002", "IT-1003"):
        await ben.says(f"/merge {number} IT-1001")
    await erik.says("/unwatch IT-1001")
    await ben.says("/reopen IT-1002")
    await ben.says("/merge IT-1002 IT-1001")
    assert "You are joined to IT-1001 already" in words_of(await dev.says("/metoo IT-1001"))
    for number in ("IT-1002", "IT-1003"):
        await ben.says(f"/reopen {number}")
    assert [row.person for row in await company.reads(Watcher, Watcher.person)] == ["dev"]
    await dev.says("/metoo IT-1001")
    assert [entry.author for entry in await company.timeline("IT-1001") if entry.kind == "joined"] == ["erik", "dev"]


async def test_17_who_is_joined_reads_no_other_requesters_words(company: Company) -> None:
    """BEHAVIOUR 17, 21: the desk's answers and their own words, and how it ended."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await erik.says("/ticket outlook wants a password: mine is hunter2")
    await ana.says("/ticket outlook wants a password, too")
    await ben.says("/merge IT-1002 IT-1001")
    await erik.says("/reply IT-1001 and my pin is 4711")
    await ana.says("/reply IT-1002 every morning")
    await ben.says("/reply IT-1001 We are on it.")
    await ben.says("/resolve IT-1001 A new server.")
    shown = words_of(await ana.says("/tickets status IT-1001"))
    assert "We are on it." in shown and "every morning" in shown and "A new server." in shown
    assert "4711" not in shown and "mine is" not in shown.split("\n", 1)[1]
    assert "4711" in words_of(await erik.says("/tickets status IT-1001"))


async def test_17_who_has_a_ticket_reads_no_words_of_those_who_were_merged_into_it(company: Company) -> None:
    """BEHAVIOUR 17, 21: wherever they were said; what stands where it was asked, everybody reads there."""
    ana, erik, ben, dev = company.people("ana", "erik", "ben", "dev")
    await ana.says("outlook wants a password", "#it-help")
    await erik.says("outlook wants a password, too", "#it-help")
    asked, asked_too = (company.room("#it-help").by(who) for who in ("ana", "erik"))
    await erik.says("/ticket outlook is on strike")
    for number in ("IT-1002", "IT-1003"):
        await ben.says(f"/merge {number} IT-1001")
    await erik.says("my pin is 4711", under=asked_too)
    await erik.says("my pin is 4712", under=erik.talk.card("IT-1003"))
    await erik.says("/reply IT-1002 my pin is 4713")
    await dev.says("mine works", under=asked)
    await ben.says("/reply IT-1001 We are on it.")
    shown = words_of(await ana.says("/tickets status IT-1001"))
    assert "mine works" in shown and "We are on it." in shown and "pin" not in shown
    for who in (erik, ben):
        shown = words_of(await who.says("/tickets status IT-1001"))
        assert all(f"471{n}" in shown for n in (1, 2, 3)), who


async def test_21_who_is_joined_hears_that_it_is_not_over(company: Company) -> None:
    """BEHAVIOUR 17, 21: whoever opens it again; an agent's words, and not another requester's."""
    await incident(company)
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ben.says("/resolve IT-1001 A new server.")
    await ben.says("/reopen IT-1001 It failed again.")
    told = erik.heard("Open again: IT-1001 · outlook shows no mail")
    assert "Ben Adler reopened it." in told.words and "It failed again." in told.words
    await ben.says("/resolve IT-1001 Another new server.")
    await ana.says("/reply IT-1001 mine is still empty, ask chloe")
    await ben.says("/resolve IT-1001 A third one.")
    await ana.says("/notfixed IT-1001 and my pin is 4711")
    erik.talk.hears("Open again:", times=3)
    erik.talk.never_hears("ask chloe")
    erik.talk.never_hears("4711")
    ben.talk.never_hears("Open again:")


async def test_21_who_was_two_people_ends_their_own_ticket(company: Company) -> None:
    """BEHAVIOUR 21: nobody else is affected."""
    ana = company["ana"]
    await ana.says("/ticket my vpn does not connect")
    watching = Watcher(workspace="main", ticket=1001, person=(await company.ticket("IT-1001")).requester, joined=True)
    watching.at = company.clock.now()
    await company.database.write(lambda db: db.add(watching))
    await ana.says("/fixed IT-1001")
    assert (await company.ticket("IT-1001")).status == "closed"
