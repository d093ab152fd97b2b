"""What fits what somebody is typing into a field of a command; nothing where that is not known in time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

import aiohttp
import discord
import structlog
from discord.app_commands import Choice

from adapters.contract import Desk
from adapters.discord import commands, limits, read
from adapters.discord.calls import Calls
from adapters.discord.people import People
from adapters.discord.places import CHANNEL
from adapters.discord.read import Interaction
from bot.words import WORKSPACE, one_line

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds after which nothing is offered: Discord waits for three, and asks anew with the next pause in typing."""

ANSWERED = 200
"""Keys of which it is remembered that they were answered, so that one told twice is not answered twice."""


class Completion:
    """Offers what the desk knows, to each person what they may see."""

    def __init__(self, desk: Desk, calls: Calls, people: People) -> None:
        self._desk, self._calls, self._people = desk, calls, people
        self._answered: deque[int] = deque(maxlen=ANSWERED)

    async def answer(self, interaction: Interaction) -> None:
        """Answer while somebody types, each key once. What goes wrong is logged; they see an empty list."""
        if interaction.id in self._answered:
            return
        self._answered.append(interaction.id)
        choices = await self._choices(interaction)
        try:
            await interaction.response.autocomplete(choices)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("a completion was not taken", reason=f"{type(error).__name__}: {error}"[:200])

    async def _choices(self, interaction: Interaction) -> list[Choice[str]]:
        if interaction.guild_id not in (None, self._calls.guild):
            return []
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._found(interaction)
        except Exception as error:  # nobody is to see an error while they type
            log.warning("nothing was found to complete", reason=f"{type(error).__name__}: {error}"[:200])
            return []
        fitting = [(value, one_line(label, limits.CHOICE)) for value, label in found]
        return [Choice(name=label, value=value) for value, label in fitting if label and _fits(value)][: limits.CHOICES]

    async def _found(self, interaction: Interaction) -> list[tuple[str, str]]:
        data: Mapping[str, Any] = interaction.data or {}
        field, words = read.focused(data)
        sender = await self._people.whole(interaction.user)
        if interaction.guild_id is None and self._people.is_stranger(sender.id):
            return []
        return await self._desk.complete(WORKSPACE, CHANNEL, sender, commands.verb(str(data["name"])), field, words)


def _fits(value: str) -> bool:
    return 0 < limits.length(value) <= limits.CHOICE
