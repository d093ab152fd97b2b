"""How a ticket ends: BEHAVIOUR 20."""

import pytest

from tests.stories.company import Company, Person, not_taken, on_both, refused, words_of


async def resolved(company: Company, *, words: str = "my laptop is broken") -> tuple[Person, Person]:
    """Ana has a ticket that Ben has resolved."""
    ana, ben = company.people("ana", "ben")
    await ana.says(f"/ticket {words}")
    await ben.clicks("Claim", in_="triage-it")
    await ben.clicks("Resolve", in_="triage-it", resolution="Changed the battery.")
    return ana, ben


@on_both
async def test_20_fixed_asks_for_stars_once_and_closes(company: Company) -> None:
    """BEHAVIOUR 20."""
    ana, _ = await resolved(company)
    question = ana.heard("Is it fixed for you?", pinged=True)
    assert question.buttons == ["Fixed", "Not fixed"] and "Changed the battery." in question.words
    await ana.clicks("Fixed", on="IT-1001 is resolved")
    assert (await company.ticket("IT-1001")).status == "closed"
    assert ana.heard("IT-1001 is resolved").words.endswith("It is closed.")
    stars = ana.was_told_privately("Good to hear. How did we do?")
    assert stars.buttons == ["★ 1 of 5", "★★ 2 of 5", "★★★ 3 of 5", "★★★★ 4 of 5", "★★★★★ 5 of 5"]
    assert "Thank you for ★★★★☆ 4 of 5." in words_of(await ana.clicks("★★★★ 4 of 5", on="Good to hear"))
    assert "You have rated it already" in words_of(await ana.says("/rate IT-1001 1"))
    company.room("triage-it").card("IT-1001").shows(Status="Closed", Rated="★★★★☆ 4 of 5")
    assert not ana.talk.card("IT-1001").buttons
    assert not [m for m in ana.talk.messages() if m.buttons]


async def test_20_resolving_needs_words(company: Company) -> None:
    """BEHAVIOUR 20: Resolve asks for the resolution in words."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    dialog = await ben.clicks("Resolve", in_="triage-it")
    assert dialog.form
    wrong = await ben.submits(dialog, resolution="\u200b")
    assert wrong.form and "fill this in" in wrong.form.errors["resolution"]
    assert (await company.ticket("IT-1001")).status == "new"


@on_both
async def test_20_not_fixed_reopens_with_the_former_owner(company: Company) -> None:
    """BEHAVIOUR 20."""
    ana, ben = await resolved(company)
    reply = await ana.clicks("Not fixed", on="IT-1001 is resolved")
    assert "open again, with Ben Adler. What is still wrong?" in words_of(reply)
    company.room("triage-it").hears("Ana Costa says that it is not fixed", mentioning="ben")
    await ana.clicks("Add information", on="What is still wrong?", text="It is off again.")
    card = company.room("triage-it").card("IT-1001")
    card.shows(Status="In Progress", Owner="Ben Adler")
    company.room("triage-it").hears("It is off again.", mentioning="ben")
    await ben.clicks("Resolve", in_="triage-it", resolution="Changed the mainboard.")
    assert ana.heard("Changed the mainboard.", pinged=True).buttons == ["Fixed", "Not fixed"]
    ticket = await company.ticket("IT-1001")
    assert (ticket.reopened, ticket.resolution) == (1, "Changed the mainboard.")


async def test_20_silence_closes_after_n_working_days(company: Company) -> None:
    """BEHAVIOUR 20: 24 working hours are three days, and a weekend is none."""
    ana, _ = await resolved(company)
    await company.time_passes(days=2, hours=7)
    assert (await company.ticket("IT-1001")).status == "resolved"
    await company.time_passes(hours=2)
    assert (await company.ticket("IT-1001")).status == "closed"
    assert "nobody objected" in company.room("triage-it").thread("IT-1001")[-1]
    ana.talk.card("IT-1001").shows(Status="Closed")


async def test_10_what_was_tried_before_stays_on_record(company: Company) -> None:
    """BEHAVIOUR 10, 20: an earlier resolution is read by whoever picks the ticket up again, whole."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says(f"/resolve IT-1001 The key was cleaned. {'Thoroughly. ' * 400}THE END")
    assert "Read it all" in ana.heard("IT-1001 is resolved").buttons
    await ana.clicks("Not fixed")
    again = ana.heard("It is open again.")
    assert again.buttons == ["Read it all"] and "IT-1001 was resolved" in again.words
    await ben.says("/resolve IT-1001 Swapped the keyboard.")
    for who in (ana, ben):
        told = words_of(await who.says("/tickets status IT-1001"))
        assert "> The key was cleaned." in told and "> Swapped the keyboard." in told
    [first, _] = [entry for entry in await company.timeline("IT-1001") if entry.data.get("move") == "resolve"]
    assert first.text.endswith("THE END")


async def test_19_who_asked_hears_that_an_agent_reopened_it(company: Company) -> None:
    """BEHAVIOUR 18, 19: with the agent's words."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/resolve IT-1001 done")
    await ben.says("/reopen IT-1001 I was wrong")
    told = ana.heard("IT-1001 is open again", pinged=True)
    assert "Ben Adler reopened it." in told.words and "I was wrong" in told.words


async def test_36_what_it_was_resolved_with_stays_the_first_answer(company: Company) -> None:
    """BEHAVIOUR 25, 36: also when it is reopened: words that the requester has read."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await company.time_passes(hours=1)
    await ben.says("/resolve IT-1001 A new battery.")
    await company.time_passes(hours=2)
    await ana.says("/notfixed IT-1001 it is still dead")
    await company.time_passes(hours=1)
    await ben.says("/reply IT-1001 Then it is the screen.")
    shown = words_of(await company["lena"].says("/report"))
    assert "first response 1 h · SLA 100% (1 of 1)" in shown, shown


async def test_20_a_reply_before_the_close_reopens_and_thanks_do_not(company: Company) -> None:
    """BEHAVIOUR 20: “thanks” does not reopen."""
    ana, _ = await resolved(company)
    card = ana.talk.card("IT-1001")
    await ana.says("thanks a lot!", under=card)
    assert (await company.ticket("IT-1001")).status == "resolved"
    await ana.says("wait, the screen flickers now", under=card)
    assert (await company.ticket("IT-1001")).status == "in_progress"


@on_both
async def test_20_a_reply_after_the_close_opens_a_linked_ticket(company: Company) -> None:
    """BEHAVIOUR 20."""
    ana, _ = await resolved(company)
    await ana.clicks("Fixed", on="IT-1001 is resolved")
    card = ana.talk.card("IT-1001")
    await ana.says("thank you", under=card)
    assert len(await company.tickets()) == 1
    reply = await ana.says("the laptop is off again", under=card)
    assert "IT-1001 is closed, so this is a new ticket, linked to it." in words_of(reply)
    ticket = await company.ticket("IT-1002")
    assert (ticket.follows, ticket.category, ticket.requester) == (1001, "Hardware", "ana")
    assert "It follows IT-1001" in company.room("triage-it").thread("IT-1002")[0]
    assert (await company.ticket("IT-1001")).status == "closed"


async def test_20_it_is_solved_without_an_agent_is_self_served_and_with_one_is_not(company: Company) -> None:
    """BEHAVIOUR 20, 36: what an agent helped with is no deflection."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ana.clicks("It is solved")
    assert (await company.ticket("IT-1001")).outcome == "self-served"
    await ana.says("/ticket my laptop is broken")
    await ben.says("/reply IT-1002 Try the other charger.")
    await ana.clicks("It is solved", on="IT-1002")
    assert (await company.ticket("IT-1002")).outcome == "fixed"
    ana.was_told_privately("How did we do?")


async def test_20_an_agent_closes_without_asking_and_each_time_it_is_said(company: Company) -> None:
    """BEHAVIOUR 15, 20: a second closing is as loud as the first."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket buy cheap pills")
    await ben.says("/close IT-1001 spam")
    ana.heard("IT-1001 is closed")
    refused(await ben.says("/close IT-1001"), "while it is Closed")
    await ben.says("/reopen IT-1001 I was wrong")
    await ben.says("/close IT-1001 spam after all")
    thread = company.room("triage-it").thread("IT-1001")
    assert [line for line in thread if "closed it" in line] == [
        "Ben Adler closed it. spam",
        "Ben Adler closed it. spam after all",
    ]
    ana.talk.hears("IT-1001 is closed", times=2)


async def test_20_a_requester_who_would_close_it_is_told_the_way(company: Company) -> None:
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken")
    for words in ("/close 1001", "/resolve 1001 it works again"):
        refused(await ana.says(words), "is for agents, leads and admins only. Is it solved? Then say `/fixed IT-1001`.")
    assert "is closed" in words_of(await ana.says("/fixed IT-1001"))


async def test_20_only_who_asked_can_say_that_it_is_fixed(company: Company) -> None:
    """BEHAVIOUR 20."""
    ana, ben = await resolved(company)
    refused(await ben.says("/fixed IT-1001"), "requester only")
    refused(await ben.says("/rate IT-1001 5"), "requester only")
    await not_taken(ana.says("/rate IT-1001 7"), "1 to 5")
    await not_taken(ana.says("/rate IT-1001 many"), "no number")


async def test_20_rating_a_resolved_ticket_closes_it(company: Company) -> None:
    """BEHAVIOUR 20: who gives stars says that it is fixed."""
    ana, _ = await resolved(company)
    await ana.says("/rate IT-1001 5")
    ticket = await company.ticket("IT-1001")
    assert (ticket.status, ticket.stars, ticket.outcome) == ("closed", 5, "fixed")
    assert not ana.heard("Rated, and closed.").buttons


@pytest.mark.parametrize("again", ["wait, the screen flickers now", "/reopen IT-1001 it flickers"])
async def test_20_an_old_fixed_does_not_close_what_was_reopened(company: Company, again: str) -> None:
    """BEHAVIOUR 20, 22: the question has its answer in its place, and a button drawn earlier is about it alone."""
    ana, ben = await resolved(company)
    message, fixed = ana.button("Fixed", on="Is it fixed for you?")
    _, notfixed = ana.button("Not fixed", on="Is it fixed for you?")
    await ana.says(again, under=None if again.startswith("/") else ana.talk.card("IT-1001"))
    assert not ana.heard("It is open again.").buttons
    refused(await ana.presses(fixed, message), "opened again since")
    await ben.says("/resolve IT-1001 Changed the screen.")
    for button in (fixed, notfixed):
        refused(await ana.presses(button, message), "opened again since")
    assert (await company.ticket("IT-1001")).status == "resolved"
    await ana.clicks("Fixed", on="Changed the screen.")
    assert (await company.ticket("IT-1001")).status == "closed"


async def test_17_what_closes_a_resolved_ticket_is_said_to_the_agents_alone(company: Company) -> None:
    """BEHAVIOUR 17: it was ended with other words, which who asked and who joined have read."""
    ana, ben, erik = company.people("ana", "ben", "erik")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/major IT-1001")
    await erik.says("/metoo IT-1001")
    await ben.says("/resolve IT-1001 done")
    await ben.says("/close IT-1001 a known troublemaker")
    assert "a known troublemaker" in company.room("triage-it").thread("IT-1001")[-1]
    for who in (ana, erik):
        assert "troublemaker" not in words_of(await who.says("/tickets status IT-1001"))
        assert not any("troublemaker" in message.words for message in who.sees())


@pytest.mark.told_in("web", "discord", why="Slack takes no slash commands in threads")
async def test_22_a_number_alone_in_a_tickets_thread_is_the_ticket(company: Company) -> None:
    """BEHAVIOUR 22: where all that could be asked for behind it may be left out."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ana.says("/ticket my screen is broken")
    await ben.says("/close 1002", under=company.room("triage-it").card("IT-1001"))
    assert [(ticket.number, ticket.status) for ticket in await company.tickets()] == [(1001, "new"), (1002, "closed")]


@pytest.mark.parametrize("words", ["Thanks Ben!", "yes", "Yes, it works", "that fixed it, thanks", "Vielen Dank!"])
async def test_20_thanks_and_a_yes_reopen_nothing_and_open_nothing(company: Company, words: str) -> None:
    """BEHAVIOUR 20: neither before the close nor after it."""
    ana, _ = await resolved(company)
    card = ana.talk.card("IT-1001")
    await ana.says(words, under=card)
    assert (await company.ticket("IT-1001")).status == "resolved"
    assert words in company.room("triage-it").thread("IT-1001")[-1]
    await ana.clicks("Fixed")
    await ana.says(words, under=card)
    assert [ticket.status for ticket in await company.tickets()] == ["closed"]


async def test_20_who_writes_that_it_works_is_one_click_from_the_close(company: Company) -> None:
    """BEHAVIOUR 20: it may have been the answer to something else; thanks are answered nothing."""
    ana, _ = await resolved(company)
    card = ana.talk.card("IT-1001")
    assert not (await ana.says("thanks Ben", under=card)).card
    told = await ana.says("Yes, it works", under=card)
    assert "Good to hear. **Fixed** closes IT-1001." in words_of(told)
    await ana.clicks("Fixed", on="Good to hear")
    assert (await company.ticket("IT-1001")).status == "closed"


async def test_20_a_yes_to_the_desk_itself_is_about_the_ticket_that_waits_for_it(company: Company) -> None:
    """BEHAVIOUR 5, 20: first about one that an agent has a question about, then about one that is resolved."""
    ana, ben = await resolved(company)
    assert "**Fixed** closes IT-1001." in words_of(await ana.says("yes"))
    await ana.says("/ticket my screen is black")
    await ben.says("/ask IT-1002 Is it plugged in?")
    assert "Is this your answer?" in words_of(await ana.says("yes"))
    await ana.clicks("Answer IT-1002 · my screen is black")
    assert (await company.ticket("IT-1002")).status == "in_progress"
    await ana.says("works now, thanks Ben")
    await ana.clicks("Fixed", on="Good to hear")
    await ana.says("/fixed IT-1002")
    assert not (await ana.says("works now, thanks")).card
    assert [ticket.status for ticket in await company.tickets()] == ["closed", "closed"]


async def test_19_a_yes_answers_the_question_that_was_given_up(company: Company) -> None:
    """BEHAVIOUR 19, 20: nobody had asked whether it is fixed."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/ask IT-1001 Is it the grey one?")
    await company.time_passes(days=7)
    assert (await company.ticket("IT-1001")).outcome == "unanswered"
    await ana.says("thanks", under=ana.talk.card("IT-1001"))
    assert (await company.ticket("IT-1001")).status == "resolved"
    await ana.says("yes", under=ana.talk.card("IT-1001"))
    assert (await company.ticket("IT-1001")).status == "in_progress"


@on_both
async def test_20_further_words_after_the_close_join_the_ticket_that_the_first_opened(company: Company) -> None:
    """BEHAVIOUR 20: and it is said where they are; what was opened ends in its turn."""
    ana, ben = await resolved(company)
    await ana.clicks("Fixed", on="IT-1001 is resolved")
    card = ana.talk.card("IT-1001")
    await ana.says("the laptop is off again", under=card)
    for words in ("it does not even hum", "and it smells"):
        told = await ana.says(words, under=card)
        assert "Added to IT-1002, which follows IT-1001." in words_of(told)
        assert words in company.room("triage-it").thread("IT-1002")[-1]
    assert "Added to IT-1002" in words_of(await ana.says("/reply IT-1001 hurry, please"))
    assert len(await company.tickets()) == 2
    await ben.says("/close IT-1002 a new laptop is on its way")
    assert "IT-1002 is closed, so this is a new ticket" in words_of(await ana.says("it has not come", under=card))
    assert "Added to IT-1003" in words_of(await ana.says("not yet", under=card))


async def test_06_who_filed_it_opens_the_linked_ticket_for_the_same_person(company: Company) -> None:
    """BEHAVIOUR 6, 20: the somebody is the requester and is told; further words join it."""
    ana, ben, dev = company.people("ana", "ben", "dev")
    await dev.says("/ticket for @ana my laptop is broken")
    await ben.says("/resolve IT-1001 a new cable")
    await ana.says("/fixed IT-1001")
    told = words_of(await dev.says("/reply IT-1001 ana phoned again, it is black"))
    assert "IT-1001 is closed, so this is a new ticket for Ana Costa, linked to it." in told
    linked = await company.ticket("IT-1002")
    assert (linked.requester, linked.submitter, linked.follows) == ("ana", "dev", 1001)
    ana.heard("IT-1002 · ana phoned again, it is black")
    assert "Added to IT-1002" in words_of(await dev.says("/reply IT-1001 and she has a meeting at three"))
    assert len(await company.tickets()) == 2


async def test_20_a_bystanders_words_open_no_ticket(company: Company) -> None:
    """BEHAVIOUR 11, 20: after the close they are kept, and the agents read them; a request takes a click."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("my laptop is broken", in_="#it-help")
    message = company.room("it-help").by("ana")
    await ben.says("/resolve IT-1001 Changed the battery.")
    await erik.says("lucky you, mine took weeks", under=message)
    await ana.says("/fixed IT-1001")
    await erik.says("who wants to have lunch?", under=message)
    assert [ticket.status for ticket in await company.tickets()] == ["closed"]
    assert "who wants to have lunch?" in company.room("triage-it").thread("IT-1001")[-1]
    assert not any("IT-10" in told.words for told in erik.sees() if told.private_to)
    asked = await erik.says("my printer burns, please help", under=message)
    assert asked.card and asked.private and "Shall I open a ticket for this?" in words_of(asked)
    own = asked.card.buttons[0]
    shown = next((m for m in erik.sees() if own.label in m.buttons), company.room("it-help").messages()[-1])
    assert "IT-1002 is open" in words_of(await erik.presses(own, shown))


@pytest.mark.parametrize("by", ["silence", "/close IT-1001"])
async def test_20_what_is_closed_asks_no_more_whether_it_is_fixed(company: Company, by: str) -> None:
    """BEHAVIOUR 20, 22: the question says what became of it, and how to go on."""
    ana, ben = await resolved(company)
    asked = ana.heard("Is it fixed for you?")
    await (company.time_passes(days=4) if by == "silence" else ben.says(by))
    assert (await company.ticket("IT-1001")).status == "closed"
    [now] = [message for message in ana.talk.messages() if message.id == asked.id]
    assert "It is closed now. Answer here, or with `/reply IT-1001`, to open a linked ticket." in now.words
    assert "Is it fixed for you?" not in now.words and not now.buttons


@pytest.mark.parametrize("verb", ["notfixed", "reopen"])
async def test_19_what_is_said_with_not_fixed_is_never_lost(company: Company, verb: str) -> None:
    """BEHAVIOUR 19, 20: of an open ticket it is a reply, and of a closed one it opens a linked ticket."""
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken")
    assert "IT-1001 is open, with IT Help (not claimed yet)." in words_of(await ana.says(f"/{verb} IT-1001"))
    assert "Added to IT-1001." in words_of(await ana.says(f"/{verb} IT-1001 the screen is black, too"))
    assert "the screen is black, too" in company.room("triage-it").thread("IT-1001")[-1]
    await ana.says("/fixed IT-1001")
    told = words_of(await ana.says(f"/{verb} IT-1001 it is black again"))
    assert "IT-1001 is closed, so this is a new ticket, linked to it." in told
    assert (await company.ticket("IT-1002")).title == "it is black again"


async def test_10_why_a_resolved_ticket_was_closed_is_kept_for_the_agents(company: Company) -> None:
    """BEHAVIOUR 10, 17."""
    ana, ben = await resolved(company)
    await ben.says("/close IT-1001 she has left the company")
    [kept] = [entry for entry in await company.timeline("IT-1001") if entry.text == "she has left the company"]
    assert (kept.kind, kept.author, kept.public) == ("note", "ben", False)
    assert "she has left" not in words_of(await ana.says("/tickets status IT-1001"))


@pytest.mark.parametrize("words", [".", "👍", "- - -"])
async def test_20_a_resolution_says_something(company: Company, words: str) -> None:
    """BEHAVIOUR 20: Resolve asks for the resolution in words."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await not_taken(ben.says(f"/resolve IT-1001 {words}"), "Please say what was done")
    assert (await company.ticket("IT-1001")).status == "new"


@pytest.mark.told_in("web", "discord", why="Slack takes no slash commands in threads")
async def test_22_stars_in_a_tickets_thread_are_no_ticket(company: Company) -> None:
    """BEHAVIOUR 20, 22."""
    ana, ben = company.people("ana", "ben")
    await ana.says("my laptop is broken", in_="#it-help")
    await ben.says("/resolve IT-1001 Changed the battery.")
    await ana.says("/rate 4", under=company.room("it-help").by("ana"))
    assert (await company.ticket("IT-1001")).stars == 4
