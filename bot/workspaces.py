"""Making the desk at home in a workspace: the settings' people and the articles are known there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot import feeds, library, members, people
from bot.core import Desk
from storage.database import Conflict, Database

ROOT = Path(__file__).parent.parent
TRIES = 5
"""So many replicas may start at one instant on a new database; each goes on from what another has written."""


async def furnish(desk: Desk, workspace: str) -> None:
    """Make the settings' people and articles known in a workspace, with an index over its articles."""
    settings, now = desk.settings, desk.now()
    articles = await asyncio.to_thread(library.read_all, settings.knowledge.folders, ROOT, settings)
    await enrol(desk, workspace)
    await _write(desk.database, lambda db: library.keep(db, workspace, articles, now))
    await desk.indexing.follow(workspace, desk.knowledge_of(workspace))


async def enrol(desk: Desk, workspace: str, *, again: bool = False) -> None:
    """Make the settings' people known in a workspace and at home in its places, and the calendars of who is on call.

    `again`: a process that went by other settings may have let others into these places since.
    """
    settings, now = desk.settings, desk.now()
    await _write(desk.database, lambda db: people.enrol(db, workspace, settings, now))
    await _write(desk.database, lambda db: members.follow(db, workspace, settings, now, again=again))
    await _write(desk.database, lambda db: feeds.keep_all(db, workspace, settings, now))


async def furnish_all(desk: Desk) -> None:
    """The same in every workspace that the desk works in."""
    for workspace in await desk.installations.workspaces():
        await furnish(desk, workspace)


async def _write(database: Database, fn: Callable[[Session], Any]) -> None:
    """Write what another replica may be writing at this moment, too."""
    for _ in range(TRIES - 1):
        try:
            await database.write(fn)
            return
        except Conflict:
            pass
    await database.write(fn)
