"""Slash commands, forms and clicks, over sockets and over HTTP, against the strict Slack."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.slack import acts
from bot.words import Incoming, Reply
from tests.adapters.slack_company import Company

both = pytest.mark.parametrize("way", ["socket", "http"])


@both
async def test_a_command_with_words_is_a_ticket_when_it_returns(it: Company) -> None:
    """BEHAVIOUR 2: the ticket exists when the command returns, and fixes come with it."""
    ana = it.person("ana", "it-help")
    answer = await ana.command("/ticket", "my vpn does not connect", "it-help")
    assert not answer.error and "IT-1001 is open" in str(answer.body)
    assert [(t.requester, t.via, t.origin_room) for t in await it.tickets()] == [("ana", "slack", "it-help")]
    await it.settles()
    fixes = await ana.sees("This may fix it at once", "it-help")
    assert [one.ephemeral for one in ana.ephemerals("it-help")] == [ana.id, ana.id]
    assert "Priority" not in it.slack.show(fixes), "Slack keeps what it answered, so that it is not said again"
    assert "✅" not in it.slack.show(fixes), "nothing is done yet"


@both
async def test_what_was_decided_is_not_asked_again(it: Company) -> None:
    """BEHAVIOUR 2: the question's buttons go with the answer, which takes its place."""
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "my vpn does not connect", "it-help")
    await it.settles()
    fixes = await ana.sees("This may fix it at once", "it-help")
    await ana.clicks(fixes, "Show")
    await it.settles()
    await ana.sees("Restart the VPN client", "it-help")
    assert "This fixed it" in it.slack.show(fixes), "what only shows something stays usable"
    await ana.clicks(fixes, "This fixed it")
    await it.settles()
    assert "[This fixed it]" not in it.slack.show(fixes) and "None of these" not in ana.shown("it-help")
    assert [t.outcome for t in await it.tickets()] == ["self-served"]


@both
async def test_a_command_without_words_opens_a_form(it: Company) -> None:
    """BEHAVIOUR 1: a bad field answers inline and keeps what was typed; success is private."""
    ana = it.person("ana", "it-help")
    assert not (await ana.command("/ticket", "", "it-help")).body
    form = await ana.gets_modal("Ask for help")
    told = await ana.submits(form, {"What is the matter?": "\u200b"})
    assert "What is the matter?" in told and ana.modal is form
    assert await ana.submits(form, {"What is the matter?": "my laptop is broken"}) == {}
    await it.settles()
    assert ana.modal is None
    await ana.sees("IT-1001 is open", "it-help")
    assert all(one.ephemeral == ana.id for one in ana.messages("it-help"))


async def test_a_form_of_which_the_answer_got_lost_is_one_ticket(it: Company) -> None:
    """Sent again with the same words it is the same form, whatever its trigger."""
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "", "it-help")
    form = await ana.gets_modal()
    for _ in range(2):
        form.closed = False
        it.slack.views.stacks[ana.id] = [form]
        await ana.submits(form, {"What is the matter?": "my laptop is broken"})
    assert len(await it.tickets()) == 1


async def test_a_form_from_where_the_bot_is_not_is_answered_all_the_same(it: Company) -> None:
    """The response_url of the command works anywhere; without it the answer goes into the talk with the bot."""
    ana = it.person("ana")
    it.slack.channel("private", ana, kind="group", bot=False)
    for words, place in (("my laptop is broken", "private"), ("my screen is dark", "@")):
        await ana.command("/ticket", "", "private")
        form = await ana.gets_modal()
        if place == "@":  # another replica opened it, or this one before a restart
            it.adapter.listening(it.desk)._acts._answers._opened.clear()
        assert await ana.submits(form, {"What is the matter?": words}) == {}
        await it.settles()
        await ana.sees(f"is open\n  {words}", place)
    assert len(it.slack.violations.take("channel_not_found")) == 1


async def test_a_command_that_names_a_person_finds_who_is_new_to_the_desk(it: Company) -> None:
    """BEHAVIOUR 6: an agent files for somebody else, who is the requester and is told."""
    ben, zoe = it.person("ben", "triage-it"), it.person("zoe")
    answer = await ben.command("/ticket", f"for <@{zoe.id}|zoe> by phone her screen stays black", "triage-it")
    assert "Filed for Zoe" in str(answer.body)
    await it.settles()
    await zoe.sees("her screen stays black")
    assert (await it.tickets())[0].requester == f"slack:{zoe.id}"


async def test_agents_are_known_by_their_address_at_their_first_command(it: Company) -> None:
    ben = it.person("ben", "triage-it")
    assert "only" not in str((await ben.command("/queue", "", "triage-it")).body)
    assert [call["user"] for call in it.called("users.info")] == [ben.id]
    await ben.command("/queue", "", "triage-it")
    assert len(it.called("users.info")) == 1, "and asked for once"


async def test_nobody_waits_for_a_name(it: Company) -> None:
    """Slack tells slowly of somebody new: what they ask is done by their id, and they are joined with the next."""
    it.slack.faults.slow("users.info", 1.5)
    ben = it.person("ben", "triage-it")
    answer = await ben.command("/ticket", "my own screen is dark", "triage-it")
    assert not answer.error and answer.seconds < 1.5
    assert [t.requester for t in await it.tickets()] == [f"slack:{ben.id}"]
    await asyncio.sleep(0.6)
    assert "IT-1001" in str((await ben.command("/queue", "", "triage-it")).body)
    await ben.command("/ticket", "and my mouse is broken", "triage-it")
    assert [t.requester for t in await it.tickets()] == ["ben", "ben"]


@both
async def test_a_click_on_a_card_is_answered_privately_and_the_card_edited(it: Company) -> None:
    """BEHAVIOUR 15, 16: first come, one owner; the loser is told privately who has it."""
    ana, ben, chloe = it.person("ana", "it-help"), it.person("ben", "triage-it"), it.person("chloe", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await it.settles()
    card = await ben.sees("my laptop is broken", "triage-it")
    before = card.ts
    await asyncio.gather(ben.clicks(card, "Claim"), chloe.clicks(card, "Claim"))
    await it.settles()
    owner = (await it.tickets())[0].owner
    loser = chloe if owner == "ben" else ben
    await loser.sees("Ben Adler" if owner == "ben" else "Chloe", "triage-it")
    assert [one.ts for one in loser.messages("triage-it") if not one.ephemeral] == [before]
    assert loser.ephemerals("triage-it")


async def test_a_button_that_needs_words_opens_a_form(it: Company) -> None:
    """BEHAVIOUR 20: resolve asks for the resolution in words."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await it.settles()
    card = await ben.sees("my laptop is broken", "triage-it")
    await ben.clicks(card, "Resolve")
    form = await ben.gets_modal("Resolve")
    labels = [block["label"]["text"] for block in form.blocks if block["type"] == "input"]
    assert await ben.submits(form, {labels[0]: "A new battery."}) == {}
    await it.settles()
    assert [t.status for t in await it.tickets()] == ["resolved"]
    question = await ana.sees("A new battery.", thread=_card(it, ana))
    await ana.clicks(question, "Fixed")
    await it.settles()
    assert "Fixed" not in it.slack.show(question).partition("[")[2]


def _card(it: Company, person) -> str:
    return next(one.ts for one in person.messages() if "IT-1001" in it.slack.show(one))


async def test_live_suggestions_come_under_the_field(it: Company) -> None:
    """BEHAVIOUR 8: fixes appear as one types, and what was typed meanwhile is kept."""
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "", "it-help")
    form = await ana.gets_modal()
    for words in ("my vpn", "my vpn does not", "my vpn does not connect"):
        await ana.types(form, "What is the matter?", words)
    await it.settles()
    shown = await ana.gets_modal("VPN does not connect")
    assert len(it.called("views.update")) == 1, "who is still typing is left alone"
    await ana.clicks(shown, "Show")
    await it.settles()
    await ana.gets_modal("Restart the VPN client")
    assert await it.tickets() == []


async def test_a_form_that_slack_does_not_open_is_told(it: Company) -> None:
    """A trigger lives three seconds: the person hears of it, and nothing is lost that they typed."""
    it.slack.faults.refused("views.open", "expired_trigger_id")
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "", "it-help")
    await it.settles()
    await ana.sees("did not open the form in time", "it-help")
    it.slack.faults.refused("views.open", "account_inactive")
    for _ in range(2):
        await ana.command("/ticket", "", "it-help")
        await it.settles()
    assert ana.shown("it-help").count("does not let me open a form right now") == 2 == len(it.slack.faults.done)


@both
async def test_a_desk_that_is_slow_acknowledges_in_time(it: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """BEHAVIOUR 23: acknowledged within 3 s whatever the load, and answered when it is done."""
    monkeypatch.setattr(acts, "PATIENCE", 0.2)
    receive = it.desk.receive

    async def slowly(incoming: Incoming) -> Reply:
        await asyncio.sleep(0.5)
        return await receive(incoming)

    it.desk.receive = slowly  # type: ignore[method-assign]
    ana = it.person("ana", "it-help")
    answer = await ana.command("/ticket", "my laptop is broken", "it-help")
    assert "longer than usual" in str(answer.body) and answer.seconds < 0.5
    await it.settles()
    await ana.sees("IT-1001 is open", "it-help")


async def test_a_command_named_like_the_app_takes_the_verb_behind_it(it: Company) -> None:
    ana = it.person("ana", "it-help")
    it.slack.app.commands = None
    assert "IT-1001" in str((await ana.command("/firstline", "ticket my laptop is broken", "it-help")).body)
    assert "There is no command" in str((await ana.command("/tickte", "x", "it-help")).body)


async def test_a_word_like_payload_in_a_command_is_a_word(it: Company) -> None:
    """Bolt takes every form with `payload` in it for an interaction, and loses the command."""
    ana = it.person("ana", "it-help")
    assert "IT-1001" in str((await ana.command("/ticket", "the payload=1 is wrong &amp; &lt;b&gt;", "it-help")).body)
    assert (await it.timeline())[0].text == "the payload=1 is wrong & <b>"


@both
async def test_what_the_database_does_not_take_is_told(it: Company) -> None:
    """Only events are delivered again: a lost command is told to the person, and a form keeps what was typed."""
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "", "it-help")
    form = await ana.gets_modal()
    it.database.close()
    answer = await ana.command("/ticket", "my laptop is broken", "it-help")
    assert (not answer.error and "database" in str(answer.body).lower()) or "try" in str(answer.body)
    told = await ana.submits(form, {"What is the matter?": "my laptop is broken"})
    assert told and ana.modal is form


async def test_one_click_twice_delivered_has_one_effect(it: Company) -> None:
    """Trigger ids are remembered."""
    ana = it.person("ana", "it-help")
    seen: list[Incoming] = []
    receive = it.desk.receive

    async def twice(incoming: Incoming) -> Reply:
        seen.append(incoming)
        first = await receive(incoming)
        assert replace(first, follow=None) == replace(await receive(incoming), follow=None)
        return first

    it.desk.receive = twice  # type: ignore[method-assign]
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await it.settles()
    assert len(await it.tickets()) == 1 and seen[0].id
