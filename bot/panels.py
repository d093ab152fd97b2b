"""Panels stay: one that somebody has deleted is said again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from bot.places import panel_key
from bot.settings import Settings
from bot.words import Address, SendFailed
from storage import posts as rows
from storage.database import Database

if TYPE_CHECKING:
    from adapters.contract import Adapter

log = structlog.get_logger()


async def look_after(database: Database, adapters: Mapping[str, Adapter], settings: Settings, workspace: str) -> int:
    """Ask after the panels of a workspace; how many are to be said again. What is not told is left as it is."""
    rooms = [Address(name, channel.panel) for name, channel in settings.channels.items() if channel.panel]
    return sum([await _look(database, adapters.get(room.channel), workspace, room) for room in rooms])


async def _look(database: Database, adapter: Adapter | None, workspace: str, room: Address) -> int:
    stands, key = getattr(adapter, "stands", None), panel_key(room)
    if stands is None:
        return 0
    found = await database.read(lambda db: rows.standing(db, workspace, key))
    try:
        if found is None or await stands(workspace, Address(*found)):
            return 0
    except SendFailed:
        return 0
    log.warning("the panel was deleted, and is said again", workspace=workspace, room=str(room))
    return await database.write(lambda db: rows.gone(db, workspace, key, found[2]))
