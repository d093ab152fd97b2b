"""The first answer to an interaction, for which Discord waits three seconds, and which it takes once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import structlog

from adapters.discord.read import Interaction

log = structlog.get_logger()

ANSWERED = 40060
"""Discord has the first answer already; any other refusal says that it is too late for one (10062)."""
PAUSES = (0.1, 0.3)
"""Seconds before it is given again when it got lost on the way."""


async def defer(interaction: Interaction, *, replaces: bool) -> bool:
    """Tell that an answer follows: to them alone, or in the place of what was clicked on.

    Whether it is worth answering at all.
    """
    if replaces:
        return await _given(interaction.response.defer)
    return await _given(lambda: interaction.response.defer(ephemeral=True, thinking=True))


async def open(interaction: Interaction, modal: discord.ui.Modal) -> None:
    """Open a form."""
    await _given(lambda: interaction.response.send_modal(modal))


async def turn_away(interaction: Interaction, view: discord.ui.LayoutView) -> None:
    """Say, to them alone, all there is to say."""
    await _given(lambda: interaction.response.send_message(view=view, ephemeral=True))


async def _given(respond: Callable[[], Awaitable[Any]]) -> bool:
    for pause in (*PAUSES, None):
        try:
            await respond()
            return True
        except discord.HTTPException as error:
            # It may have been our own try that got through; all that follows has one effect however often.
            log.info("a first answer was not taken", code=error.code, status=error.status)
            return error.code == ANSWERED
        except (aiohttp.ClientError, OSError) as error:
            log.warning("a first answer was lost on the way", reason=f"{type(error).__name__}: {error}"[:200])
        if pause is not None:
            await asyncio.sleep(pause)
    return True
