"""Apps for the server's own tests, on the real slack_sdk: one on Socket Mode, one that takes signed HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import Slack

FIELD: dict[str, Any] = {
    "type": "input",
    "block_id": "title",
    "label": {"type": "plain_text", "text": "What is wrong?"},
    "element": {"type": "plain_text_input", "action_id": "title"},
}
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "New ticket"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [FIELD],
}


def button(label: str, action: str = "do:claim") -> dict[str, Any]:
    """An actions block with one button."""
    text = {"type": "plain_text", "text": label}
    return {"type": "actions", "elements": [{"type": "button", "text": text, "action_id": action, "value": "{}"}]}


def section(text: str, kind: str = "mrkdwn") -> dict[str, Any]:
    """A section block."""
    return {"type": "section", "text": {"type": kind, "text": text}}


def client(slack: Slack, token: str = "") -> AsyncWebClient:
    """The real client, which sends nothing twice."""
    return AsyncWebClient(token or slack.installation.token, base_url=slack.api_url, retry_handlers=[])


async def refusal(call: Awaitable[Any]) -> str:
    """The error code with which a call is refused."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


class Told:
    """What an app was told: (envelope or form type, payload) pairs, and what it answers to a type of payload."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}
        self.pause = 0.0

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The events of a type, oldest first."""
        told = [payload["event"] for _, payload in self.told if "event" in payload]
        return [event for event in told if event["type"] == kind]

    @property
    def last(self) -> dict[str, Any]:
        """The newest payload."""
        return self.told[-1][1]


class SocketApp(Told):
    """Acknowledges every envelope after `pause` seconds."""

    def __init__(self, slack: Slack) -> None:
        super().__init__()
        self.web = client(slack)
        self.retries: list[tuple[int | None, str | None]] = []
        self.socket = SocketModeClient(slack.app.app_token, web_client=self.web)
        self.socket.socket_mode_request_listeners.append(self._hear)

    async def _hear(self, _: Any, request: SocketModeRequest) -> None:
        self.told.append((request.type, request.payload))
        self.retries.append((request.retry_attempt, request.retry_reason))
        await asyncio.sleep(self.pause)
        answer = self.answers.get(request.payload.get("type", request.type))
        await self.socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))


@asynccontextmanager
async def on_socket(slack: Slack) -> AsyncIterator[SocketApp]:
    """An app with one connection."""
    app = SocketApp(slack)
    await app.socket.connect()  # type: ignore[no-untyped-call]
    await slack.until(lambda: slack.sockets.open)
    try:
        yield app
    finally:
        await app.socket.close()  # type: ignore[no-untyped-call]


class HttpApp(Told):
    """Checks every signature with the SDK's own verifier; `status` is what it answers."""

    def __init__(self, slack: Slack) -> None:
        super().__init__()
        self.verifier = SignatureVerifier(slack.app.signing_secret)
        self.status = 200
        self.headers: list[dict[str, str]] = []

    async def handle(self, request: web.Request) -> web.Response:
        """One request."""
        body = (await request.read()).decode()
        if not self.verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        payload = _payload(request.content_type, body)
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": payload["challenge"]})
        self.told.append((payload.get("type", "slash_commands"), payload))
        self.headers.append(dict(request.headers))
        await asyncio.sleep(self.pause)
        answer = self.answers.get(self.told[-1][0])
        return web.json_response(answer, status=self.status) if answer else web.Response(status=self.status)


def _payload(content_type: str, body: str) -> dict[str, Any]:
    if content_type == "application/json":
        return dict(json.loads(body))
    form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
    return dict(json.loads(form["payload"])) if "payload" in form else dict(form)


@asynccontextmanager
async def on_http(slack: Slack) -> AsyncIterator[HttpApp]:
    """An app on a free port of loopback, whose request URL Slack has verified."""
    app, server = HttpApp(slack), web.Application()
    server.router.add_post("/slack/events", app.handle)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await slack.use_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        yield app
    finally:
        await runner.cleanup()
