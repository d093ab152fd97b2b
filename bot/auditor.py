"""The auditor at work: it looks every 15 seconds, logs what it finds, and says it in the escalation rooms."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlmodel import Session

from bot import audit
from bot.audit import Beat
from bot.configuration.reading import Live
from bot.context import Stage
from bot.faults import kind
from storage import migrate
from storage.database import Database, StorageFailed

if TYPE_CHECKING:
    from adapters.contract import Adapter

log = structlog.get_logger()
EVERY = 15.0
PATIENCE = 10.0
"""Seconds within which the database has to answer."""
STOOD_STILL = timedelta(seconds=EVERY + audit.GRACE)
"""A process that did not look for so long was not running: what is late by that is made up for first."""


class Auditor:
    """Knows what is wrong. `beats` tells how the cycles go."""

    def __init__(
        self, database: Database, adapters: Mapping[str, Adapter], live: Live, beats: Callable[[], list[Beat]]
    ) -> None:
        self._database, self._adapters, self._live, self._beats = database, adapters, live, beats
        self._process = secrets.token_hex(4)
        self.findings: list[str] = []
        self._in_rows: list[str] = []
        self._unanswered: list[str] = []
        self._looked: datetime | None = None
        self._logged: list[str] = []

    def problems(self, now: datetime) -> list[str]:
        """The same as `known`; before the first look it is a problem that there was none."""
        return self.known(now) if self._looked else ["the auditor has not looked yet"]

    def known(self, now: datetime) -> list[str]:
        """All that is wrong: in this process at this instant, in the database at the last look."""
        return [*self._in_process(now, late=True), *self._unanswered, *self._in_rows]

    async def unready(self, now: datetime) -> list[str]:
        """Why this process is not fit to serve; nothing when it is. The database is asked, the channels are not."""
        reasons = audit.late(self._beats(), now)
        try:
            async with asyncio.timeout(PATIENCE / 5):
                if await self._database.read(migrate.behind):
                    reasons.append("the database lacks migrations of this version")
        except (StorageFailed, TimeoutError) as error:
            reasons.append(_no_answer(error))
        return reasons

    async def look(self, stage: Stage, now: datetime) -> bool:
        """Look at everything and tell of what has changed; whether something is to be said in a room."""
        slept = self._looked is not None and now - self._looked > STOOD_STILL
        self._looked = now
        await self._look_at_rows(now, late=not slept)
        mine = [*self._in_process(now, late=not slept), *self._unanswered]
        self.findings = [*mine, *self._in_rows]
        self._log()

        def tell(db: Session) -> bool:
            others = audit.of_others(db, self._process, mine, now, now - STOOD_STILL)
            return audit.tell_all(db, stage, [*others, *self.findings])

        try:
            async with asyncio.timeout(PATIENCE):
                return await self._database.write(tell)
        except (StorageFailed, TimeoutError):  # it is a finding, and in the log
            return False

    def _in_process(self, now: datetime, *, late: bool) -> list[str]:
        bad = [f"settings refused, the old ones stay: {problem}" for problem in self._live.problems[:1]]
        beats = self._beats()
        return bad + (audit.late(beats, now) if late else []) + audit.put_off(beats) + audit.silent(self._adapters)

    async def _look_at_rows(self, now: datetime, *, late: bool) -> None:
        found, unanswered = list[str](), list[str]()
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._database.read(
                    lambda db: audit.findings(db, now) + (audit.late_sweeps(db, now) if late else [])
                )
        except (StorageFailed, TimeoutError) as error:
            unanswered = [_no_answer(error)]
        self._in_rows, self._unanswered = found, unanswered  # who asks meanwhile is told what was found last

    def _log(self) -> None:
        """Once for each change, whatever numbers grow."""
        kinds = sorted(map(kind, self.findings))
        if kinds == self._logged:
            return
        self._logged = kinds
        if kinds:
            log.warning("the auditor found something", findings=self.findings)
        else:
            log.info("all that the auditor found is right again")


def _no_answer(error: Exception) -> str:
    return f"the database does not answer: {str(error) or 'it takes too long'}"
