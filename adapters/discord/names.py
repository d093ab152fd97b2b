"""What roles and channels are called: messages that are read over REST have only their ids."""

from __future__ import annotations

import discord
import structlog
from discord.http import Route

from adapters.discord.calls import Calls
from adapters.discord.faults import Fault

log = structlog.get_logger()


class Names:
    """Asks Discord, where a message mentions any."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def of(self, *messages: discord.Message) -> dict[str, str]:
        """Names by id for what these mention; without those that Discord does not tell."""
        bare = [message for message in messages if message.guild is None]
        roles = await self._listed("roles") if any(message.raw_role_mentions for message in bare) else {}
        channels = await self._listed("channels") if any(message.raw_channel_mentions for message in bare) else {}
        return roles | channels

    async def _listed(self, what: str) -> dict[str, str]:
        try:
            told = await self._calls.ask(Route("GET", f"/guilds/{{guild_id}}/{what}", guild_id=self._calls.guild))
        except Fault as fault:
            log.warning("names are not known", of=what, reason=str(fault)[:200])
            return {}
        return {str(one["id"]): str(one["name"]) for one in told}
