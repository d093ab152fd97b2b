"""The same desk in every chat, and in two at once: BEHAVIOUR 18, 28."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.chats import WebChat
from tests.stories.chats.discord import discord_chat
from tests.stories.chats.slack import slack_chat
from tests.stories.company import Company, NotPossible, words_of
from tests.stories.conftest import every_post_stands_once

EVERY_WAY = ("web", "slack", "slack over http", "discord", "discord with forums", "discord without direct messages")


@pytest.mark.told_in(*EVERY_WAY, why="some chats are used in several ways")
async def test_a_ticket_from_its_first_word_to_its_stars(company: Company) -> None:
    """BEHAVIOUR 1, 3, 4, 5, 15, 18, 20: whichever way the desk hears of it."""
    ana, ben, chloe = company.people("ana", "ben", "chloe")
    await ana.says("my laptop is broken", in_="#it-help")
    asked = company.room("#it-help").by("ana")
    await chloe.reacts(asked)
    await ben.clicks("Claim", in_="triage-it")
    await ben.clicks("Reply", in_="triage-it", text="Did you charge it?")
    company.room("#it-help").hears("Did you charge it?", mentioning="ana")
    await ana.says("yes, all nihgt", under=asked)
    await ana.edits(company.room("#it-help").by("ana", "nihgt"), "yes, all night")
    assert "yes, all night" in company.room("triage-it").thread("IT-1001")[-1]
    form = await ben.clicks("Resolve", in_="triage-it")
    assert (await ben.submits(form, resolution=" ")).form
    await ben.submits(form, resolution="Changed the battery.")
    await ana.clicks("Fixed", in_="#it-help")
    assert "Thank you" in words_of(await ana.clicks("★★★★ 4 of 5", in_="#it-help"))
    company.room("triage-it").card("IT-1001").shows(Status="Closed", Owner="Ben Adler", Rated="★★★★☆ 4 of 5")
    await ana.says("the mouse is dead")
    await ana.clicks("Open a ticket")
    assert [ticket.number for ticket in await company.tickets()] == [1001, 1002]


@pytest.mark.told_in("discord", why="only Discord has threads that are private, and can be shut")
async def test_18_a_private_thread_is_the_teams_and_the_requesters_and_is_shut_with_the_ticket(
    company: Company,
) -> None:
    """BEHAVIOUR 17, 18, 20: nobody else sees it; a ticket that is reopened opens it again."""
    ana, erik, ben, dev = company.people("ana", "erik", "ben", "dev")
    await ana.says("/ticket my laptop is broken", in_="#it-help")
    card = ana.talk.card("IT-1001")
    await ana.says("it is the grey one", under=card)
    await ben.says("is it plugged in?", under=card)
    ana.talk.hears("is it plugged in?")
    company.room("triage-it").hears("it is the grey one")
    assert any(m.words == "it is the grey one" for m in ben.sees())
    assert not [m for who in (erik, dev) for m in who.sees() if "grey one" in m.words and m.room == "@ana"]
    await ben.says("/resolve IT-1001 plugged it in")
    await ana.clicks("Fixed")
    for who in (ana, ben):
        with pytest.raises(NotPossible):
            await who.says("one more thing", under=card)
    assert "`/reply IT-1001`" in words_of(await ana.says("/fixed IT-1001"))
    assert "this is a new ticket, linked to it" in words_of(await ana.says("/reply IT-1001 it is off again"))
    await ben.says("/reopen IT-1001 it was the same")
    await ana.says("and it smells", under=card)
    company.room("triage-it").hears("and it smells", mentioning="ben")
    assert ana.talk.card("IT-1001").id == card.id


@pytest.mark.told_in("discord", why="only Discord has threads that are private, and can be shut")
async def test_21_the_private_thread_of_a_duplicate_stays_open(company: Company) -> None:
    """BEHAVIOUR 18, 21: what is said there belongs to the main ticket, and the other way round."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket the printer on floor 3 is broken", in_="#it-help")
    await erik.says("/ticket printer broken, third floor", in_="#it-help")
    await ben.says("/merge IT-1002 IT-1001")
    await erik.says("it is loud, too", under=erik.talk.card("IT-1002"))
    company.room("triage-it").hears("it is loud, too")
    await ben.says("/reply IT-1001 A new drum is coming.")
    erik.heard("A new drum is coming.")
    assert ana.heard("A new drum is coming.").thread == ana.talk.card("IT-1001").id
    ana.talk.never_hears("it is loud, too")


@pytest.fixture
async def two_chats(sqlite_database_url: str, tmp_path: Path, unhurried: None) -> AsyncIterator[Company]:
    """A company that asks in Slack and works in the playground; what is late is told in both."""
    async with slack_chat() as slack:
        company = Company(sqlite_database_url, tmp_path, [slack, WebChat(tmp_path)])
        company.edit_settings(
            ("[slack:triage", "[web:triage"),
            ("watched: [it-help]}", "watched: [it-help]}\n  web: {escalations: escalations}"),
        )
        await company.opens()
        try:
            yield company
            slack.check()
        finally:
            await company.closes()


async def test_18_asked_in_slack_worked_in_the_playground_escalated_in_both(two_chats: Company) -> None:
    """BEHAVIOUR 18, 28: one conversation, whatever the two sides use; and one ladder, wherever it is acknowledged."""
    company = two_chats
    ana, lena = company.people("ana", "lena", on="slack")
    ben, max_ = company.people("ben", "max", on="web")
    triage = company.room("triage-it", on="web")

    await ana.says("my laptop is broken", in_="#it-help")
    asked = company.room("#it-help").by("ana")
    triage.card("IT-1001").shows(Status="New", Requester="Ana Costa", Owner="IT Help (not claimed yet)")
    await company.time_passes(hours=4)
    places = [company.room("escalations", on=chat) for chat in ("slack", "web")]
    for place in places:
        place.hears("First response overdue: IT-1001", mentioning="lena", times=1)
    await lena.clicks("Acknowledge", in_="escalations")
    for place in places:
        assert "Acknowledged by Lena Vogt" in place.hears("First response overdue: IT-1001", times=1).words
    assert "Lena Vogt acknowledged the escalation." in triage.thread("IT-1001")[-1]

    await ben.clicks("Claim", in_="triage-it")
    await ben.clicks("Reply", in_="triage-it", text="Did you charge it?")
    answer = company.room("#it-help").hears("Did you charge it?", mentioning="ana")
    assert answer.thread == asked.id
    for place in places:
        assert not place.hears("First response overdue: IT-1001", times=1).buttons
    await ana.says("yes, all night", under=asked)
    triage.hears("yes, all night", mentioning="ben")
    assert "yes, all night" in words_of(await max_.says("/tickets status IT-1001"))

    await ben.clicks("Resolve", in_="triage-it", resolution="Changed the battery.")
    await ana.clicks("Fixed", in_="#it-help")
    triage.card("IT-1001").shows(Status="Closed", Owner="Ben Adler")
    assert [(entry.author, entry.public) for entry in await company.timeline("IT-1001") if entry.kind == "reply"] == [
        ("ben", True),
        ("ana", True),
    ]
    await every_post_stands_once(company)


@pytest.fixture
async def discord_and_slack(sqlite_database_url: str, tmp_path: Path, unhurried: None) -> AsyncIterator[Company]:
    """A company that asks in Discord and works in Slack; what is late is told in both."""
    async with discord_chat() as discord, slack_chat() as slack:
        company = Company(sqlite_database_url, tmp_path, [discord, slack])
        company.edit_settings(
            ("[discord:triage", "[slack:triage"),
            ("watched: [it-help]}", "watched: [it-help]}\n  slack: {escalations: escalations}"),
        )
        await company.opens()
        try:
            yield company
            discord.check()
            slack.check()
        finally:
            await company.closes()


async def test_18_asked_in_discord_worked_in_slack_escalated_in_both(discord_and_slack: Company) -> None:
    """BEHAVIOUR 17, 18, 20, 28: a private thread on the one side, a card's thread on the other; one ladder for both."""
    company = discord_and_slack
    ana, max_ = company.people("ana", "max", on="discord")
    ben, lena = company.people("ben", "lena", on="slack")
    triage = company.room("triage-it", on="slack")

    await ana.says("/ticket my laptop is broken", in_="#it-help")
    mine = ana.talk.card("IT-1001")
    mine.shows(Status="New", Priority="Low")
    triage.card("IT-1001").shows(Status="New", Requester="Ana Costa", Owner="IT Help (not claimed yet)")
    await company.time_passes(hours=4)
    places = [company.room("escalations", on=chat) for chat in ("discord", "slack")]
    for place in places:
        place.hears("First response overdue: IT-1001", mentioning="lena", times=1)
    await company.time_passes(minutes=31)
    await max_.clicks("Acknowledge", in_="escalations")
    for place in places:
        assert "Acknowledged by Max Stein" in place.hears("First response overdue: IT-1001", mentioning="max").words
    assert "Max Stein acknowledged the escalation." in triage.thread("IT-1001")[-1]

    await lena.clicks("Assign", in_="triage-it", person="@ben")
    await ben.says("the charger of that model is known for it", under=triage.card("IT-1001"))
    await ben.clicks("Reply", in_="triage-it", text="Did you charge it?")
    answer = ana.heard("Did you charge it?", pinged=True)
    assert answer.thread == mine.id
    ana.talk.never_hears("known for it")
    for place in places:
        assert not place.hears("First response overdue: IT-1001", times=2).buttons
    await ana.says("yes, all night", under=mine)
    triage.hears("yes, all night", mentioning="ben")
    await ben.clicks("Resolve", in_="triage-it", resolution="Changed the battery.")
    await ana.clicks("Fixed")
    await ana.clicks("★★★★★ 5 of 5")
    triage.card("IT-1001").shows(Status="Closed", Owner="Ben Adler", Rated="★★★★★ 5 of 5")
    ana.talk.card("IT-1001").shows(Status="Closed")
    assert [(entry.author, entry.public) for entry in await company.timeline("IT-1001") if entry.kind == "reply"] == [
        ("ben", True),
        ("ana", True),
    ]
    await every_post_stands_once(company)
