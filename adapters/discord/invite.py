"""The link by which somebody adds the bot to their server (https://docs.discord.com/developers/topics/oauth2)."""

from __future__ import annotations

from urllib.parse import urlencode

import aiohttp

from adapters.discord.login import FAILED, mend, signed_in, why
from adapters.discord.permissions import SMALLEST
from bot.configuration.discord import GIVE
from bot.settings import DiscordApp

AUTHORIZE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")


class NoApplication(Exception):
    """The application's id cannot be found out; the text says why, and the way out."""


def link(application: int | str, guild: str = "") -> str:
    """The link for an application, by its id; where a server is known, it stands chosen."""
    asked = {"client_id": application, "scope": " ".join(SCOPES), "permissions": SMALLEST.value}
    chosen = {"guild_id": guild, "disable_guild_select": "true"} if guild else {}
    return f"{AUTHORIZE}?{urlencode(asked | chosen)}"


async def application(app: DiscordApp) -> int:
    """The id of the application whose bot's token the settings have. NoApplication."""
    if not app.on:
        raise NoApplication(f"There is no token: {GIVE}. Or name the application: --application ID.")
    try:
        async with signed_in(app, aiohttp.TraceConfig()) as client:
            return client.application_id or 0
    except FAILED as error:
        raise NoApplication(f"Discord does not say which application this is ({why(error)}): {mend(error)}.") from None
