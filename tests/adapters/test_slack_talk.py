"""The talk with the bot as Slack's agent surface: suggested prompts, commands in words, and messages in threads."""

from __future__ import annotations

import pytest
from sqlmodel import select

from storage.tables import Person as Row
from tests.adapters.slack_company import Company

both = pytest.mark.parametrize("way", ["socket", "http"])


@both
async def test_prompts_are_suggested_and_a_click_on_one_is_a_command(it: Company) -> None:
    """agent_view: app_home_opened with the tab messages says that somebody opened the talk."""
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await ana.opens_talk("it-help")
    await it.adapter.settled()
    call = it.called("assistant.threads.setSuggestedPrompts")[0]
    assert "thread_ts" not in call, "with agent_view Slack would say nothing and do nothing"
    await ana.takes_prompt("Where are my tickets?")
    await it.settles()
    await ana.sees("Your tickets")
    await ana.takes_prompt("What can I say here?")
    await it.settles()
    await ana.sees("What you can say")
    assert len(await it.tickets()) == 1 and "Shall I open" not in ana.shown()


async def test_agents_are_offered_their_queue(it: Company) -> None:
    ben, ana = it.person("ben", "triage-it"), it.person("ana")
    await ben.command("/queue", "", "triage-it")
    for person in (ben, ana):
        await person.opens_talk()
        await it.adapter.settled()
    await ben.takes_prompt("What waits for me?")
    await it.settles()
    await ben.sees("Nobody has these")
    with pytest.raises(AssertionError, match="no prompt"):
        await ana.takes_prompt("What waits for me?")


@both
async def test_a_prompt_in_plain_words_is_a_ticket_after_one_click(it: Company) -> None:
    """BEHAVIOUR 5."""
    ana = it.person("ana")
    await ana.opens_talk()
    await it.adapter.settled()
    await ana.takes_prompt("Something is broken")
    await it.settles()
    await ana.clicks(await ana.sees("Shall I open a ticket for this?"), "Open a ticket")
    await it.settles()
    await ana.sees("IT-1001 is open")


async def test_a_form_asked_for_in_words_is_one_click_away(it: Company) -> None:
    """Slack opens a modal only for a command or a click."""
    ana = it.person("ana")
    await ana.says("@", "/ticket")
    await it.settles()
    await ana.clicks(await ana.sees("One click opens the form"), "Ask for help")
    form = await ana.gets_modal("Ask for help")
    assert await ana.submits(form, {"What is the matter?": "my laptop is broken"}) == {}
    await it.settles()
    await ana.sees("IT-1001 is open")


async def test_a_command_in_words_has_one_effect_however_often_slack_tells_of_it(it: Company) -> None:
    ana = it.person("ana")
    it.slack.events.retries = (0,)
    it.slack.faults.redeliver(1)
    await ana.says("@", "/ticket my laptop & my screen are broken")
    await it.slack.until(lambda: not it.slack.events.again)
    await it.settles()
    assert [ticket.title for ticket in await it.tickets()] == ["my laptop & my screen are broken"]
    assert ana.shown().count("IT-1001 is open") == 1


async def test_what_is_no_command_is_words(it: Company) -> None:
    """A path, or a verb that no menu shows, is what somebody writes."""
    ana = it.person("ana")
    for text in ("/etc/hosts is gone", "/home is full", "/confirm it please"):
        await ana.says("@", text)
        await it.settles()
    assert ana.shown().count("Shall I open a ticket for this?") == 3 and not await it.tickets()


async def test_a_message_in_a_thread_of_the_talk_is_asked_about_too(it: Company) -> None:
    """BEHAVIOUR 5: with agent_view each message begins a thread, in which one writes on."""
    ana = it.person("ana")
    first = await ana.says("@", "hello")
    await ana.says("@", "my laptop is broken", first)
    await it.settles()
    await ana.clicks(await ana.sees("Shall I open a ticket for this?", thread=first), "Open a ticket")
    await it.settles()
    assert [ticket.title for ticket in await it.tickets()] == ["my laptop is broken"]


async def test_a_workspace_without_the_agent_surface_goes_without_prompts(it: Company) -> None:
    ana = it.person("ana")
    it.slack.faults.refused("assistant.threads.setSuggestedPrompts", "invalid_thread_ts")
    await ana.opens_talk()
    await ana.says("@", "my laptop is broken")
    await it.settles()
    await ana.sees("Shall I open a ticket for this?")


async def test_the_time_zone_of_who_asks_comes_along(it: Company) -> None:
    """BEHAVIOUR 1: in the person's own time zone."""
    zoe = it.slack.user("zoe", tz="Asia/Tokyo")
    await zoe.command("/ticket", "my laptop is broken")
    await it.settles()
    found = await it.database.read(lambda db: db.exec(select(Row.zone).where(Row.id == f"slack:{zoe.id}")).all())
    assert found == ["Asia/Tokyo"]
