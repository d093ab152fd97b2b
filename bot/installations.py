"""The workspaces that have installed the desk's app over OAuth, and the tokens to work in each.

The one workspace whose token the settings give needs no installation: it is WORKSPACE.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlmodel import Session

from bot.words import WORKSPACE
from storage import deliveries
from storage import installations as rows
from storage.database import Database
from storage.tables import Installation as Installation

log = structlog.get_logger()

AHEAD = timedelta(hours=2)
"""So long before its end a token is renewed: it has twelve hours."""
RENEWING = timedelta(seconds=60)
"""So long nobody else tries: who renews may have died of it, or the platform may be away."""
LOOK_AGAIN = 0.25
LOOKS = 20


def workspaces(db: Session) -> list[str]:
    """All that the desk works in: WORKSPACE, and those that are installed and not disabled."""
    return [WORKSPACE, *rows.workspaces(db)]


class Renewed(NamedTuple):
    """What a platform gives for a renewal token."""

    token: str
    renew_token: str
    expires_at: datetime


Renew = Callable[[Installation], Awaitable[Renewed | None]]
"""Asks the platform for a new token; None when it gives none."""


class Installations:
    """Who has installed the app. `newcomer` furnishes a workspace that is new: its people, its articles."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._now = database, clock
        self.newcomer: Callable[[str], Awaitable[None]] = _nothing

    async def workspaces(self) -> list[str]:
        """All that the desk works in."""
        return await self._database.read(workspaces)

    async def all(self) -> list[Installation]:
        """Those that can be worked in, the oldest first."""
        return await self._database.read(rows.enabled)

    async def find(self, workspace: str) -> Installation | None:
        """A workspace's installation; None where there is none, or none that can be worked in."""
        found = await self._database.read(lambda db: rows.find(db, workspace))
        return found if found and found.disabled_at is None else None

    async def save(self, installation: Installation) -> None:
        """Keep a new installation, or one that takes the place of an earlier one; the desk is at home there then."""
        await self._database.write(lambda db: rows.save(db, installation))
        log.info("app installed", workspace=installation.workspace, name=installation.name)
        await self.newcomer(installation.workspace)

    async def remove(self, workspace: str, at: datetime) -> None:
        """The app was removed from the workspace at an instant: what was installed after it stays."""
        if await self._database.write(lambda db: rows.remove(db, workspace, at)):
            log.info("app removed", workspace=workspace)

    async def disable(self, workspace: str, at: datetime) -> None:
        """The workspace's token has been taken back: its tickets stay, and nothing is sent there any more."""
        if await self._database.write(lambda db: rows.disable(db, workspace, at)):
            log.warning("token revoked", workspace=workspace)

    async def first_use(self, sign: str) -> bool:
        """Whether a one-time sign is used for the first time, on whatever replica."""
        now = self._now()
        return await self._database.write(lambda db: deliveries.keep_once(db, WORKSPACE, f"sign:{sign}", now))

    async def current(self, workspace: str, renew: Renew) -> Installation | None:
        """The installation with a token that works, renewed where its end is near; None where there is none.

        One renews, on one replica, for a renewal token is good for one use; the others go on with the old token, and
        wait only if it has ended.
        """
        for _ in range(LOOKS):
            found = await self.find(workspace)
            if found is None or not self._ends_soon(found):
                return found
            mine = await self._begin(found)
            if mine and await self._renewed(found, renew):
                continue
            if not self._ended(found):
                return found
            if mine:
                return None
            await asyncio.sleep(LOOK_AGAIN)
        return None

    def _ends_soon(self, installation: Installation) -> bool:
        return installation.expires_at is not None and installation.expires_at - AHEAD <= self._now()

    def _ended(self, installation: Installation) -> bool:
        return installation.expires_at is not None and installation.expires_at <= self._now()

    async def _begin(self, it: Installation) -> bool:
        now = self._now()
        return await self._database.write(
            lambda db: rows.begin_renewal(db, it.workspace, it.renew_token, now, now + RENEWING)
        )

    async def _renewed(self, it: Installation, renew: Renew) -> bool:
        """Whether there is a new token. Where none came, nobody tries again before RENEWING is over."""
        new = await renew(it)
        if new:
            await self._database.write(lambda db: rows.end_renewal(db, it.workspace, it.renew_token, *new))
        log.info("token renewed" if new else "token not renewed", workspace=it.workspace)
        return new is not None


async def _nothing(_workspace: str) -> None:
    pass
