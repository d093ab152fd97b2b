"""Making the desk at home in a workspace: the settings' people and the articles are known there."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot import feeds, library, people
from bot.core import Desk

ROOT = Path(__file__).parent.parent


async def furnish(desk: Desk, workspace: str) -> None:
    """Make the settings' people and articles known in a workspace, with an index over its articles."""
    settings, now = desk.settings, desk.now()
    articles = await asyncio.to_thread(library.read_all, settings.knowledge.folders, ROOT)
    await desk.database.write(lambda db: people.enrol(db, workspace, settings, now))
    await desk.database.write(lambda db: feeds.keep_all(db, workspace, settings, now))
    await desk.database.write(lambda db: library.keep(db, workspace, articles, now))
    await desk.indexing.follow(workspace, desk.knowledge_of(workspace))


async def furnish_all(desk: Desk) -> None:
    """The same in every workspace that the desk works in."""
    for workspace in await desk.installations.workspaces():
        await furnish(desk, workspace)
