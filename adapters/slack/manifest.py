"""The app's manifest, made from the commands that are declared (https://docs.slack.dev/reference/app-manifest)."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml

from adapters.slack.scopes import EVENTS, SCOPES
from bot.registry import Command, Registry
from bot.settings import Settings
from bot.words import one_line

Mode = Literal["socket", "http"]

NAME = "Firstline"
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
SHORTCUT = "react"
"""The callback_id of the message shortcut: the verb that makes a ticket of a message."""

DESCRIPTION, COMMAND, COMMAND_TEXT, USAGE = 140, 32, 2000, 1000
MOST_COMMANDS, MOST_PROMPTS = 50, 4

BUILT_IN = re.compile(
    "/(apps|archive|away|call|collapse|dnd|expand|feed|feedback|invite|join|kick|leave|me|msg|mute|open|prefs|pro|remind|"
    "remove|rename|search|shortcuts|shrug|star|status|topic|who)"
)
"""Commands of Slack's own: one of them among the app's makes Slack refuse the whole manifest."""

PROMPTS = (
    ("Something is broken", "I need help: something is broken."),
    ("Where are my tickets?", "/tickets"),
    ("What can I say here?", "/help"),
)
"""Title and message: a click sends the message as the person's own."""
AGENTS_PROMPT = ("What waits for me?", "/queue")
"""One more, for those who work at the desk."""


def manifest(registry: Registry, settings: Settings, mode: Mode, *, several: bool = False) -> dict[str, Any]:
    """The manifest as Slack's JSON. `several`: the app is to be installed in several workspaces, over OAuth.

    A token that expires can be renewed only where the desk keeps it: one in the settings would end after twelve hours,
    and rotation cannot be switched off again for an app.
    """
    address = settings.organisation.address
    rotates = several and not settings.slack.bot_token.get_secret_value()
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {"name": NAME, "description": _description(settings), "background_color": "#1d4ed8"},
        "features": _features(registry, settings, address + EVENTS_PATH if mode == "http" else ""),
        "oauth_config": _oauth(address if several else ""),
        "settings": _settings(address + EVENTS_PATH if mode == "http" else "", rotates),
    }


def as_json(plain: dict[str, Any]) -> str:
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def as_yaml(plain: dict[str, Any]) -> str:
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120)


def _description(settings: Settings) -> str:
    text = f"The service desk of {settings.organisation.name}: ask for help, follow your tickets, work on them."
    return one_line(text, DESCRIPTION)


def _features(registry: Registry, settings: Settings, url: str) -> dict[str, Any]:
    domain = unfurl_domain(settings.organisation.address)
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "agent_view": {
            "agent_description": _description(settings),
            "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
        },
        "bot_user": {"display_name": NAME, "always_online": True},
        "shortcuts": [
            {
                "name": "Create ticket",
                "type": "message",
                "callback_id": SHORTCUT,
                "description": "Make a ticket of this message and its thread",
            }
        ],
        "slash_commands": list(slash_commands(registry, url)),
        **({"unfurl_domains": [domain]} if domain else {}),
    }


def slash_commands(registry: Registry, url: str = "") -> Iterator[dict[str, Any]]:
    """Every visible first word of a verb as a slash command: `/tickets` stands for `/tickets find` too.

    They come escaped, so that a person's or a channel's mention arrives with its id.
    """
    together: dict[str, list[Command]] = {}
    for command in registry.visible():
        together.setdefault(f"/{command.verb.split()[0]}", []).append(command)
    fitting = [name for name in sorted(together) if not BUILT_IN.fullmatch(name) and len(name) <= COMMAND]
    for name in fitting[:MOST_COMMANDS]:
        hint = one_line(" | ".join(filter(None, (_arguments(name, each) for each in together[name]))), USAGE)
        yield {
            "command": name,
            "description": one_line(together[name][0].summary, COMMAND_TEXT),
            **({"usage_hint": hint} if hint else {}),
            **({"url": url} if url else {}),
            "should_escape": True,
        }


def _arguments(name: str, command: Command) -> str:
    return command.usage.removeprefix(name).strip()


def _oauth(address: str) -> dict[str, Any]:
    redirect = {"redirect_urls": [address + REDIRECT_PATH]} if address else {}
    return {**redirect, "scopes": {"bot": sorted(SCOPES)}}


def _settings(url: str, rotates: bool) -> dict[str, Any]:
    at = {"request_url": url} if url else {}
    options = {"message_menu_options_url": url} if url else {}
    return {
        "event_subscriptions": {**at, "bot_events": sorted(EVENTS)},
        "interactivity": {"is_enabled": True, **at, **options},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not url,
        "token_rotation_enabled": rotates,
    }


def unfurl_domain(address: str) -> str:
    """The domain whose links are shown with their ticket; "" for an address that only this machine or network knows."""
    host = (urlsplit(address).hostname or "").lower()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host if "." in host else ""
    return ""
