"""What people say on Discord, change and delete, and make tickets of: once, and with or without their words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.discord import faults
from bot.words import Incoming, Reply, refuse
from tests.adapters.discord_company import Replica
from tests.adapters.discord_ears import Ears, listening
from tests.platforms.discord import Permission


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """A company on Discord, on a Monday at nine."""
    async with listening(sqlite_database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def wordless(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """The same, whose bot has not got the privileged intent for the words of messages."""
    async with listening(sqlite_database_url, tmp_path, granted=()) as made:
        yield made


async def test_a_message_in_a_watched_room_is_a_ticket(it: Ears) -> None:
    """BEHAVIOUR 4: each new message of an employee; not thanks, agents, joins, bots, nor what Discord itself says."""
    ana, ben = it.person("ana"), it.person("ben")
    asked = await ana.says("it-help", f"my laptop is **broken**, ask {ben.mention}")
    await it.settles()
    ticket = (await it.tickets())[0]
    assert (ticket.requester, ticket.origin_room, ticket.origin_thread) == ("ana", "it-help", asked.id)
    assert await it.told("opened") == [("opened", "my laptop is **broken**, ask @Ben", "ana")]
    assert asked.thread and "IT-1001" in ana.shown(asked.thread)
    assert "IT-1001 is open" in ana.shown("@"), "in a room nobody can be answered alone: it is said in their talk"
    for person, words in ((ana, "thanks!"), (ben, "the printer is broken")):
        await person.says("it-help", words)
    await ana.starts_thread("it-help", "what Discord says of that is no ticket")
    await it.settles()
    assert len(await it.tickets()) == 1


async def test_a_reply_in_a_watched_room_belongs_to_the_ticket_it_replies_to(it: Ears) -> None:
    """BEHAVIOUR 11, 18: Discord's Reply says which is meant, whoever replies; as if said in the ticket's thread."""
    ana, ben, erik = it.person("ana"), it.person("ben"), it.person("erik")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    it.later(hours=1)
    more = await ana.says("it-help", "it is the battery", reply_to=asked)
    await erik.says("it-help", "same for me!", reply_to=more)
    answered = await ben.says("it-help", "which one is it?", reply_to=more)
    await ana.says("it-help", "the black one", reply_to=answered)
    await ana.edits(more, "it is the charger")
    await it.settles()
    (ticket,) = await it.tickets()
    assert await it.told("reply", "edited") == [
        ("reply", "it is the battery", "ana"),
        ("reply", "same for me!", "erik"),
        ("reply", "which one is it?", "ben"),
        ("reply", "the black one", "ana"),
        ("edited", "it is the charger", "ana"),
    ]
    card = await ben.sees("my laptop is broken", "triage-it")
    assert ticket.owner == "ben" and card.thread and "the black one" in ben.shown(card.thread)


async def test_a_reply_to_the_desks_own_words_in_a_watched_room_belongs_to_their_ticket(it: Ears) -> None:
    """Where no thread can be begun the desk speaks below the message."""
    it.discord.faults.refused("POST /channels/{channel_id}/messages/{message_id}/threads", 160006, times=None)
    ana = it.person("ana")
    await ana.says("it-help", "my laptop is broken")
    await it.settles()
    it.later(hours=1)
    await ana.says("it-help", "it is the battery", reply_to=await ana.sees("IT-1001", "it-help"))
    await it.settles()
    assert len(await it.tickets()) == 1 and await it.told("reply") == [("reply", "it is the battery", "ana")]
    it.discord.violations.clear()


async def test_a_reply_in_a_watched_room_to_what_is_no_ticket_is_a_new_one(it: Ears) -> None:
    """BEHAVIOUR 4."""
    ana, ben = it.person("ana"), it.person("ben")
    said = await ben.says("it-help", "the printer on floor 2 is new")
    await ana.says("it-help", "it is broken already", reply_to=said)
    await it.settles()
    assert [t.title for t in await it.tickets()] == ["it is broken already"]


async def test_a_post_in_a_watched_forum_is_a_ticket(sqlite_database_url: str, tmp_path: Path) -> None:
    """BEHAVIOUR 4: a forum has no messages but those of its posts; what is said below the first one belongs to it."""

    def forum(text: str) -> str:
        return text.replace("watched: [it-help]", "watched: [it-help, questions]")

    async with listening(sqlite_database_url, tmp_path, change=forum) as it:
        it.discord.channel("questions", "forum")
        ana = it.person("ana")
        thread = await ana.posts("questions", "Laptop", "my laptop is broken")
        await it.settles()
        (ticket,) = await it.tickets()
        assert (ticket.title, ticket.origin_room, ticket.origin_thread) == (
            "my laptop is broken",
            "questions",
            thread.id,
        )
        await ana.says(thread, "it is the battery")
        await it.settles()
        assert await it.told("reply") == [("reply", "it is the battery", "ana")]
        assert "IT-1001" in ana.shown(thread)


async def test_a_room_that_is_not_watched_is_not_heard(it: Ears) -> None:
    """What people say elsewhere is none of the desk's business, and asks nothing of its database."""
    ana = it.person("ana")
    await ana.says("random", "my laptop is broken")
    await ana.says(await ana.starts_thread("random", "laptops"), "all of them are broken")
    await it.settles()
    assert await it.tickets() == [] and ana.shown("@") == ""


async def test_a_follow_up_joins_the_ticket_just_made(it: Ears) -> None:
    """BEHAVIOUR 4."""
    ana = it.person("ana")
    await ana.says("it-help", "my laptop is broken")
    await ana.says("it-help", "it is the one from last year")
    await it.settles()
    assert len(await it.tickets()) == 1
    assert await it.told("reply") == [("reply", "it is the one from last year", "ana")]


async def test_a_direct_message_is_a_ticket_after_one_click(it: Ears) -> None:
    """BEHAVIOUR 5: which still works after a restart; the question gives way to its answer."""
    ana = it.person("ana")
    await ana.says("@", "my screen is dark")
    await it.settles()
    question = await ana.sees("Shall I open a ticket for this?")
    assert await it.tickets() == []
    await it.restarts()
    answer = await ana.press(question, "Open a ticket")
    await it.settles()
    assert answer.message is question and "IT-1001 is open" in question.text and "Shall I" not in ana.shown("@")
    assert [t.requester for t in await it.tickets()] == ["ana"]


async def test_a_reply_in_the_talk_reaches_its_ticket(it: Ears) -> None:
    """BEHAVIOUR 18: there are no threads there; what a message replies to says which ticket is meant."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.says("@", "my screen is dark")
    await it.settles()
    await ana.press(await ana.sees("Shall I open a ticket for this?"), "Open a ticket")
    await it.settles()
    card = await ana.sees("We have your request")
    await ana.says("@", "it flickers, too", reply_to=card)
    await it.settles()
    assert await it.told("reply") == [("reply", "it flickers, too", "ana")]
    triage = await ben.sees("my screen is dark", "triage-it")
    assert triage.thread and "it flickers, too" in ben.shown(triage.thread)


async def test_a_reply_to_whatever_is_a_tickets_in_the_talk_belongs_to_it(it: Ears) -> None:
    """BEHAVIOUR 18: to the message that became it, to an earlier answer, to what the click was answered with."""
    ana = it.person("ana")
    asked = await ana.says("@", "my screen is dark")
    await it.settles()
    question = await ana.sees("Shall I open a ticket for this?")
    await ana.press(question, "Open a ticket")
    await it.settles()
    assert "IT-1001 is open" in question.text
    first = await ana.says("@", "since today", reply_to=asked)
    await it.settles()
    await ana.says("@", "it flickers, too", reply_to=first)
    await ana.says("@", "and it is hot", reply_to=question)
    await it.settles()
    assert [one[1] for one in await it.told("reply")] == ["since today", "it flickers, too", "and it is hot"]
    assert "Shall I open" not in ana.shown("@")


async def test_18_a_reply_to_the_line_that_says_what_was_added_belongs_to_that_ticket(it: Ears) -> None:
    """BEHAVIOUR 18: the line has no title, and names the ticket all the same."""
    ana = it.person("ana")
    await ana.says("it-help", "my laptop is broken")
    await ana.says("it-help", "it is the one from last year")
    await it.settles()
    it.later(hours=1)
    await ana.says("@", "and it smokes", reply_to=await ana.sees("Added to IT-1001."))
    await it.settles()
    assert [one[1] for one in await it.told("reply")] == ["it is the one from last year", "and it smokes"]
    assert len(await it.tickets()) == 1 and "Shall I open" not in ana.shown("@")


async def test_a_reply_to_the_desks_answer_about_anothers_ticket(it: Ears) -> None:
    """BEHAVIOUR 17: who works on it writes for the agents; who only put the emoji on it adds to it."""
    ana, ben, erik = it.person("ana"), it.person("ben"), it.person("erik")
    for number, (person, words) in enumerate(((ben, "she dropped it, surely"), (erik, "I saw it smoke"))):
        asked = await ana.says("random", f"my laptop {number} is broken")
        await person.reacts(asked, "🎫")
        await it.settles()
        await person.says("@", words, reply_to=await person.sees(f"IT-{1001 + number} is open"))
        await it.settles()
    assert await it.told("note", "reply") == [
        ("note", "she dropped it, surely", "ben"),
        ("reply", "I saw it smoke", "erik"),
    ]


async def test_talk_in_a_tickets_threads_reaches_the_other_side(it: Ears) -> None:
    """BEHAVIOUR 11, 17, 18: the requester's words reach the agents; the agents' talk stays with them."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.command("/ticket", "random", text="my laptop is broken")
    await it.settles()
    mine = await ana.sees_thread("my laptop is broken", "tickets")
    card = await ben.sees("my laptop is broken", "triage-it")
    thread = card.thread or await ben.starts_thread(card, "laptop")
    await ana.says(mine, "it is the battery")
    await ben.says(thread, "she dropped it, surely")
    await it.settles()
    assert "it is the battery" in ben.shown(thread) and "dropped" not in ana.shown(mine)
    assert sorted(one[:2] for one in await it.told("reply", "note")) == [
        ("note", "she dropped it, surely"),
        ("reply", "it is the battery"),
    ]


async def test_20_where_a_closed_ticket_s_thread_is_locked_its_requester_is_told_another_way(it: Ears) -> None:
    """BEHAVIOUR 20: nobody can write in a locked thread; the command opens the linked ticket from anywhere else."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.command("/ticket", "random", text="my laptop is broken")
    await it.settles()
    mine = await ana.sees_thread("my laptop is broken", "tickets")
    await ben.command("/close", "triage-it", ticket="IT-1001", text="A new one is on its way.")
    await it.settles()
    assert mine.locked and "Answer here" not in ana.shown(mine)
    assert "Answer with `/reply IT-1001` outside its thread, to open a linked ticket." in ana.shown(mine)
    await ana.command("/reply", "random", ticket="IT-1001", text="it has not come")
    await it.settles()
    assert [ticket.follows for ticket in await it.tickets()] == [None, 1001]


async def test_edits_and_deletions_reach_the_ticket(it: Ears) -> None:
    """BEHAVIOUR 10, 11: what was said before stays in the record."""
    ana = it.person("ana")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    await ana.edits(asked, "my old laptop is broken")
    await it.settles()
    await ana.deletes(asked)
    await it.settles()
    assert await it.told("opened", "edited", "deleted") == [
        ("opened", "my laptop is broken", "ana"),
        ("edited", "my old laptop is broken", "ana"),
        ("deleted", "", "ana"),
    ]


async def test_what_was_said_before_a_restart_may_be_deleted_after_it(it: Ears) -> None:
    """Discord does not say whose a deleted message was: the desk's record does."""
    ana = it.person("ana")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    await it.restarts()
    await ana.deletes(asked)
    await it.settles()
    assert await it.told("deleted") == [("deleted", "", "ana")]


async def test_the_emoji_makes_one_ticket_of_a_message(it: Ears) -> None:
    """BEHAVIOUR 3: whoever and however many react; the author asks, the first who reacts has filed it."""
    ana, ben, erik = it.person("ana"), it.person("ben"), it.person("erik")
    asked = await ana.says("random", "my laptop is broken")
    thread = await ben.starts_thread(asked, "laptop")
    await ben.says(thread, "since when?")
    await ana.says(thread, "since today")
    for person, emoji in ((erik, "👍"), (ben, "🎫"), (erik, "🎫")):
        await person.reacts(asked, emoji)
    await ben.unreacts(asked, "🎫")
    await ben.reacts(asked, "🎫")
    await it.settles()
    (ticket,) = await it.tickets()
    assert (ticket.requester, ticket.submitter, ticket.origin_thread) == ("ana", "ben", asked.id)
    assert [one[1] for one in await it.told("reply")] == ["since when?", "since today"]
    assert "IT-1001" in ana.shown(thread) and "Made from Ana Costa's message" in ben.shown("@")


async def test_roles_and_channels_have_names_in_a_message_that_a_ticket_is_made_of(it: Ears) -> None:
    """By the emoji and by the menu, and when it is caught up with: what is read over REST only has their ids."""
    ana, ben = it.person("ana"), it.person("ben")
    names = f"<@&{it.discord.role('helpers').id}> see <#{it.rooms['triage-it'].id}>: my laptop is broken"
    await ben.reacts(await ana.says("random", names), "🎫")
    await ben.context("Create ticket", await ana.says("random", names))
    await it.settles()
    await it.first.stop()
    it.replicas.remove(it.first)
    it.later(minutes=30)
    await ana.says("it-help", names)
    it.first = Replica(it, "again")
    await it.starts(it.first)
    await it.settles()
    assert [one[1] for one in await it.told("opened")] == ["@helpers see #triage-it: my laptop is broken"] * 3


async def test_the_emoji_in_a_thread_makes_a_ticket_of_the_thread(it: Ears) -> None:
    """BEHAVIOUR 3: its first message is the request, wherever in it somebody reacts."""
    ana, ben = it.person("ana"), it.person("ben")
    asked = await ana.says("random", "my laptop is broken")
    thread = await ben.starts_thread(asked, "laptop")
    said = await ana.says(thread, "since today")
    await ben.reacts(said, "🎫")
    await it.settles()
    (ticket,) = await it.tickets()
    assert (ticket.title, ticket.origin_room, ticket.origin_thread) == (
        "my laptop is broken",
        it.rooms["random"].id,
        thread.id,
    )
    await ana.says(thread, "please hurry")
    await it.settles()
    assert [one[1] for one in await it.told("reply")] == ["since today", "please hurry"]


async def test_the_emoji_in_the_talk_makes_a_ticket_of_ones_own_words(it: Ears) -> None:
    """BEHAVIOUR 3: at once, and not only when the desk catches up after a restart; of the desk's words none is made."""
    ana = it.person("ana")
    asked = await ana.says("@", "my screen is dark")
    await it.settles()
    question = await ana.sees("Shall I open a ticket for this?")
    for message in (asked, question):
        await ana.reacts(message, "🎫")
        await it.settles()
    (ticket,) = await it.tickets()
    assert (ticket.title, ticket.requester, ticket.origin_room) == ("my screen is dark", "ana", f"@{ana.id}")
    told = ana.shown("@")
    assert "Made from your message" in told and told.count("a message of the desk itself") == 1
    await it.restarts()
    await it.settles()
    assert ana.shown("@") == told
    await ana.press(question, "Open a ticket")
    assert len(await it.tickets()) == 1 and "It belongs to IT-1001 already." in question.text


async def test_where_the_bot_may_not_read_no_ticket_is_made_and_that_is_told(it: Ears) -> None:
    """The reaction is told of; the message is not to be read."""
    ana, ben = it.person("ana"), it.person("ben")
    asked = await ana.says("random", "my laptop is broken")
    it.discord.allow(it.rooms["random"], {"bot": (0, Permission.READ_MESSAGE_HISTORY)})
    await ben.reacts(asked, "🎫")
    await it.settles()
    assert await it.tickets() == [] and "may not read" in ben.shown("@")
    it.discord.violations.clear()


async def test_an_emoji_of_the_servers_own(sqlite_database_url: str, tmp_path: Path) -> None:
    """Settings: it is called by its name."""

    def own(text: str) -> str:
        return text.replace("discord: {tickets: tickets}", "discord: {tickets: tickets, reaction: helpme}")

    async with listening(sqlite_database_url, tmp_path, change=own) as it:
        ana, ben = it.person("ana"), it.person("ben")
        asked = await ana.says("random", "my laptop is broken")
        await ben.reacts(asked, "helpme:1574348783616000999")
        await it.settles()
        assert [t.requester for t in await it.tickets()] == ["ana"]


async def test_who_speaks_to_the_bot_is_asked_in_their_talk(it: Ears) -> None:
    """A mention outside of a watched room."""
    ana = it.person("ana")
    await ana.says("random", f"<@{it.discord.bot.id}> my laptop is broken")
    await it.settles()
    question = await ana.sees("Shall I open a ticket for this?", "@")
    assert "my laptop is broken" in question.text and "firstline" not in question.text
    await ana.press(question, "Open a ticket")
    assert [t.title for t in await it.tickets()] == ["my laptop is broken"]


async def test_who_is_answered_while_talks_are_opened_too_fast_is_answered_later(
    it: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "BUSY", 0.05)
    it.discord.faults.refused("POST /users/@me/channels", 40003)
    ana = it.person("ana")
    await ana.says("random", f"<@{it.discord.bot.id}> my laptop is broken")
    await it.settles()
    await ana.sees("Shall I open a ticket for this?", "@")
    it.discord.violations.clear()


@pytest.mark.parametrize("minutes", [0, 11])
async def test_who_speaks_to_the_bot_in_a_thread_that_is_no_tickets_is_asked(it: Ears, minutes: int) -> None:
    """As soon as it is sure that it will be none."""
    ana, erik = it.person("ana"), it.person("erik")
    thread = await erik.starts_thread(await erik.says("random", "anybody else without vpn?"), "vpn")
    it.later(minutes=minutes)
    await ana.says(thread, "me too")
    await ana.says(thread, f"<@{it.discord.bot.id}> the vpn is down")
    await it.settles()
    assert ana.shown("@").count("Shall I open a ticket for this?") == 1 and "> the vpn is down" in ana.shown("@")


@pytest.mark.parametrize("clicked_first", [True, False])
async def test_who_speaks_to_the_bot_gets_one_ticket_whoever_reacts(it: Ears, clicked_first: bool) -> None:
    """BEHAVIOUR 3: the offer stands in their talk, the message in a room."""
    ana, ben = it.person("ana"), it.person("ben")
    said = await ana.says("random", f"<@{it.discord.bot.id}> my laptop is broken")
    await it.settles()
    question = await ana.sees("Shall I open a ticket for this?", "@")
    if clicked_first:
        await ana.press(question, "Open a ticket")
    await ben.reacts(said, "🎫")
    await it.settles()
    if not clicked_first:
        await ana.press(question, "Open a ticket")
        await ana.sees("It belongs to IT-1001 already.", "@")
    assert len(await it.tickets()) == 1


async def test_who_takes_no_messages_is_answered_below_their_own(it: Ears) -> None:
    """50007, where there is no channel for private threads either."""
    it.change(lambda text: text.replace("discord: {tickets: tickets}", ""))
    erik = it.person("erik")
    erik.refuses_messages()
    await erik.says("random", f"<@{it.discord.bot.id}> my laptop is broken")
    await it.settles()
    await erik.sees("Shall I open a ticket for this?", "random")


async def test_who_takes_messages_again_is_answered_when_their_own_thread_is_gone(it: Ears) -> None:
    """10003: an answer is no post, and is not tried again by itself."""
    ana = it.person("ana")
    ana.refuses_messages()
    await ana.says("random", f"<@{it.discord.bot.id}> my laptop is broken")
    await it.settles()
    (thread,) = ana.threads("tickets")
    it.discord.delete(thread)
    ana.refuses_messages(refuses=False)
    await ana.says("random", f"<@{it.discord.bot.id}> my screen is dark")
    await it.settles()
    assert "my screen is dark" in (await ana.sees("Shall I open a ticket for this?", "@")).text


async def test_files_come_along_with_what_is_said(it: Ears) -> None:
    """BEHAVIOUR 11: files reach the ticket; stickers and previews of links are no words."""
    ana = it.person("ana")
    await ana.says("it-help", "my screen is dark", files=[("photo.png", b"\x89PNG", "image/png")])
    await it.settles()
    assert [(one.name, one.type) for one in await it.kept()] == [("photo.png", "image/png")]
    assert await it.told("opened") == [("opened", "my screen is dark\n📎 photo.png", "ana")]


async def test_a_file_whose_address_has_expired_is_asked_for_again(it: Ears) -> None:
    """BEHAVIOUR 11: Discord's addresses of files expire, and the desk may have been away for a day."""
    ana = it.person("ana")
    said = await ana.says("it-help", "my screen is dark", files=[("photo.png", b"\x89PNG", "image/png")])
    await it.heard()
    said.attachments[0].url += "0"
    await it.settles()
    assert [one.content for one in await it.kept()] == [b"\x89PNG"]


@pytest.mark.parametrize("way", ["said", "menu", "emoji"])
async def test_the_files_of_a_forwarded_message_come_along(it: Ears, way: str) -> None:
    """BEHAVIOUR 11: asked for again at the message that forwards them, as the desk may not see where they were."""
    ana, ben = it.person("ana"), it.person("ben")
    files = [("photo.png", b"\x89PNG", "image/png")]
    said = await ana.says("random", "my screen is dark", files=files)
    passed_on = await ana.forwards(said, "it-help" if way == "said" else "random")
    if way == "menu":
        await ben.context("Create ticket", passed_on)
    elif way == "emoji":
        await ben.reacts(passed_on, "🎫")
    await it.heard()
    await ana.deletes(said)
    said.attachments[0].url += "0"
    await it.settles()
    assert [(one.name, one.content) for one in await it.kept()] == [("photo.png", b"\x89PNG")]
    assert [words for _, words, _ in await it.told("opened")] == ["my screen is dark\n📎 photo.png"]


@pytest.mark.parametrize("name", ["big.zip", "read.md", "photo.png"])
async def test_a_files_name_is_not_taken_for_a_website(it: Ears, name: str) -> None:
    """Of a label that could be one, it is shown where the link leads: zip and md are top-level domains."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.says("it-help", "my screen is dark", files=[(name, b"content", "application/octet-stream")])
    await it.settles()
    await it.settles()
    card = await ben.sees("my screen is dark", "triage-it")
    assert card.thread
    line = await ben.sees("from Ana Costa", card.thread)
    host = urlsplit(it.settings.organisation.address).hostname
    assert name in line.text and "/files/1" in line.text and f"({host})" not in line.text


async def test_what_the_database_did_not_take_is_tried_again_and_told(it: Ears) -> None:
    """Discord delivers nothing again: it is tried here, and in the end they are told."""
    ana = it.person("ana")
    receive, tries = it.desk.receive, []

    async def lossy(incoming: Incoming) -> Reply:
        tries.append(incoming.id)
        lost = replace(refuse("The database does not take anything at the moment."), lost=True)
        return lost if len(tries) < 2 or "printer" in incoming.text else await receive(incoming)

    it.desk.receive = lossy  # type: ignore[method-assign]
    await ana.says("it-help", "my laptop is broken")
    await it.settles()
    assert len(await it.tickets()) == 1
    await ana.says("it-help", "and the printer is broken")
    await it.settles()
    assert "does not take anything" in ana.shown("@") and len(await it.tickets()) == 1


async def test_a_reply_ahead_of_its_ticket_finds_it(it: Ears) -> None:
    """A thread may be answered in before the desk has noted whose it is."""
    ana = it.person("ana")
    await ana.command("/ticket", "random", text="my laptop is broken")
    sending = asyncio.create_task(it.heartbeat.beat_all())
    mine = await ana.sees_thread("my laptop is broken", "tickets")
    await ana.says(mine, "it is the battery")
    await sending
    await it.settles()
    assert await it.told("reply") == [("reply", "it is the battery", "ana")]


async def test_without_the_intent_people_are_told_that_their_words_are_not_read(wordless: Ears) -> None:
    """MESSAGE_CONTENT is optional: nothing is silently lost. It is told once in a thread, with the button that can."""
    it, ana = wordless, wordless.person("ana")
    await ana.command("/ticket", "random", text="my laptop is broken")
    await it.settles()
    mine = await ana.sees_thread("my laptop is broken", "tickets")
    await ana.says(mine, "it is the battery")
    await ana.says(mine, "are you there?")
    await it.settles()
    told = await ana.sees("I cannot read", mine)
    assert ana.shown(mine).count("I cannot read") == 1 and await it.told("reply") == []
    form = (await ana.press(told, "Add to the ticket")).modal
    assert form and "Ticket" not in form.labels, "the thread says which ticket"
    await ana.submit(form, {"Your words": "it is the battery"})
    assert await it.told("reply") == [("reply", "it is the battery", "ana")]


async def test_without_the_intent_a_watched_room_points_to_the_form(wordless: Ears) -> None:
    """Once to each person, with the button; and again when that is as long ago as deliveries are remembered."""
    it, ana = wordless, wordless.person("ana")
    for words in ("my laptop is broken", "hello?"):
        await ana.says("it-help", words)
    await it.settles()
    told = await ana.sees("I cannot read", "it-help")
    assert ana.shown("it-help").count("I cannot read") == 1 and await it.tickets() == []
    assert (await ana.press(told, "Ask for help")).modal
    it.later(days=8)
    await it.first.heartbeat.beat("retention")
    await ana.says("it-help", "my laptop is broken again")
    await it.settles()
    assert ana.shown("it-help").count("I cannot read") == 2


async def test_without_the_intent_direct_messages_mentions_and_menus_work(wordless: Ears) -> None:
    """Discord hands the words over where somebody speaks to the bot, or gives it a message; not with a reaction."""
    it, ana, ben = wordless, wordless.person("ana"), wordless.person("ben")
    await ana.says("@", "my screen is dark")
    await it.settles()
    await ana.sees("Shall I open a ticket for this?", "@")
    asked = await ana.says("random", "my laptop is broken", files=[("photo.png", b"\x89PNG", "image/png")])
    await ben.reacts(asked, "🎫")
    await it.settles()
    assert "Create ticket" in ben.shown("@") and await it.tickets() == []
    await ben.context("Create ticket", asked)
    assert [t.title for t in await it.tickets()] == ["my laptop is broken"]
    assert [one.name for one in await it.kept()] == ["photo.png"]
