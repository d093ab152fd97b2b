"""Socket Mode: no gap when a connection is replaced, and none that is dead without anybody noticing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.words import Incoming, Reply
from tests.adapters.slack_company import QUICK, Company, company


async def says(it: Company, words: str) -> None:
    """A command that reaches the desk, over whichever connection."""
    ana = it.person("ana", "it-help")
    answer = await ana.command("/ticket", words, "it-help")
    assert not answer.error, f"{words}: {answer}"


async def test_two_connections_are_open(it: Company) -> None:
    assert len(it.slack.sockets.open) == 2


async def test_a_connection_that_is_refreshed_leaves_no_gap(it: Company) -> None:
    """`disconnect` envelopes are honoured: there is always one open."""
    for number in range(4):
        before = it.slack.sockets.connected
        await it.slack.sockets.refresh(0)
        await says(it, f"broken {number}")
        await it.slack.until(lambda before=before: it.slack.sockets.connected > before)
    await it.slack.until(lambda: len(it.slack.sockets.open) == 2)
    assert len(await it.tickets()) == 4 and not it.slack.undelivered


async def test_a_warned_connection_is_replaced_before_it_closes(it: Company) -> None:
    """The replacement is open while the old one still takes payloads."""
    old = it.slack.sockets.open[0]
    await it.slack.sockets.warn(0)
    await it.slack.until(lambda: len(it.slack.sockets.open) == 3)
    assert old in it.slack.sockets.open and not old.ws.closed
    await says(it, "my laptop is broken")
    await it.slack.until(lambda: old not in it.slack.sockets.open)
    assert len(it.slack.sockets.open) == 2


async def test_a_dead_connection_is_noticed_by_its_silence(it: Company) -> None:
    """One can be dead while it looks connected."""
    dead = it.slack.sockets.open[0]
    it.slack.sockets.die(0)
    await it.slack.until(lambda: dead not in it.slack.sockets.open and len(it.slack.sockets.open) == 2)
    await says(it, "my laptop is broken")


async def test_a_broken_connection_comes_again(it: Company) -> None:
    it.slack.sockets.cut(0)
    await it.slack.until(lambda: len(it.slack.sockets.open) == 2)
    await says(it, "my laptop is broken")


async def test_slack_that_opens_no_connection_is_asked_again(it: Company) -> None:
    it.slack.faults.failing("apps.connections.open", times=2)
    it.slack.sockets.cut(0)
    await it.slack.until(lambda: len(it.slack.sockets.open) == 2)
    assert len(it.called("apps.connections.open")) >= 3


async def test_an_event_without_acknowledgement_comes_again(it: Company) -> None:
    """What the database did not take is not acknowledged, so that Slack sends it again."""
    it.slack.delivery.patience = 1.0
    ana = it.person("ana", "it-help")
    receive = it.desk.receive
    tries: list[str] = []

    async def fails_once(incoming: Incoming) -> Reply:
        tries.append(incoming.id)
        return await receive(incoming) if len(tries) > 1 else Reply(lost=True)

    it.desk.receive = fails_once  # type: ignore[method-assign]
    it.slack.events.retries = (0,)
    await ana.says("it-help", "my laptop is broken")
    await it.slack.until(lambda: not it.slack.events.again)
    await it.settles()
    assert len(await it.tickets()) == 1 and tries[0] == tries[1]
    assert len(it.slack.violations.take("operation_timeout")) == 1


async def test_junk_on_the_socket_is_acknowledged_and_forgotten(it: Company) -> None:
    answer = await it.slack.sockets.send("interactive", {"type": "something new"}, 0, "", 1.0)
    assert not answer.error
    for connection in it.slack.sockets.open:
        await connection.ws.send_str("{bad")
        await connection.ws.send_str("[1]")
    await asyncio.sleep(0)
    await says(it, "my laptop is broken")


async def test_23_what_is_answered_in_plain_text_is_acknowledged_without_it(
    it: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BEHAVIOUR 23: an acknowledgement's payload is JSON, and Bolt's own answers are not."""

    async def said(_request: AsyncBoltRequest) -> BoltResponse:
        return BoltResponse(status=200, body="We apologize")

    monkeypatch.setattr(it.adapter.listening(it.desk).app, "async_dispatch", said)
    answer = await it.person("ana", "it-help").command("/ticket", "my laptop is broken", "it-help")
    assert not answer.error and answer.body is None


async def test_30_pings_are_signs_of_life_and_without_any_it_is_silent(it: Company) -> None:
    """BEHAVIOUR 30: nobody says anything, and the auditor knows all the same whether Slack is there."""
    for _ in range(3):
        await asyncio.sleep(QUICK.silence)
        assert (it.adapter.silent() or 0) < 2 * QUICK.silence
    it.slack.faults.failing("apps.connections.open", times=1000)
    for connection in range(2):
        it.slack.sockets.die(connection)
    await it.slack.until(lambda: (it.adapter.silent() or 0) > 4 * QUICK.silence)
    it.slack.faults.clear()
    await it.slack.until(lambda: (it.adapter.silent() or 0) < QUICK.silence)
    await says(it, "my laptop is broken")


async def test_30_over_http_there_is_no_silence_to_tell_of(sqlite_database_url: str, tmp_path: Path) -> None:
    """BEHAVIOUR 30: Slack calls when there is something to say."""
    async with company(sqlite_database_url, tmp_path, "http") as it:
        assert it.adapter.silent() is None
