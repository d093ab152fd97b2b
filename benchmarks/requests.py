"""The requests of the load process, as bytes made beforehand: one employee's trouble each, in three servers' forms."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

TEAM = "T0001"
SECRET = "the benchmark's own signing secret"
PEOPLE = [f"person{number:03}" for number in range(300)]
TROUBLES = (
    "the vpn is down since this morning, I cannot reach the shared drive",
    "my laptop does not start, the screen stays black",
    "outlook asks for my password again and again",
    "I need a second screen for my desk",
    "the printer on the third floor has a paper jam",
    "wifi is slow in the meeting room",
    "please install the new version of the drawing program",
    "the docking station does not charge",
    "I cannot log in to the payroll site",
    "a new starter comes on Monday and needs a headset",
    "the projector shows everything in green",
    "excel crashes when I open the budget",
)


@dataclass(frozen=True, slots=True)
class Made:
    """Requests, and what a good answer to one looks like; its groups are kept as marks."""

    requests: Sequence[bytes]
    good: re.Pattern[bytes]


def trouble(number: int) -> str:
    return f"{TROUBLES[number % len(TROUBLES)]} ({number})"


def playground(port: int, count: int) -> Made:
    """`/ticket …` in the desk's own playground; the mark is the ticket's number."""
    bodies = (
        {
            "id": str(uuid.uuid4()),
            "as": PEOPLE[n % 300],
            "do": "say",
            "room": "it-help",
            "text": f"/ticket {trouble(n)}",
        }
        for n in range(count)
    )
    made = [_post("/playground/act", port, json.dumps(body).encode(), "application/json") for body in bodies]
    return Made(made, re.compile(rb"^HTTP/1.1 200 (?s:.*)IT-(\d+) is open"))


def slack(port: int, count: int) -> Made:
    """`/ticket …` as Slack sends it, signed."""
    return Made([_slash(port, n) for n in range(count)], re.compile(rb"^HTTP/1.1 200 "))


def slack_desk(port: int, count: int) -> Made:
    """The same to the desk, whose answer holds the ticket's number."""
    return Made(slack(port, count).requests, re.compile(rb"^HTTP/1.1 200 (?s:.*?)IT-(\d+) is open"))


def _slash(port: int, number: int) -> bytes:
    form = {
        "token": "legacy",
        "team_id": TEAM,
        "team_domain": "example",
        "channel_id": "C0001",
        "channel_name": "it-help",
        "user_id": f"U{number % 300:04}",
        "user_name": PEOPLE[number % 300],
        "command": "/ticket",
        "text": trouble(number),
        "api_app_id": "A0001",
        "is_enterprise_install": "false",
        "response_url": f"http://127.0.0.1:{port}/no-hook",
        "trigger_id": f"{number}.{uuid.uuid4().hex}",
    }
    body, now = urlencode(form).encode(), str(int(time.time()))
    seal = hmac.digest(SECRET.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256).hex()
    signed = f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: v0={seal}\r\n"
    return _post("/slack/events", port, body, "application/x-www-form-urlencoded", signed)


def helpdesk(port: int, count: int) -> Made:
    """django-helpdesk's public form as other sites embed it: the cheapest way in, without CSRF token or login."""
    forms = (
        {
            "queue": "1",
            "title": trouble(n),
            "body": trouble(n),
            "priority": "3",
            "submitter_email": f"{PEOPLE[n % 300]}@example.org",
        }
        for n in range(count)
    )
    kind = "application/x-www-form-urlencoded"
    made = [_post("/tickets/submit_iframe/", port, urlencode(form).encode(), kind) for form in forms]
    return Made(made, re.compile(rb"^HTTP/1.1 302 (?s:.*)[Ll]ocation: /tickets/success_iframe/"))


def _post(path: str, port: int, body: bytes, kind: str, more: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n{more}\r\n".encode() + body


KINDS: dict[str, Callable[[int, int], Made]] = {
    "playground": playground,
    "slack": slack,
    "slack_desk": slack_desk,
    "helpdesk": helpdesk,
}
