"""What must not hurt: strange texts, strangers, settings that changed under open tickets, clicks that come too late."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.words import Address, Button, Dialog, Field, Incoming, Sender
from tests.stories.company import MONDAY, Company, Message, NotPossible, not_taken, on_both, refused, words_of

WEIRD = {
    "right to left": "\u202eדפסת\u202c لا تعمل",
    "zero width": "my\u200b laptop\u200d is\ufeff broken",
    "NUL": "my laptop\x00 is\x07 broken",
    "emoji": "🔥🔥🔥",
    "lone surrogate": "my laptop \ud83d is broken",
    "our own marks": "due ⟦2026-11-23T09:00:00Z⟧ @everyone <!channel> **bold** <script>",
    "one long word": "x" * 30_000,
    "many lines": "laptop\n" * 5_000,
    "sql": "laptop'); DROP TABLE ticket; --",
    "braces": "{ticket} %s %(x)s {0} \\",
}


@on_both
async def test_strange_texts_are_kept_and_shown_everywhere(company: Company) -> None:
    """Right-to-left, zero-width, NUL, emoji-only, half a character: a ticket, its talk and its end."""
    ana, ben = company.people("ana", "ben")
    for number, text in enumerate(WEIRD.values(), 1001):
        await company.time_passes(minutes=1)
        short = len(text) <= 3000  # what a field of a form holds
        form = await ana.says("/ticket" if short else f"/ticket {text}")
        reply = await ana.submits(form, text=text, category="Hardware") if short else form
        assert words_of(reply).startswith(f"IT-{number} is open"), words_of(reply)[:300]
        for act in ("reply", "note", "ask", "resolve"):
            reply = await ben.says(f"/{act} IT-{number} {'this was it: ' * (act == 'resolve')}{text}")
            assert not reply.failed, (act, text, words_of(reply))
        for verb in ("tickets status", "tickets find", "kb", "help", "category", "assign"):
            with suppress(NotPossible):  # where a chat offers what there is to choose from, and takes nothing else
                reply = await ben.says(f"/{verb} {text}")
            assert "went wrong" not in words_of(reply), (verb, text)
        await ana.says(text)
        await ana.edits(ana.talk.by("ana"), text + " and so on")
    assert len(await company.tickets()) == len(WEIRD)
    assert "⟦2026-11-23T09:00:00Z⟧" not in company.room("triage-it").card("IT-1006").words.split("Status")[0]


@pytest.mark.told_in("web", why="Slack cuts what people write at 40,000 characters, Discord at 2,000")
@on_both
async def test_a_megabyte_is_cut_and_says_so(company: Company) -> None:
    """1 MB: nothing breaks, and nobody is told a lie about how much was kept."""
    ana, ben = company.people("ana", "ben")
    told = words_of(await ana.says("/ticket my laptop " + "lorem ipsum " * 90_000))
    assert "Only the first 19,9" in told and "of 1,080,0" in told and "please send all as a file" in told
    [opened] = [e for e in await company.timeline("IT-1001") if e.kind == "opened"]
    assert len(opened.text) < 20_100 and "(cut: the text had 1,0" in opened.text
    for reply in (
        await ben.says("/reply IT-1001 " + "dolor " * 200_000),
        await ana.says("sit amet " * 120_000, under=ana.talk.card("IT-1001")),
        await ben.says("consectetur " * 9_000, under=company.room("triage-it").card("IT-1001")),
        await company["erik"].says("my printer " * 9_000, in_="#it-help"),
        await ana.says("my lamp " * 9_000),
        await ana.says("/ticket my vpn does not connect" + "\n" * 30_000 + "at all"),
    ):
        assert "Only the first 19,9" in words_of(reply)
    assert "Only the first 19,9" in ana.was_told_privately("This may fix it at once").words
    texts = [e.text for e in await company.timeline("IT-1001") if e.kind == "reply"]
    assert len(texts) == 2 and all(len(text) < 20_100 for text in texts)
    assert len(company.room("triage-it").card("IT-1001").words) < 3_000


@pytest.mark.told_in("web", why="Slack and Discord take no such words in a form")
async def test_1_a_form_with_more_words_than_are_kept_keeps_them_and_says_what_to_do(company: Company) -> None:
    """BEHAVIOUR 1: a bad field answers inline and keeps what was typed."""
    ana, words = company["ana"], "my laptop " * 2_001
    wrong = await ana.submits(await ana.says("/ticket"), text=words)
    assert wrong.form and wrong.form.answers["text"] == words and not await company.tickets()
    assert wrong.form.errors == {
        "text": "What is the matter? at most 20,000 characters, please (it has 20,010). Send the rest as a file."
    }


async def test_empty_words_are_asked_for_or_refused(company: Company) -> None:
    """Empty, blank, zero-width-only."""
    ana, ben = company.people("ana", "ben")
    for nothing in ("", " ", "\u200b\u200d", "\x00", "\u202e", "\n\n"):
        reply = await ana.says(f"/ticket {nothing}")
        assert reply.form and not reply.form.errors
        wrong = await ana.submits(reply, text=nothing)
        assert wrong.form and "text" in wrong.form.errors
    with suppress(NotPossible):  # the playground says so; on Slack it is a message of nothing
        await ana.says("\u200b", in_="#it-help")
    assert not await company.tickets()
    await ana.says("/ticket my laptop is broken")
    assert (await ben.says("/reply IT-1001 \u200b")).form


@pytest.mark.told_in(
    "web", why="who is in which room is the playground's own affair, as it is Slack's and Discord's there"
)
async def test_strangers_in_the_playground_are_turned_away(company: Company) -> None:
    """Unknown people, rooms, messages, threads."""
    stranger = company["mallory"]
    for act in (stranger.says("hi"), stranger.says("/tickets", in_="#it-help")):
        with pytest.raises(NotPossible):
            await act
    erik = company["erik"]
    nothing = Message("nothing", "it-help", "", "ana", "", "", None, ())
    for act in (
        erik.says("/queue", in_="triage-it"),
        erik.says("hi", in_="@ana"),
        erik.reacts(nothing),
        erik.says("hi", under=nothing),
    ):
        with pytest.raises(NotPossible):
            await act


@on_both
async def test_somebody_new_becomes_known_when_they_first_write(company: Company) -> None:
    """Unknown people on a channel that lets them in: a requester, whose name is as the platform tells it."""
    zoe = await company.newcomer("zoe", "Zoë Ω")
    assert words_of(await zoe.says("/ticket my laptop is broken", in_="#it-help")).startswith("IT-1001 is open")
    company.room("triage-it").card("IT-1001").shows(Requester="Zoë Ω")
    assert "IT-1001" in words_of(await zoe.says("/tickets", in_="#it-help"))
    refused(await zoe.says("/claim IT-1001", in_="#it-help"), "agents")
    assert "Nobody" not in words_of(await company["ben"].says("/reply IT-1001 Coming."))


async def test_a_person_without_a_team_is_a_requester(company: Company) -> None:
    """A person without a team."""
    erik, ben = company.people("erik", "ben")
    for command in ("/queue", "/oncall", "/availability away", "/report"):
        refused(await erik.says(command), "agents")
    await erik.says("/ticket my laptop is broken")
    wrong = await ben.says("/assign IT-1001 @erik")
    refused(wrong, "Erik Lund is not in IT Help. It has: Ben Adler, Chloe Martin")


async def test_a_team_that_nobody_is_in_keeps_its_tickets_in_the_queue(company: Company) -> None:
    """Settings with a team nobody is in: the lead is told, and the clocks run."""
    await company.settings_change(("    members:\n      dev: {skills: [network], cap: 2}\n", ""))
    ana, lena = company.people("ana", "lena")
    await ana.says("/ticket the vpn is slow")
    assert "the team has no agents" in company.room("triage-network").card("IT-1001").words
    lena.heard("No owner: IT-1001 · the vpn is slow", pinged=True)
    assert "IT-1001" in words_of(await lena.says("/queue network"))
    assert "nobody yet" in words_of(await lena.says("/assign IT-1001 @ben"))
    assert "is yours" in words_of(await lena.says("/claim IT-1001"))
    await company.time_passes(hours=4)
    company.room("escalations").hears("First response overdue: IT-1001", times=1)


@on_both
async def test_a_category_that_vanished_while_tickets_use_it(company: Company) -> None:
    """The ticket keeps its words, its team and its clocks; the form offers what there is."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket excel crashes")
    form = await ana.says("/ticket")
    await company.settings_change(
        ("  Software: {team: it-help, skill: software, words: [excel, outlook, password]}\n", "")
    )
    company.room("triage-it").card("IT-1001").shows(Category="Software")
    await ben.clicks("Claim", in_="triage-it")
    await ben.says("/impact IT-1001 high")
    wrong = await ana.submits(form, text="excel crashes again", category="Software")
    assert wrong.form and "Software" in wrong.form.errors["category"]
    await ben.says("/resolve IT-1001 Updated it.")
    await ana.clicks("Fixed")
    await ana.says("it crashes again", under=ana.talk.card("IT-1001"))
    assert (await company.ticket("IT-1002")).category == ""
    await not_taken(ben.says("/category IT-1002 Software"), "choose one of")
    assert "Report" in words_of(await ben.says("/report"))


@on_both
async def test_a_team_that_vanished_while_tickets_use_it(company: Company) -> None:
    """Its tickets are the default team's: to see, to claim, to be warned of."""
    ana, ben, dev = company.people("ana", "ben", "dev")
    await dev.says("/availability away")
    await ana.says("/ticket the vpn is slow")
    text = company._file.read_text()
    start, end = text.index("  network:\n    name"), text.index("default_team")
    await company.settings_change(
        (text[start:end], ""),
        ("Network Access: {team: network, skill: network", "Network Access: {team: it-help, skill: hardware"),
    )
    assert not company.live.problems
    assert "IT-1001" in words_of(await ben.says("/queue"))
    assert "is no more: IT Help has this ticket now" in company.room("triage-it").thread("IT-1001")[0]
    assert "is yours" in words_of(await ben.says("/claim IT-1001"))
    await ben.says("/impact IT-1001 high")
    company.room("triage-it").card("IT-1001").shows(Owner="Ben Adler")
    await company.time_passes(hours=1)
    company.room("escalations").hears("First response overdue: IT-1001", mentioning="lena")
    refused(await dev.says("/claim IT-1001"), "may see")


async def test_a_bad_settings_file_is_refused_and_the_old_one_stays(company: Company) -> None:
    """Settings: the auditor tells of it."""
    await company.settings_change(("policy: claim", "policy: clam"))
    assert company.settings.teams["it-help"].policy == "claim"
    await company.heartbeat.beat("audit")
    await company.settles()
    company.room("escalations").hears("settings refused, the old ones stay")
    await company.settings_change(("policy: clam", "policy: round-robin"))
    assert company.settings.teams["it-help"].policy == "round-robin"


async def test_a_click_on_a_closed_tickets_old_button(company: Company) -> None:
    """Buttons drawn before the end say what has happened since; nothing changes."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket my laptop is broken")
    await company.time_passes(hours=4)
    old = [("Claim", "triage-it"), ("Impact", "triage-it"), ("Assign", "triage-it"), ("Reply", "triage-it")]
    old += [(label, "escalations") for label in ("Acknowledge", "Take", "Snooze", "Escalate now")]
    drawn = [ben.button(*place) for place in old]
    mine = [ana.button(label) for label in ("Add information", "It is solved")]
    await lena.says("/claim IT-1001")
    await lena.says("/resolve IT-1001 Charged it.")
    await ana.clicks("Fixed")
    closed = await company.ticket("IT-1001")
    fill = {"impact": "high", "assign": "chloe", "reply": "hello"}
    for message, button in drawn:
        reply = await ben.presses(button, message)
        if reply.form:
            reply = await ben.submits(reply, message, **{reply.form.fields[0].name: fill[button.verb]})
        refused(reply, "IT-1001")
        assert "Closed" in words_of(reply) or "no escalation" in words_of(reply), (button, words_of(reply))
    for message, button in mine[1:]:
        assert "closed already" in words_of(await ana.presses(button, message))
    assert await company.ticket("IT-1001") == closed


async def test_a_dialog_that_was_opened_before_the_ticket_was_closed(company: Company) -> None:
    """A stale dialog is answered with what has happened, and what was typed in it is not lost without a word."""
    ana, ben, chloe, lena = company.people("ana", "ben", "chloe", "lena")
    await ana.says("/ticket my laptop is broken")
    resolve, reply = await ben.clicks("Resolve", in_="triage-it"), await lena.clicks("Reply", in_="triage-it")
    add = await ana.clicks("Add information")
    await chloe.says("/close IT-1001 no longer needed")
    refused(await ben.submits(resolve, resolution="Charged it."), "while it is Closed")
    refused(await lena.submits(reply, text="Coming."), "IT-1001 is Closed; reopen it first")
    assert "this is a new ticket, linked to it" in words_of(await ana.submits(add, text="and the mouse"))


FORGED: tuple[tuple[str, dict[str, str]], ...] = (
    ("ticket", {"text": "x", "priority": "critical"}),
    ("claim", {"ticket": "99999999999999999999999"}),
    ("claim", {"ticket": "-1"}),
    ("escalate", {"ticket": "1001", "level": "9" * 400}),
    ("rate", {"ticket": "1001", "stars": "²"}),
    ("confirm", {"draft": "x" * 5000}),
    ("kb show", {"article": "x\x00y", "ticket": "99999999999999999999999"}),
    ("confirm", {"draft": "nope", "ticket": "9" * 30}),
    ("tickets find", {"words": "a\x00b\ud800"}),
    ("no such verb", {}),
    ("assign", {"ticket": "1001", "person": "@"}),
    ("oncall override", {"rotation": "network", "person": "ben", "until": "9" * 30 + "d"}),
)


async def test_a_forged_button_is_answered_in_words(company: Company) -> None:
    """Fields that nobody declared, numbers that no database holds, verbs that are none."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/queue")
    for verb, answers in FORGED:
        for who in (ana, ben):
            reply = await who.presses(Button("made up", verb, answers), who.talk.last(who.handle))
            assert "went wrong" not in words_of(reply), (verb, answers, words_of(reply))
    assert (await company.ticket("IT-1001")).status == "new"


@pytest.mark.told_in("web", "discord", why="what a form of Slack's keeps never passes through the browser")
async def test_a_forged_form_is_answered_in_words(company: Company) -> None:
    """The same, sent as forms that nobody opened."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    for verb, answers in FORGED:
        for who in (ana, ben):
            reply = await who.submits(Dialog(verb, "made up", tuple(Field(name, name) for name in answers)), **answers)
            assert "went wrong" not in words_of(reply), (verb, answers, words_of(reply))
    assert (await company.ticket("IT-1001")).status == "new"


async def test_the_clock_jumps_back(company: Company) -> None:
    """The desk goes on from where it was: nothing is said again, and nothing that was due stops being due."""
    ana, ben = company.people("ana", "ben")
    company.wall = MONDAY + timedelta(hours=2)
    await ana.says("/ticket my laptop is broken")
    company.wall = MONDAY - timedelta(days=1)
    await company.settles()
    await ben.says("/reply IT-1001 Coming.")
    times = [e.at for e in await company.timeline("IT-1001")]
    assert times == sorted(times) and times[-1] >= MONDAY + timedelta(hours=2)
    company.wall = MONDAY + timedelta(hours=5)
    assert company.clock.now() == MONDAY + timedelta(hours=5)


@on_both
async def test_everything_at_once(company: Company) -> None:
    """Twenty people's acts in one breath: each has its answer, and the record is whole."""
    ana, erik, ben, chloe, lena = company.people("ana", "erik", "ben", "chloe", "lena")
    await ana.says("/ticket my laptop is broken")
    acts = [
        ben.says("/claim IT-1001"), chloe.says("/claim IT-1001"), lena.says("/takeover IT-1001"),
        ben.says("/reply IT-1001 Coming."), chloe.says("/ask IT-1001 Which?"), ben.says("/note IT-1001 hm"),
        ana.says("/reply IT-1001 the grey one"), lena.says("/impact IT-1001 high"), erik.says("/ticket a mouse"),
        ben.says("/resolve IT-1001 Done."), chloe.says("/close IT-1001"), ana.says("/fixed IT-1001"),
        lena.says("/reopen IT-1001"), ben.says("/category IT-1001 Software"), ana.says("/rate IT-1001 5"),
        lena.says("/major IT-1001"), erik.says("/metoo IT-1001"), chloe.says("/assign IT-1001 @ben"),
    ]  # fmt: skip
    replies = await asyncio.gather(*acts)
    assert all("went wrong" not in words_of(reply) for reply in replies), [words_of(r) for r in replies]
    await company.settles()
    ticket = await company.ticket("IT-1001")
    moves = [e.data for e in await company.timeline("IT-1001") if e.kind == "status"]
    status = "new"
    for move in moves:
        assert move["from"] == status
        status = move["to"]
    assert status == ticket.status


@on_both
async def test_a_number_that_no_ticket_has_is_answered_in_words(company: Company) -> None:
    """Behind a button stands what is sent: ² is a digit to Python and no number, and some are too long."""
    ana = company["ana"]
    await ana.says("my mouse is odd today")
    message, button = ana.button("Open a ticket")
    for ticket in ("²", "9" * 30, "IT-7"):
        for verb, answers in (("confirm", dict(button.answers)), ("kb show", {"article": "vpn-drops"})):
            reply = await ana.presses(Button("made up", verb, answers | {"ticket": ticket}), message)
            assert "went wrong" not in words_of(reply), (verb, ticket)
    assert not await company.tickets()


@pytest.mark.told_in("web", why="told to the desk itself: ids are letters and figures on Slack, and figures on Discord")
@on_both
async def test_names_that_no_database_takes(company: Company) -> None:
    """NUL and half a character in a platform's names: every delivery has its own effect, once."""
    for number, name in enumerate(("\x00", "\x00\x00", "\ud83d")):
        who, at = Sender(f"U{name}", f"Zoë{name}"), Address("web", f"@U{name}")
        for _ in range(2):
            told = Incoming(f"d{name}", who, at, "ticket", text="my laptop is broken")
            assert words_of(await company.desk.receive(told)).startswith(f"IT-{1001 + 2 * number} is open")
        said = Incoming(f"m{name}", who, Address("web", "it-help"), text="it is loud", message=f"m{name}")
        for _ in range(2):
            assert "went wrong" not in words_of(await company.desk.receive(said))
    assert len(await company.tickets()) == 6
