"""What may help with the words of a form that is being filled in; nothing where that is not known in time."""

from __future__ import annotations

import asyncio

import structlog

from adapters.contract import Desk
from adapters.web.places import CHANNEL, Persona
from adapters.web.read import sender
from bot.words import WORKSPACE, Card

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds after which nothing is suggested: whoever asks for help is not kept waiting."""

WORDS = 20_000
"""Characters that are looked at."""


async def suggested(desk: Desk, who: Persona, words: str) -> Card | None:
    """Articles for somebody's words, as a card's buttons. What goes wrong is logged, and nothing is suggested."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await desk.suggest(words[:WORDS], WORKSPACE, CHANNEL, sender(who))
    except Exception as error:
        log.warning("nothing was suggested", reason=f"{type(error).__name__}: {error}"[:200])
        return None
