"""Installing the app over OAuth, tokens that rotate, and leaving: against a strict Slack, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from starlette.applications import Starlette

import commands
from adapters.slack.install import Install
from adapters.slack.installed import InstalledTeams
from adapters.slack.manifest import manifest
from adapters.slack.scopes import SCOPES
from bot import workspaces
from bot.configuration.reading import parsed
from bot.core import Desk
from bot.registry import REGISTRY
from bot.server import server
from bot.settings import Settings
from storage.database import Database
from tests.platforms.slack import Slack
from tests.platforms.slack.app import App

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
KNOWN = REGISTRY.load(commands)
BASE = (Path(__file__).parents[2] / "settings.yaml").read_text()
HOUR = timedelta(hours=1)


def settings(slack: Slack | None, address: str = "http://127.0.0.1:1", **more: str) -> Settings:
    app = {"client_id": App.client_id, "client_secret": App.client_secret, "app_token": App.app_token} | more
    environment = {f"FIRSTLINE_SLACK__{name.upper()}": value for name, value in app.items()}
    environment |= {"FIRSTLINE_SLACK__API_URL": slack.api_url} if slack else {}
    return parsed(BASE, environment | {"FIRSTLINE_ORGANISATION__ADDRESS": address})


class Site:
    """The desk's pages, the browser of whoever installs the app, and the time, which is Slack's as well."""

    def __init__(self, database: Database, slack: Slack, browser: aiohttp.ClientSession, **more: str) -> None:
        self.slack, self.browser, self.now, self.base = slack, browser, MONDAY, ""
        self.settings = settings(slack, **more)
        self.desk = Desk(database, lambda: self.settings, KNOWN, lambda: self.now)
        self.desk.installations.newcomer = lambda workspace: workspaces.furnish(self.desk, workspace)
        self.teams = InstalledTeams(lambda: self.settings.slack, self.desk.installations, lambda: self.now)

    async def begins(self) -> tuple[dict[str, str], str]:
        """What Slack is asked for, and the browser's cookie."""
        async with self.browser.get(f"{self.base}/slack/install", allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            asked = urlsplit(answer.headers["Location"])
            assert f"{asked.scheme}://{asked.netloc}/" == self.slack.world.base and asked.path == "/oauth/v2/authorize"
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
            return {name: values[0] for name, values in parse_qs(asked.query).items()}, cookie

    def consents(self, asked: dict[str, str], team: str) -> str:
        """Somebody says yes at Slack's; the code."""
        scopes = frozenset(asked["scope"].split(","))
        return self.slack.grants.consent(team, "UADMIN", scopes, asked["redirect_uri"])

    async def ends(self, cookie: str = "", **given: str) -> tuple[int, str]:
        """Slack sends the browser back."""
        headers = {"Cookie": cookie} if cookie else {}
        url = f"{self.base}/slack/oauth_redirect"
        async with self.browser.get(url, params=given, headers=headers) as answer:
            return answer.status, await answer.text()

    async def installs(self, name: str) -> str:
        """The whole way; the workspace's id."""
        team = self.slack.world.add_team(name)
        asked, cookie = await self.begins()
        code = self.consents(asked, team.id)
        assert (await self.ends(cookie, state=asked["state"], code=code))[0] == 200
        return team.id


@asynccontextmanager
async def serving(database: Database, slack: Slack, **more: str) -> AsyncIterator[Site]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        site = Site(database, slack, browser, **more)
        slack.world.clock.now = lambda: site.now.timestamp()
        await site.teams.start()
        web = server(Starlette(routes=Install(site.desk, site.teams).routes()), "127.0.0.1", 0)
        web.config.load()
        web.lifespan = web.config.lifespan_class(web.config)
        await web.startup()
        site.base = f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
        site.settings = settings(slack, site.base, **more)
        try:
            yield site
        finally:
            await web.shutdown()


@pytest.fixture
async def site(sqlite_database: Database) -> AsyncIterator[Site]:
    rotating = manifest(KNOWN, settings(None), "http", several=True)
    async with Slack(rotating) as slack, serving(sqlite_database, slack) as site:
        yield site


async def test_a_workspace_is_installed_and_furnished(site: Site) -> None:
    team = await site.installs("Acme")
    found = await site.desk.installations.find(team)
    assert found and (found.name, found.installed_by, found.installed_at) == ("Acme", "UADMIN", MONDAY)
    assert set(found.scopes.split(",")) == set(SCOPES)
    assert await site.desk.installations.workspaces() == ["main", team]
    assert site.teams.workspace(team) == team
    assert await site.teams.token(team) == found.token != await site.teams.token("main")
    assert site.desk.knowledge_of(team).held, "its articles are there at once"


async def test_a_workspace_is_spoken_to_as_soon_as_it_is_installed(site: Site) -> None:
    """Though somebody has asked just before for the token that there was not yet."""
    team = site.slack.world.add_team("Acme")
    asked, cookie = await site.begins()
    code = site.consents(asked, team.id)
    assert await site.teams.token(team.id) == ""
    assert (await site.ends(cookie, state=asked["state"], code=code))[0] == 200
    assert await site.teams.token(team.id)


async def test_slack_is_asked_for_the_scopes_of_the_manifest(site: Site) -> None:
    asked, cookie = await site.begins()
    assert asked["scope"].split(",") == sorted(SCOPES) and "user_scope" not in asked
    assert asked["redirect_uri"] == f"{site.base}/slack/oauth_redirect"
    assert asked["state"] in cookie and App.client_secret not in str(asked)


async def test_a_way_back_is_good_once(site: Site) -> None:
    asked, cookie = await site.begins()
    team = site.slack.world.add_team("Acme")
    for status in (200, 400):
        code = site.consents(asked, team.id)
        assert (await site.ends(cookie, state=asked["state"], code=code))[0] == status


async def test_a_way_back_is_good_for_ten_minutes_and_one_browser(site: Site) -> None:
    asked, cookie = await site.begins()
    code = site.consents(asked, site.slack.team.id)
    assert "another browser" in (await site.ends(state=asked["state"], code=code))[1]
    forged = asked["state"][:-1] + ("0" if asked["state"][-1] != "0" else "1")
    assert "ten minutes" in (await site.ends(f"slack-app-oauth-state={forged}", state=forged, code=code))[1]
    site.now += timedelta(minutes=11)
    assert "ten minutes" in (await site.ends(cookie, state=asked["state"], code=code))[1]
    assert await site.desk.installations.all() == []


async def test_what_comes_instead_of_a_code_is_said_and_nothing_is_kept(site: Site) -> None:
    asked, cookie = await site.begins()
    for given, words in (
        ({"error": "access_denied"}, "it was cancelled"),
        ({"error": "<script>"}, "&lt;script&gt;"),
        ({"state": asked["state"]}, "no code"),
        ({}, "ten minutes"),
        ({"state": "é.ü.x", "code": "1"}, "ten minutes"),
        ({"state": asked["state"], "code": "wrong"}, "invalid_code"),
    ):
        status, page = await site.ends(cookie, **given)
        assert status == 400 and words in page and "<script>" not in page
    assert await site.desk.installations.all() == []
    site.slack.violations.take("invalid_code")


async def test_without_a_client_id_nothing_can_be_installed(site: Site) -> None:
    site.settings = settings(site.slack, site.base, client_id="", client_secret="", bot_token="xoxb-1")
    async with site.browser.get(f"{site.base}/slack/install") as answer:
        assert answer.status == 404 and "one workspace" in await answer.text()
    assert (await site.ends(code="1"))[0] == 404


async def test_a_token_is_renewed_in_good_time_and_works(site: Site) -> None:
    team = await site.installs("Acme")
    first = await site.teams.token(team)
    site.now += 9 * HOUR
    assert await site.teams.token(team) == first
    site.now += 2 * HOUR
    second = await site.teams.token(team)
    assert second != first and site.slack.grants.holder(second).team == team
    site.now += 11 * HOUR
    assert await site.teams.token(team) not in (first, second)


async def test_where_slack_renews_nothing_the_token_is_used_to_its_end(site: Site) -> None:
    team = await site.installs("Acme")
    first = await site.teams.token(team)
    site.slack.world.tokens[first].refresh = ""
    site.now += 11 * HOUR
    assert await site.teams.token(team) == first
    site.now += 2 * HOUR
    assert await site.teams.token(team) == ""
    assert site.slack.violations.take("invalid_refresh_token")


async def test_whoever_removes_the_app_is_worked_in_no_more(site: Site) -> None:
    left, revoked = await site.installs("Acme"), await site.installs("Umbrella")
    await site.teams.gone(left, "app_uninstalled", MONDAY + HOUR)
    await site.teams.gone(revoked, "tokens_revoked", MONDAY + HOUR)
    assert await site.teams.token(left) == await site.teams.token(revoked) == ""
    assert await site.desk.installations.workspaces() == ["main"]


async def test_a_token_that_is_looked_up_while_it_is_revoked_is_not_kept(site: Site) -> None:
    """The one at hand is looked up while Slack takes its time over the next, and gives none."""
    team = await site.installs("Acme")
    at_hand = await site.teams.token(team)
    site.slack.world.tokens[at_hand].refresh = ""
    site.now += 11 * HOUR
    site.slack.faults.slow("oauth.v2.access", 0.3)
    looking = asyncio.create_task(site.teams.token(team))
    await site.slack.until(lambda: site.slack.faults.done)
    await site.teams.gone(team, "tokens_revoked", site.now)
    assert await looking == at_hand
    assert await site.teams.token(team) == ""
    assert site.slack.violations.take("invalid_refresh_token")


async def test_an_old_farewell_ends_no_new_installation(site: Site) -> None:
    """TRAPS: events are delivered again, and uninstalling sends two whose order nobody promises."""
    team = await site.installs("Acme")
    await site.teams.gone(team, "tokens_revoked", MONDAY - HOUR)
    assert await site.teams.token(team)


async def test_the_team_of_the_desk_s_own_token_stays_the_one_workspace(sqlite_database: Database) -> None:
    async with Slack() as slack, serving(sqlite_database, slack, bot_token=slack.installation.token) as site:
        other = await site.installs("Acme")
        assert site.teams.workspace(slack.team.id) == "main" and site.teams.workspace(other) == other
        assert await site.teams.token("main") == slack.installation.token != await site.teams.token(other)
        asked, cookie = await site.begins()
        code = site.consents(asked, slack.team.id)
        assert "own token" in (await site.ends(cookie, state=asked["state"], code=code))[1]
        assert await site.desk.installations.workspaces() == ["main", other]


async def test_no_team_is_taken_for_another_before_its_own_is_known(sqlite_database: Database) -> None:
    """BEHAVIOUR 39."""
    own = settings(None, bot_token="xoxb-1")
    desk = Desk(sqlite_database, lambda: own, KNOWN, lambda: MONDAY)
    teams = InstalledTeams(lambda: own.slack, desk.installations, lambda: MONDAY)
    with pytest.raises(LookupError):
        teams.workspace("T1")
