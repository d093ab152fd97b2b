"""Commands, buttons and forms on Discord: answered at once, to one person, once, and without the database first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.discord_ears import Ears, listening

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


async def fails(*_: Any) -> Any:
    """A database that is away."""
    raise TimeoutError


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """A company on Discord, on a Monday at nine."""
    async with listening(sqlite_database_url, tmp_path) as made:
        yield made


async def test_a_command_with_words_is_a_ticket_at_once(it: Ears) -> None:
    """BEHAVIOUR 2: it exists when the command returns; fixes come with it as buttons, to them alone."""
    ana = it.person("ana")
    answer = await ana.command("/ticket", "random", text="vpn does not connect any more")
    await it.settles()
    assert answer.ephemeral and "IT-1001 is open" in answer.text
    assert "VPN does not connect" in answer.text and answer.message and "This fixed it" in answer.message.buttons
    assert [t.requester for t in await it.tickets()] == ["ana"]
    assert not answer.followups


async def test_a_command_without_words_opens_a_form(it: Ears) -> None:
    """BEHAVIOUR 1: a form, and after it the number, the priority, the team, when an answer is due."""
    ana = it.person("ana")
    form = (await ana.command("/ticket", "random")).modal
    assert form and form.title == "Ask for help"
    answer = await ana.submit(form, {"What is the matter?": "the screen is broken", "Urgency": "High: I cannot work"})
    assert answer.ephemeral
    assert all(words in answer.text for words in ("IT-1001 is open", "Medium", "IT Help", "due"))
    assert [(t.urgency, t.category) for t in await it.tickets()] == [("high", "Hardware")]


async def test_a_bad_field_keeps_what_was_typed(it: Ears) -> None:
    """BEHAVIOUR 1: Discord shows no errors in a form, so a button opens it again as it was filled in."""
    ana = it.person("ana")
    form = (await ana.command("/ticket", "random")).modal
    answer = await ana.submit(form, {"What is the matter?": "\u2800\u2800", "Urgency": "High: I cannot work"})
    assert answer.message and "please fill this in" in answer.text and answer.message.buttons == ["Correct it"]
    again = (await ana.press(answer.message, "Correct it")).modal
    assert again and "High: I cannot work" in again.text
    done = await ana.submit(again, {"What is the matter?": "the screen is broken"})
    assert "IT-1001 is open" in done.text and done.message is answer.message, "it takes the place of what was wrong"
    assert [t.urgency for t in await it.tickets()] == ["high"]


async def test_files_come_along_with_a_form(it: Ears) -> None:
    """BEHAVIOUR 11: what is uploaded with a form reaches the ticket."""
    ana = it.person("ana")
    form = (await ana.command("/ticket", "random")).modal
    picture = ("screen.png", b"\x89PNG", "image/png")
    await ana.submit(form, {"What is the matter?": "the screen is broken"}, files={"Files": [picture]})
    await it.settles()
    assert [one.name for one in await it.kept()] == ["screen.png"]


async def test_a_file_without_an_ending_is_known_by_its_type(it: Ears) -> None:
    """BEHAVIOUR 11: Discord tells the character set with it."""
    ana = it.person("ana")
    form = (await ana.command("/ticket", "random")).modal
    words = ("README", b"some words", "text/plain; charset=utf-8")
    await ana.submit(form, {"What is the matter?": "the screen is broken"}, files={"Files": [words]})
    await it.settles()
    assert [(one.type, one.content) for one in await it.kept()] == [("text/plain", b"some words")]


async def test_more_than_five_fields_come_in_steps(it: Ears) -> None:
    """A modal holds five: a button leads on, with the answers so far."""
    ben, ana = it.person("ben"), it.person("ana")
    form = (await ben.command("/ticket-for", "triage-it")).modal
    assert form and "(1 of 2)" in form.title
    between = await ben.submit(
        form, {"For whom?": ana, "How did they ask?": "Walk-up", "What is the matter?": "the screen is broken"}
    )
    assert await it.tickets() == [] and between.message and between.message.buttons == ["Continue"]
    further = (await ben.press(between.message, "Continue")).modal
    assert further and "(2 of 2)" in further.title
    done = await ben.submit(further, {})
    assert "Filed for Ana Costa (walk-up)" in done.text and done.message is between.message
    assert [(t.requester, t.submitter) for t in await it.tickets()] == [("ana", "ben")]


async def test_for_whom_a_ticket_is_filed_is_talked_with_in_a_private_thread(it: Ears) -> None:
    """BEHAVIOUR 6: as if they had asked themselves; only what they begin in their talk with the bot stays there."""
    ana, ben = it.person("ana"), it.person("ben")
    await ben.command("/ticket-for", "triage-it", person=ana, via="phone", text="the screen is broken")
    await it.settles()
    thread = await ana.sees_thread("the screen is broken", "tickets")
    assert {ana.id, ben.id} <= set(thread.members) and ana.shown("@") == ""


async def test_the_first_answer_does_not_wait_for_the_database(it: Ears) -> None:
    """Discord waits three seconds: form or not is decided without a look at the database, whatever its state."""
    ana = it.person("ana")
    async with it.stuck():
        assert (await ana.command("/ticket", "random")).modal
        waiting = asyncio.create_task(ana.command("/ticket", "random", text="the screen is broken"))
        await it.discord.until(lambda: [one for one in it.discord.interactions.all.values() if one.answered == 5])
    assert "is open" in (await waiting).text


async def test_delivered_twice_it_is_done_and_answered_once(it: Ears) -> None:
    """BEHAVIOUR 23: repeated deliveries have one effect."""
    ana = it.person("ana")
    it.discord.faults.doubled()
    answer = await ana.command("/ticket", "random", text="the screen is broken")
    await it.settles()
    assert "is open" in answer.text and len(await it.tickets()) == 1
    assert answer.interaction and len(it.discord.asked(CALLBACK)) == 1


async def test_a_first_answer_lost_on_the_way_is_given_again(it: Ears) -> None:
    """TRAPS: 40060 says that it got through the first time; nobody sees any of it."""
    ana = it.person("ana")
    it.discord.faults.lost(CALLBACK)
    lost = await ana.command("/ticket", "random", text="the screen is broken")
    it.discord.faults.dropped(CALLBACK)
    dropped = await ana.command("/ticket", "random", text="the printer is broken")
    await it.settles()
    assert "IT-1001 is open" in lost.text and "IT-1002 is open" in dropped.text
    it.discord.violations.clear()  # a second answer is one, here as there


async def test_what_comes_too_late_is_not_done(it: Ears) -> None:
    """TRAPS: 10062. They were told that the app did not respond, and will ask again: it is not to be done twice."""
    ana = it.person("ana")
    it.discord.interactions.patience = 0.05
    it.discord.faults.delay(0.2)
    answer = await ana.command("/ticket", "random", text="the screen is broken")
    await it.discord.until(lambda: it.discord.violations)
    await it.settles()
    assert "did not respond" in answer.error and await it.tickets() == []
    it.discord.violations.clear()


async def test_an_answer_whose_place_is_gone_is_said_in_the_talk(it: Ears) -> None:
    """The token is good for a quarter of an hour: what takes longer is told all the same."""
    ana = it.person("ana")
    it.discord.faults.refused("PATCH /webhooks/*", 50027, times=None)
    await ana.command("/ticket", "random", text="the screen is broken", waits=0.1)
    await ana.sees("IT-1001 is open", "@")


async def test_buttons_work_after_a_restart(it: Ears) -> None:
    """BEHAVIOUR 22: all that a button needs stands in it, whoever listens by now."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.command("/ticket", "random", text="the screen is broken")
    await it.settles()
    card = await ben.sees("the screen is broken", "triage-it")
    await it.restarts()
    answer = await ben.press(card, "Claim")
    assert answer.ephemeral and "yours" in answer.text
    await it.settles()
    assert [t.owner for t in await it.tickets()] == ["ben"]
    form = (await ben.press(card, "Reply")).modal
    assert form and "IT-1001" in form.title


async def test_a_claim_lost_to_somebody_is_told_to_the_loser_alone(it: Ears) -> None:
    """BEHAVIOUR 16: first come; the loser learns privately who has it."""
    ana, ben, chloe = it.person("ana"), it.person("ben"), it.person("chloe")
    await ana.command("/ticket", "random", text="the screen is broken")
    await it.settles()
    card = await ben.sees("the screen is broken", "triage-it")
    first, second = await asyncio.gather(ben.press(card, "Claim"), chloe.press(card, "Claim"))
    owner = (await it.tickets())[0].owner
    loser = second if owner == "ben" else first
    assert first.ephemeral and second.ephemeral
    assert {"ben": "Ben Adler", "chloe": "Chloe Martin"}[owner] in loser.text


async def test_who_may_not_is_refused_and_the_buttons_stay(it: Ears) -> None:
    """BEHAVIOUR, roles: looked up at the click, never trusted from the message."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.command("/ticket", "random", text="the screen is broken")
    await it.settles()
    card = await ben.sees("the screen is broken", "triage-it")
    before = list(card.buttons)
    answer = await ana.press(card, "Claim")
    assert answer.ephemeral and answer.message is not card and card.buttons == before
    assert [t.owner for t in await it.tickets()] == [None]


async def test_roles_on_discord_are_roles_here(it: Ears) -> None:
    """BEHAVIOUR, roles: as the click carries them; in a direct talk, where it carries none, as Discord says."""
    agents = it.discord.role("agents")
    it.change(
        lambda text: text.replace(
            "    members:\n      ben:", f'    agent_roles: {{discord: ["{agents.id}"]}}\n    members:\n      ben:'
        )
    )
    eve, ana = it.discord.user("eve", roles=[agents]), it.person("ana")
    await ana.command("/ticket", "random", text="the screen is broken")
    await it.settles()
    card = await eve.sees("the screen is broken", "triage-it")
    assert "yours" in (await eve.press(card, "Claim")).text
    assert "Nobody has these" in (await eve.command("/queue", "@")).text
    eve.member.roles.clear()
    assert "Nobody has these" not in (await eve.command("/queue", "random")).text


async def test_a_question_gives_way_to_its_answer(it: Ears) -> None:
    """BEHAVIOUR 2: “This fixed it” closes the ticket, and what was asked is not asked again."""
    ana = it.person("ana")
    answer = await ana.command("/ticket", "random", text="vpn does not connect any more")
    await it.settles()
    assert answer.message
    shown = await ana.press(answer.message, "Show")
    assert shown.message is not answer.message and "Restart the VPN client" in shown.text
    done = await ana.press(answer.message, "This fixed it")
    assert done.message is answer.message and "is closed" in done.text and not answer.message.buttons
    assert [t.status for t in await it.tickets()] == ["closed"]


async def test_a_refusal_leaves_the_question_and_its_buttons(it: Ears) -> None:
    """What was clicked on stays; what was wrong stands below it, and once."""
    ana, dev = it.person("ana"), it.person("dev")
    answer = await ana.command("/ticket", "random", text="vpn does not connect any more")
    await it.settles()
    assert answer.message
    before = list(answer.message.buttons)
    await dev.command("/close", "random", ticket="IT-1001", text="a test")
    for _ in range(2):
        refused = await ana.press(answer.message, "This fixed it")
        assert refused.message is answer.message and answer.message.buttons == before
        assert refused.text.count("Not possible") == 1, refused.text


async def test_completion_offers_what_one_may_see(it: Ears) -> None:
    """BEHAVIOUR, roles: not in autocomplete either. Articles are offered while the request is typed."""
    ana, erik, ben = it.person("ana"), it.person("erik"), it.person("ben")
    await ana.command("/ticket", "random", text="the screen is broken")
    assert [name for name, _ in await ana.types("/tickets-status", "random", "ticket")] == [
        "IT-1001 · the screen is broken"
    ]
    assert await erik.types("/tickets-status", "random", "ticket", "screen") == []
    assert len(await ben.types("/claim", "triage-it", "ticket", "1001")) == 1
    articles = await ana.types("/ticket", "random", "text", "vpn does not connect")
    assert ("VPN does not connect", "article:vpn-drops") in articles
    answer = await ana.command("/ticket", "random", text="article:vpn-drops")
    assert "Restart the VPN client" in answer.text and len(await it.tickets()) == 1


async def test_a_slow_database_completes_nothing_and_fails_nothing(it: Ears) -> None:
    """Autocomplete has its deadline too: nobody sees an error while they type."""
    ana = it.person("ana")
    it.first.desk.complete = fails  # type: ignore[method-assign]
    assert await ana.types("/tickets-status", "random", "ticket") == []


async def test_create_ticket_on_a_message_takes_its_thread_along(it: Ears) -> None:
    """BEHAVIOUR 3: the author is the requester; what was said behind it belongs to the ticket."""
    ana, ben = it.person("ana"), it.person("ben")
    asked = await ana.says("random", "my laptop is broken")
    thread = await ben.starts_thread(asked, "laptop")
    await ben.says(thread, "since when?")
    await ana.says(thread, "since today")
    answer = await ben.context("Create ticket", asked)
    again = await ben.context("Create ticket", asked)
    await it.settles()
    assert answer.ephemeral and "IT-1001" in answer.text and "already" in again.text
    ticket = (await it.tickets())[0]
    assert (ticket.requester, ticket.submitter, ticket.origin_thread) == ("ana", "ben", asked.id)
    assert [words for _, words, _ in await it.told("reply")] == ["since when?", "since today"]
    await ana.sees("IT-1001", thread)


async def test_tickets_of_somebody_are_for_agents(it: Ears) -> None:
    """The menu on a person: their tickets, for who may see them."""
    ana, ben, erik = it.person("ana"), it.person("ben"), it.person("erik")
    await ana.command("/ticket", "random", text="the screen is broken")
    assert "IT-1001" in (await ben.context("Tickets of …", ana, "random")).text
    assert "IT-1001" not in (await erik.context("Tickets of …", ana, "random")).text


async def test_another_server_is_turned_away(it: Ears) -> None:
    """One guild: the others are answered politely, and nothing of the desk is shown there."""
    other = it.discord.add_guild("Elsewhere")
    eve = it.discord.user("eve", guild=other)
    it.discord.channel("hall", guild=other)
    answer = await eve.command("/ticket", "hall", text="the screen is broken")
    assert answer.ephemeral and "another server" in answer.text and await it.tickets() == []


async def test_a_picture_comes_with_a_report(it: Ears) -> None:
    """BEHAVIOUR 36: in chat, with a picture."""
    lena, ana = it.person("lena"), it.person("ana")
    await ana.command("/ticket", "random", text="the screen is broken")
    answer = await lena.command("/report", "random")
    assert answer.message and [one.filename for one in answer.message.attachments] == ["picture.png"]
    assert answer.message.attachments[0].content.startswith(b"\x89PNG")
