"""Slack's way in over HTTP: nothing unsigned is parsed, and no junk is answered with 500."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from urllib.parse import urlencode

import aiohttp
import pytest

from adapters.slack import http
from bot.configuration.reading import Live
from bot.words import WORKSPACE
from tests.adapters.slack_company import Company, Way


@pytest.fixture
def way() -> Way:
    return "http"


class Sender:
    """Posts to the desk's endpoint."""

    def __init__(self, it: Company) -> None:
        self.it = it

    async def send(self, body: bytes, kind: str = "application/json", **headers: str | None) -> tuple[int, str]:
        """Signed with the time of now unless headers (with _ for -) say otherwise; None takes one away."""
        sent = self.it.slack.delivery.signed(body) | {"Content-Type": kind}
        sent |= {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        left = {name for name, value in headers.items() if value is None}
        sent = {name: value for name, value in sent.items() if name.replace("-", "_") not in left}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.it.base}/slack/events", data=body, headers=sent) as answer,
        ):
            return answer.status, await answer.text()


@pytest.fixture
def sender(it: Company) -> Sender:
    return Sender(it)


async def test_the_url_is_verified_signed_and_before_there_is_a_secret(it: Company, sender: Sender) -> None:
    """`url_verification` comes before the app has been given a signing secret."""
    asked = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}).encode()
    assert await sender.send(asked) == (200, '{"challenge": "3eZbrw1aB"}')
    assert (await sender.send(asked, X_Slack_Signature=None))[0] == 401
    it.live = Live(it.file, it.environment | {"FIRSTLINE_SLACK__SIGNING_SECRET": "", "FIRSTLINE_SLACK__MODE": "socket"})
    assert await sender.send(asked, X_Slack_Signature=None) == (200, '{"challenge": "3eZbrw1aB"}')
    told = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": {"type": "message"}}).encode()
    assert (await sender.send(told))[0] == 401
    for challenge in (None, 7, "x" * 5000):
        wrong = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
        assert (await sender.send(wrong))[0] == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Signature": None},
        {"X_Slack_Request_Timestamp": None},
        {"X_Slack_Request_Timestamp": "soon"},
        {"X_Slack_Request_Timestamp": "-1"},
        {"X_Slack_Request_Timestamp": "1e9"},
        {"X_Slack_Request_Timestamp": "9" * 400},
        {"X_Slack_Request_Timestamp": "1700000000"},
        {"X_Slack_Signature": "v0=é"},
        {"X_Slack_Signature": "v1=" + "0" * 64},
        {"X_Slack_Signature": ""},
    ],
)
async def test_what_slack_has_not_signed_is_refused_unread(sender: Sender, headers: dict[str, str | None]) -> None:
    for body in (b"{bad", b"\xff\xfe", b"[1]", b"null", b"", b'{"type":"url_verification","challenge":"x"}'):
        assert (await sender.send(body, **headers))[0] == 401


async def test_a_signature_is_good_for_five_minutes(it: Company, sender: Sender) -> None:
    body = b"ssl_check=1&token=x"
    for age, status in ((299, 200), (301, 401), (-301, 401)):
        signed = it.slack.delivery.signed(body, it.wall() - age)
        fields = {name.replace("-", "_"): value for name, value in signed.items() if name.startswith("X")}
        assert (await sender.send(body, "application/x-www-form-urlencoded", **fields))[0] == status


PERSON = {"id": "U1"}
MODAL = {"id": "V1", "type": "modal", "callback_id": "form", "blocks": []}
JUNK = [
    b"",
    b"null",
    b"[1]",
    b"7",
    b'"x"',
    b"{bad",
    b"\xff\xfe{}",
    b"[" * 100_000,
    b'{"type":"event_callback"}',
    b'{"type":"event_callback","event_id":"Ev1","event":"message"}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":7}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"message","user":"U1","text":"x"}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"message","subtype":"message_changed"}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"message","subtype":"message_deleted"}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"reaction_added","reaction":"ticket"}}',
    b'{"type":"event_callback","event_id":"Ev1","team":5,"event":{"type":"message"}}',
    b'{"type":"event_callback","event_id":"Ev1","authorizations":"x","event":{"type":"message"}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"tokens_revoked","tokens":[1]}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"link_shared","links":"x"}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"link_shared","links":[{}]}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"app_home_opened","tab":"home"}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"app_home_opened","tab":"home","user":"U1","view":"x"}}',
    b'{"type":"event_callback","event_id":"Ev1","event":{"type":"app_home_opened","tab":"messages","user":"U1"}}',
    json.dumps({"type": "block_actions", "trigger_id": "1.2", "user": PERSON, "actions": []}).encode(),
    json.dumps({"type": "block_actions", "trigger_id": "1.2", "user": PERSON, "actions": [7]}).encode(),
    json.dumps({"type": "view_submission", "user": PERSON, "view": MODAL}).encode(),
    json.dumps({"type": "view_submission", "user": PERSON, "view": []}).encode(),
    json.dumps({"type": "view_submission", "user": PERSON, "view": {"id": "V1", "callback_id": "form"}}).encode(),
    json.dumps({"type": "message_action", "user": 7, "callback_id": "react", "trigger_id": "1.2"}).encode(),
    b'{"type":"something new","user":{"id":"U1"}}',
]


@pytest.mark.parametrize("body", JUNK, ids=range(len(JUNK)))
async def test_signed_junk_is_answered_4xx(it: Company, sender: Sender, body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain", ""):
        assert 400 <= (await sender.send(body, kind))[0] < 500
    payload = urlencode({"payload": body.decode("utf-8", "replace")}).encode()
    assert 400 <= (await sender.send(payload, "application/x-www-form-urlencoded"))[0] < 500
    assert await it.tickets() == []


async def test_junk_about_a_link_to_a_ticket_is_400(it: Company, sender: Sender) -> None:
    link = {"url": f"{it.settings.organisation.address}/tickets/1001", "domain": "x"}
    for more in (
        {},
        {"user": "U1"},
        {"user": "U1", "channel": "C1"},
        {"user": 7, "channel": "C1", "message_ts": "1.2"},
    ):
        event = {"type": "link_shared", "links": [link], **more}
        told = {"type": "event_callback", "event_id": "Ev1", "event": event, "team_id": it.slack.team.id}
        assert (await sender.send(json.dumps(told).encode()))[0] == 400


async def test_clicks_with_a_value_of_somebody_elses_are_junk_or_nothing(it: Company, sender: Sender) -> None:
    click = {"type": "block_actions", "trigger_id": "1.2", "user": PERSON, "team": {"id": it.slack.team.id}}
    for value, status in (("click_me_123", 400), ("[]", 400), ('{"v":"claim","a":[]}', 400), (None, 200)):
        action = {"action_id": "do:0:claim", "block_id": "b", "type": "button", "value": value}
        body = urlencode({"payload": json.dumps(click | {"actions": [action]})}).encode()
        assert (await sender.send(body, "application/x-www-form-urlencoded"))[0] == status
    other = click | {"actions": [{"action_id": "a link", "block_id": "b", "type": "button", "url": "https://x"}]}
    body = urlencode({"payload": json.dumps(other)}).encode()
    assert (await sender.send(body, "application/x-www-form-urlencoded"))[0] == 200


async def test_too_much_is_refused_before_it_is_all_there(sender: Sender) -> None:
    assert (await sender.send(b"x" * (http.BODY_LIMIT + 1)))[0] == 413


async def test_only_post_is_taken(it: Company) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{it.base}/slack/events") as answer:
        assert answer.status == 405


async def test_an_event_nobody_asked_for_is_acknowledged(it: Company, sender: Sender) -> None:
    told = {"type": "event_callback", "event_id": "Ev1", "team_id": it.slack.team.id, "event": {"type": "pin_added"}}
    assert (await sender.send(json.dumps(told).encode()))[0] == 200


async def test_what_slack_holds_back_for_being_too_much_is_read_up(it: Company, sender: Sender) -> None:
    """BEHAVIOUR 4: app_rate_limited is no event. It is acknowledged, and the minute is read from history behind it."""
    ana = it.person("ana", "it-help")
    while await it.desk.hearing.until(WORKSPACE, "slack") is None:  # noqa: ASYNC110 - rows tell nobody
        await asyncio.sleep(0.01)
    told, it.slack.events.emit = it.slack.events.emit, lambda *args, **more: None
    minute = int(it.wall())
    it.now += timedelta(seconds=59.9)
    await ana.says("it-help", "my laptop is broken")
    it.slack.events.emit = told
    limited = {"token": "x", "type": "app_rate_limited", "team_id": it.slack.team.id, "api_app_id": it.slack.app.id}
    assert (await sender.send(json.dumps(limited | {"minute_rate_limited": minute}).encode()))[0] == 200
    async with asyncio.timeout(10):
        while not await it.tickets():  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.05)
    assert [t.title for t in await it.tickets()] == ["my laptop is broken"]


async def test_a_replay_within_five_minutes_has_one_effect(it: Company, sender: Sender) -> None:
    """A byte-identical replay passes the signature check: its trigger, or event id, is remembered."""
    ana = it.person("ana", "it-help")
    form = {"command": "/ticket", "text": "my laptop is broken", "user_id": ana.id, "user_name": "ana"}
    form |= {"team_id": it.slack.team.id, "channel_id": it.slack.channel("it-help").id, "channel_name": "it-help"}
    body = urlencode(form | {"trigger_id": "1.2.abc", "response_url": ""}).encode()
    said = [await sender.send(body, "application/x-www-form-urlencoded") for _ in range(3)]
    assert {status for status, _ in said} == {200} and all("IT-1001" in text for _, text in said)
    assert len(await it.tickets()) == 1


async def test_many_at_once_are_all_acknowledged_in_time(it: Company) -> None:
    """BEHAVIOUR 23: within 3 s whatever the load; the strict Slack counts every late one."""
    people = [it.person(f"person{number}", "it-help") for number in range(64)]
    asked = [person.command("/ticket", f"my laptop {person.id} is broken", "it-help") for person in people]
    answers = await asyncio.gather(*asked)
    assert all(not answer.error and "is open" in str(answer.body) for answer in answers)
    assert sorted(t.number for t in await it.tickets()) == list(range(1001, 1065))
    await it.settles()
