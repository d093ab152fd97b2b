"""Every command says what it needs and how to say it; every button has one that does the same: BEHAVIOUR 22, 36."""

import pytest

from tests.stories.company import Company, not_taken, refused, words_of

pytestmark = pytest.mark.told_once(why="how commands are typed knows no channel")


async def test_22_help_lists_what_one_may_use_and_tells_more_of_one(company: Company) -> None:
    """BEHAVIOUR 22: what a role may not see never shows."""
    ana, ben = company.people("ana", "ben")
    for_ana, for_ben = words_of(await ana.says("/help")), words_of(await ben.says("/help"))
    begins = [for_ana.index(f"`/{said}") for said in ("ticket TEXT", "tickets`", "kb WORDS", "fixed", "kb show")]
    assert begins == sorted(begins), "how one begins comes first"
    assert "/ticket TEXT" in for_ana and "/claim" not in for_ana and "/claim TICKET" in for_ben
    told = await ben.says("/help /resolve")
    assert "Say `/resolve TICKET RESOLUTION" in words_of(told).replace(
        "‹", ""
    ) and "like `/resolve IT-1042" in words_of(told)
    assert told.card and [fact.label for fact in told.card.facts] == ["For"]
    assert words_of(await ana.says("/help kb-show")) == words_of(await ana.says("/help kb show"))
    refused(await ana.says("/help clame"), "Did you mean `/claim`?")


@pytest.mark.told_in("web", why="Slack and Discord themselves answer what is no command of the app's")
async def test_a_command_that_is_not_there_names_the_nearest(company: Company) -> None:
    refused(await company["ben"].says("/clam IT-1001"), "Did you mean `/claim`?")
    refused(await company["ben"].says("/xyzzy"), "`/help` lists them all")
    for said, meant in (("find vpn", "tickets find"), ("status IT-1001", "tickets status"), ("mine", "tickets")):
        refused(await company["ana"].says(f"/{said}"), f"Did you mean `/{meant}`?")


async def test_wrong_words_are_answered_with_the_right_ones(company: Company) -> None:
    """Wrong input answers privately with what was wrong and how to say it right."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await not_taken(ben.says("/impact IT-1001 hihg"), "did you mean “High”?")
    refused(await ben.says("/availability away sometime"), "write it like 45m, 2h or 3d")
    refused(await ben.says("/availability away 99999999999d"), "Until when?")
    dialog = await ben.says("/claim")
    assert dialog.form and [f.name for f in dialog.form.fields] == ["ticket"]
    unknown = words_of(await ben.says("/claim IT-9999"))
    assert "There is no ticket IT-9999 that you may see." in unknown and "Say it like" not in unknown
    wrong = await ben.submits(dialog, ticket="the laptop")
    assert wrong.form and "“the laptop” is no ticket number; write it like IT-1042." in wrong.form.errors["ticket"]


@pytest.mark.told_in("web", "slack", why="on Discord each option of a command takes words of its own")
async def test_words_that_belong_nowhere_are_answered_with_the_right_ones(company: Company) -> None:
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    refused(await ben.says("/claim the laptop"), "I did not understand “the laptop”", "/claim IT-1042")
    refused(await ben.says("/claim IT-1001 tomorrow"), "I did not understand “tomorrow”")


async def test_tickets_are_named_in_several_ways(company: Company) -> None:
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    for name in ("IT-1001", "it-1001", "1001", "#1001", "IT1001", "it 1001", "IT-1001."):
        assert "my laptop is broken" in words_of(await ben.says(f"/tickets status {name}"))
    for name in ("IT-99999999999999999999", "0", "-1", "IT-", "１００１x"):
        assert (await ben.says(f"/tickets status {name}")).failed


async def test_8_one_sees_ones_own_tickets(company: Company) -> None:
    """BEHAVIOUR 8."""
    ana, erik = company.people("ana", "erik")
    assert "You have none" in words_of(await ana.says("/tickets"))
    await ana.says("/ticket my laptop is broken")
    await erik.says("/ticket my mouse is broken")
    listed = words_of(await ana.says("/tickets"))
    assert "IT-1001" in listed and "New · Low · not claimed" in listed and "IT-1002" not in listed
    await ana.clicks("IT-1001")
    ana.was_told_privately("**Ana Costa** asked")
    assert "IT-1001" in words_of(await ana.says("/tickets find LAPTOP"))
    assert "No tickets" in words_of(await ana.says("/tickets find mouse"))
    for number in ("1001", "IT-1001", "it1001"):
        assert "my laptop is broken" in words_of(await ana.says(f"/tickets find {number}"))
    assert "No tickets" in words_of(await ana.says("/tickets find IT-1002"))


async def test_a_sign_behind_a_number_is_no_part_of_it(company: Company) -> None:
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/resolve IT-1001: replaced cable")
    assert (await company.ticket("IT-1001")).resolution == "replaced cable"


async def test_words_without_a_ticket_are_kept_while_it_is_asked_for(company: Company) -> None:
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    dialog = await ben.says("/reply hello there")
    assert dialog.form and [field.name for field in dialog.form.fields] == ["ticket"]
    again = await ben.submits(dialog, ticket="the laptop")
    assert again.form and again.form.answers["text"] == "hello there"
    await ben.submits(again, ticket="IT1001")
    ana.heard("hello there")


async def test_words_that_only_ask_for_ones_tickets_open_none(company: Company) -> None:
    """The whole text must be such words: `/ticket status of my order?` is a request."""
    ana, erik = company.people("ana", "erik")
    await ana.says("/ticket my laptop is broken")
    for words in ("mine", "list"):
        assert "Your tickets" in words_of(await ana.says(f"/ticket {words}"))
    for named in ("IT-1001", "1001"):
        assert "my laptop is broken" in words_of(await ana.says(f"/ticket status {named}"))
    refused(await erik.says("/ticket status IT-1001"), "There is no ticket IT-1001 that you may see")
    dialog = await ana.says("/ticket status")
    assert dialog.form and dialog.form.verb == "tickets status"
    assert len(await company.tickets()) == 1
    await ana.says("/ticket status of my order?")
    assert (await company.ticket("IT-1002")).title == "status of my order?"


async def test_the_queue_shows_what_nobody_has_and_what_is_mine(company: Company) -> None:
    ana, ben, dev = company.people("ana", "ben", "dev")
    told = words_of(await ben.says("/queue"))
    assert "Nothing waits. Well done." in [line.strip("_*") for line in told.splitlines()], "on a line of its own"
    await ana.says("/ticket my laptop is broken")
    await ana.says("/ticket my screen is broken")
    await ben.says("/queue", in_="triage-it")
    await ben.clicks("Claim IT-1001", in_="triage-it")
    told = words_of(await ben.says("/queue"))
    assert told.index("IT-1002") < told.index("**Yours**") < told.index("IT-1001")
    assert "IT-100" not in words_of(await dev.says("/queue"))
    refused(await dev.says("/queue IT Help"), "You are not in IT Help")
    await not_taken(ben.says("/queue minor"), "choose one of: IT Help, Network")
    assert "Others have" not in told
    assert "**Others have these**" in words_of(await company["lena"].says("/queue"))


@pytest.mark.told_in("web", "slack", why="on Discord a team is chosen from a list")
async def test_the_queue_of_ones_own(company: Company) -> None:
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ana.says("/ticket my screen is broken")
    assert "You have none" in words_of(await ben.says("/queue mine"))
    await ben.says("/claim IT-1001")
    told = words_of(await ben.says("/queue mine"))
    assert "IT-1001" in told and "IT-1002" not in told


async def test_the_queue_begins_with_what_is_most_pressing(company: Company) -> None:
    """What is overdue says so; a lead sees what others have."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket my laptop is broken")
    await ana.says("/ticket my screen is broken")
    await company.time_passes(hours=1)
    await ana.submits(await ana.says("/ticket"), text="the printer is broken", urgency="high")
    await ben.says("/impact IT-1003 high")
    await ben.says("/claim IT-1001")
    await company.time_passes(hours=1)
    told = words_of(await lena.says("/queue"))
    assert told.index("IT-1003") < told.index("IT-1002") < told.index("**Others have these**") < told.index("IT-1001")
    assert told.count("answer overdue since") == 1 and "answer due" in told
    free, _, others = told.partition("**Others have these**")
    assert "not claimed" not in free and "Ben Adler" in others
    assert "Ben Adler" not in words_of(await ben.says("/queue")), "they know whose theirs are"
    await ben.says("/reply IT-1001 A new one is on its way.")
    assert "resolution due" in words_of(await ben.says("/queue"))


async def test_who_asked_reads_when_an_answer_is_due_and_not_when_it_is_to_be_solved(company: Company) -> None:
    """In lists as on the ticket's card."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    for asked in ("/tickets", "/tickets find laptop"):
        assert "answer due" in words_of(await ana.says(asked))
    await ben.says("/claim IT-1001")
    await ben.says("/reply IT-1001 A new one is on its way.")
    await company.time_passes(days=30)
    for asked in ("/tickets", "/tickets find laptop"):
        told = words_of(await ana.says(asked))
        assert "In Progress" in told and "resolution" not in told
    assert "resolution overdue" in words_of(await ben.says("/tickets find laptop"))
    await ana.says("/reply IT-1001 It is not here yet.")
    assert "answer due" in words_of(await ana.says("/tickets"))


async def test_an_empty_queue_says_so_on_a_line_of_its_own(company: Company) -> None:
    assert "(IT Help)\n\nNothing waits. Well done." in words_of(await company["ben"].says("/queue"))
    assert "**Yours**\n\nYou have none." in words_of(await company["ben"].says("/queue mine"))


async def test_the_queue_is_for_those_who_work(company: Company) -> None:
    ana = company["ana"]
    refused(await ana.says("/queue"), "agents")


@pytest.mark.told_in("web", "slack", why="on Discord a command is chosen, and its words are typed into its fields")
async def test_32_who_may_not_write_articles_searches_them(company: Company) -> None:
    """BEHAVIOUR 32: what is no command of theirs is what they look for; nobody fills in a form for nothing."""
    newcomer = await company.newcomer("zoe", "Zoe Lund")
    await newcomer.says("/ticket my screen is dark")
    for who in (company["ana"], newcomer):
        assert "About “new macros”" in words_of(await who.says("/kb new macros"))
        assert "About “draft vpn”" in words_of(await who.says("/kb draft vpn"))
        assert "About “review vpn”" in words_of(await who.says("/kb review vpn"))
    assert (await company["ben"].says("/kb new macros")).form


async def test_a_form_is_shown_to_who_may_send_it(company: Company) -> None:
    """What the settings tell of somebody is known before the form is shown, on each channel."""
    ana, ben = company.people("ana", "ben")
    await company.settings_change(("{tell: manager, after: 30m}]", "{tell: 'person:erik', after: 30m}]"))
    for words in ("/claim", "/kb new", "/note", "/kb draft"):
        refused(await ana.says(words), "is for agents, leads and admins only")
        assert (await ben.says(words)).form
    assert (await company["erik"].says("/claim")).form, "a ticket's ladder may call them"
    assert (await ana.says("/reply")).form


async def test_36_the_report_in_chat_counts_what_happened(company: Company) -> None:
    """BEHAVIOUR 36, in chat."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/reply IT-1001 Coming.")
    await ben.says("/resolve IT-1001 Changed the battery.")
    await ana.clicks("Fixed")
    await company.time_passes(hours=1)
    report = words_of(await lena.says("/report"))
    said = ("**Received:** 1", "**Resolved:** 1", "**Backlog:** 0", "**By category**")
    figures = [report.index(words) for words in said]
    assert figures == sorted(figures), "those of the whole come first"
    refused(await ana.says("/report"), "agents")


@pytest.mark.told_in("web", "slack", why="on Discord a period is chosen from a list")
async def test_a_period_that_the_report_has_not_is_no_team(company: Company) -> None:
    lena = company["lena"]
    for said, title in (
        ("last 7 days", "last 7 days"),
        ("30 days", "last 30 days"),
        ("today IT Help", "today · IT Help"),
        ("this week", "last 7 days"),
        ("network month", "last 30 days · Network"),
    ):
        reply = await lena.says(f"/report {said}")
        assert reply.card and reply.card.title == f"Report: {title}"
    for said in ("yesterday", "last week", "last month Network"):
        await not_taken(
            lena.says(f"/report {said}"),
            f"I did not understand “{said}”. Period: Today, Last 7 days, Last 30 days, Last 13 weeks. Team: IT Help",
        )
    await not_taken(lena.says("/report kb yesterday"), "choose one of: Today, Last 7 days")


async def test_availability_has_an_end(company: Company) -> None:
    ana, dev = company.people("ana", "dev")
    assert "You are given no tickets until" in words_of(await dev.says("/availability away 2h"))
    await company.time_passes(hours=2, minutes=1)
    await ana.says("/ticket the vpn is slow")
    assert (await company.ticket("IT-1001")).owner == "dev"
    assert "until ⟦2026-11-24T00:00" in words_of(await dev.says("/availability away until tomorrow"))
    assert "until ⟦2026-11-24T09:00" in words_of(await dev.says("/availability away until tomorrow at 9"))
    assert "until ⟦2026-11-25T11:01" in words_of(await dev.says("/availability away 2 days"))
    await dev.says("/availability away")
    await company.time_passes(hours=2)
    await ana.says("/ticket the vpn is slow")
    assert (await company.ticket("IT-1002")).owner is None
    await dev.says("/availability here")
    await ana.says("/ticket the vpn is slow")
    assert (await company.ticket("IT-1003")).owner == "dev"


async def test_a_lead_says_it_for_who_is_ill(company: Company) -> None:
    """BEHAVIOUR 14: they are told, and are given nothing meanwhile; nobody else can say it."""
    ana, ben, lena, dev = company.people("ana", "ben", "lena", "dev")
    refused(await ben.says("/availability away @dev 3d"), "is in no team of yours")
    told = words_of(await lena.says("/availability away @Dev Patel 3d"))
    assert "Dev Patel is given no tickets until" in told and "Those that they have stay" in told
    assert "until ⟦2026-11-25T09:00" in words_of(await lena.says("/availability away dev 2 days"))
    dev.heard("Lena Vogt said: You are given no tickets until", pinged=True)
    await ana.says("/ticket the vpn is slow")
    assert (await company.ticket("IT-1001")).owner is None
    assert "Dev Patel is given tickets again" in words_of(await lena.says("/availability here dev"))
    await ana.says("/ticket the vpn is slow")
    assert (await company.ticket("IT-1002")).owner == "dev"
