"""An app manifest against its reference at docs.slack.dev: shapes, limits, and what needs what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.platforms.slack.app import NEEDS
from tests.platforms.slack.blockkit.rules import Problems, anything, choice, each, flag, say, shape, string

_URL = string(3000, 8)
_PROMPTS = each(shape({"title": string(75, 1), "message": string(3000, 1)}), 4, 0)
_SCOPES = each(string(100, 3), 255, 0)
_SHORTCUT = shape(
    {
        "name": string(24, 1),
        "type": choice("message", "global"),
        "callback_id": string(255, 1),
        "description": string(150, 1),
    }
)
_COMMAND = shape(
    {"command": string(32, 2), "description": string(2000, 1)},
    {"should_escape": flag, "url": _URL, "usage_hint": string(1000)},
)
_HOME = dict.fromkeys(("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), flag)
_FEATURES = shape(
    {},
    {
        "app_home": shape({}, _HOME),
        "bot_user": shape({"display_name": string(80, 1)}, {"always_online": flag}),
        "shortcuts": each(_SHORTCUT, 10, 0),
        "slash_commands": each(_COMMAND, 50, 0),
        "unfurl_domains": each(string(255, 1), 5, 0),
        "assistant_view": shape({"assistant_description": string(300, 1)}, {"suggested_prompts": _PROMPTS}),
        "agent_view": shape({"agent_description": string(300, 1)}, {"suggested_prompts": _PROMPTS}),
        "rich_previews": anything,
    },
)
_OAUTH = shape(
    {},
    {
        "redirect_urls": each(_URL, 1000, 0),
        "scopes": shape({}, dict.fromkeys(("bot", "user", "bot_optional", "user_optional"), _SCOPES)),
        "token_management_enabled": flag,
        "pkce_enabled": flag,
    },
)
_EVENTS = shape(
    {}, {"request_url": _URL, "bot_events": each(string(100), 100), "user_events": each(string(100), 100, 0)}
)
_INTERACTIVITY = shape({"is_enabled": flag}, {"request_url": _URL, "message_menu_options_url": _URL})
_SETTINGS = shape(
    {},
    {
        "allowed_ip_address_ranges": each(string(43), 10, 0),
        "event_subscriptions": _EVENTS,
        "interactivity": _INTERACTIVITY,
        "org_deploy_enabled": flag,
        "socket_mode_enabled": flag,
        "token_rotation_enabled": flag,
        "is_hosted": flag,
        "function_runtime": choice("remote", "slack"),
        "incoming_webhooks": anything,
    },
)
_DISPLAY = shape(
    {"name": string(35, 1)},
    {"description": string(140), "long_description": string(4000, 174), "background_color": string(7, 4)},
)
_MANIFEST = shape(
    {"display_information": _DISPLAY},
    {
        "_metadata": shape({}, {"major_version": anything, "minor_version": anything}),
        "features": _FEATURES,
        "oauth_config": _OAUTH,
        "settings": _SETTINGS,
    },
)


def manifest_problems(manifest: Mapping[str, Any]) -> Problems:
    """What Slack's app settings would refuse about a manifest."""
    problems: Problems = []
    _MANIFEST(manifest, "", problems)
    if not problems:
        _scopes(manifest, problems)
        _addresses(manifest, problems)
        _unique(manifest, problems)
    return problems


def _scopes(manifest: Mapping[str, Any], problems: Problems) -> None:
    scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
    features = manifest.get("features", {})
    for event in manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", ()):
        if NEEDS.get(event, "") not in scopes | {""}:
            say(problems, f"{event} needs the scope {NEEDS[event]}", "/settings/event_subscriptions/bot_events")
    if (features.get("slash_commands") or features.get("shortcuts")) and "commands" not in scopes:
        say(problems, "commands and shortcuts need the scope commands", "/oauth_config/scopes/bot")
    if scopes and "bot_user" not in features:
        say(problems, "bot scopes need a bot user", "/features/bot_user")
    if "assistant_view" in features and "agent_view" in features:
        say(problems, "assistant_view and agent_view exclude each other", "/features")


def _addresses(manifest: Mapping[str, Any], problems: Problems) -> None:
    settings = manifest.get("settings", {})
    if settings.get("socket_mode_enabled"):
        return
    for name in ("event_subscriptions", "interactivity"):
        if name in settings and "request_url" not in settings[name]:
            say(problems, "request_url is required without Socket Mode", f"/settings/{name}")
    for command in manifest.get("features", {}).get("slash_commands", ()):
        if "url" not in command:
            say(problems, f"{command['command']} needs a url without Socket Mode", "/features/slash_commands")


def _unique(manifest: Mapping[str, Any], problems: Problems) -> None:
    features = manifest.get("features", {})
    commands = [one["command"] for one in features.get("slash_commands", ())]
    for command in commands:
        if not command.startswith("/") or command != command.lower() or " " in command:
            say(problems, f"{command!r} must begin with a slash and be lower case", "/features/slash_commands")
    callbacks = [one["callback_id"] for one in features.get("shortcuts", ())]
    for repeated in {one for one in commands + callbacks if (commands + callbacks).count(one) > 1}:
        say(problems, f"{repeated!r} is there twice", "/features")
