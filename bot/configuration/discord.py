"""What is wrong with the bot on Discord: a token that is none, or rooms and ids that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlsplit

from bot.configuration.problems import Finding, KeyPath
from bot.configuration.rooms import rooms
from bot.settings import DiscordApp, Settings

CHANNEL = "discord"
"""This channel's name in addresses and settings."""

OWN_HOSTS = re.compile(r"(?:[a-z]+\.)?discord(?:app)?\.com")

KINDS = {
    r"https?://\S*/webhooks/\S*": "is the address of a webhook, which only posts",
    r"https?://\S*": "is an address",
    r"(?i:bot|bearer) .*": "begins with a word that is not part of it",
    r"[0-9]{15,20}": "is the id of the application, or of somebody",
    r"[0-9a-f]{64}": "is the public key of the application",
    r"[\w-]{32}": "is the client secret of the application",
}
"""What stands on the application's pages beside the token, and is pasted in its place."""

SHAPE = r"[\w-]+\.[\w-]+\.[\w-]+"
"""Of a bot's token: three parts (https://docs.discord.com/developers/reference, Authentication)."""

TOKEN = "press Reset Token on the application's page Bot, and copy what is shown then: three parts with dots between"
COPY = "switch Developer Mode on (User Settings, Advanced), right-click, Copy ID"
GIVE = "give the bot's token as FIRSTLINE_DISCORD__TOKEN; docs/discord.md shows how to get it"


def unsound(settings: Settings) -> Iterator[Finding]:
    """A token that cannot be one, and a room with its channel before it. No finding holds any of a secret."""
    app = settings.discord
    if wrong := _wrong(app):
        yield Finding((CHANNEL, "token"), wrong, TOKEN)
    if app.tickets.startswith(f"{CHANNEL}:"):
        yield Finding(
            (CHANNEL, "tickets"), "names its channel twice", f"write {app.tickets.partition(':')[2] or 'help'}"
        )


def _wrong(app: DiscordApp) -> str:
    """Another server that speaks as Discord does may have tokens of another shape."""
    token = app.token.get_secret_value()
    if not token or re.fullmatch(SHAPE, token):
        return ""
    if not OWN_HOSTS.fullmatch(urlsplit(app.api_url).hostname or ""):
        return ""
    kinds = (words for pattern, words in KINDS.items() if re.fullmatch(pattern, token))
    return next(kinds, "is no token of a bot's")


def odd(settings: Settings) -> Iterator[Finding]:
    """Rooms and ids on Discord that nobody reaches."""
    named = [path for path, _ in rooms(settings, CHANNEL)]
    if named and not settings.discord.on:
        yield Finding(named[0], "is a room on Discord, and the desk is not there: posts for it wait", GIVE)
    if settings.discord.on and named and CHANNEL not in settings.channels:
        hint = "add channels: {discord: {escalations: ROOM}}, and the rooms it watches"
        yield Finding(("channels",), "has no discord, so that no escalation is said there", hint)
    for path, id in ids(settings):
        if not id.isdecimal():
            yield Finding(path, f"{id} is no id on Discord, which is a long number", COPY)


def ids(settings: Settings) -> Iterator[tuple[KeyPath, str]]:
    """Every id of a person or a role on Discord, and where it stands."""
    return chain(people(settings), roles(settings))


def people(settings: Settings) -> Iterator[tuple[KeyPath, str]]:
    for handle, entry in settings.people.items():
        if id := entry.identities.get(CHANNEL):
            yield ("people", handle, "identities", CHANNEL), id


def roles(settings: Settings) -> Iterator[tuple[KeyPath, str]]:
    """Those that stand for a part at the desk, and those that are pinged."""
    for number, id in enumerate(settings.admin_roles.get(CHANNEL, ())):
        yield ("admin_roles", CHANNEL, number), id
    for key, team in settings.teams.items():
        for name, given in (("agent_roles", team.agent_roles), ("lead_roles", team.lead_roles)):
            yield from ((("teams", key, name, CHANNEL, number), id) for number, id in enumerate(given.get(CHANNEL, ())))
        if CHANNEL in team.user_groups:
            yield ("teams", key, "user_groups", CHANNEL), team.user_groups[CHANNEL].removeprefix("&")
