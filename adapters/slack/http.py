"""Slack's way in over HTTP: size, signature and time are checked before anything is parsed."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.response import BoltResponse
from starlette.requests import Request
from starlette.responses import Response

from adapters.slack.listen import Receive
from bot.requests import Junk, body

BODY_LIMIT = 1_000_000
"""Bytes. Slack's largest payloads, a modal full of text, are some 300 kB."""
SKEW = 300
"""Seconds that a request may be old, or its clock ahead."""
CHALLENGE = 1_000


class Door:
    """The endpoint. `secret` is the app's signing secret, `wall` the time in Unix seconds."""

    def __init__(self, receive: Receive, secret: Callable[[], str], wall: Callable[[], float]) -> None:
        self._receive, self._secret, self._wall = receive, secret, wall

    async def __call__(self, request: Request) -> Response:
        """Answers every request: junk with 4xx."""
        try:
            sent = await body(request, BODY_LIMIT)
            signed = self._check(request, sent)
            payload = _parsed(sent, request.headers.get("content-type", ""))
            if payload.get("type") == "url_verification":
                return _challenge(payload)
            if not signed:
                raise Junk("The desk has no signing secret yet.", 401)
        except Junk as junk:
            return Response(str(junk), junk.status, media_type="text/plain")
        if payload.get("ssl_check") == "1" and "command" not in payload:
            return Response(status_code=200)
        return _answer(await self._receive(payload, _attempt(request)))

    def _check(self, request: Request, body: bytes) -> bool:
        """Whether Slack has signed it. Junk when it should have and has not.

        Before the app has a secret, as when it is being set up, Slack asks whether this address is its own.
        """
        secret = self._secret()
        if not secret:
            return False
        stamp = request.headers.get("x-slack-request-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16) or abs(self._wall() - int(stamp)) > SKEW:
            raise Junk("The request is too old, or has no time.", 401)
        mine = hmac.digest(secret.encode(), b"v0:" + stamp.encode() + b":" + body, sha256).hex()
        given = request.headers.get("x-slack-signature", "")
        if not hmac.compare_digest(f"v0={mine}".encode(), given.encode(errors="replace")):
            raise Junk("That is not Slack's signature.", 401)
        return True


def _parsed(body: bytes, kind: str) -> dict[str, Any]:
    """JSON of an event, the JSON in a form's `payload`, or the form of a slash command."""
    try:
        text = body.decode()
        if kind.startswith("application/json"):
            payload = json.loads(text)
        else:
            payload = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
            if "payload" in payload and "command" not in payload:
                payload = json.loads(payload["payload"])
    except (ValueError, RecursionError):
        raise Junk("That can be read neither as a form nor as JSON.") from None
    if not isinstance(payload, dict):
        raise Junk("That is no object.")
    return payload


def _challenge(payload: dict[str, Any]) -> Response:
    challenge = payload.get("challenge")
    if not isinstance(challenge, str) or len(challenge) > CHALLENGE:
        raise Junk("That is no challenge.")
    return Response(json.dumps({"challenge": challenge}), media_type="application/json")


def _attempt(request: Request) -> int:
    number = request.headers.get("x-slack-retry-num", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0


def _answer(said: BoltResponse) -> Response:
    kind = said.headers.get("content-type", [""])[0]
    return Response(said.body, said.status, media_type=kind or "text/plain")
