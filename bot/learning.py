"""Every replica learns what readers say of articles, at the price of what is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from bot.knowledge import Held, Knowledge
from bot.verdicts import FORGOTTEN, Said, log_odds
from storage import verdicts
from storage.database import Database
from storage.verdicts import Row

AFRESH = timedelta(days=1)
"""How often all verdicts are weighed anew, for they fade."""
LATE = timedelta(minutes=5)
"""By so much another replica's clock may be behind, or a transaction be at work."""
MANY = 200
"""Articles that changed; for more, all verdicts are weighed anew."""


@dataclass(frozen=True)
class Look:
    """A look at a workspace's verdicts: when, when last at all of them, and at which articles and settings."""

    at: datetime
    whole: datetime
    held: Mapping[str, Held]
    half_life: timedelta


class Learning:
    """Keeps each workspace's `Knowledge.prior` in step with the verdicts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: dict[str, Look] = {}

    async def follow(self, workspace: str, knowledge: Knowledge, now: datetime, half_life: timedelta) -> None:
        """Where nobody has said anything new of an article, this is a glance."""
        last, held = self._last.get(workspace), knowledge.held
        if last is None or now - last.whole >= AFRESH or half_life != last.half_life:
            await self._afresh(workspace, knowledge, now, half_life)
            return
        judged = await self._database.glance(lambda db: verdicts.judged_since(db, workspace, last.at - LATE))
        changed = judged | _rewritten(last.held, held)
        if len(changed) > MANY:
            await self._afresh(workspace, knowledge, now, half_life)
            return
        if changed:
            weigh = _Weighing(held, now, half_life)
            new = await self._database.read(lambda db: weigh.some(db, workspace, changed))
            knowledge.prior = {**knowledge.prior, **new}
        self._last[workspace] = Look(now, last.whole, held, half_life)

    async def _afresh(self, workspace: str, knowledge: Knowledge, now: datetime, half_life: timedelta) -> None:
        held = knowledge.held
        weigh = _Weighing(held, now, half_life)
        knowledge.prior = await self._database.read(lambda db: weigh.all(db, workspace))
        self._last[workspace] = Look(now, now, held, half_life)


@dataclass(frozen=True)
class _Weighing:
    held: Mapping[str, Held]
    now: datetime
    half_life: timedelta

    def all(self, db: Session, workspace: str) -> dict[str, float]:
        rows = verdicts.judged(db, workspace, self.now - FORGOTTEN * self.half_life)
        by_article = groupby(rows, lambda row: row.article)
        return {article: self._weight(article, said) for article, said in by_article}

    def some(self, db: Session, workspace: str, articles: Iterable[str]) -> dict[str, float]:
        return {article: self._weight(article, verdicts.of(db, workspace, article)) for article in articles}

    def _weight(self, article: str, rows: Iterable[Row]) -> float:
        held = self.held.get(article)
        said = (Said(row.person, row.kind, row.at) for row in rows)
        return log_odds(said, self.now, self.half_life, held.at) if held else 0.0


def _rewritten(before: Mapping[str, Held], now: Mapping[str, Held]) -> set[str]:
    """The articles that have another text than at the last look, or none had then."""
    if before is now:
        return set()
    return {id for id, held in now.items() if id not in before or before[id].version != held.version}
