"""What stands in the rooms, compared with what is wanted to stand there."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic_core import to_json
from sqlmodel import col, select

from bot.words import Card, Post
from bot.words_json import card_to_json
from storage.database import Database
from storage.tables import Post as Row
from tests.faults.room import Room
from tests.year.life import SECRET

WAITING, PINGS_WAITING, PING = timedelta(minutes=5), timedelta(seconds=45), 20
EMPLOYEE = re.compile(r"@e\d+$")
PING_KEY = re.compile(r"breach:.*:level\d+:|warn:\d+:")
"""The key of a message that stands for one announcement."""
DIGEST_LINE = re.compile(r"^- \*\*\[IT-\d+\].*(?:is|was) due.*$", re.MULTILINE)
LEVELS = re.compile(r", levels (\d+(?: and \d+)+)")
"""What says that a line of a digest stands for several."""


class Rooms:
    """Compares; and reads along for what must not be read."""

    def __init__(self, room: Room) -> None:
        self.room, self.compared, self.pings = room, 0, 0
        self.keys: Counter[str] = Counter()
        self._counted = 0
        self._leaks: list[str] = []
        room.reads = self._reads

    def _reads(self, post: Post) -> None:
        """The deliverer takes whatever is raised here for a failure of the chat: it is said later."""
        if EMPLOYEE.match(post.at.room) and SECRET in _words(post.card):
            self._leaks.append(f"{post.at.room} reads an internal note: {post.card}")

    async def pending(self, database: Database) -> list[Row]:
        """What is still to be sent."""
        return list(await database.read(lambda db: db.exec(select(Row).where(col(Row.next_at).is_not(None))).all()))

    async def stand_as_wanted(self, database: Database, tickets: Iterable[int]) -> None:
        """All that is wanted for these tickets, but what the room has refused, stands in its newest revision, once."""
        numbers = list(tickets)
        query = select(Row).where(Row.workspace == "main", col(Row.ticket).in_(numbers))
        self._compare(list(await database.read(lambda db: db.exec(query).all())))
        self._said_once()
        assert not self._leaks, self._leaks

    async def all_stand(self, database: Database) -> None:
        """The same of everything that the desk has not forgotten."""
        self._compare(list(await database.read(lambda db: db.exec(select(Row)).all())))

    def _compare(self, rows: list[Row]) -> None:
        for row in rows:
            assert not row.parked, f"{row.key} is parked: {row.parked}"
            if row.next_at is None:
                there = self.room.standing[row.ref]
                assert (there.key, there.at.room, there.revision) == (row.key, row.room, row.revision), (there, row)
                assert json.loads(row.card) == json.loads(to_json(card_to_json(there.card))), row.key
                self.compared += 1

    def _said_once(self) -> None:
        new = self.room.said[self._counted :]
        self._counted = len(self.room.said)
        self.keys.update(post.key for post in new)
        assert not (twice := [post.key for post in new if self.keys[post.key] > 1]), f"said twice: {twice}"
        for post in new:
            self.pings += _announced(post)

    def all_heard(self, counts: Counter[str]) -> None:
        """BEHAVIOUR 29: every warning and every level stands in a room, alone or as a line of a digest."""
        assert self.pings == counts["warned"] + counts["level"], (self.pings, counts)

    def late(self, pending: list[Row], now: datetime) -> bool:
        """Whether something has waited for so long that the auditor has to say so."""
        return any(
            row.wanted_at < now - WAITING or (row.urgency < PING and row.wanted_at < now - PINGS_WAITING)
            for row in pending
        )


def _announced(post: Post) -> int:
    """How many announcements a message stands for."""
    if not post.key.startswith("digest"):
        return int(bool(PING_KEY.match(post.key)))
    several = (LEVELS.search(line) for line in DIGEST_LINE.findall(post.card.body))
    return sum(found[1].count(" and ") + 1 if found else 1 for found in several)


def reads_no_note(who: str, card: Card | None) -> None:
    """BEHAVIOUR 17."""
    assert card is None or SECRET not in _words(card), f"{who} reads an internal note: {card}"


def _words(card: Card) -> str:
    return f"{card.title} {card.body} {' '.join(str(fact.value) for fact in card.facts)}"
