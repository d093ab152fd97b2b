"""Panels stay: one that somebody has deleted is said again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from bot.places import panel_key
from bot.posts import TIMEOUT
from bot.words import Address
from storage import posts as rows

if TYPE_CHECKING:
    from adapters.contract import Adapter
    from bot.core import Desk

log = structlog.get_logger()


async def look_after(desk: Desk, adapters: Mapping[str, Adapter], workspace: str) -> int:
    """Ask after the panels of a workspace; how many are to be said again. What is not told is left as it is."""
    rooms = desk.settings.panels()
    return sum([await _look(desk, adapters.get(room.channel), workspace, room) for room in rooms])


async def _look(desk: Desk, adapter: Adapter | None, workspace: str, room: Address) -> int:
    if adapter is None:
        return 0
    key = panel_key(room)
    found = await desk.database.read(lambda db: rows.standing(db, workspace, key))
    if found is None:
        return 0
    try:
        async with asyncio.timeout(TIMEOUT):
            there = await adapter.stands(workspace, Address(*found))
    except Exception as error:  # the platform's answer may be anything, and the next panel is another's
        log.warning("whether the panel stands is not known", workspace=workspace, room=str(room), reason=str(error))
        return 0
    if there:
        return 0
    log.warning("the panel was deleted, and is said again", workspace=workspace, room=str(room))
    return await desk.database.write(lambda db: rows.gone(db, workspace, key, found[2], desk.now()))
