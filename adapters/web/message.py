"""A message of the chat, and how it is kept in a row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.words import Button, Card, Mention
from bot.words_json import card_from_json, card_to_json


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now. `thread` is the message it stands under; `private_to` the one person who sees it.

    `documents` are the names of files that were made for it, which are fetched by them.

    `seq` orders a room; a private one comes right behind the last that stood when it was shown.
    """

    id: str
    room: str
    thread: str
    author: str
    text: str
    at: datetime
    seq: float = 0
    card: Card | None = None
    mentions: tuple[Mention, ...] = ()
    key: str = ""
    edited: bool = False
    deleted: bool = False
    private_to: str = ""
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    replies: int = 0
    last_reply: datetime | None = None
    repliers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What can be pressed on it."""
        return self.card.buttons if self.card else ()


def card_column(card: Card | None) -> str | None:
    return json.dumps(card_to_json(card)) if card else None


def mentions_column(mentions: Sequence[Mention]) -> str:
    return json.dumps([{"id": m.id, "name": m.name} for m in mentions])


def read_message(row: sqlite3.Row, reactions: Mapping[str, tuple[str, ...]], replies: Sequence[sqlite3.Row]) -> Message:
    return Message(
        id=row["id"],
        room=row["room"],
        thread=row["thread"],
        author=row["author"],
        text=row["text"],
        at=datetime.fromisoformat(row["at"]).astimezone(UTC),
        seq=row["seq"],
        card=card_from_json(json.loads(row["card"])) if row["card"] else None,
        mentions=tuple(Mention(m["id"], m["name"]) for m in json.loads(row["mentions"])),
        key=row["key"],
        edited=bool(row["edited"]),
        deleted=bool(row["deleted"]),
        reactions=reactions,
        replies=len(replies),
        last_reply=datetime.fromisoformat(replies[-1]["at"]) if replies else None,
        repliers=tuple(dict.fromkeys(reply["author"] for reply in replies))[:4],
    )
