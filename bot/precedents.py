"""The desk's own past: an index over its resolved tickets, which follows the database on every replica."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.knowledge import question
from kb import Article, Index
from storage import precedents as stored
from storage.database import Database
from storage.precedents import Precedent

MOST = 20_000
"""So many tickets are held: those that were resolved last."""
BATCH = 100
"""So many are taken up at a time, so that nothing has to wait for the others."""
OVERLAP = timedelta(minutes=2)
"""What was written by then may be seen only now: a transaction took its time, or another replica's clock is behind."""
ANEW = timedelta(hours=1)
"""How often all numbers are compared: it takes out what no longer exists, and what is too old."""


class Precedents:
    """A workspace's resolved tickets by their opening words and their resolution; nothing else of them is held."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._index = Index.build([], semantic=False)
        self._teams: dict[int, str] = {}
        self._among: dict[frozenset[str], frozenset[str]] = {}
        self._coming: dict[int, None] = {}
        self._leaving: set[int] = set()
        self._listed_at: datetime | None = None
        self._since: datetime | None = None
        self._moves = 0, 0
        self._seen: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self._teams)

    @property
    def teams(self) -> frozenset[str]:
        """The keys of the teams that the tickets were resolved in."""
        return frozenset(self._teams.values())

    def nearest(self, words: str, limit: int, teams: frozenset[str] | None = None) -> list[tuple[int, float]]:
        """(number, how sure it is the same matter, 0 to 1) of the tickets nearest to some words, nearest first.

        teams: as though there were only the tickets of these; None: all. The database has the last word on what was
        found here: what was reopened a moment ago is here for some seconds.
        """
        only = None if teams is None or teams >= self.teams else self._of(teams)
        hits = self._index.search(*question(words), limit, only)
        return [(int(hit.article_id), hit.confidence) for hit in hits]

    def _of(self, teams: frozenset[str]) -> frozenset[str]:
        if teams not in self._among:
            numbers = self._teams.copy().items()  # it may grow meanwhile, on another thread
            self._among[teams] = frozenset(str(number) for number, team in numbers if team in teams)
        return self._among[teams]

    async def follow(self, database: Database, workspace: str, now: datetime) -> int:
        """Take up to BATCH tickets in or out; how many. Where nothing has happened, this is a glance."""
        self._since = self._since or now - OVERLAP
        if self._listed_at is None or now - self._listed_at >= ANEW:
            await self._compare(database, workspace)
            self._listed_at = now
        await self._look(database, workspace, self._since, now)
        return await self._take_up(database, workspace)

    async def _compare(self, database: Database, workspace: str) -> None:
        there = await database.read(lambda db: stored.newest(db, workspace, self._most))
        self._coming |= dict.fromkeys(sorted(there - self._teams.keys(), reverse=True))
        self._leaving |= self._teams.keys() - there

    async def _look(self, database: Database, workspace: str, since: datetime, now: datetime) -> None:
        """Whose status has moved. What was seen already stands in the overlap, and is not looked at again."""
        if await database.glance(lambda db: stored.moves(db, workspace, since)) == self._moves:
            return
        moved = await database.read(lambda db: stored.moved(db, workspace, since))
        self._coming |= dict.fromkeys(move.ticket for move in moved if move.id not in self._seen)
        self._since = max(since, now - OVERLAP)
        self._seen = frozenset(move.id for move in moved if move.at >= self._since)
        self._moves = len(self._seen), max(self._seen, default=0)

    async def _take_up(self, database: Database, workspace: str) -> int:
        leaving = list(self._leaving)[:BATCH]
        coming = [] if leaving else list(self._coming)[:BATCH]
        found = await database.read(lambda db: stored.some(db, workspace, coming)) if coming else []
        if leaving or coming:
            await asyncio.to_thread(self._change, leaving or coming, found)
        self._leaving.difference_update(leaving)
        for number in coming:
            del self._coming[number]
        return len(leaving) + len(coming)

    def _change(self, numbers: Iterable[int], found: Collection[Precedent]) -> None:
        for number in set(numbers) - {past.number for past in found}:
            self._teams.pop(number, None)
            self._index.drop(str(number))
        for past in found:
            self._teams[past.number] = past.team
            self._index.put(article(past))
        self._among = {}


def article(past: Precedent) -> Article:
    """What is held of a ticket."""
    return Article(str(past.number), past.title, f"{past.words}\n\n{past.resolution}")
