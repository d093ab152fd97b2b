"""Channels by name and by id, and people by what Slack tells of them: asked for once, and never guessed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.slack.faults import Fault
from adapters.slack.people import sender
from adapters.slack.rooms import TALKS, Rooms
from bot.words import WORKSPACE, Address, Card, Post, SendFailed
from tests.adapters.slack_company import Company


async def test_many_who_ask_at_once_ask_slack_once(it: Company) -> None:
    rooms = Rooms(it.adapter.calls, lambda: it.settings)
    before = len(it.called("conversations.list"))
    ids = [it.slack.channel(name).id for name in ("it-help", "triage-it", "escalations")]
    found = await asyncio.gather(*(rooms.room("main", channel, "U1") for channel in ids * 10))
    assert found == ["it-help", "triage-it", "escalations"] * 10
    assert len(it.called("conversations.list")) == before + 1


async def test_a_room_is_not_guessed_while_slack_does_not_tell(it: Company) -> None:
    """A message in a watched channel would be lost if it were taken for another's: Slack tells it again."""
    rooms = Rooms(it.adapter.calls, lambda: it.settings)
    channel = it.slack.channel("it-help").id
    it.slack.faults.failing("conversations.list", times=2)
    for _ in range(2):
        with pytest.raises(Fault):
            await rooms.room("main", channel, "U1")
    assert await rooms.room("main", channel, "U1") == "it-help"


async def test_a_channel_that_was_made_anew_is_found_again(it: Company) -> None:
    old = it.slack.channel("triage-it")
    assert await it.adapter.rooms.channel("main", "triage-it") == old.id
    it.adapter.rooms.forget("main", "triage-it")
    assert await it.adapter.rooms.channel("main", "triage-it") == old.id


async def test_a_direct_conversation_is_the_talk_with_who_writes(it: Company) -> None:
    assert it.adapter.rooms.known("main", "D0123456789", "U1") == "@U1"
    assert it.adapter.rooms.known("main", "C0123456789", "U1") == "C0123456789"


async def test_talks_are_remembered_but_not_all_that_ever_were(it: Company) -> None:
    rooms, ana = Rooms(it.adapter.calls, lambda: it.settings), it.person("ana")
    rooms.is_talk("main", ana.id, "D0")
    assert rooms.talker("main", "D0") == ana.id and await rooms.channel("main", f"@{ana.id}") == "D0"
    for number in range(1, TALKS + 1):
        rooms.is_talk("main", f"U{number}", f"D{number}")
    assert rooms.talker("main", "D0") == "" and rooms.talker("main", f"D{TALKS}") == f"U{TALKS}"
    found = await rooms.channel("main", f"@{ana.id}")
    assert it.called("conversations.open")[-1]["users"] == ana.id and rooms.talker("main", found) == ana.id


@pytest.mark.parametrize(
    ("more", "email"),
    [
        ({}, "ana@example.com"),
        ({"is_stranger": True}, ""),
        ({"team_id": "T0OTHER"}, ""),
        ({"team_id": "T0OTHER", "enterprise_user": {"id": "W1", "enterprise_id": "E0OWN"}}, "ana@example.com"),
        ({"team_id": "T0OTHER", "enterprise_user": {"id": "W1", "enterprise_id": "E0OTHER"}}, ""),
        ({"is_bot": True}, ""),
        ({"is_email_confirmed": False}, ""),
    ],
)
def test_only_the_own_team_vouches_for_an_address(more: dict[str, object], email: str) -> None:
    """Somebody of another company, in a shared channel, could write an agent's address into their profile."""
    profile = {"real_name": "Ana Costa", "email": "ana@example.com"}
    user = {"id": "U1", "team_id": "T0OWN", "name": "ana", "tz": "Europe/Lisbon", "profile": profile} | more
    known = sender(user, "U1", {"team_id": "T0OWN", "enterprise_id": "E0OWN"})
    assert (known.name, known.email, known.zone) == ("Ana Costa", email, "Europe/Lisbon")


@pytest.mark.parametrize("refusal", ["ekm_access_denied", "team_access_not_granted", "accesslimited"])
async def test_one_place_or_method_that_is_barred_bars_no_other(it: Company, refusal: str) -> None:
    """Administrators let nobody post there, it is another team's, or that method is closed to this network."""
    post = Post("k1", Address("slack", "triage-it"), Card("A card"))
    it.slack.faults.refused("chat.postMessage", refusal)
    it.slack.faults.refused("users.lookupByEmail", "team_access_not_granted")
    for _ in range(2):
        with pytest.raises(SendFailed):
            await it.adapter.send(post)
    with pytest.raises(Fault):
        await it.adapter.calls.do(WORKSPACE, "users.lookupByEmail", email="x@y.example")
    assert len(it.slack.faults.done) == 2, "what is barred is left alone"
    assert await it.adapter.send(replace(post, at=Address("slack", "escalations")))
    ana = it.person("ana", "it-help")
    await it.adapter.calls.do(WORKSPACE, "users.lookupByEmail", email=ana.user.email)
    await ana.command("/ticket", "", "it-help")
    await ana.gets_modal("Ask for help")
