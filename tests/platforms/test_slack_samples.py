"""The payloads of the project's own Slack have every field that Slack's published samples have."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.platforms.slack import Channel, Person, Slack
from tests.platforms.slack_app import FIELD, MODAL, SocketApp, button, client, on_socket

SAMPLES: dict[str, str] = json.loads((Path(__file__).parent / "slack_samples.json").read_text())
FREE = {"blocks", "values", "files", "icons"}
"""What apps and people fill in, and what is not looked into."""


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
    return set(SAMPLES[kind].split()) - fields(payload)


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as server:
        yield server


@pytest.fixture
async def app(slack: Slack) -> AsyncIterator[SocketApp]:
    async with on_socket(slack) as app:
        yield app


@pytest.fixture
def ana(slack: Slack) -> Person:
    return slack.user("ana")


@pytest.fixture
def it_help(slack: Slack, ana: Person) -> Channel:
    return slack.channel("it-help", ana)


async def test_commands_and_views(app: SocketApp, ana: Person, it_help: Channel) -> None:
    outside = FIELD | {"block_id": "e", "label": {"type": "plain_text", "text": "Article"}}
    outside["element"] = {"type": "external_select", "action_id": "e"}
    view = MODAL | {"notify_on_close": True, "blocks": [FIELD | {"dispatch_action": True}]}
    await ana.command("/ticket", "vpn", it_help)
    assert not missing("slash_command", app.last)
    await app.web.views_open(trigger_id=app.last["trigger_id"], view=view)
    await ana.submits(None, {"What is wrong?": "vpn"})
    assert not missing("view_submission", app.last)
    await ana.command("/ticket", "", it_help)
    await app.web.views_open(trigger_id=app.last["trigger_id"], view=view | {"blocks": [outside]})
    app.answers["block_suggestion"] = {"options": [{"text": {"type": "plain_text", "text": "VPN"}, "value": "1"}]}
    assert ana.modal and await ana.looks_up(ana.modal, "Article", "vp") == ["VPN"]
    assert not missing("block_suggestion", app.last)
    await ana.closes()
    assert not missing("view_closed", app.last)


async def test_clicks_and_shortcuts(app: SocketApp, ana: Person, it_help: Channel) -> None:
    await app.web.chat_postEphemeral(channel=it_help.id, user=ana.id, text="IT-1", blocks=[button("Claim")])
    await ana.clicks(await ana.sees("Claim", it_help), "Claim")
    assert not missing("block_actions.message", app.last)
    await ana.shortcut(await ana.says(it_help, "help"), "make-ticket")
    assert not missing("message_action", app.last)
    await ana.global_shortcut("new-ticket")
    assert not missing("shortcut", app.last)


async def test_messages(slack: Slack, app: SocketApp, ana: Person, it_help: Channel) -> None:
    await app.web.chat_postMessage(channel=it_help.id, text="hi")
    await slack.events.quiet()
    assert not missing("event.message", app.last)
    root = await ana.says(it_help, "hi @firstline")
    assert not missing("event.app_mention", app.last)
    reply = await ana.says(it_help, "more", root, broadcast=True)
    assert not missing("event.message.thread_broadcast", app.last)
    await ana.edits(root, "ho")
    assert not missing("event.message.message_changed", app.last)
    await ana.reacts(root, "ticket")
    assert not missing("event.reaction_added", app.last)
    await ana.deletes(reply)
    assert not missing("event.message.message_deleted", app.last)
    await ana.uploads(it_help, "a.png", b"x", "look")
    assert not missing("event.message.file_share", app.last)
    assert app.last["event"]["files"][0]["url_private_download"].endswith("/download/a.png")


async def test_coming_and_going(slack: Slack, app: SocketApp, ana: Person, it_help: Channel) -> None:
    await ana.opens_home()
    assert not missing("event.app_home_opened", app.last)
    await ana.leaves(it_help)
    assert not missing("event.member_left_channel", app.last)
    await ana.joins(it_help)
    assert not missing("event.member_joined_channel", app.last)
    slack.grants.uninstall(slack.installation)
    await slack.events.quiet()
    assert not missing("event.app_uninstalled", app.told[-2][1]) | missing("event.tokens_revoked", app.last)


async def test_the_envelopes_of_socket_mode(slack: Slack, ana: Person, it_help: Channel) -> None:
    address = (await client(slack).apps_connections_open(app_token=slack.app.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as raw:
        assert not missing("socket.hello", await raw.receive_json())
        saying = asyncio.create_task(ana.says(it_help, "help"))
        envelope = await raw.receive_json()
        assert not missing("socket.events_api", envelope)
        assert (envelope["retry_attempt"], envelope["accepts_response_payload"]) == (0, False)
        await raw.send_json({"envelope_id": envelope["envelope_id"]})
        await saying
        await slack.sockets.refresh()
        goodbye = await raw.receive_json()
        assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "refresh_requested")
    assert not slack.violations and not slack.undelivered
