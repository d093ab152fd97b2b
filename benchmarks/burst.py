"""A burst of 5,000 escalations to one room at the pace that Slack allows: none is lost, no urgent one waits for others.

The deliverer and the database are the desk's own, and the pace is the Slack adapter's; time is counted, not waited for.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from adapters.contract import Adapter
from adapters.slack.pace import Pace
from benchmarks.desks import opened
from benchmarks.measure import Result
from benchmarks.servers import ROOT
from bot.posts import URGENT, Deliverer
from bot.words import Post, SendFailed
from storage import posts
from storage.database import Database

MANY, URGENT_ONES = 5_000, 100
EVERY = MANY // URGENT_ONES
"""An urgent one comes after so many seconds, again and again."""
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
CARD = '{"title": "First response overdue"}'


def run(place: Path) -> list[Result]:
    return asyncio.run(_measure(place))


async def _measure(place: Path) -> list[Result]:
    desk = await opened(place / "burst.db", ROOT / "settings.yaml", START)
    room = Room()
    deliverer = Deliverer(desk.database, {"room": room})
    await desk.database.write(
        lambda db: posts.want(db, [_ping(f"lesser:{number:05}", START) for number in range(MANY)])
    )
    used = process_time()
    while len(room.sent) < MANY + URGENT_ONES:
        await _second(deliverer, desk.database, room, desk.desk.settings)
    used = process_time() - used
    desk.database.close()
    return _results(room, used)


async def _second(deliverer: Deliverer, database: Database, room: Room, settings: Any) -> None:
    """What the heartbeat does in a second, and what comes in it."""
    number = int(room.seconds) // EVERY
    if int(room.seconds) % EVERY == EVERY // 2 and number < URGENT_ONES:
        ping = _ping(f"urgent:{number:05}", room.now)
        await database.write(lambda db: posts.want(db, [ping]))
        room.wanted[ping["key"]] = room.seconds
    while await deliverer.deliver(settings, room.now):
        await deliverer.finish()
    room.seconds += 1


def _ping(key: str, at: datetime) -> dict[str, Any]:
    urgency = URGENT + (not key.startswith("urgent"))
    place = {"workspace": "main", "key": key, "channel": "room", "room": "C1"}
    return {**place, "card": CARD, "urgency": urgency, "created_at": at, "wanted_at": at}


@dataclass
class Room(Adapter):
    """A channel of Slack's, as far as its pace goes; in it each message is said once, or it is an error."""

    name: str = "room"
    seconds: float = 0.0
    sent: dict[str, float] = field(default_factory=dict)
    wanted: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pace = Pace(lambda: self.seconds)

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    async def send(self, post: Post) -> str:
        if self._pace.wait("main", "chat.postMessage", "C1"):
            wait = self._pace.promise("main", "chat.postMessage", "C1")
            raise SendFailed("too fast", fate="not sent", retry_after=wait)
        if post.key in self.sent:
            raise AssertionError(f"{post.key} was said twice")
        self.sent[post.key] = self.seconds
        return post.key

    async def find(self, post: Post) -> str | None:
        return post.key if post.key in self.sent else None


def _results(room: Room, used: float) -> list[Result]:
    took, count = max(room.sent.values()), len(room.sent)
    worst = max(room.sent[key] - wanted for key, wanted in room.wanted.items())
    cpu = used / count * 1e3
    return [
        Result(
            work=f"{count:,} pings to one room",
            ours=f"all in {took:,.0f} s, none lost or doubled",
            other=f"one a second: {count - 3:,} s",
            ratio=(count - 3) / took,
            least=0.9,
            aim=0.98,
            notes=[f"{cpu:.1f} ms of CPU for each, what is told to wait included"],
        ),
        Result(
            work=f"{len(room.wanted)} urgent ones amid them",
            ours=f"waited at most {worst:.0f} s",
            other="the room's next turn: 1 s",
            ratio=worst,
            least=2,
            aim=1,
            more=False,
        ),
    ]
