"""Two workspaces on one desk, through the whole adapter: what is said in one is heard in the other by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack import Slack as Adapter
from adapters.slack import catch_up
from adapters.slack.installed import InstalledTeams
from adapters.slack.manifest import manifest
from adapters.slack.pace import Pace
from bot import workspaces
from bot.configuration.reading import Live
from bot.cycles import Heartbeat
from bot.installations import Installation
from bot.posts import Deliverer
from storage.tables import Post, Ticket
from tests.adapters.slack_company import KNOWN, QUICK, Company
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.app import App
from tests.platforms.slack.records import Team

ROOMS = ("it-help", "triage-it", "triage-network", "escalations")


class Estate(Company):
    """The company of one workspace, whose desk Acme and Umbrella have installed too."""

    acme: Team
    umbrella: Team

    def __init__(self, slack: Slack, url: str, home: Path) -> None:
        super().__init__(slack, url, home, "socket")
        app = {"CLIENT_ID": App.client_id, "CLIENT_SECRET": App.client_secret}
        self.live = Live(self.file, self.environment | {f"FIRSTLINE_SLACK__{key}": app[key] for key in app})
        self.teams = InstalledTeams(lambda: self.settings.slack, self.desk.installations, lambda: self.now)
        self.adapter = Adapter(lambda: self.settings, self.wall, teams=self.teams, pace=Pace(free=True), timing=QUICK)
        self.heartbeat = Heartbeat(self.desk, Deliverer(self.database, {"slack": self.adapter}), self.live)
        self.desk.installations.newcomer = lambda workspace: workspaces.furnish(self.desk, workspace)

    async def installs(self, name: str) -> Team:
        team = self.slack.world.add_team(name)
        granted = self.slack.world.install(team, self.slack.app.scopes)
        for room in ROOMS:
            self.slack.channel(room, team=team)
        await self.desk.installations.save(
            Installation(
                workspace=team.id,
                channel="slack",
                app=App.id,
                name=name,
                bot=granted.bot.id,
                scopes="",
                token=granted.token,
                installed_at=self.now,
            )
        )
        return team

    def of(self, name: str, team: Team) -> Person:
        person = self.slack.user(name, team)
        for room in ROOMS:
            self.slack.channel(room, person, team=team)
        return person

    async def tickets_of(self, workspace: str) -> list[str]:
        return [t.title for t in await self.reads(Ticket, Ticket.number) if t.workspace == workspace]

    def heard(self, team: Team) -> str:
        """All that stands in a workspace."""
        return "\n".join(
            self.slack.show(message)
            for channel in team.channels.values()
            for message in [*channel.messages.values(), *channel.ephemerals]
        )


@pytest.fixture
async def estate(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Estate]:
    async with Slack() as slack:
        made = Estate(slack, sqlite_database_url, tmp_path)
        slack.app.scopes = frozenset(manifest(KNOWN, made.settings, "socket")["oauth_config"]["scopes"]["bot"])
        await made.opens()
        made.acme, made.umbrella = await made.installs("Acme"), await made.installs("Umbrella")
        running = asyncio.create_task(made.adapter.run(made.desk))
        await slack.until(lambda: len(slack.sockets.open) == 2)
        yield made
        await made.heartbeat.stop()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        made.database.close()


async def test_a_ticket_is_its_workspace_s_alone(estate: Estate) -> None:
    """BEHAVIOUR 39: commands, cards, lists and threads."""
    zoe, ana = estate.of("zoe", estate.acme), estate.of("ana", estate.umbrella)
    answer = await zoe.command(
        "/ticket", "the secret printer is broken", estate.slack.channel("it-help", team=estate.acme)
    )
    assert "IT-1001 is open" in str(answer.body)
    await estate.settles()
    assert await estate.tickets_of(estate.acme.id) == ["the secret printer is broken"]
    assert "secret printer" in estate.heard(estate.acme)
    for other in (estate.umbrella, estate.slack.team):
        assert "secret" not in estate.heard(other)
    answer = await ana.command("/tickets", "status IT-1001", estate.slack.channel("it-help", team=estate.umbrella))
    assert "no ticket" in str(answer.body) and "secret" not in str(answer.body)
    assert not estate.slack.violations


async def test_agents_work_where_they_are_by_their_address(estate: Estate) -> None:
    zoe, ben, room = estate.of("zoe", estate.acme), estate.of("ben", estate.acme), estate.slack.channel
    await zoe.command("/ticket", "the printer is broken", room("it-help", team=estate.acme))
    await estate.settles()
    card = await ben.sees("the printer is broken", room("triage-it", team=estate.acme))
    await ben.clicks(card, "Claim")
    await estate.settles()
    (ticket,) = await estate.tickets()
    assert (ticket.workspace, ticket.owner) == (estate.acme.id, "ben")
    assert "Ben Adler" in estate.slack.show(card)
    assert not estate.slack.violations


async def test_a_watched_room_of_one_name_is_one_in_each(estate: Estate) -> None:
    """BEHAVIOUR 4."""
    for name, team in (("zoe", estate.acme), ("ana", estate.umbrella)):
        await estate.of(name, team).says(estate.slack.channel("it-help", team=team), f"{name}'s laptop is broken")
    await estate.settles()
    assert await estate.tickets_of(estate.acme.id) == ["zoe's laptop is broken"]
    assert await estate.tickets_of(estate.umbrella.id) == ["ana's laptop is broken"]
    assert await estate.tickets_of("main") == []
    assert "zoe" not in estate.heard(estate.umbrella) and "ana" not in estate.heard(estate.acme)
    assert not estate.slack.violations


async def test_a_workspace_that_removes_the_app_is_left_alone(estate: Estate) -> None:
    """Its tickets stay; nothing is sent there any more, and the others go on."""
    zoe, ana = estate.of("zoe", estate.acme), estate.of("ana", estate.umbrella)
    await zoe.command("/ticket", "the printer is broken", estate.slack.channel("it-help", team=estate.acme))
    await estate.settles()
    granted = estate.slack.world.installation(estate.acme.id)
    assert granted
    estate.slack.grants.uninstall(granted)
    await estate.slack.events.quiet()
    await estate.adapter.settled()
    assert await estate.desk.installations.workspaces() == ["main", estate.umbrella.id]
    assert await estate.tickets_of(estate.acme.id) == ["the printer is broken"]
    said = len(estate.heard(estate.acme))
    await ana.command("/ticket", "the screen is dark", estate.slack.channel("it-help", team=estate.umbrella))
    await estate.settles()
    assert "the screen is dark" in estate.heard(estate.umbrella) and len(estate.heard(estate.acme)) == said
    assert not estate.slack.violations, "nobody has spoken with a dead token"


async def test_a_revoked_token_disables_its_workspace(estate: Estate) -> None:
    granted = estate.slack.world.installation(estate.acme.id)
    assert granted
    estate.slack.grants.revoke(granted)
    await estate.slack.events.quiet()
    await estate.adapter.settled()
    await estate.settles()
    assert await estate.teams.token(estate.acme.id) == "" != await estate.teams.token(estate.umbrella.id)


async def test_23_a_workspace_without_the_app_is_answered_too(estate: Estate) -> None:
    """BEHAVIOUR 23: every envelope is acknowledged, and whoever uses a command is told in the desk's words."""
    team = estate.slack.world.add_team("Hooli")
    granted = estate.slack.world.install(team, estate.slack.app.scopes)
    zoe, room = estate.of("zoe", team), estate.slack.channel("it-help", team=team)
    answer = await zoe.command("/ticket", "the printer is broken", room)
    assert answer.body["response_type"] == "ephemeral"
    assert "Firstline is not installed in this workspace any more" in answer.body["text"]
    asked = await zoe.says(room, "the printer is broken")
    await zoe.reacts(asked, "ticket")
    assert not (await zoe.shortcut(asked, "react")).body
    await estate.adapter.settled()
    assert zoe.shown(room).count("not installed in this workspace") == 2, "the shortcut is answered too"
    estate.slack.grants.uninstall(granted)
    await estate.slack.events.quiet()
    await estate.settles()
    assert await estate.tickets_of(team.id) == [] and "apologize" not in estate.heard(team)
    assert not estate.slack.undelivered and not estate.slack.violations


async def test_23_what_is_under_way_when_the_app_is_removed_is_answered_too(estate: Estate) -> None:
    """BEHAVIOUR 23: a click and a form, whose words stay where they were typed."""
    zoe, room = estate.of("zoe", estate.acme), estate.slack.channel("it-help", team=estate.acme)
    await zoe.command("/ticket", "the printer is broken", room)
    await estate.settles()
    card = await zoe.sees("the printer is broken", estate.slack.channel("triage-it", team=estate.acme))
    await zoe.command("/ticket", "", room)
    form = await zoe.gets_modal("Ask for help")
    await estate.teams.gone(estate.acme.id, "tokens_revoked", estate.now)
    told = await zoe.submits(form, {"What is the matter?": "the screen is dark"})
    assert "Firstline is not installed in this workspace any more" in told["What is the matter?"]
    assert zoe.modal is form
    await zoe.closes(form)
    await zoe.clicks(card, "Claim")
    await zoe.sees("not installed in this workspace", estate.slack.channel("triage-it", team=estate.acme))
    await estate.adapter.settled()
    assert await estate.tickets_of(estate.acme.id) == ["the printer is broken"] and not estate.slack.violations


async def test_posts_are_each_with_their_workspace(estate: Estate) -> None:
    zoe = estate.of("zoe", estate.acme)
    await zoe.command("/ticket", "the printer is broken", estate.slack.channel("it-help", team=estate.acme))
    await estate.settles()
    posts = await estate.reads(Post, Post.key)
    assert posts and {post.workspace for post in posts} == {estate.acme.id} and all(post.ref for post in posts)


@pytest.mark.usefixtures("often")
async def test_what_was_said_meanwhile_is_caught_up_with_in_each(estate: Estate) -> None:
    """BEHAVIOUR 4: and read once, although the others are noted late while one is read."""
    teams = {"zoe": estate.acme, "ana": estate.umbrella}
    for workspace in ("main", *(team.id for team in teams.values())):
        while await estate.desk.hearing.until(workspace, "slack") is None:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.01)
    told, estate.slack.events.emit = estate.slack.events.emit, lambda *args, **more: None
    for name, team in teams.items():
        await estate.of(name, team).says(estate.slack.channel("it-help", team=team), f"{name}'s laptop is broken")
    estate.slack.events.emit = told
    estate.slack.faults.limited("users.conversations", 1)
    estate.now += timedelta(minutes=20)
    await estate.slack.until(lambda: estate.slack.faults.done)
    estate.now += timedelta(minutes=10)
    async with asyncio.timeout(20):
        while len(await estate.tickets()) < len(teams):  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.02)
    await asyncio.sleep(5 * catch_up.KEEP)
    for name, team in teams.items():
        assert await estate.tickets_of(team.id) == [f"{name}'s laptop is broken"]
    assert sum("public_channel" in call["types"] for call in estate.called("users.conversations")) == 3
