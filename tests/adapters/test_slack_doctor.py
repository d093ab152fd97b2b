"""What the doctor finds at a strict Slack, and that each finding says how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import commands
from adapters.slack.doctor import examine
from adapters.slack.manifest import manifest
from adapters.slack.scopes import SCOPES
from bot.configuration.reading import parsed
from bot.doctor import Finding, failed
from bot.installations import Installation
from bot.registry import REGISTRY
from bot.settings import Settings
from tests.platforms.slack import Slack

KNOWN = REGISTRY.load(commands)
BASE = """
calendars: {office: {mon: ["09:00-17:00"]}}
people: {lena: {name: Lena}}
teams: {it: {name: IT, lead: lena, triage: [ROOMS]}}
sla: [{name: All, targets: {resolution: 4h}}]
channels: {slack: {escalations: "#escalations", watched: [it-help]}}
"""


def settings(slack: Slack | None, text: str = BASE.replace("ROOMS", "slack:triage-it"), **more: str) -> Settings:
    app = {"bot_token": slack.installation.token, "app_token": slack.app.app_token} if slack else {}
    app |= {"api_url": slack.api_url} if slack else {}
    return parsed(text, {f"FIRSTLINE_SLACK__{name.upper()}": value for name, value in (app | more).items() if value})


async def look(found: Settings, *installed: Installation, skew: float = 0) -> list[Finding]:
    return await examine(found, installed, lambda: datetime.now(UTC) + timedelta(seconds=skew))


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A Slack whose app was made from our manifest, with all rooms that the settings name."""
    async with Slack(manifest(KNOWN, settings(None), "socket")) as server:
        for name in ("triage-it", "escalations", "it-help"):
            server.channel(name)
        yield server


def told(findings: list[Finding], words: str) -> Finding:
    """The one finding that says this."""
    found = [finding for finding in findings if words in finding.text]
    assert len(found) == 1, "\n".join(map(str, findings))
    return found[0]


async def test_an_app_of_our_manifest_is_well(slack: Slack) -> None:
    """Each of the manifest's scopes, and no other, is what the desk asks for."""
    findings = await look(settings(slack))
    assert {finding.level for finding in findings} == {"ok"}, "\n".join(map(str, findings))
    assert told(findings, "the token has all") and told(findings, "the app token opens sockets")
    assert told(findings, f"the bot token works: firstline in Example ({slack.team.id})")
    assert told(findings, "agrees with Slack's")
    assert len([f for f in findings if f.text.startswith("the bot is in #")]) == 3
    assert not slack.violations and not slack.sockets.open, "a doctor's socket would be sent events"


async def test_who_is_not_on_slack_is_told_where_to_begin() -> None:
    assert [f.text for f in await look(settings(None))] == ["not set up; docs/slack.md shows how"]


@pytest.mark.parametrize(
    ("wrong", "words", "way_out"),
    [
        ({"bot_token": "xoxb-nonsense"}, "the bot token does not work: invalid_auth", "Bot User OAuth Token"),
        ({"app_token": "xapp-nonsense"}, "the app token opens no socket: invalid_auth", "connections:write"),
        ({"api_url": "http://127.0.0.1:9/"}, "the bot token does not work: ClientConnectorError", "firewall"),
        ({"api_url": "http://127.0.0.1:9/"}, "the app token opens no socket: ClientConnectorError", "firewall"),
    ],
)
async def test_a_token_that_does_not_work(slack: Slack, wrong: dict[str, str], words: str, way_out: str) -> None:
    found = told(await look(settings(slack, **wrong)), words)
    assert found.level == "error" and way_out in found.hint


async def test_a_revoked_token_and_a_removed_app(slack: Slack) -> None:
    own = settings(slack)
    slack.grants.revoke(slack.installation)
    assert "install the app again" in told(await look(own), "token_revoked").hint
    slack.grants.uninstall(slack.installation)
    assert "install it again" in told(await look(own), "account_inactive").hint


async def test_scopes_are_held_against_the_manifest(slack: Slack) -> None:
    scopes = (SCOPES.keys() - {"files:read", "users:read.email"}) | {"channels:join", "pins:write"}
    slack.installation.scopes = frozenset(scopes)
    findings = await look(settings(slack))
    missing = told(findings, "the scope files:read is missing, with which the desk takes over files")
    assert missing.level == "error" and "firstline slack manifest" in missing.hint
    surplus = told(findings, "the scope pins:write is not needed")
    assert surplus.level == "warning" and "take it away" in surplus.hint
    assert not [finding for finding in findings if "channels:join" in finding.text], "whoever wants it may give it"


async def test_rooms_that_cannot_be_used(slack: Slack) -> None:
    archived = slack.channel("old-triage")
    archived.archived = True
    slack.channel("elsewhere", bot=False), slack.channel("secret", kind="group", bot=False)
    rooms = "slack:old-triage, slack:elsewhere, slack:secret, slack:none, slack:C0NOTHERE1"
    findings = await look(settings(slack, BASE.replace("ROOMS", rooms)))
    assert "unarchive" in told(findings, "#old-triage (teams.it.triage[0]) is archived").hint
    assert told(findings, "the bot is not in #elsewhere").hint == "say `/invite @Firstline` in it"
    for unseen in ("names secret", "names none", "names C0NOTHERE1"):
        found = told(findings, unseen)
        assert found.level == "error" and "/invite @Firstline" in found.hint and "teams.it.triage" in found.hint
    assert told(findings, "the bot is in #escalations (channels.slack.escalations)").level == "ok"


async def test_a_room_named_by_its_id_is_the_same(slack: Slack) -> None:
    room = slack.channel("triage-it").id
    findings = await look(settings(slack, BASE.replace("ROOMS", f"slack:{room}")))
    assert told(findings, "the bot is in #triage-it (teams.it.triage[0])").level == "ok"


async def test_rooms_behind_the_first_page_are_found(slack: Slack) -> None:
    for number in range(600):
        slack.world.add_channel(slack.team, f"channel-{number:03}")
    slack.channel("late")
    findings = await look(settings(slack, BASE.replace("ROOMS", "slack:late")))
    assert told(findings, "the bot is in #late").level == "ok"


async def test_no_room_on_slack_is_odd(slack: Slack) -> None:
    text = BASE.replace("ROOMS", "web:t").replace("slack: {", "web: {")
    assert "triage: [slack:" in told(await look(settings(slack, text)), "name no channel of Slack's").hint


async def test_a_person_who_is_not_there(slack: Slack) -> None:
    people = "people: {lena: {name: Lena, identities: {slack: U0NOBODY01}}}"
    text = BASE.replace("ROOMS", "slack:triage-it").replace("people: {lena: {name: Lena}}", people)
    found = told(await look(settings(slack, text)), "nobody has the id U0NOBODY01 of lena")
    assert found.level == "error" and "Copy member ID" in found.hint


async def test_a_team_without_a_room_on_slack_is_told_of(slack: Slack) -> None:
    text = BASE.replace(
        "lena, triage: [ROOMS]}", "lena, triage: [slack:triage-it]}, net: {name: Net, triage: [web:net]}"
    )
    found = told(await look(settings(slack, text)), "the team net has no room on Slack")
    assert found.level == "warning" and "teams.net.triage" in found.hint


async def test_who_works_at_the_desk_is_looked_for_by_address(slack: Slack) -> None:
    slack.user("ben")
    people = (
        "people: {lena: {name: L, email: lena@b.example}, ben: {name: B, email: ben@example.com}, "
        "ana: {name: A, email: ana@b.example}}"
    )
    text = BASE.replace("ROOMS", "slack:triage-it").replace("people: {lena: {name: Lena}}", people)
    text = text.replace("lead: lena,", "lead: lena, members: {ben: {}},")
    found = told(await look(settings(slack, text)), "nobody has the e-mail address")
    assert found.level == "warning" and "lena@b.example of lena" in found.text and "people.lena.email" in found.hint


@pytest.mark.parametrize(("skew", "level"), [(0, "ok"), (90, "warning"), (-90, "warning"), (400, "error")])
async def test_a_clock_that_is_off(slack: Slack, skew: float, level: str) -> None:
    assert told(await look(settings(slack), skew=skew), "clock").level == level


async def test_http_needs_no_app_token(slack: Slack) -> None:
    found = settings(slack, app_token="", mode="http", signing_secret="s")
    assert told(await look(found), "Slack calls http://127.0.0.1:8000/slack/events").level == "ok"
    assert not [call for call in slack.calls if call[0] == "apps.connections.open"]


async def test_each_installed_workspace_is_looked_at(slack: Slack) -> None:
    other = slack.world.add_team("Acme")
    granted = slack.world.install(other, slack.app.scopes)
    made: dict[str, Any] = {
        "channel": "slack",
        "app": "A",
        "bot": "UB",
        "scopes": "",
        "installed_at": datetime.now(UTC),
    }
    acme = Installation(workspace=other.id, name="Acme", token=granted.token, **made)
    gone = Installation(workspace="T9", name="Gone", token="xoxb-9", **made)
    several = settings(slack, client_id=slack.app.client_id, client_secret="s")
    findings = await look(several, acme, gone)
    assert told(findings, f"in {other.id}, the bot token works: firstline in Acme").level == "ok"
    assert told(findings, f"in {other.id}, teams.it.triage[0] names triage-it").level == "error"
    assert told(findings, "in T9, the bot token does not work").level == "error"
    assert told(findings, "further workspaces install the app at http://127.0.0.1:8000/slack/install")


async def test_a_token_that_the_desk_will_renew_is_not_tried(slack: Slack) -> None:
    ended = Installation(
        workspace="T9",
        channel="slack",
        app="A",
        name="Acme",
        bot="UB",
        scopes="",
        token="xoxe.xoxb-1",
        renew_token="x",
        installed_at=datetime.now(UTC),
        expires_at=datetime.now(UTC) - timedelta(hours=1),
    )
    found = told(await look(settings(slack), ended), "in T9, the token has ended")
    assert found.level == "warning" and "renews" in found.hint


async def test_an_app_for_several_that_nobody_has_installed_is_told_where(slack: Slack) -> None:
    alone = settings(slack, bot_token="", client_id="1.2", client_secret="s")
    found = told(await look(alone), "no workspace has installed the app yet")
    assert found.level == "warning" and "/slack/install" in found.hint


async def test_every_finding_that_is_not_well_has_a_way_out(slack: Slack) -> None:
    slack.installation.scopes = frozenset({"commands"})
    findings = await look(settings(slack), skew=1000)
    assert failed(findings) and all(finding.hint for finding in findings if finding.level != "ok")
    assert slack.installation.token not in str(findings), "no finding holds a token"
