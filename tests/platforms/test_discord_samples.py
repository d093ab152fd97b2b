"""What Discord's documentation shows as right is right on the project's own Discord, which tells as much as it does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.platforms.discord import Channel, Discord, Person
from tests.platforms.discord.refused import Problem
from tests.platforms.discord.rules import commands, message, modal, openapi
from tests.platforms.discord_app import Listener, Rest, button, field, listening, rest, standing, text, v2
from tests.platforms.discord_app import modal as form

SAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "discord_samples.json").read_text())
FREE = {"resolved", "options", "embeds", "emoji", "attachments", "available_tags"}
"""What apps and people fill in, and what is not looked into."""
OLD = {"member.is_pending"}
"""What stands in examples from years ago only."""


def fields(value: Any, at: str = "") -> set[str]:
    """The names of all fields, dotted; [] for the items of a list."""
    if isinstance(value, list):
        return set().union(*(fields(one, f"{at}[]") for one in value))
    if not isinstance(value, dict):
        return set()
    named = {f"{at}.{name}" if at else name: part for name, part in value.items()}
    within = (fields(part, name) for name, part in named.items() if name.rpartition(".")[2] not in FREE)
    return set(named).union(*within)


def missing(kind: str, payload: dict[str, Any]) -> set[str]:
    return set(SAMPLES["payloads"][kind].split()) - fields(payload) - OLD


@pytest.mark.parametrize("name", SAMPLES["messages"])
def test_messages_of_the_documentation_are_accepted(name: str) -> None:
    body = SAMPLES["messages"][name]
    found: list[Problem] = openapi.body_problems("POST", "/channels/{channel_id}/messages", body)
    assert not found + message.problems(body, [], body.get("flags", 0), kept=["a file"])


@pytest.mark.parametrize("name", SAMPLES["modals"])
def test_forms_of_the_documentation_are_accepted(name: str) -> None:
    body = SAMPLES["modals"][name]
    path = "/interactions/{interaction_id}/{interaction_token}/callback"
    assert not openapi.body_problems("POST", path, body) + modal.problems(body["data"])


@pytest.mark.parametrize("name", SAMPLES["commands"])
def test_commands_of_the_documentation_are_accepted(name: str) -> None:
    body = [SAMPLES["commands"][name]]
    assert not openapi.body_problems("PUT", "/applications/{application_id}/commands", body) + commands.problems(body)


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as server:
        yield server
        assert not server.violations


@pytest.fixture
async def web(discord: Discord) -> AsyncIterator[Rest]:
    async with rest(discord) as client:
        yield client


@pytest.fixture
async def app(discord: Discord, web: Rest) -> AsyncIterator[Listener]:
    option = {"type": 3, "name": "summary", "description": "What is wrong"}
    wanted = [
        {"name": "ticket", "description": "x", "options": [option]},
        *({"name": "it", "type": kind} for kind in (2, 3)),
    ]
    await web.ask("PUT", "/applications/{app}/commands", wanted, app=discord.bot.id)
    async with listening(discord) as client:
        yield client


@pytest.fixture
def ana(discord: Discord) -> Person:
    return discord.user("ana")


@pytest.fixture
def it_help(discord: Discord) -> Channel:
    return discord.channel("it-help")


async def test_interactions(app: Listener, web: Rest, discord: Discord, ana: Person, it_help: Channel) -> None:
    options = [{"label": "Low", "value": "low"}]
    select = {"type": 18, "label": "How", "component": {"type": 3, "custom_id": "how", "options": options}}
    upload = {"type": 18, "label": "Files", "component": {"type": 19, "custom_id": "files"}}
    hello = {"type": 4, "data": {"content": "hello"}}
    app.answers |= {2: hello, 3: {"type": 9, "data": form(field(), select, upload)}, 5: hello}
    card = standing(discord, await web.say(it_help, v2(text("x"), button("Claim"))))
    await ana.command("/ticket", it_help, summary="vpn")
    await ana.context("it", ana, it_help)
    await ana.context("it", card)
    await ana.press(card, "Claim")
    await ana.submit(answers={"What is wrong?": "vpn", "How": "Low"}, files={"Files": [("a.txt", b"x")]})
    told = app.events("INTERACTION_CREATE")
    for kind, payload in zip(("command", "user command", "message command", "press"), told, strict=False):
        assert not missing(kind, payload), kind
    for at, kind in enumerate(("submit text", "submit select", "submit files")):
        one = told[-1]["data"] | {"components": [told[-1]["data"]["components"][at]]}
        assert not missing(kind, told[-1] | {"data": one}), kind


async def test_what_there_is(web: Rest, discord: Discord, ana: Person, it_help: Channel) -> None:
    said = await ana.says(it_help, "hello")
    await ana.reacts(said, "🎫")
    thread, guild = await ana.starts_thread(said, "vpn"), discord.guild.id
    paths = {
        "message": f"/channels/{it_help.id}/messages/{said.id}",
        "member": f"/guilds/{guild}/members/{ana.id}",
        "guild": f"/guilds/{guild}",
        "channel": f"/channels/{it_help.id}",
        "thread": f"/channels/{thread.id}",
        "talk": f"/channels/{ana.talk.id}",
        "gateway": "/gateway/bot",
    }
    for kind, path in paths.items():
        assert not missing(kind, await web.ask("GET", path)), kind
