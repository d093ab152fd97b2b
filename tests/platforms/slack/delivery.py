"""How payloads reach the app, over a socket or signed over HTTP: acknowledged within three seconds, or lost."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import aiohttp

from tests.platforms.patience import patience
from tests.platforms.slack.records import Json

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

Kind = Literal["slash_commands", "interactive", "events_api"]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """The app's acknowledgement. `error`: "" when it came in time, else what the person is told; `seconds` it took.

    `status` 0: it never reached the app. `payload` is what was acknowledged.
    """

    error: str = ""
    body: Any = None
    seconds: float = 0.0
    status: int = 200
    no_retry: bool = False
    payload: Json = field(default_factory=dict, repr=False)


@dataclass
class Delivery:
    """Both transports. `patience`: real seconds until an acknowledgement is too late."""

    slack: Slack
    session: aiohttp.ClientSession
    patience: float = 3.0

    async def deliver(self, kind: Kind, payload: Json, retry: int = 0, reason: str = "") -> Answer:
        """Bring a payload to the app once."""
        start = time.monotonic()
        answer = await self._send(kind, payload, retry, reason)
        if answer.error:
            book = self.slack.world.undelivered if answer.status == 0 else self.slack.world.violations
            book.note(_named(kind, payload), answer.error, str(answer.body or ""))
        return replace(answer, seconds=time.monotonic() - start, payload=payload)

    async def _send(self, kind: Kind, payload: Json, retry: int, reason: str) -> Answer:
        if self.slack.request_url:
            return await self._post(kind, payload, retry, reason)
        return await self.slack.sockets.send(kind, payload, retry, reason, self.patience)

    async def _post(self, kind: Kind, payload: Json, retry: int, reason: str) -> Answer:
        body, content_type = _body(kind, payload)
        headers = self.signed(body) | {"Content-Type": content_type}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        try:
            async with (
                patience(self.patience),
                self.session.post(self.slack.request_url, data=body, headers=headers) as response,
            ):
                return await _answer(response)
        except TimeoutError:
            return Answer("operation_timeout")
        except aiohttp.ClientError as error:
            return Answer("dispatch_failed", repr(error), status=0)

    def signed(self, body: bytes, at: float | None = None, secret: str = "") -> dict[str, str]:
        """The headers that prove a request to be Slack's: `at` Unix seconds (now), `secret` the app's own."""
        stamp = str(int(self.slack.world.clock.now() if at is None else at))
        key = (secret or self.slack.app.signing_secret).encode()
        signature = hmac.new(key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        said = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}
        return said | {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "Accept": "*/*"}

    async def verify(self, url: str) -> None:
        """Slack's question before it accepts a request URL; AssertionError when the answer is not the challenge."""
        challenge = self.slack.world.secret()
        asked = {"token": self.slack.app.verification_token, "challenge": challenge, "type": "url_verification"}
        body = json.dumps(asked).encode()
        headers = self.signed(body) | {"Content-Type": "application/json"}
        async with self.session.post(url, data=body, headers=headers) as response:
            said = await response.text()
            assert response.status == 200 and challenge in said, f"{url} answered {response.status} {said!r}"


def _body(kind: Kind, payload: Mapping[str, Any]) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), FORM


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    text = await response.text()
    no_retry = response.headers.get("X-Slack-No-Retry") == "1"
    if not 200 <= response.status < 300:
        return Answer("dispatch_failed", text, status=response.status, no_retry=no_retry)
    if response.content_type != "application/json":
        return Answer("", text or None, status=response.status)
    try:
        return Answer("", json.loads(text) if text else None, status=response.status)
    except ValueError:
        return Answer("dispatch_failed", text, status=response.status)


def _named(kind: Kind, payload: Json) -> str:
    if kind == "slash_commands":
        return f"{payload['command']} {payload['text']}"
    return str(payload.get("event", {}).get("type") if kind == "events_api" else payload["type"])
