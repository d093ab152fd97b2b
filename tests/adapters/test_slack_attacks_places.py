"""Places where the bot is not, cannot be, or which have another name by now: nobody hears what is for others."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from adapters.slack import Slack as Adapter
from adapters.slack.pace import Pace
from adapters.slack.parked import Parked
from bot.configuration.reading import Live
from bot.cycles import Heartbeat
from bot.posts import Deliverer
from tests.adapters.slack_company import QUICK, Company
from tests.platforms.slack.records import Channel, Message


def talk_of_two(it: Company, one: str, other: str) -> Channel:
    """A direct talk between two people: Slack offers the app's shortcuts and commands there as well."""
    room = it.slack.world.add_channel(it.slack.team, "directmessage", "im")
    room.members = [it.person(one).id, it.person(other).id]
    return room


def said(it: Company, room: Channel, who: str, text: str) -> Message:
    message = Message(room.id, it.slack.world.clock.ts(), it.person(who).id, it.slack.team.id, text, [])
    return it.slack.world.put(room, message)


async def test_a_talk_of_two_people_is_no_talk_with_the_bot(it: Company) -> None:
    """BEHAVIOUR 3, 18: the message's author is the requester, and what they are answered is for them alone."""
    ana, erik, chloe = it.person("ana"), it.person("erik"), it.person("chloe", "triage-it")
    room = talk_of_two(it, "ana", "erik")
    message = said(it, room, "erik", "my laptop is broken")
    for person in (ana, erik):
        await person.shortcut(message, "react")
        await it.settles()
    assert [(t.requester, t.submitter) for t in await it.tickets()] == [("erik", "ana")], "one ticket a message"
    await chloe.command("/reply", "IT-1001 your new password is on your desk", "triage-it")
    await it.settles()
    card = await erik.sees("IT-1001", "@")
    await erik.sees("your new password", "@", card)
    assert "password" not in ana.shown("@") + ana.shown(room)
    it.slack.violations.take("channel_not_found")


async def test_a_message_from_where_the_bot_is_not_is_answered_in_the_talk_with_its_author(it: Company) -> None:
    """BEHAVIOUR 18: `not_in_channel` is no reason to tell the agent that it was sent and the requester nothing."""
    ana, erik, chloe = it.person("ana"), it.person("erik"), it.person("chloe", "triage-it")
    room = it.slack.channel("random", ana, erik, bot=False)
    message = await erik.says(room, "my laptop is broken")
    for person in (ana, erik):
        await person.shortcut(message, "react")
        await it.settles()
    assert len(await it.tickets()) == 1
    await chloe.command("/reply", "IT-1001 take the one on the shelf", "triage-it")
    await it.settles()
    card = await erik.sees("IT-1001", "@")
    await erik.sees("take the one on the shelf", "@", card)
    assert not [p.key for p in await it.posts() if p.parked]
    await erik.says("@", "I have it", card)
    await it.settles()
    await chloe.sees("I have it", "triage-it", await chloe.sees("IT-1001", "triage-it"))
    it.slack.violations.take("not_in_channel")


async def test_a_late_answer_to_a_command_in_a_talk_of_two_finds_who_gave_it(it: Company) -> None:
    """TRAPS: the response_url is good for five uses; the bot cannot write into other people's talk."""
    ana = it.person("ana")
    room = talk_of_two(it, "ana", "erik")
    it.slack.faults.refused("response_url", "used_url", times=None)
    await ana.command("/ticket", "my vpn does not connect", room)
    await it.settles()
    await ana.sees("This may fix it at once", "@")


async def again(it: Company, change: str = "", to: str = "") -> Adapter:
    """The desk stops, its settings are changed, and it starts: with nothing in memory."""
    it.running.cancel()
    with suppress(asyncio.CancelledError):
        await it.running
    it.file.write_text(it.file.read_text().replace(change, to) if change else it.file.read_text())
    it.live = Live(it.file, it.environment)
    it.adapter = Adapter(lambda: it.settings, it.wall, pace=Pace(free=True), timing=QUICK, parked=Parked((0.05,)))
    it.heartbeat = Heartbeat(it.desk, Deliverer(it.database, {"slack": it.adapter}), it.live)
    it.running = asyncio.create_task(it.adapter.run(it.desk))
    await it.slack.until(lambda: len(it.slack.sockets.open) == 2)
    return it.adapter


async def talks_on(it: Company, message: Message) -> None:
    """The requester's words reach the agents, and the other way round, where both talked before."""
    ana, chloe = it.person("ana"), it.person("chloe", "triage-it")
    room = it.slack.team.channels[message.channel]
    await ana.says(room, "it is the black one", message)
    await it.settles()
    assert [e.text for e in await it.timeline() if e.kind == "reply"] == ["it is the black one"]
    await chloe.command("/reply", "IT-1001 take mine", "triage-it")
    await it.settles()
    await ana.sees("take mine", room, message)
    assert not [p.key for p in await it.posts() if p.parked]


async def test_a_channel_that_is_renamed_in_slack_goes_on(it: Company) -> None:
    """BEHAVIOUR 18: people rename channels, and desks are deployed; nothing is said into the void."""
    message = await it.person("ana", "it-help").says("it-help", "my laptop is broken")
    await it.settles()
    it.slack.talk.rename(it.slack.channel("it-help"), "help-it")
    await again(it)
    await talks_on(it, message)
    await it.person("ana").says(it.slack.team.channels[message.channel], "and my screen is dark")
    await it.settles()
    assert len(await it.tickets()) == 1, "it is a follow-up, as the room is still watched"
    assert "and my screen is dark" in [e.text for e in await it.timeline()]


@pytest.mark.parametrize("named", ["watched: [other]", "watched: [{id}]"])
async def test_a_channel_that_the_settings_name_no_more_goes_on(it: Company, named: str) -> None:
    """BEHAVIOUR 27: a settings change never corrupts what is running."""
    message = await it.person("ana", "it-help").says("it-help", "my laptop is broken")
    await it.settles()
    await again(it, "watched: [it-help]", named.format(id=message.channel))
    await talks_on(it, message)


async def test_a_channel_that_the_settings_name_now_goes_on(it: Company) -> None:
    """BEHAVIOUR 3, 18: first a ticket by emoji, then the channel is watched: one talk, and no second ticket."""
    ana, ben = it.person("ana"), it.person("ben")
    message = await ana.says(it.slack.channel("helpdesk", ana, ben), "my laptop is broken")
    await ana.reacts(message, "ticket")
    await it.settles()
    await again(it, "watched: [it-help]", "watched: [it-help, helpdesk]")
    await talks_on(it, message)
    await ben.reacts(message, "ticket")
    await ben.shortcut(message, "react")
    await it.settles()
    assert len(await it.tickets()) == 1


async def test_what_another_company_calls_a_shared_channel_is_not_heeded(it: Company) -> None:
    """BEHAVIOUR 39: a channel has a name in each company (docs.slack.dev, Slack Connect: stick with ids)."""
    ana, ben = it.person("ana"), it.person("ben", "triage-it")
    shared = it.slack.channel("with-acme", ana)
    shared.name = "triage-it"
    await ana.command("/ticket", "my laptop is broken", shared)
    shared.name = "with-acme"
    await it.settles()
    await ben.sees("my laptop is broken", "triage-it")
    assert "Claim" not in ana.shown(shared)
