"""The section `discord` of settings.yaml."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from bot.settings_values import ADDRESS, GATEWAY, SNOWFLAKE, RoomName, Secret, Shape

VERSION = "v10"
_OWN_EMOJI = re.compile(r"<a?:(\w{2,32}):[0-9]+>")


def _versioned(value: str) -> str:
    """The API's base as discord.py wants it: …/api/v10. ValueError for another version of it."""
    base = value.rstrip("/")
    last = base.rpartition("/")[2]
    if last == VERSION:
        return base
    if re.fullmatch(r"v[0-9]+", last):
        raise ValueError(f"must be version 10 of the API: end it with /api/{VERSION}")
    return f"{base}/{VERSION}" if last == "api" else f"{base}/api/{VERSION}"


def _emoji(value: Any) -> Any:
    """`🎫`; of an emoji of the server's own, however it was copied, its name."""
    if not isinstance(value, str):
        return value
    own = _OWN_EMOJI.fullmatch(value.strip())
    return own[1] if own else value.strip(": ").replace("\ufe0f", "")


Snowflake = Annotated[str, Field(pattern=SNOWFLAKE)]
"""An id of Discord's: written as a number or in quotes, YAML loses nothing of it."""
VersionedAddress = Annotated[str, Field(pattern=ADDRESS), AfterValidator(_versioned)]
GatewayAddress = Annotated[str, Field(pattern=GATEWAY)]
Reaction = Annotated[str, BeforeValidator(_emoji), Field(min_length=1, max_length=32)]


class DiscordApp(Shape):
    """The desk's own bot on Discord. Its token comes from the environment and is never shown."""

    token: Secret = Field(SecretStr(""), description="The bot's token: FIRSTLINE_DISCORD__TOKEN.")
    guild: Snowflake = Field("", description="The id of the desk's server; empty: the only one that the bot is in.")
    tickets: RoomName = Field(
        "",
        description="The channel in which each requester gets private threads for their tickets, by name or id; empty: "
        "direct messages.",
    )
    shards: int = Field(
        1, ge=1, le=1_000, description="How many shards the bot has in all; 1, unless Discord wants more."
    )
    api_url: VersionedAddress = Field(f"https://discord.com/api/{VERSION}", description="Where Discord's API is.")
    gateway_url: GatewayAddress = Field("", description="Where Discord's gateway is; empty: Discord is asked.")
    reaction: Reaction = Field("🎫", description="The emoji that makes a ticket of the message it is put on.")

    @property
    def on(self) -> bool:
        """Whether the desk is on Discord at all."""
        return bool(self.token.get_secret_value())
