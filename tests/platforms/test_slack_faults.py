"""What goes wrong on order on the project's own Slack: lost answers, dead sockets, events twice and out of order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from tests.platforms.slack import Slack
from tests.platforms.slack_app import client, on_http, on_socket, refusal


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack(patience=0.2) as server:
        server.events.retries = (0, 0, 0)
        yield server


async def test_a_lost_answer_leaves_the_message_and_a_dropped_call_does_not(slack: Slack) -> None:
    """Trap: a server accepted and then dropped the connection."""
    web, it_help = client(slack), slack.channel("it-help")
    slack.faults.lost("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=it_help.id, text="stands")
    slack.faults.dropped("chat.*")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=it_help.id, text="does not stand")
    await web.chat_postMessage(channel=it_help.id, text="last")
    assert [one.text for one in it_help.messages.values()] == ["stands", "last"]
    assert slack.faults.done == [("chat.postMessage", "lost"), ("chat.postMessage", "dropped")]
    assert not slack.violations


async def test_limited_failing_refused_and_slow(slack: Slack) -> None:
    web = client(slack)
    slack.faults.limited("auth.test", retry_after=7)
    slack.faults.refused("auth.test", "account_inactive")
    assert await refusal(web.auth_test()) == "ratelimited"
    assert await refusal(web.auth_test()) == "account_inactive"
    slack.faults.failing("auth.test", 503)
    async with aiohttp.ClientSession() as session, session.post(f"{slack.api_url}auth.test") as response:
        assert response.status == 503
    slack.faults.slow("auth.test", 0.1)
    start = time.monotonic()
    assert (await web.auth_test())["user_id"] == slack.installation.bot.id
    assert time.monotonic() - start >= 0.1


async def test_a_chance_is_seeded(slack: Slack) -> None:
    slack.faults.refused("auth.test", "internal_error", times=None, chance=0.1)
    web, failed = client(slack), 0
    for _ in range(100):
        failed += (await web.api_call("api.test"))["ok"] and bool(slack.faults.strike("auth.test"))
    assert 3 <= failed <= 20


async def test_an_event_that_is_not_acknowledged_comes_again(slack: Slack) -> None:
    """Trap: Slack redelivers events, so remember event ids."""
    ana = slack.user("ana")
    it_help = slack.channel("it-help", ana)
    async with on_http(slack) as app:
        app.status = 500
        await ana.says(it_help, "help")
        app.status = 200
        await slack.until(lambda: len(app.told) >= 2)
        assert len({payload["event_id"] for _, payload in app.told}) == 1
        assert app.headers[1]["X-Slack-Retry-Num"] == "1" and app.headers[1]["X-Slack-Retry-Reason"] == "http_error"
        assert [one.error for one in slack.violations] == ["dispatch_failed"]


async def test_events_twice_and_in_another_order(slack: Slack) -> None:
    ana = slack.user("ana")
    it_help = slack.channel("it-help", ana)
    async with on_socket(slack) as app:
        slack.faults.redeliver()
        await ana.says(it_help, "once")
        await slack.until(lambda: not slack.events.again)
        assert [event["text"] for event in app.events("message")] == ["once", "once"]
        assert app.retries[1] == (1, "http_timeout")
        slack.faults.reorder(2)
        await ana.says(it_help, "first")
        await ana.says(it_help, "second")
        assert [event["text"] for event in app.events("message")][2:] == ["second", "first"]


async def test_an_acknowledgement_too_late_is_told_to_the_person(slack: Slack) -> None:
    ana = slack.user("ana")
    async with on_socket(slack) as app:
        app.pause = 0.3
        answer = await ana.command("/ticket")
        assert answer.error == "operation_timeout" and "operation_timeout" in ana.shown()
        assert [one.error for one in slack.violations.take("operation_timeout")] == ["operation_timeout"]
        assert not slack.violations


async def test_a_dead_connection_swallows_and_is_no_violation(slack: Slack) -> None:
    """Trap: a connection can be dead while it looks connected."""
    ana = slack.user("ana")
    async with on_socket(slack) as app:
        slack.sockets.die()
        assert (await ana.command("/ticket")).error == "operation_timeout"
        assert not app.told and not slack.violations and len(slack.undelivered) == 1


async def test_goodbyes_and_new_connections(slack: Slack) -> None:
    """Trap: Socket Mode connections are refreshed by the server with a `disconnect` envelope."""
    async with on_socket(slack) as app:
        await slack.sockets.refresh()
        assert not slack.sockets.open
        await slack.until(lambda: slack.sockets.open, 10)
        assert slack.sockets.connected > 1
        await slack.sockets.warn()
        while slack.sockets.open:
            slack.sockets.cut()
        assert (await slack.user("ana").command("/ticket")).error == "dispatch_failed" and not app.told


async def test_each_payload_goes_to_one_of_two_connections(slack: Slack) -> None:
    ana = slack.user("ana")
    async with on_socket(slack) as one, on_socket(slack) as two:
        await slack.until(lambda: len(slack.sockets.open) == 2)
        await asyncio.gather(*(ana.command("/ticket", str(number)) for number in range(20)))
        assert len(one.told) + len(two.told) == 20 and one.told and two.told


async def test_a_connection_needs_an_app_token(slack: Slack) -> None:
    assert await refusal(client(slack).apps_connections_open(app_token="xapp-no")) == "invalid_auth"
    socket = SocketModeClient(slack.app.app_token, web_client=client(slack))
    assert (await socket.issue_new_wss_url()).startswith("ws://127.0.0.1:")
    await socket.close()  # type: ignore[no-untyped-call]


async def test_a_request_url_must_answer_the_challenge(slack: Slack) -> None:
    """Trap: `url_verification` comes before anything else."""
    with pytest.raises(AssertionError, match="answered 404"):
        await slack.use_http(f"{slack.world.base}nowhere")
