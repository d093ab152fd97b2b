"""How a request becomes a ticket: BEHAVIOUR 1 to 6, 9, 11, 40."""

import asyncio

import pytest

from bot.words import Button, Incoming, Sender
from tests.stories.company import Company, not_taken, on_both, refused, words_of


async def test_1_a_form_opens_keeps_what_was_typed_and_answers_inline(company: Company) -> None:
    """BEHAVIOUR 1: a bad field answers inline and keeps what was typed."""
    ana = company["ana"]
    shown = await ana.says("/ticket", in_="#it-help")
    assert shown.form and [field.name for field in shown.form.fields] == ["text", "category", "urgency"]
    wrong = await ana.submits(shown, text="\u200b", category="Software", urgency="high")
    assert wrong.form and wrong.form.errors.keys() == {"text"}
    assert (wrong.form.answers["category"], wrong.form.answers["urgency"]) == ("Software", "high")
    again = await ana.submits(wrong, text="the vpn drops")
    assert again.card and again.card.title == "IT-1001 is open"
    ticket = await company.ticket("IT-1001")
    assert (ticket.title, ticket.category, ticket.urgency) == ("the vpn drops", "Software", "high")


@pytest.mark.told_in("web", "slack", why="Discord names a form's button itself, and tells of a form when it is sent")
async def test_1_the_form_says_what_sending_it_does_and_is_followed_while_one_types(company: Company) -> None:
    """BEHAVIOUR 1, 8."""
    ana, ben = company.people("ana", "ben")
    shown = await ana.says("/ticket", in_="#it-help")
    assert shown.form and shown.form.submit == "Open ticket" and shown.form.suggests == "text"
    await ana.submits(shown, text="my laptop is broken")
    for label, submit in (("Resolve", "Resolve"), ("Assign", "Assign"), ("Impact", "Set impact")):
        dialog = await ben.clicks(label, in_="triage-it")
        assert dialog.form and dialog.form.submit == submit


async def test_1_success_is_private_with_number_link_priority_team_and_when_an_answer_is_due(company: Company) -> None:
    """BEHAVIOUR 1."""
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken", in_="#it-help")
    told = ana.was_told_privately("IT-1001 is open")
    assert "/tickets/1001" in told.words
    told.shows(Priority="Low", With="IT Help (not claimed yet)", Category="Hardware", Answer_due="Mon 13:00")
    company.room("#it-help").never_hears("IT-1001")


async def test_1_an_empty_form_says_what_is_missing(company: Company) -> None:
    """BEHAVIOUR 1: sent without words, the form asks for them."""
    ana = company["ana"]
    wrong = await ana.submits(await ana.says("/ticket"), text=" ")
    assert wrong.form and "text" in wrong.form.errors
    assert not await company.tickets()


async def test_2_a_ticket_needs_no_form_and_stands_in_the_teams_room(company: Company) -> None:
    """BEHAVIOUR 2: the ticket exists when the command returns."""
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken")
    company.room("triage-it").card("IT-1001").shows(
        Status="New", Owner="IT Help (not claimed yet)", Category="Hardware", Requester="Ana Costa"
    )
    ana.talk.card("IT-1001").shows(Status="New", Priority="Low")


@on_both
async def test_3_a_reaction_makes_exactly_one_ticket(company: Company) -> None:
    """BEHAVIOUR 3: whoever and however many react, and however often the platform repeats the event."""
    ana, ben, chloe, erik = company.people("ana", "ben", "chloe", "erik")
    await ben.says("the big printer is out of paper", in_="#it-help")
    message = company.room("it-help").by("ben")
    await erik.says("and it smells", under=message)
    await asyncio.gather(
        *(who.reacts(message, id=f"reaction-{who.handle}") for who in (ana, chloe, erik)),
        chloe.reacts(message, id="reaction-chloe"),
        ana.makes_a_ticket_of(message),
    )
    [ticket] = await company.tickets()
    assert (ticket.requester, ticket.title) == ("ben", "the big printer is out of paper")
    assert ticket.submitter in ("ana", "chloe", "erik")
    told = [entry.text for entry in await company.timeline("IT-1001") if entry.kind == "reply"]
    assert told == ["and it smells"]
    await company.restarts()
    assert "a ticket for this already" in words_of(await company["dev"].reacts(message))
    assert len(await company.tickets()) == 1


async def test_3_the_shortcut_on_a_watched_rooms_ticket_makes_no_second_one(company: Company) -> None:
    """BEHAVIOUR 3, 4: a message that became a ticket by being said is one already."""
    ana, ben = company.people("ana", "ben")
    await ana.says("my screen is black", in_="#it-help")
    message = company.room("it-help").by("ana", "screen")
    assert "IT-1001" in words_of(await ben.makes_a_ticket_of(message))
    assert len(await company.tickets()) == 1


async def test_3_no_ticket_is_made_of_the_desks_own_words(company: Company) -> None:
    """BEHAVIOUR 3, 11."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my screen is black")
    card = company.room("triage-it").card("IT-1001")
    await ben.makes_a_ticket_of(card)
    assert len(await company.tickets()) == 1


async def test_4_a_watched_room_turns_an_employees_message_into_a_ticket(company: Company) -> None:
    """BEHAVIOUR 4: agents' words, thanks and greetings are none; follow-ups join."""
    ana, ben, erik = company.people("ana", "ben", "erik")
    await ben.says("the lift is out of order today", in_="#it-help")
    for courtesy in ("good morning", "thanks!", "👍", "Good morning everybody", "Thanks Ben!", "Hi Ben, good morning"):
        await ana.says(courtesy, in_="#it-help")
    assert not await company.tickets()
    await ana.says("my laptop is broken", in_="#it-help")
    await ana.says("it shows a blue light", in_="#it-help")
    await erik.says("my screen too", in_="#it-help")
    assert [t.title for t in await company.tickets()] == ["my laptop is broken", "my screen too"]
    assert any("it shows a blue light" in line for line in company.room("triage-it").thread("IT-1001"))
    await company.time_passes(minutes=10)
    await ana.says("now the printer has no toner", in_="#it-help")
    assert len(await company.tickets()) == 3


async def test_4_what_was_taken_for_a_follow_up_can_be_a_ticket_of_its_own(company: Company) -> None:
    """BEHAVIOUR 4: one click, and once."""
    ana = company["ana"]
    await ana.says("my mouse is broken, can anyone help?", in_="#it-help")
    told = await ana.says("and who repairs chairs? mine has lost a wheel", in_="#it-help")
    assert told.card and "Added to IT-1001" in words_of(told)
    [other] = told.card.buttons
    shown = next((m for m in ana.sees() if other.label in m.buttons), company.room("it-help").messages()[-1])
    assert "IT-1002 is open" in words_of(await ana.presses(other, shown))
    refused(await ana.presses(other, shown), "answered already")
    assert "about something else, IT-1002" in company.room("triage-it").thread("IT-1001")[-1]
    assert [ticket.title for ticket in await company.tickets()][1] == "and who repairs chairs? mine has lost a wheel"


async def test_4_what_a_bot_says_in_a_watched_room_is_no_ticket(company: Company) -> None:
    """BEHAVIOUR 4: also where a platform tells only with the message that its writer is one."""
    at, bot = company.chat.at("it-help"), Sender("jenkins", "Jenkins", bot=True)
    await company.desk.receive(Incoming("b1", bot, at, text="the build of last night is broken", message="m1"))
    assert not await company.tickets()


async def test_4_the_talk_goes_on_in_the_messages_thread(company: Company) -> None:
    """BEHAVIOUR 4, 18: the answer comes where it was asked, and an answer to it reaches the agents."""
    ana, ben = company.people("ana", "ben")
    await ana.says("my laptop is broken", in_="#it-help")
    message = company.room("it-help").by("ana")
    await ben.clicks("Reply", in_="triage-it", text="Did you charge it?")
    answer = company.room("it-help").hears("Did you charge it?", mentioning="ana")
    assert answer.thread == message.id
    await ana.says("yes, all night", under=message)
    assert "yes, all night" in company.room("triage-it").thread("IT-1001")[-1]


async def test_5_a_direct_message_becomes_a_ticket_after_one_click_even_after_a_restart(company: Company) -> None:
    """BEHAVIOUR 5."""
    ana = company["ana"]
    await ana.says("the printer is on fire")
    assert not await company.tickets()
    await company.restarts()
    message, button = ana.button("Open a ticket")
    reply = await ana.presses(button, message)
    assert reply.card and reply.card.title == "IT-1001 is open"
    assert (await company.ticket("IT-1001")).title == "the printer is on fire"
    assert not any("Open a ticket" in seen.buttons for seen in ana.sees())
    ana.talk.never_hears("Shall I open a ticket", reader="ana")
    refused(await ana.presses(button, message), "It belongs to IT-1001 already.")
    assert len(await company.tickets()) == 1


@on_both
async def test_3_a_message_that_waits_for_its_writer_becomes_one_ticket(company: Company) -> None:
    """BEHAVIOUR 3, 5: whichever of the two clicks comes first."""
    ana = company["ana"]
    await ana.says("my phone is broken")
    message, button = ana.button("Open a ticket")
    assert "IT-1001 is open" in words_of(await ana.makes_a_ticket_of(ana.talk.by("ana")))
    refused(await ana.presses(button, message), "It belongs to IT-1001 already.")
    await ana.says("my key is lost")
    await ana.clicks("Open a ticket", on="key is lost")
    told = await ana.makes_a_ticket_of(ana.talk.by("ana", "key"))
    assert "There is a ticket for this already: IT-1002." in words_of(told)
    assert len(await company.tickets()) == 2


async def test_19_an_answer_is_offered_to_what_waits_for_it(company: Company) -> None:
    """BEHAVIOUR 18, 19: first of all, however many tickets are newer."""
    ana, ben = company.people("ana", "ben")
    for words in ("the SAP client is slow", "my laptop is broken", "my mouse is broken"):
        await ana.says(f"/ticket {words}")
    await ben.says("/ask IT-1001 Which SAP system?")
    asked = await ana.says("P01")
    assert asked.card and asked.card.title == "Is this your answer?"
    assert [button.label for button in asked.card.buttons] == [
        "Answer IT-1001 · the SAP client is slow",
        "Open a ticket",
        "Add to IT-1003 · my mouse is broken",
        "Never mind",
    ]
    await ana.clicks("Answer IT-1001 · the SAP client is slow")
    assert (await company.ticket("IT-1001")).status == "in_progress"


async def test_5_a_direct_message_may_be_added_to_an_open_ticket_or_forgotten(company: Company) -> None:
    """BEHAVIOUR 5, 18."""
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken")
    await ana.says("it is the left one")
    await ana.clicks("Add to IT-1001 · my laptop is broken")
    assert "it is the left one" in company.room("triage-it").thread("IT-1001")[-1]
    await ana.says("what is for lunch")
    message, button = ana.button("Open a ticket")
    await ana.clicks("Never mind")
    refused(await ana.presses(button, message))
    assert len(await company.tickets()) == 1


async def test_5_reading_an_article_leaves_the_answer_that_offers_it(company: Company) -> None:
    """BEHAVIOUR 2, 5."""
    ana = company["ana"]
    await ana.says("my vpn does not connect")
    await ana.clicks("Open a ticket")
    await ana.clicks("Show")
    seen = " ".join(message.words for message in ana.sees())
    assert "IT-1001 is open" in seen and "Restart the VPN client" in seen
    message, button = ana.button("None of these")
    assert not (await ana.presses(button, message)).failed


async def test_5_what_has_become_a_ticket_is_not_forgotten(company: Company) -> None:
    """BEHAVIOUR 5: two buttons of one message, pressed one after the other."""
    ana = company["ana"]
    await ana.says("my laptop is broken")
    message, button = ana.button("Never mind")
    await ana.clicks("Open a ticket")
    refused(await ana.presses(button, message), "It belongs to IT-1001 already")


async def test_5_nobody_else_can_confirm_a_draft(company: Company) -> None:
    """BEHAVIOUR 5: a button's answers are no permission."""
    ana, erik = company.people("ana", "erik")
    await ana.says("my salary slip is wrong")
    _, button = ana.button("Open a ticket")
    await erik.says("hello")
    refused(await erik.presses(button, erik.talk.by("erik")))
    assert not await company.tickets()


async def test_6_an_agent_files_for_somebody_who_phoned_and_they_are_told(company: Company) -> None:
    """BEHAVIOUR 6: the somebody is the requester and is told."""
    ana, ben, erik = company.people("ana", "ben", "erik")
    reply = await ben.says("/ticket for @erik her screen stays black")
    assert "Filed for Erik Lund (phone)" in words_of(reply)
    ticket = await company.ticket("IT-1001")
    assert (ticket.requester, ticket.submitter, ticket.via) == ("erik", "ben", "phone")
    erik.talk.card("IT-1001").shows(Filed_by="Ben Adler (phone)")
    company.room("triage-it").card("IT-1001").shows(Filed_by="Ben Adler (phone)")
    await ben.says("/ticket for Erik Lund her screen is black")
    assert (await company.ticket("IT-1002")).title == "her screen is black"
    await ana.says("/ticket for me the lamp is broken")
    assert (await company.ticket("IT-1003")).requester == "ana"


async def test_6_the_channel_is_asked_for_when_the_words_name_none(company: Company) -> None:
    """BEHAVIOUR 6."""
    ben = company["ben"]
    reply = await ben.says("/ticket for")
    assert reply.form and [f.name for f in reply.form.fields] == ["person", "via", "text", "category", "urgency"]
    wrong = await ben.submits(reply, person="Erik Lund", via="walk-up", text="\u200b")
    assert wrong.form and wrong.form.errors.keys() == {"text"}
    await ben.submits(wrong, text="lost his token")
    assert (await company.ticket("IT-1001")).requester == "erik"
    assert (await company.ticket("IT-1001")).via == "walk-up"
    await not_taken(ben.says("/ticket for @erika phone no sound"), "Erik Lund")


@pytest.mark.told_in("web", "slack", why="on Discord a person is chosen from a list")
async def test_6_a_full_name_is_understood_of_everybody_whom_the_desk_knows(company: Company) -> None:
    """BEHAVIOUR 6."""
    ben, hugo = company["ben"], await company.newcomer("hugo", "Hugo Mercier")
    await hugo.says("/ticket my lamp is dark", in_="#it-help")
    for said, via in (
        ("Hugo Mercier walk-up his badge fails", "walk-up"),
        ("hugo mercier walkup his badge fails", "walk-up"),
        ("Hugo Mercier: by phone his badge fails", "phone"),
        ("Hugo walk up his badge fails", "walk-up"),
        ("Hugo Mercier his badge fails", "phone"),
    ):
        assert f"Filed for Hugo Mercier ({via})" in words_of(await ben.says(f"/ticket for {said}"))
    assert {ticket.title for ticket in await company.tickets()} == {"my lamp is dark", "his badge fails"}
    refused(await ben.says("/ticket for Hugo Mercier"), "What is the matter? please fill this in.")


@pytest.mark.told_in("web", "slack", why="on Discord it is chosen from a list")
async def test_6_how_they_asked_is_understood_in_several_ways(company: Company) -> None:
    """BEHAVIOUR 6."""
    ben = company["ben"]
    await ben.says("/ticket for Erik Lund walkup lost his token")
    await ben.says("/ticket for @erik by phone no sound")
    await ben.says("/ticket for @erik Chat: no sound")
    assert [(t.via, t.title) for t in await company.tickets()] == [
        ("walk-up", "lost his token"),
        ("phone", "no sound"),
        ("chat", "no sound"),
    ]


async def test_6_a_request_may_begin_with_the_name_of_a_channel(company: Company) -> None:
    """BEHAVIOUR 6."""
    ben = company["ben"]
    for said in ("Erik Lund phone does not ring", "@erik chat does not load"):
        await ben.says(f"/ticket for {said}")
    assert [(t.via, t.title) for t in await company.tickets()] == [
        ("phone", "phone does not ring"),
        ("phone", "chat does not load"),
    ]


@on_both
async def test_9_numbers_have_no_gap_and_no_double_whoever_asks_at_once(company: Company) -> None:
    """BEHAVIOUR 9."""
    everybody = company.people("ana", "erik", "ben", "chloe", "dev", "lena")
    await asyncio.gather(*(who.says(f"/ticket my laptop is broken, {n}") for who in everybody for n in range(3)))
    assert [t.number for t in await company.tickets()] == list(range(1001, 1019))


@on_both
async def test_11_edits_deletions_and_thread_replies_reach_the_ticket(company: Company) -> None:
    """BEHAVIOUR 10, 11: what was said first stays in the timeline."""
    ana = company["ana"]
    await ana.says("my laptop is brokn", in_="#it-help")
    message = company.room("it-help").by("ana")
    await ana.says("please hurry", under=message)
    await ana.edits(message, "my laptop is broken")
    await ana.deletes(company.room("it-help").by("ana", "hurry"))
    kinds = [(e.kind, e.text) for e in await company.timeline("IT-1001") if e.author == "ana"]
    assert kinds == [
        ("opened", "my laptop is brokn"),
        ("reply", "please hurry"),
        ("edited", "my laptop is broken"),
        ("deleted", ""),
    ]
    lines = company.room("triage-it").thread("IT-1001")
    assert "changed what they wrote" in lines[1] and "my laptop is broken" in lines[1]
    assert "deleted a message" in lines[2]


@pytest.mark.told_in("web", "slack", why="Discord cuts what people write at 4,000 characters")
async def test_11_who_makes_a_message_too_long_is_told_that_it_was_cut(company: Company) -> None:
    """BEHAVIOUR 11: them alone, and nothing is said of other changes."""
    ana = company["ana"]
    await ana.says("my laptop is brokn", in_="#it-help")
    message = company.room("it-help").by("ana")
    assert not words_of(await ana.edits(message, "my laptop is broken"))
    await ana.edits(message, "my laptop is broken " * 1_100)
    told = ana.was_told_privately("Only the first 19,9").words
    assert "Changed in IT-1001." in told and "please send all as a file" in told


async def test_11_the_record_outlives_the_message(company: Company) -> None:
    """BEHAVIOUR 10: the ticket survives the deletion of the chat message."""
    ana, ben = company.people("ana", "ben")
    await ana.says("my laptop is broken", in_="#it-help")
    await ana.deletes(company.room("it-help").by("ana"))
    assert "my laptop is broken" in company.room("triage-it").card("IT-1001").words
    assert "my laptop is broken" in words_of(await ben.says("/tickets status IT-1001"))


async def test_11_a_card_shows_the_request_as_it_was_changed_last(company: Company) -> None:
    """BEHAVIOUR 11; who deleted what they wrote does not read it again."""
    ana, ben = company.people("ana", "ben")
    await ana.says("my laptop 7 is broken", in_="#it-help")
    message = company.room("it-help").by("ana")
    await ana.edits(message, "my laptop 8 is broken")
    assert "> my laptop 8 is broken" in company.room("triage-it").card("IT-1001").words
    for who in (ana, ben):
        told = words_of(await who.says("/tickets status IT-1001"))
        assert "(changed)" in told and "> my laptop 8 is broken" in told and "> my laptop 7" not in told
    await ana.deletes(message)
    assert "my laptop" not in words_of(await ana.says("/tickets status IT-1001")).partition("\n")[2]
    told = words_of(await ben.says("/tickets status IT-1001"))
    assert "(deleted ⟦" in told and "> my laptop 8 is broken" in told


async def test_5_what_is_changed_before_it_is_confirmed_is_what_is_opened(company: Company) -> None:
    """BEHAVIOUR 5, 11: and what is changed after it reaches the ticket; what is deleted opens none."""
    ana = company["ana"]
    await ana.says("my key F7 is dead")
    message = ana.talk.by("ana")
    await ana.edits(message, "my key F8 is dead")
    await ana.clicks("Open a ticket")
    assert (await company.ticket("IT-1001")).title == "my key F8 is dead"
    await company.time_passes(seconds=1)
    await ana.edits(message, "my key F9 is dead")
    assert "> my key F9 is dead" in company.room("triage-it").card("IT-1001").words
    await ana.says("forget this one")
    await ana.deletes(ana.talk.by("ana", "forget"))
    refused(await ana.clicks("Open a ticket"), "This was answered already")


async def test_5_a_ticket_that_is_named_is_offered_first(company: Company) -> None:
    """BEHAVIOUR 5: only one's own."""
    ana, erik = company.people("ana", "erik")
    for words in ("mouse", "screen", "laptop"):
        await ana.says(f"/ticket my {words} is dead")
    await erik.says("/ticket my chair is dead")
    asked = await ana.says("IT-1001 is still dead with another one, unlike IT-1004")
    assert asked.card
    first, named, other, _ = (button.label for button in asked.card.buttons)
    assert (first, named) == ("Open a ticket", "Add to IT-1001 · my mouse is dead")
    assert "IT-1001" not in other and "IT-1004" not in other
    await ana.clicks("Add to IT-1001 · my mouse is dead")
    assert "still dead with another one" in company.room("triage-it").thread("IT-1001")[-1]


async def test_40_too_many_tickets_in_a_minute_get_a_clear_answer(company: Company) -> None:
    """BEHAVIOUR 40: nothing is lost that was accepted."""
    ana = company["ana"]
    for number in range(6):
        await ana.says(f"/ticket printer {number} is broken")
    refused(await ana.says("/ticket printer 7 is broken"), "more than 6", "safe")
    long = "the printer on the third floor prints nothing but stripes since it was moved there on Tuesday"
    refused(await ana.says(f"/ticket {long}"), "more than 6", "You wrote:", f"> {long}")
    assert len(await company.tickets()) == 6
    await company.time_passes(minutes=1, seconds=1)
    await ana.says("/ticket printer 7 is broken")
    assert len(await company.tickets()) == 7


@pytest.mark.told_in("web", why="Slack and Discord themselves answer what is no command of the app's")
async def test_11_nobody_types_what_only_a_platform_tells(company: Company) -> None:
    """BEHAVIOUR 10, 11: a typed `/deleted` is an unknown command, and touches nobody's ticket."""
    ana, erik = company.people("ana", "erik")
    await ana.says("/ticket the printer is broken", in_="#it-help")
    before = await company.timeline("IT-1001")
    for verb in ("said", "edited", "deleted", "react", "suggest", "confirm", "discard", "helped", "unhelped"):
        refused(await erik.says(f"/{verb}", in_="#it-help"), f"There is no command `/{verb}`")
        refused(await ana.says(f"/{verb} IT-1001 all new words", in_="#it-help"), f"There is no command `/{verb}`")
    assert await company.timeline("IT-1001") == before


async def test_11_only_ones_own_message_is_changed(company: Company) -> None:
    """BEHAVIOUR 11: whatever is claimed; and what a reaction made a ticket of stays its writer's."""
    ana, ben, erik = company.people("ana", "ben", "erik")
    await erik.says("the lamp in the hall is off", in_="#it-help")
    await ben.says("my lamp is off", in_="#it-help")
    message = company.room("it-help").by("ben")
    await erik.reacts(message)
    for who in (ana, erik):
        await who.presses(Button("made up", "deleted"), message)
    assert not [e for e in await company.timeline("IT-1002") if e.kind == "deleted"]
    await ben.deletes(message)
    assert [e.author for e in await company.timeline("IT-1002") if e.kind == "deleted"] == ["ben"]


async def test_33_a_ticket_brings_what_may_help_however_it_came_in(company: Company) -> None:
    """BEHAVIOUR 3, 6, 20, 33: by phone, by a reaction, behind a closed one; only who asked is offered a fix."""
    ana, ben, erik, dev = company.people("ana", "ben", "erik", "dev")
    reply = await ben.says("/ticket for @erik phone my vpn does not connect")
    await ben.says("my vpn does not connect", in_="#it-help")
    await erik.reacts(company.room("it-help").by("ben"))
    await ana.says("/ticket the wifi is off")
    await dev.says("/close IT-1003")
    await ana.says("/reply IT-1003 my vpn does not connect")
    assert not reply.failed
    for number in ("IT-1001", "IT-1002", "IT-1004"):
        assert "May help" in company.room("triage-network").card(number).words
    offers = [m for m in (*ben.sees(), *erik.sees()) if "This fixed it" in m.buttons]
    assert not offers
    ana.was_told_privately("This may fix it at once")
