"""The application commands at Discord, brought up to date when what they say has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from discord.http import Route

from adapters.discord import commands
from bot.registry import Registry
from bot.settings import Settings
from bot.words import WORKSPACE

if TYPE_CHECKING:
    from adapters.discord.calls import Calls
    from bot.memory import Memory

NAME = "discord commands"
"""Under it the desk remembers what it has last told Discord."""

SECONDS = 20
"""Discord takes its time over so many at once."""

log = structlog.get_logger()


async def sync(calls: Calls, memory: Memory, registry: Registry, settings: Settings) -> bool:
    """Tell Discord of the commands, all at once, if they are not what it was told last; whether it was told.

    SendFailed when it does not take them: the commands of last time go on working, and the next call tells it again.
    """
    payloads = commands.payloads(registry, settings)
    now = f"{calls.application} {commands.digest(payloads)}"
    if await memory.get(WORKSPACE, NAME) == now:
        return False
    where = Route("PUT", "/applications/{application_id}/commands", application_id=calls.application)
    await calls.ask(where, json=payloads, time=SECONDS)
    await memory.keep(WORKSPACE, NAME, now)
    log.info("Discord has the commands", count=len(payloads))
    return True
