"""The link by which somebody adds the bot to their server (https://docs.discord.com/developers/topics/oauth2)."""

from __future__ import annotations

from urllib.parse import urlencode

from adapters.discord.permissions import SMALLEST

AUTHORIZE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")


def link(application: int | str, guild: str = "") -> str:
    """The link for an application, by its id; where a server is known, it stands chosen."""
    asked = {"client_id": application, "scope": " ".join(SCOPES), "permissions": SMALLEST.value}
    chosen = {"guild_id": guild, "disable_guild_select": "true"} if guild else {}
    return f"{AUTHORIZE}?{urlencode(asked | chosen)}"
