"""The chat itself: rooms with messages, threads and reactions, in a small SQLite file of its own.

It stands for a platform that is not ours, so it promises no more than those do: a post sent twice stands twice, and
`find` looks a post's key up in the messages' metadata. What is shown to one person only is held in memory, and is gone
after a restart.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from adapters.web.message import Message, card_column, mentions_column, read_message
from bot.words import Card, Mention

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, room TEXT NOT NULL, thread TEXT NOT NULL,
    author TEXT NOT NULL, text TEXT NOT NULL, card TEXT, mentions TEXT NOT NULL, key TEXT NOT NULL,
    delivery TEXT UNIQUE, at TEXT NOT NULL, edited INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS ix_message_place ON message (room, thread, seq);
CREATE INDEX IF NOT EXISTS ix_message_key ON message (key) WHERE key <> '';
CREATE TABLE IF NOT EXISTS reaction (
    message TEXT NOT NULL, emoji TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (message, emoji, person)
);
CREATE TABLE IF NOT EXISTS seen (
    person TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (person, room)
);
CREATE TABLE IF NOT EXISTS tried (step TEXT PRIMARY KEY);
"""

PRIVATES_KEPT = 100


class Rooms:
    """Reads and writes of the chat. Each takes well under a millisecond, so they are plain calls on the event loop."""

    def __init__(self, path: str) -> None:
        Path(path).touch(mode=0o600)  # it holds what people write: a new one is its owner's alone
        # The act route and the deliverer are on one loop; tests may build the playground on another thread.
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;" + SCHEMA)
        self._private: dict[str, dict[str, Message]] = defaultdict(dict)
        self._dismissed: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=PRIVATES_KEPT))
        self.last = int(self._db.execute("SELECT coalesce(max(seq), 0) AS last FROM message").fetchone()["last"])
        """The newest message's place in the order of all."""

    def close(self) -> None:
        self._db.close()

    def say(
        self,
        room: str,
        author: str,
        at: datetime,
        text: str = "",
        *,
        thread: str = "",
        card: Card | None = None,
        mentions: Sequence[Mention] = (),
        key: str = "",
        delivery: str | None = None,
    ) -> str:
        """Put a message in a room; its id. A `delivery` that is there already says nothing again."""
        new = secrets.token_hex(6)
        columns = card_column(card), mentions_column(mentions), key, delivery, at.isoformat()
        done = self._db.execute(
            "INSERT INTO message (id, room, thread, author, text, card, mentions, key, delivery, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (delivery) DO NOTHING",
            (new, room, thread, author, text, *columns),
        )
        self.last = max(self.last, done.lastrowid or 0)
        return self._by_delivery(delivery) if delivery else new

    def _by_delivery(self, delivery: str) -> str:
        return str(self._db.execute("SELECT id FROM message WHERE delivery = ?", (delivery,)).fetchone()["id"])

    def redraw(self, message: str, card: Card, mentions: Sequence[Mention]) -> bool:
        """Put another card in a message's place; False when it no longer stands."""
        done = self._db.execute(
            "UPDATE message SET card = ?, mentions = ? WHERE id = ? AND deleted = 0",
            (card_column(card), mentions_column(mentions), message),
        )
        return done.rowcount == 1

    def edit(self, message: str, text: str) -> None:
        self._db.execute("UPDATE message SET text = ?, edited = 1 WHERE id = ? AND deleted = 0", (text, message))

    def delete(self, message: str) -> None:
        """What stood there is gone; the place stays, so that its thread does."""
        self._db.execute(
            "UPDATE message SET deleted = 1, text = '', card = NULL, mentions = '[]' WHERE id = ?", (message,)
        )
        self._db.execute("DELETE FROM reaction WHERE message = ?", (message,))

    def react(self, message: str, emoji: str, person: str, on: bool) -> None:
        """Set or take back a person's reaction; doing it twice does nothing more."""
        if on:
            self._db.execute("INSERT OR IGNORE INTO reaction VALUES (?, ?, ?)", (message, emoji, person))
        else:
            self._db.execute(
                "DELETE FROM reaction WHERE message = ? AND emoji = ? AND person = ?", (message, emoji, person)
            )

    def find(self, room: str, key: str) -> str | None:
        """The id of the message that carries a post's key in this room, the oldest if there are several."""
        row = self._db.execute(
            "SELECT id FROM message WHERE key = ? AND room = ? AND deleted = 0 ORDER BY seq", (key, room)
        ).fetchone()
        return row["id"] if row else None

    def message(self, message: str, person: str = "") -> Message | None:
        """One message, with its reactions and what is known of its thread; a private one only for its person."""
        private = self._private[person].get(message) if person else None
        if private:
            return private
        rows = self._db.execute("SELECT * FROM message WHERE id = ?", (message,)).fetchall()
        return self._whole(rows)[0] if rows else None

    def talk(
        self, room: str, person: str = "", *, thread: str = "", before: float = 1e15, limit: int = 60
    ) -> list[Message]:
        """The newest messages of a room (or of a thread, with its first message) older than `before`, oldest first.

        Deleted messages show only where a thread hangs on them.
        """
        place = "(thread = ? OR id = ?)" if thread else "thread = ? AND ? = ''"
        rows = self._db.execute(
            f"SELECT * FROM message WHERE room = ? AND {place} AND seq < ? ORDER BY seq DESC LIMIT ?",
            (room, thread, thread, before, limit),
        ).fetchall()
        shown = [m for m in self._whole(rows[::-1]) if not m.deleted or m.replies or m.id == thread]
        since = shown[0].seq if len(rows) == limit else 0
        private = [
            m
            for m in self._private[person].values()
            if (m.room, m.thread) == (room, thread) and since <= m.seq < before
        ]
        return sorted(shown + private, key=lambda m: m.seq)

    def _whole(self, rows: Sequence[sqlite3.Row]) -> list[Message]:
        roots = [row["id"] for row in rows if not row["thread"]]
        replies, reactions = self._replies(roots), self._reactions([row["id"] for row in rows])
        return [read_message(row, reactions.get(row["id"], {}), replies.get(row["id"], [])) for row in rows]

    def _replies(self, roots: Sequence[str]) -> dict[str, list[sqlite3.Row]]:
        found = defaultdict(list)
        for row in self._db.execute(
            f"SELECT thread, author, at FROM message WHERE deleted = 0 AND thread IN ({_marks(roots)}) ORDER BY seq",
            roots,
        ):
            found[row["thread"]].append(row)
        return found

    def _reactions(self, messages: Sequence[str]) -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for row in self._db.execute(
            f"SELECT message, emoji, person FROM reaction WHERE message IN ({_marks(messages)}) ORDER BY rowid",
            messages,
        ):
            given = found[row["message"]]
            given[row["emoji"]] = (*given.get(row["emoji"], ()), row["person"])
        return found

    def show_privately(self, message: Message) -> None:
        """Show something to one person only, in the place of one with the same id; not if that was dismissed."""
        shown = self._private[message.private_to]
        if message.id in self._dismissed[message.private_to]:
            return
        former = shown.get(message.id)
        shown[message.id] = replace(message, seq=former.seq if former else self.last + 0.5)
        while len(shown) > PRIVATES_KEPT:
            del shown[next(iter(shown))]

    def private(self, person: str) -> list[Message]:
        """What is shown to this person only."""
        return list(self._private[person].values())

    def dismiss(self, person: str, message: str) -> None:
        """The person has done with it: it does not come back, whatever follows it."""
        if self._private[person].pop(message, None):
            self._dismissed[person].append(message)

    def mark_tried(self, step: str) -> bool:
        """Something of the guide has been done, for as long as this file lives; whether it is the first time."""
        return self._db.execute("INSERT OR IGNORE INTO tried VALUES (?)", (step,)).rowcount == 1

    def tried(self) -> list[str]:
        return [row["step"] for row in self._db.execute("SELECT step FROM tried ORDER BY rowid")]

    def mark_seen(self, person: str, room: str) -> None:
        """The person has seen all that stands in the room."""
        self._db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (person, room, self.last))

    def unseen(self, person: str, rooms: Iterable[str]) -> dict[str, tuple[int, bool]]:
        """For each of the rooms: how many messages of others the person has not seen, and whether one mentions them."""
        return {room: self._unseen(person, room) for room in rooms}

    def _unseen(self, person: str, room: str) -> tuple[int, bool]:
        rows = self._db.execute(
            "SELECT mentions FROM message WHERE room = ? AND author <> ? AND deleted = 0 "
            "AND seq > coalesce((SELECT seq FROM seen WHERE person = ? AND room = ?), 0) LIMIT 100",
            (room, person, person, room),
        ).fetchall()
        return len(rows), any(person in (m["id"] for m in json.loads(row["mentions"])) for row in rows)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
