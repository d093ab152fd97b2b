"""Files that are noted down are fetched from where they stand: again and again for a day, then given up."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot import attachments
from bot.context import Scene, Stage
from bot.settings import Settings
from bot.words import File, SendFailed
from storage import attachments as rows
from storage.database import Database
from storage.failpoints import reach

if TYPE_CHECKING:
    from adapters.contract import Adapter

log = structlog.get_logger()

BATCH = 4
"""Files at a time: each is held in memory as a whole."""
TIMEOUT = 60.0
LEASE = timedelta(seconds=120)
GIVE_UP = timedelta(hours=24)
"""So long a file is asked for that cannot be fetched."""
PAUSES = (5, 30, 120, 600, 1800, 3600)
"""Seconds until the next try."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as the platform gave it, or why it did not."""

    file: File
    content: bytes = b""
    failed: SendFailed | None = None


class Fetcher:
    """Fetches what is due. What was fetched is kept, and carried to the other side, in one transaction."""

    def __init__(self, database: Database, adapters: Mapping[str, Adapter]) -> None:
        self._database, self._adapters = database, adapters

    async def fetch(self, settings: Settings, stage: Stage, now: datetime) -> int:
        """Fetch some; how many were tried."""
        if not await self._database.glance(lambda db: rows.anything(db, now)):
            return 0
        claimed = await self._database.write(lambda db: rows.claim(db, now, now + LEASE, BATCH))
        await asyncio.gather(*(self._one(file, settings, stage, now) for file in claimed))
        return len(claimed)

    async def _one(self, file: rows.Kept, settings: Settings, stage: Stage, now: datetime) -> None:
        got = await self._ask(file, settings)
        reach("file fetched")
        await self._database.write(lambda db: _settle(stage(db, file.workspace), file, got, now))

    async def _ask(self, file: rows.Kept, settings: Settings) -> Fetched:
        asked = File(
            file.source, "" if file.name == attachments.NAMELESS else file.name, file.type, file.size, file.url
        )
        adapter = self._adapters.get(file.channel)
        if adapter is None or adapter.files is None:
            return Fetched(asked, failed=SendFailed(f"no channel {file.channel!r} is connected"))
        try:
            async with asyncio.timeout(TIMEOUT):
                found, content = await adapter.files.fetch(file.workspace, asked, settings.files.size)
                return Fetched(found, content)
        except SendFailed as failed:
            return Fetched(asked, failed=failed)
        except TimeoutError:
            return Fetched(asked, failed=SendFailed("the platform did not answer in time"))
        except Exception as error:
            log.exception("a file was not fetched", file=file.id)
            return Fetched(asked, failed=SendFailed(type(error).__name__))


def _settle(scene: Scene, file: rows.Kept, got: Fetched, now: datetime) -> None:
    if got.failed is None:
        _keep(scene, file, got)
    elif got.failed.final or now - file.at > GIVE_UP:
        log.warning("a file is given up", file=file.id, reason=str(got.failed))
        attachments.refuse(scene, file, f"it could not be fetched ({got.failed})")
    else:
        pause = got.failed.retry_after or PAUSES[min(file.attempts, len(PAUSES) - 1)]
        rows.change(scene.db, file.id, next_at=now + timedelta(seconds=pause))


def _keep(scene: Scene, file: rows.Kept, got: Fetched) -> None:
    found = got.file
    if why := attachments.unwanted(found, scene.settings):
        attachments.refuse(scene, file._replace(name=attachments.named(found.name)), why)
        return
    digest, size = hashlib.sha256(got.content).hexdigest(), len(got.content)
    kept = file._replace(name=attachments.named(found.name), type=found.type, size=size, sha256=digest)
    rows.change(
        scene.db,
        file.id,
        name=kept.name,
        type=kept.type,
        size=size,
        sha256=digest,
        content=got.content,
        next_at=None,
    )
    attachments.carry(scene, kept)
