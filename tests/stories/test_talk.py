"""One conversation, and what never becomes part of it: BEHAVIOUR 17, 18."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from storage.tables import Post
from tests.stories.company import Company, Person, refused, words_of

SECRET = "a known troublemaker, code plugh"


async def test_15_a_long_request_is_read_whole_from_its_card(company: Company) -> None:
    """BEHAVIOUR 10, 15: and a short one has no button for it."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    assert "Read it all" not in company.room("triage-it").card("IT-1001").buttons
    await ana.says(f"/ticket my mouse is broken. {'It squeaks. ' * 80}THE END")
    card = company.room("triage-it").card("IT-1002")
    assert "THE END" not in card.words
    assert "THE END" in words_of(await ben.clicks("Read it all", in_="triage-it", on="IT-1002"))


async def everything_told(person: Person) -> str:
    """All that somebody can find out: the rooms open to them, lists, transcripts, search, help."""
    asked = [
        await person.says(words)
        for words in ("/tickets", "/tickets status IT-1001", "/tickets find troublemaker", "/kb troublemaker", "/help")
    ]
    return "\n".join([m.words for m in person.sees()] + [words_of(reply) for reply in asked])


async def test_17_a_note_never_reaches_a_requester(company: Company) -> None:
    """BEHAVIOUR 17: not by any channel, in any list, transcript or search."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("my laptop is broken", in_="#it-help")
    await ben.clicks("Note", in_="triage-it", text=SECRET)
    await ben.says(SECRET + ", as I said", under=company.room("triage-it").card("IT-1001"))
    await ben.says(f"/note IT-1001 {SECRET}")
    await company["ada"].says("/watch IT-1001")
    for act in ("/reply IT-1001 We are on it.", "/ask IT-1001 Since when?", "/resolve IT-1001 Changed the battery."):
        await ben.says(act)
    for somebody in (ana, erik):
        assert "plugh" not in await everything_told(somebody)
    assert len([e for e in await company.timeline("IT-1001") if e.kind == "note" and SECRET in e.text]) == 3
    assert SECRET in words_of(await ben.says("/tickets status IT-1001"))
    refused(await ana.says("/note IT-1001 mine"), "agents")


async def test_17_talk_under_the_triage_card_is_internal(company: Company) -> None:
    """BEHAVIOUR 17: safe by default; and what is said there needs no echo."""
    ana, ben, dev = company.people("ana", "ben", "dev")
    await ana.says("/ticket my laptop is broken")
    card = company.room("triage-it").card("IT-1001")
    await ben.says("is it the one from last week?", under=card)
    await dev.says("it never was on the network", under=card)
    assert company.room("triage-it").thread("IT-1001") == [
        "is it the one from last week?",
        "it never was on the network",
    ]
    ana.talk.never_hears("last week")
    notes = [(e.kind, e.author, e.public) for e in await company.timeline("IT-1001")][1:]
    assert notes == [("note", "ben", False), ("note", "dev", False)]


async def test_18_long_words_are_read_to_their_end(company: Company) -> None:
    """BEHAVIOUR 18: on both sides; a note's rest is for the agents alone (BEHAVIOUR 17)."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    steps = "\n".join(f"{number}. do this, and then do that as well" for number in range(1, 121))
    await ben.says(f"/reply IT-1001 {steps}\nLAST STEP")
    ana.heard("1. do this")
    read = await ana.clicks("Read it all", in_="@ana")
    assert "1 of 2" in words_of(read) and "LAST STEP" not in words_of(read)
    entry = read.card.buttons[0].answers["entry"] if read.card else ""
    assert "LAST STEP" in words_of(await ana.clicks("Read on (2 of 2)"))
    assert "1 of 2" in words_of(await ben.clicks("Read it all", in_="#triage-it"))
    await ben.says(f"/note IT-1001 {steps}")
    _, note = ben.button("Read it all", in_="#triage-it")
    assert note.answers["entry"] != entry
    await ana.says(f"/reply IT-1001 {steps}")
    message, mine = ana.button("Read it all", in_="@ana")
    forged = replace(mine, answers=note.answers)
    assert "no such entry" in words_of(await ana.presses(forged, message))


async def test_18_words_below_what_one_was_told_are_about_that_ticket(company: Company) -> None:
    """BEHAVIOUR 18, 21: who is affected answers below what they were told; an agent's are internal (BEHAVIOUR 17)."""
    ana, ben, erik, lena = company.people("ana", "ben", "erik", "lena")
    await ana.says("/ticket the printer is broken")
    await ben.says("/major IT-1001")
    await erik.says("/metoo IT-1001")
    await ben.says("/reply IT-1001 we are on it")
    await erik.says("it smells, too", under=erik.heard("we are on it"))
    assert "Erik Lund wrote:" in company.room("triage-it").thread("IT-1001")[-1]
    await ben.says("/assign IT-1001 @lena")
    await lena.says("not again this one", under=lena.heard("Yours: IT-1001"))
    [note] = [entry for entry in await company.timeline("IT-1001") if entry.text == "not again this one"]
    assert (note.kind, note.public) == ("note", False)
    assert len(await company.tickets()) == 1


async def test_18_the_requesters_words_reach_the_agents_wherever_they_are_said(company: Company) -> None:
    """BEHAVIOUR 18: the thread, the direct message, the command."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Claim", in_="triage-it")
    await ana.says("it smells of smoke", under=ana.talk.card("IT-1001"))
    company.room("triage-it").hears("it smells of smoke", mentioning="ben")
    await ana.says("/reply IT-1001 now it is off")
    company.room("triage-it").hears("now it is off", mentioning="ben")
    await ana.clicks("Add information", text="and the charger too")
    await ana.says("there is a burn on the desk")
    await ana.clicks("Add to IT-1001 · my laptop is broken")
    said = [e.text for e in await company.timeline("IT-1001") if e.kind == "reply"]
    assert said == ["it smells of smoke", "now it is off", "and the charger too", "there is a burn on the desk"]


async def test_18_an_agents_reply_reaches_the_requester_and_those_who_watch(company: Company) -> None:
    """BEHAVIOUR 18."""
    ana, ben, max_ = company.people("ana", "ben", "max")
    await ana.says("/ticket my laptop is broken")
    await max_.says("/watch IT-1001")
    assert "Sent to Ana Costa" in words_of(await ben.clicks("Reply", in_="triage-it", text="Try another charger."))
    reply = ana.heard("Try another charger.", pinged=True)
    assert reply.thread == ana.talk.card("IT-1001").id
    max_.heard("Try another charger.")
    await max_.says("/unwatch IT-1001")
    await ben.says("/reply IT-1001 And?")
    max_.talk.never_hears("And?")


@pytest.mark.told_once(why="the order is the same in each channel")
async def test_18_those_who_watch_hear_in_the_order_of_their_handles(company: Company) -> None:
    """BEHAVIOUR 18: on every replica."""
    await company["ana"].says("/ticket my laptop is broken")
    watching = ("max", "lena", "ada", "chloe")
    for who in watching:
        await company[who].says("/watch IT-1001")
    await company["ben"].says("/reply IT-1001 Try another charger.")
    told = [post.key.split(":") for post in await company.reads(Post, text("rowid"))]
    assert [key[-1] for key in told if key[0] == "watch"] == sorted(watching)


async def test_17_a_reply_after_the_resolution_reaches_the_requester_and_reopens_nothing(company: Company) -> None:
    """BEHAVIOUR 17, 20: by command as in their thread; to ask, and to answer what is closed, is to reopen it first."""
    ana, ben = company.people("ana", "ben")
    await ana.says("my laptop is broken", in_="#it-help")
    message = company.room("it-help").by("ana")
    await ben.says("/resolve IT-1001 Changed the battery.")
    assert "Sent to Ana Costa." in words_of(await ben.says("/reply IT-1001 ps: the key is at reception"))
    company.room("it-help").hears("ps: the key is at reception", mentioning="ana")
    await ben.says("it has a blue tag", under=message)
    said = [entry for entry in await company.timeline("IT-1001") if entry.kind == "reply"]
    assert [(entry.text, entry.by_agent) for entry in said] == [
        ("ps: the key is at reception", True),
        ("it has a blue tag", True),
    ]
    ticket = await company.ticket("IT-1001")
    assert (ticket.status, ticket.first_reply_at) == ("resolved", ticket.resolved_at)
    refused(await ben.says("/ask IT-1001 do you have it?"), "IT-1001 is Resolved; reopen it first")
    await ana.says("/fixed IT-1001")
    refused(await ben.says("/reply IT-1001 bye"), "IT-1001 is Closed; reopen it first")


@pytest.mark.told_in("web", "discord", why="Slack takes no slash commands in threads")
async def test_18_a_slash_command_under_a_ticket_is_about_that_ticket(company: Company) -> None:
    """BEHAVIOUR 18, 22: in its thread a ticket needs no naming."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    card = company.room("triage-it").card("IT-1001")
    await ben.says("/reply please hold the line", under=card)
    ana.heard("please hold the line")
    dialog = await ben.says("/resolve", under=card)
    assert dialog.form and [f.name for f in dialog.form.fields] == ["resolution", "article"]
    await ben.says("/claim", under=card)
    assert (await company.ticket("IT-1001")).owner == "ben"


async def test_17_roles_are_looked_up_when_the_click_arrives(company: Company) -> None:
    """BEHAVIOUR 17, roles: a card drawn for an agent gives an outsider nothing."""
    ana, erik, ben, dev = company.people("ana", "erik", "ben", "dev")
    await ana.says("/ticket my laptop is broken")
    message, claim = ben.button("Claim", "triage-it")
    refused(await dev.presses(claim, message), "There is no ticket IT-1001 that you may see")
    note = await dev.clicks("Note", in_="triage-it", text="let me in")
    assert "may see" in words_of(note)
    refused(await erik.says("/tickets status IT-1001"), "There is no ticket IT-1001 that you may see")
    refused(await erik.says("/tickets status IT-4711"), "There is no ticket IT-4711 that you may see")
    await company.settings_change(("      ben: {skills: [hardware]}\n", ""))
    refused(await ben.says("/claim IT-1001"), "may see")
