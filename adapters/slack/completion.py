"""What fits the words that somebody types into a menu of a modal; nothing where that is not known in time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from adapters.contract import Desk
from adapters.slack import inputs
from adapters.slack.calls import Calls
from adapters.slack.people import People
from adapters.slack.rooms import CHANNEL
from adapters.slack.typed import Lookup

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds after which nothing is offered: Slack waits for three, and asks anew with the next key."""


class Completion:
    """Offers what the desk knows, to each person what they may see."""

    def __init__(self, desk: Desk, calls: Calls, people: People) -> None:
        self._desk, self._calls, self._people = desk, calls, people

    async def answer(self, asked: Lookup) -> Mapping[str, Any]:
        """The options, the likeliest first. What goes wrong is logged; nobody sees an error while they type."""
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._found(asked)
        except Exception as error:
            log.warning("nothing was found to complete", reason=f"{type(error).__name__}: {error}"[:200])
            found = []
        return {"options": inputs.offered(found)}

    async def _found(self, asked: Lookup) -> list[tuple[str, str]]:
        workspace = self._calls.teams.workspace(asked.team)
        sender = self._people.by_now(workspace, asked.user)
        return await self._desk.complete(workspace, CHANNEL, sender, asked.verb, asked.field, asked.words)
