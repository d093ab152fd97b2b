"""Slack at its worst: answers that say nothing, errors of every kind, a database that is away. The desk goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from adapters.slack import Slack as Adapter
from adapters.slack import escaping
from adapters.slack.calls import Calls
from adapters.slack.installed import InstalledTeams
from adapters.slack.introductions import Introductions
from adapters.slack.oauth import NoInstallation
from adapters.slack.pace import Pace
from adapters.slack.people import People
from adapters.slack.sockets import Sockets
from adapters.slack.teams import OneTeam
from bot.configuration.reading import Live
from bot.installations import Installation
from bot.settings import Settings
from bot.words import Address, Card, Post, SendFailed
from storage.failures import StorageFailed
from tests.adapters.slack_company import QUICK, Company

NONSENSE = (
    "<html>Down for maintenance</html>",
    "null",
    "[]",
    '{"ok": true}',
    '{"ok": true, "team_id": null, "user_id": 7, "channels": [null], "members": [null], "messages": [null]}',
    '{"ok": true, "channels": [{"name": "it-help"}], "members": [{}], "user": "x", "response_metadata": []}',
)

ABOUT: dict[str, Any] = {"workspace": "T1", "channel": "slack", "app": "A1", "name": "Acme", "bot": "U1"}
ABOUT |= {"scopes": "", "token": "xoxe.xoxb-1", "renew_token": "xoxe-1"}


@asynccontextmanager
async def answering(text: str) -> AsyncIterator[str]:
    """A Slack that gives one answer to everything; its api_url."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="application/json" if text[0] != "<" else "text/html")

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()


def at(it: Company, api_url: str) -> Settings:
    """The company's settings, with another Slack."""
    slack = it.settings.slack.model_copy(update={"api_url": api_url})
    return it.settings.model_copy(update={"slack": slack})


@pytest.mark.parametrize("text", NONSENSE)
@pytest.mark.parametrize("several", [False, True])
async def test_no_answer_of_slack_ends_the_adapter(it: Company, text: str, several: bool) -> None:
    """BEHAVIOUR 23: a proxy's page in place of JSON at the start is no reason to be deaf from then on."""
    async with answering(text) as url:
        settings = at(it, url)
        teams = InstalledTeams(lambda: settings.slack, it.desk.installations, lambda: it.now) if several else None
        adapter = Adapter(lambda: settings, it.wall, teams=teams, pace=Pace(free=True), timing=QUICK)
        running = asyncio.create_task(adapter.run(it.desk))
        done, _ = await asyncio.wait({running}, timeout=0.4)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert not done


async def test_a_database_that_is_away_for_a_moment_ends_no_connection(
    it: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catching up reads who is installed; while the database restarts, what is live is heard on."""
    asked: list[None] = []

    async def away() -> list[str]:
        asked.append(None)
        raise StorageFailed("The database cannot be reached.")

    monkeypatch.setattr(it.desk.installations, "workspaces", away)
    connected = it.slack.sockets.connected
    it.slack.sockets.cut(0)
    await it.slack.until(lambda: asked and it.slack.sockets.connected > connected)
    await asyncio.sleep(0.1)
    assert not it.running.done() and len(it.slack.sockets.open) == 2


async def test_leads_are_looked_up_again_where_slack_did_not_tell(it: Company) -> None:
    """BEHAVIOUR 27: a ping mentions the lead; one failure at the start must not make them nameless for good."""
    introductions = Introductions(it.adapter.calls, People(it.adapter.calls), lambda: it.settings)
    it.slack.faults.failing("users.list")
    before = len(it.called("users.list"))
    await introductions.look(it.desk)
    assert len(it.called("users.list")) == before
    await introductions.look(it.desk)
    await introductions.look(it.desk)
    assert len(it.called("users.list")) == before + 1, "and not once they are known"


def post(room: str = "triage-it", **more: object) -> Post:
    return Post("k1", Address("slack", room), Card("A card"), **more)  # type: ignore[arg-type]


async def test_one_room_that_refuses_silences_no_other(it: Company) -> None:
    """`no_permission` says that the app is not in this conversation (docs.slack.dev, chat.postMessage)."""
    it.slack.faults.refused("chat.postMessage", "no_permission")
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post())
    assert failed.value.final
    assert await it.adapter.send(post("escalations"))


async def test_a_ping_without_the_scope_for_it_is_no_storm(it: Company) -> None:
    """A ping asks again each second; where only an admin can mend it, Slack is left alone meanwhile."""
    it.slack.faults.refused("chat.postMessage", "missing_scope", times=None)
    for _ in range(4):
        with pytest.raises(SendFailed):
            await it.adapter.send(post("escalations"))
    assert it.slack.faults.done == [("chat.postMessage", "refused")]


async def test_a_line_whose_thread_is_gone_is_not_stuck(it: Company) -> None:
    """Its fate unknown and its card deleted: it is looked for in the room, and said there, once."""
    ben = it.person("ben", "triage-it")
    await it.person("ana", "it-help").command("/ticket", "my laptop is broken", "it-help")
    await it.settles()
    room = it.slack.channel("triage-it")
    it.slack.world.drop(room, await ben.sees("my laptop is broken", room))
    it.slack.faults.lost("chat.postMessage")
    await ben.command("/note", "IT-1001 the fan is dead", room)
    for _ in range(3):
        await it.settles()
        it.now += timedelta(seconds=10)
    assert sum("the fan is dead" in it.slack.show(m) for m in room.messages.values()) == 1
    assert not [p.key for p in await it.posts() if p.unsure or p.parked or not p.ref]
    it.slack.violations.take("thread_not_found")
    it.slack.violations.take("message_not_found")


async def test_the_key_to_a_connection_is_in_no_log(it: Company, capfd: pytest.CaptureFixture[str]) -> None:
    """The address that apps.connections.open gives holds a ticket: whoever has it hears everything."""
    async with answering("no socket here") as elsewhere:

        class Opening(Calls):
            async def socket(self) -> str:
                return elsewhere.replace("http:", "ws:") + "?ticket=5ecre7&app_id=A1"

        calls = Opening(lambda: it.settings.slack, OneTeam(lambda: it.settings.slack), Pace(free=True))
        running = asyncio.create_task(Sockets(calls, it.adapter.listening(it.desk).receive, timing=QUICK).run())
        await asyncio.sleep(0.2)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await calls.close()
    told = "".join(capfd.readouterr())
    assert "no Socket Mode connection" in told and "5ecre7" not in told


@pytest.mark.parametrize("text", [*NONSENSE, '{"ok": true, "team": {"id": "T1"}}', '{"ok": true, "team": "T1"}'])
async def test_an_installation_that_cannot_be_read_is_refused(it: Company, text: str) -> None:
    """No page with 500, and no token that ends for all."""
    async with answering(text) as url:
        settings = at(it, url)
        teams = InstalledTeams(lambda: settings.slack, it.desk.installations, lambda: it.now)
        with pytest.raises(NoInstallation):
            await teams.oauth.installed("code", "https://desk.example.com")
        known = Installation(**ABOUT, installed_at=it.now)
        assert await teams.oauth.renew(known) is None


@pytest.mark.parametrize(
    "label",
    ["see:bank.com", "go→bank.com", "1,bank.com", "https:bank.com", "b:https://bank.com/login", "ban\u200bk.com"],
)
def test_a_label_names_no_other_host_than_its_link(label: str) -> None:
    """BEHAVIOUR 39: wherever in a word it stands, and whatever is hidden in it."""
    assert "(evil.example)" in escaping.link("https://evil.example/x", label)
    assert "(" not in escaping.link("https://bank.com/login", label)


async def test_a_slack_that_hangs_up_at_once_is_not_called_in_a_loop(it: Company) -> None:
    """apps.connections.open is for a few calls a minute: a connection that ends at once is as good as none."""
    before, until = it.slack.sockets.connected, asyncio.get_running_loop().time() + 0.5
    while asyncio.get_running_loop().time() < until:
        for connection in list(it.slack.sockets.open):
            await connection.ws.close()
        await asyncio.sleep(0)
    assert it.slack.sockets.connected - before < 2 * 0.5 / QUICK.again[0] + 4


@pytest.mark.parametrize("next_", ["another ticket", "an hour"])
async def test_a_bot_that_is_invited_at_last_says_what_it_kept_back(it: Company, next_: str) -> None:
    """TRAPS: `not_in_channel` parks a post; invited, it is said though its ticket does not change."""
    room, ana, ben = it.slack.channel("triage-it"), it.person("ana", "it-help"), it.person("ben", "triage-it")
    bot = room.members.pop(room.members.index(it.slack.installation.bot.id))
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await it.settles()
    assert [p.parked for p in await it.posts() if p.room == "triage-it"] and it.slack.violations.take("not_in_channel")
    room.members.append(bot)
    if next_ == "an hour":
        await it.heartbeat.beat("parked")
    else:
        await ana.command("/ticket", "my screen is dark", "it-help")
    await it.settles()
    await ben.sees("my laptop is broken", room)
    assert not any(p.parked for p in await it.posts())


async def test_a_new_token_works_at_once(it: Company) -> None:
    """TRAPS: new scopes need a reinstall; who gives the desk its new token waits for nothing that the old one did."""
    old, new = it.slack.installation, it.slack.world.install(it.slack.team, it.slack.app.scopes)
    old.revoked = True
    with pytest.raises(SendFailed):
        await it.adapter.send(post())
    it.live = Live(it.file, it.environment | {"FIRSTLINE_SLACK__BOT_TOKEN": new.token})
    assert await it.adapter.send(post())
    assert it.slack.violations.take("token_revoked")


async def test_a_connection_that_says_no_hello_is_not_left_open(it: Company) -> None:
    """Slack gives each payload to one of the open connections: one to which nobody listens loses its share."""
    opened: list[web.WebSocketResponse] = []

    async def mute(request: web.Request) -> web.WebSocketResponse:
        await (socket := web.WebSocketResponse()).prepare(request)
        opened.append(socket)
        async for _ in socket:
            pass
        return socket

    app = web.Application()
    app.router.add_get("/link/", mute)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    class Opening(Calls):
        async def socket(self) -> str:
            return f"ws://127.0.0.1:{runner.addresses[0][1]}/link/"

    calls = Opening(lambda: it.settings.slack, OneTeam(lambda: it.settings.slack), Pace(free=True))
    sockets = Sockets(calls, it.adapter.listening(it.desk).receive, timing=replace(QUICK, hello=0.1))
    running = asyncio.create_task(sockets.run())
    await it.slack.until(lambda: len(opened) > 6)
    assert sum(not socket.closed for socket in opened) <= 2
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await calls.close()
    await runner.cleanup()
