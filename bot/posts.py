"""Say it now, send it later, once: commands change what is wanted to stand, the deliverer makes the places match."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import structlog
from sqlmodel import Session

from bot import people
from bot.context import Scene
from bot.settings import Settings
from bot.words import Address, Card, Post, SendFailed, card_from_json, card_to_json
from storage import posts as rows
from storage.database import Database
from storage.tables import Post as Row

if TYPE_CHECKING:
    from adapters.contract import Adapter

log = structlog.get_logger()

BATCH = 50
LEASE = timedelta(seconds=60)
TIMEOUT = 30.0
BACKOFF = (1, 2, 5, 15, 60, 300)
TRIES = 12


class Wanted(NamedTuple):
    """A post as a command asks for it; see storage.tables.Post for the fields."""

    key: str
    at: Address
    card: Card
    under: str = ""
    ticket: int | None = None
    side: str = ""
    urgency: int = 50


URGENT, SOON, LATER = 10, 50, 90


def say(scene: Scene, *wanted: Wanted) -> None:
    """Let these stand.

    One key says one thing: saying it again with another card edits it, with the same card does nothing.
    """
    rows.want(scene.db, [_row(scene, post) for post in wanted])


def _row(scene: Scene, post: Wanted) -> dict[str, object]:
    return {
        "workspace": scene.workspace,
        "key": post.key,
        "channel": post.at.channel,
        "room": post.at.room,
        "thread": post.at.thread,
        "under": post.under,
        "ticket": post.ticket,
        "side": post.side,
        "card": json.dumps(card_to_json(post.card), ensure_ascii=False, sort_keys=True),
        "urgency": post.urgency,
        "created_at": scene.now,
        "wanted_at": scene.now,
    }


class Outcome(NamedTuple):
    """What came of a send: the platform's name of the message, or why not."""

    row: Row
    ref: str = ""
    failed: SendFailed | None = None


class Deliverer:
    """Sends what is wanted and not yet standing: most urgent first, in order within a room, rooms beside each other."""

    def __init__(self, database: Database, adapters: Mapping[str, Adapter]) -> None:
        self._database, self._adapters = database, adapters

    async def deliver(self, settings: Settings, now: datetime) -> int:
        """Send one batch; how many posts were tried."""
        claimed = await self._database.write(lambda db: rows.claim(db, now, now + LEASE, BATCH))
        if not claimed:
            return 0
        ready = await self._database.read(lambda db: [_prepared(db, row, settings) for row in claimed])
        ready.sort(key=lambda pair: (pair[0].channel, pair[0].room))
        rooms = [list(group) for _, group in groupby(ready, key=lambda pair: (pair[0].channel, pair[0].room))]
        outcomes = [o for room in await asyncio.gather(*map(self._send_in_order, rooms)) for o in room]
        await self._database.write(lambda db: _settle_all(db, outcomes, now))
        return len(claimed)

    async def _send_in_order(self, room: Sequence[tuple[Row, Post]]) -> list[Outcome]:
        outcomes: dict[str, Outcome] = {}
        held: dict[str, SendFailed] = {}
        for row, post in room:
            thread = post.at.thread
            if row.under and not thread:
                parent = outcomes.get(row.under)
                thread = parent.ref if parent else ""
            place = row.under or thread
            if place in held:  # what was said later must not overtake what failed
                outcomes[row.key] = Outcome(row, failed=held[place])
                continue
            outcomes[row.key] = outcome = await self._send(row, replace(post, at=replace(post.at, thread=thread)))
            if outcome.failed and place and not outcome.failed.final:
                held[place] = SendFailed(
                    "an earlier message goes first", fate="not sent", retry_after=outcome.failed.retry_after or 1
                )
        return list(outcomes.values())

    async def _send(self, row: Row, post: Post) -> Outcome:
        adapter = self._adapters.get(row.channel)
        if adapter is None:
            return Outcome(row, failed=SendFailed(f"no channel {row.channel!r} is connected", fate="not sent"))
        if row.under and not post.at.thread:
            return Outcome(
                row,
                failed=SendFailed("the message it belongs under does not stand yet", fate="not sent", retry_after=0.2),
            )
        try:
            async with asyncio.timeout(TIMEOUT):
                if row.unsure and not row.ref and (found := await adapter.find(post)):
                    post = replace(post, ref=found)
                return Outcome(row, await adapter.send(post))
        except SendFailed as failed:
            return Outcome(row, failed=failed)
        except TimeoutError:
            return Outcome(row, failed=SendFailed("the platform did not answer in time"))
        except Exception as error:
            log.exception("send failed", key=row.key, channel=row.channel)
            return Outcome(row, failed=SendFailed(f"{type(error).__name__}: {error}"))


def _prepared(db: Session, row: Row, settings: Settings) -> tuple[Row, Post]:
    card = card_from_json(json.loads(row.card))
    thread = row.thread
    if row.under and not thread:
        ref, parked = rows.refs(db, row.workspace, [row.under]).get(row.under, ("", ""))
        thread = ref
        if parked:
            row.under = ""
    mentions = tuple(people.mention(db, row.workspace, row.channel, person, settings) for person in card.mentions)
    at = Address(row.channel, row.room, thread)
    return row, Post(row.key, at, card, row.ref, mentions, row.revision)


def _settle_all(db: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    for outcome in outcomes:
        _settle(db, outcome, now)


def _settle(db: Session, outcome: Outcome, now: datetime) -> None:
    row, failed = outcome.row, outcome.failed
    if failed is None:
        rows.sent(db, row, outcome.ref)
        return
    unsure = failed.fate == "unknown" or (row.unsure and not row.ref)
    if failed.final or (failed.retry_after is None and row.attempts + 1 >= TRIES):
        log.warning("post parked", key=row.key, reason=str(failed))
        rows.park(db, row, str(failed))
        return
    wait = failed.retry_after if failed.retry_after is not None else BACKOFF[min(row.attempts, len(BACKOFF) - 1)]
    rows.again(db, row, now + timedelta(seconds=wait), unsure=unsure)
