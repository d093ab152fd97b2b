"""The project's own Slack through the real slack_sdk: what it accepts, what it refuses, and what people see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import Slack

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "New ticket"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "What is wrong?"},
            "element": {"type": "plain_text_input", "action_id": "title"},
        }
    ],
}


def button(label: str, action: str = "do:claim") -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "actions", "elements": [{"type": "button", "text": text, "action_id": action, "value": "{}"}]}


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as server:
        yield server


def client(slack: Slack, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token or slack.installation.token, base_url=slack.api_url, retry_handlers=[])


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


class Bot:
    """An app on Socket Mode: it acknowledges at once and remembers what it was told."""

    def __init__(self, slack: Slack) -> None:
        self.slack, self.web, self.told = slack, client(slack), list[SocketModeRequest]()
        self.answers: dict[str, Any] = {}
        self.socket = SocketModeClient(slack.app.app_token, web_client=self.web)
        self.socket.socket_mode_request_listeners.append(self._hear)

    async def _hear(self, _: Any, request: SocketModeRequest) -> None:
        self.told.append(request)
        kind = request.payload.get("type", request.type)
        await self.socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answers.get(kind)))

    def events(self, kind: str) -> list[dict[str, Any]]:
        told = [one.payload["event"] for one in self.told if one.type == "events_api"]
        return [event for event in told if event["type"] == kind]


@pytest.fixture
async def bot(slack: Slack) -> AsyncIterator[Bot]:
    app = Bot(slack)
    await app.socket.connect()
    await slack.until(lambda: slack.sockets.open)
    yield app
    await app.socket.close()


async def test_a_command_opens_a_modal_whose_submission_is_answered(slack: Slack, bot: Bot) -> None:
    ana, it_help = slack.user("ana"), slack.channel("it-help", slack.user("ana"))
    answer = await ana.command("/ticket", "the vpn is down", it_help)
    assert not answer.error
    told = bot.told[-1].payload
    assert (told["command"], told["text"], told["user_id"]) == ("/ticket", "the vpn is down", ana.id)
    await bot.web.views_open(trigger_id=told["trigger_id"], view=MODAL)
    modal = await ana.gets_modal("New ticket")
    assert await ana.submits(modal, {}) == {"What is wrong?": "Please complete this required field."}
    bot.answers["view_submission"] = {"response_action": "errors", "errors": {"title": "Too short."}}
    assert await ana.submits(modal, {"What is wrong?": "x"}) == {"What is wrong?": "Too short."}
    bot.answers.clear()
    assert await ana.submits(modal, {"What is wrong?": "the vpn is down"}) == {}
    state = bot.told[-1].payload["view"]["state"]["values"]
    assert state == {"title": {"title": {"type": "plain_text_input", "value": "the vpn is down"}}}
    assert ana.modal is None and not slack.violations


async def test_a_click_sends_block_actions_and_a_response_url(slack: Slack, bot: Bot) -> None:
    ana, it_help = slack.user("ana"), slack.channel("it-help", slack.user("ana"))
    await bot.web.chat_postMessage(channel=it_help.id, text="IT-1", blocks=[button("Claim")])
    message = await ana.sees("Claim", it_help)
    await ana.clicks(message, "Claim")
    told = bot.told[-1].payload
    assert told["actions"][0]["action_id"] == "do:claim" and told["container"]["message_ts"] == message.ts
    assert not slack.violations


async def test_messages_and_the_bots_own_come_as_events(slack: Slack, bot: Bot) -> None:
    ana, it_help = slack.user("ana"), slack.channel("it-help", slack.user("ana"))
    root = await ana.says(it_help, "my laptop is dead")
    await bot.web.chat_postMessage(channel=it_help.id, text="seen", thread_ts=root.ts)
    await slack.events.quiet()
    await ana.edits(root, "my laptop is alive")
    await ana.deletes(root)
    events = bot.events("message")
    assert [event.get("subtype", "") for event in events] == ["", "", "message_changed", "message_deleted"]
    assert events[1]["bot_id"] == slack.installation.bot.bot_id and events[1]["thread_ts"] == root.ts
    assert not slack.violations


async def test_a_channel_without_the_bot_is_refused(slack: Slack) -> None:
    slack.channel("secret", kind="group", bot=False), slack.channel("open", bot=False)
    web = client(slack)
    assert await refusal(web.chat_postMessage(channel="open", text="hi")) == "not_in_channel"
    assert await refusal(web.chat_postMessage(channel="secret", text="hi")) == "channel_not_found"
    assert [one.error for one in slack.violations] == ["not_in_channel", "channel_not_found"]
    await asyncio.sleep(0)
