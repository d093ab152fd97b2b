"""The manifest that Slack makes the app from: within Slack's limits, and with everything that is declared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from typer.testing import CliRunner

import commands
from adapters.slack import manifest as made
from adapters.slack.scopes import APP_SCOPES, EVENTS, SCOPES
from bot.__main__ import app
from bot.configuration.reading import read
from bot.people import Role
from bot.registry import REGISTRY, Command, NoForm, Registry
from bot.settings import Organisation, Settings
from bot.words import Reply

ROOT = Path(__file__).parents[2]
KNOWN = REGISTRY.load(commands)
PUBLIC = "https://desk.example.org"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return at(PUBLIC)


def at(address: str, name: str = "Example Ltd") -> Settings:
    found = read(ROOT / "settings.yaml", {})
    return found.model_copy(update={"organisation": Organisation(name=name, address=address)})


def of(settings: Settings, mode: made.Mode = "socket", *, several: bool = False) -> dict[str, Any]:
    return made.manifest(KNOWN, settings, mode, several=several)


def declared(*verbs: str) -> Registry:
    registry = Registry()
    for verb in verbs:
        registry.add(Command(verb, "x" * 3000, NoForm, Role.AGENT, lambda ctx, asked: Reply(), "The desk"))
    return registry


def test_every_visible_verb_is_a_slash_command(settings: Settings) -> None:
    """The menus follow from what is declared."""
    named = {command["command"] for command in of(settings)["features"]["slash_commands"]}
    assert named == {f"/{command.verb.split()[0]}" for command in KNOWN.visible()}
    assert "/discard" not in named


def test_a_command_says_what_comes_behind_it(settings: Settings) -> None:
    commands_by_name = {command["command"]: command for command in of(settings)["features"]["slash_commands"]}
    assert commands_by_name["/ticket"]["usage_hint"] == "TEXT | for PERSON [VIA] TEXT"
    assert commands_by_name["/tickets"]["usage_hint"] == "find WORDS | status TICKET | of PERSON | similar [WORDS]"
    assert commands_by_name["/claim"]["description"] == "Take a ticket that nobody has"
    assert commands_by_name["/assign"]["should_escape"], "or @ana arrives without her id"


def test_the_shortcut_names_the_verb_that_makes_a_ticket_of_a_message(settings: Settings) -> None:
    """BEHAVIOUR 3."""
    (shortcut,) = of(settings)["features"]["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", "react")
    assert shortcut["callback_id"] in KNOWN.commands


def test_nothing_is_over_slack_s_limits(settings: Settings) -> None:
    """https://github.com/slackapi/manifest-schema, version 1, and the reference for agent_view."""
    registry = declared(*(f"verb{number}" for number in range(60)), "a" * 40)
    plain = made.manifest(registry, at(PUBLIC, "L" * 300), "http")
    features, shown = plain["features"], plain["display_information"]
    assert len(features["slash_commands"]) == 50
    for command in features["slash_commands"]:
        assert 2 <= len(command["command"]) <= 32 and 1 <= len(command["description"]) <= 2000
        assert len(command.get("usage_hint", "x")) in range(1, 1001)
    assert len(shown["name"]) <= 35 and len(shown["description"]) <= 140
    assert all(len(s["name"]) <= 24 and len(s["description"]) <= 150 for s in features["shortcuts"])
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    assert all(len(name) <= 50 for name in (*SCOPES, *EVENTS))


def test_a_verb_that_is_slack_s_own_is_left_out() -> None:
    """Slack refuses the whole manifest for one /status."""
    assert [c["command"] for c in made.slash_commands(declared("status", "claim"))] == ["/claim"]
    assert not [c.verb for c in KNOWN.visible() if made.BUILT_IN.fullmatch(f"/{c.verb.split()[0]}")]


def test_socket_mode_needs_no_address(settings: Settings) -> None:
    plain = of(settings)
    assert plain["settings"]["socket_mode_enabled"]
    assert PUBLIC not in json.dumps(plain)


def test_http_sends_everything_to_one_address(settings: Settings) -> None:
    plain, url = of(settings, "http"), f"{PUBLIC}/slack/events"
    asked = plain["settings"]
    assert not asked["socket_mode_enabled"]
    assert asked["event_subscriptions"]["request_url"] == asked["interactivity"]["request_url"] == url
    assert asked["interactivity"]["message_menu_options_url"] == url
    assert {command["url"] for command in plain["features"]["slash_commands"]} == {url}


def test_several_workspaces_get_a_way_back_and_tokens_that_are_renewed(settings: Settings) -> None:
    """A token in the environment cannot be renewed, so that rotation would end it after twelve hours."""
    one, many = of(settings), of(settings, several=True)
    assert not one["settings"]["token_rotation_enabled"] and "redirect_urls" not in one["oauth_config"]
    assert many["settings"]["token_rotation_enabled"]
    app = settings.slack.model_copy(update={"bot_token": SecretStr("xoxb-1")})
    both = of(settings.model_copy(update={"slack": app}), several=True)
    assert not both["settings"]["token_rotation_enabled"] and "redirect_urls" in both["oauth_config"]
    assert many["oauth_config"]["redirect_urls"] == [f"{PUBLIC}/slack/oauth_redirect"]


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        (PUBLIC, ["desk.example.org"]),
        ("https://Desk.Example.ORG:8443", ["desk.example.org"]),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
        ("http://localhost:8000", None),
    ],
)
def test_links_unfold_where_the_desk_has_a_domain(address: str, domain: list[str] | None) -> None:
    assert of(at(address))["features"].get("unfurl_domains") == domain


EVENT_SCOPES = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "link_shared": "links:read",
    "reaction_added": "reactions:read",
}
"""https://docs.slack.dev/reference/events: those of the other events need none."""


def test_every_event_has_its_scope_and_every_scope_its_reason(settings: Settings) -> None:
    plain = of(settings)
    events = plain["settings"]["event_subscriptions"]["bot_events"]
    assert {EVENT_SCOPES[event] for event in events if event in EVENT_SCOPES} <= set(SCOPES)
    assert plain["oauth_config"]["scopes"] == {"bot": sorted(SCOPES)}
    assert all(reason for reason in (*SCOPES.values(), *EVENTS.values(), *APP_SCOPES.values()))


def test_the_command_says_when_slack_cannot_reach_the_desk() -> None:
    socket = CliRunner(env={"FIRSTLINE_SETTINGS": str(ROOT / "settings.yaml")}).invoke(app, ["slack", "manifest"])
    assert (
        socket.exit_code == 0 and socket.stderr == "" and json.loads(socket.stdout)["settings"]["socket_mode_enabled"]
    )
    http = CliRunner(env={"FIRSTLINE_SETTINGS": str(ROOT / "settings.yaml"), "FIRSTLINE_SLACK__MODE": "http"})
    asked = http.invoke(app, ["slack", "manifest", "--yaml"])
    assert "Slack takes no http://127.0.0.1:8000" in asked.stderr
    assert yaml.safe_load(asked.stdout)["settings"]["socket_mode_enabled"] is False


def test_it_reads_back_from_json_and_from_yaml(settings: Settings) -> None:
    plain = of(settings)
    assert json.loads(made.as_json(plain)) == plain == yaml.safe_load(made.as_yaml(plain))
