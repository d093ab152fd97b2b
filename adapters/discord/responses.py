"""Messages that answer somebody: to an interaction by its token, or said once by their nonce, and edited.

None of it goes over the gateway's client, which may be gone before all is answered.
"""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord.http import Route, handle_message_parameters

from adapters.discord.calls import FILES_TIME, TIME, Calls
from adapters.discord.read import Interaction


class Responses:
    """Says messages that ping nobody. Fault where Discord does not take one."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def say(
        self, channel: int, view: discord.ui.LayoutView, files: Sequence[discord.File], nonce: str, under: int = 0
    ) -> int:
        """The id of a new message, or of the one that was said with this nonce lately. `under`: what it replies to."""
        reference = discord.MessageReference(message_id=under, channel_id=channel, fail_if_not_exists=False)
        with handle_message_parameters(
            view=view,
            files=list(files) or discord.utils.MISSING,
            nonce=nonce,
            message_reference=reference.to_message_reference_dict() if under else discord.utils.MISSING,
            allowed_mentions=discord.AllowedMentions.none(),
        ) as params:
            route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
            told = await self._calls.ask(route, params, time=FILES_TIME if files else TIME)
        return int(told["id"])

    async def answer(
        self, interaction: Interaction, view: discord.ui.LayoutView, files: Sequence[discord.File] | None
    ) -> None:
        """Let the first answer show this; with None it keeps its files."""
        with handle_message_parameters(
            view=view,
            attachments=discord.utils.MISSING if files is None else list(files),
            allowed_mentions=discord.AllowedMentions.none(),
        ) as params:
            await self._calls.ask(_original("PATCH", interaction), params, time=FILES_TIME if files else TIME)

    async def take_back(self, interaction: Interaction) -> None:
        """Let the first answer go."""
        await self._calls.ask(_original("DELETE", interaction))

    async def edit(self, channel: int, message: int, view: discord.ui.LayoutView, files: Sequence[discord.File]) -> int:
        """Let it show something else; its id."""
        with handle_message_parameters(
            view=view, attachments=list(files), allowed_mentions=discord.AllowedMentions.none()
        ) as params:
            path = "/channels/{channel_id}/messages/{message_id}"
            route = Route("PATCH", path, channel_id=channel, message_id=message)
            await self._calls.ask(route, params, time=FILES_TIME if files else TIME)
        return message


def _original(method: str, interaction: Interaction) -> Route:
    path = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
    return Route(method, path, webhook_id=interaction.application_id, webhook_token=interaction.token)
