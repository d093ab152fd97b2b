"""What happened in the chat, as it happens, to every pane that listens."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal

KEPT = 1000
WAITING = 200


@dataclass(frozen=True, slots=True)
class Event:
    """Something to look at again: a message of a room, the clock, the guide (`tried`), or everything (`resync`).

    `person` is the only one who is told, when it is not "". `number` is its place in the feed.
    """

    number: int
    kind: Literal["message", "clock", "tried", "resync", "quiet"]
    room: str = ""
    message: str = ""
    person: str = ""


class Feed:
    """A short memory of events and the queues of those who listen. Publishing never waits for anybody.

    A listener who falls further behind than its queue is told to look at everything anew, and so is one whose last
    event is forgotten or from before a restart: event ids are `<start>-<number>`.
    """

    def __init__(self) -> None:
        self._start = secrets.token_hex(4)
        self._number = 0
        self._kept: deque[Event] = deque(maxlen=KEPT)
        self._listeners: set[asyncio.Queue[Event | None]] = set()
        self._closed = False

    def publish(
        self, kind: Literal["message", "clock", "tried"], room: str = "", message: str = "", person: str = ""
    ) -> None:
        """Tell everybody who listens. To be called on the event loop."""
        self._number += 1
        event = Event(self._number, kind, room, message, person)
        self._kept.append(event)
        for queue in self._listeners:
            _offer(queue, event)

    def name(self, event: Event) -> str:
        """The event's id as the browser keeps it."""
        return f"{self._start}-{event.number}"

    def name_of_last(self) -> str:
        """The id of the newest event of all."""
        return f"{self._start}-{self._number}"

    def close(self) -> None:
        """End all listening, so that the server can stop."""
        self._closed = True
        for queue in self._listeners:
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait(None)

    async def listen(self, last: str = "", beat: float = 15.0) -> AsyncGenerator[list[Event], None]:
        """Events in batches, first those since `last` (perhaps none), at once.

        A `quiet` event comes after `beat` seconds of silence.
        """
        queue: asyncio.Queue[Event | None] = asyncio.Queue(WAITING)
        missed = self._since(last)
        self._listeners.add(queue)
        try:
            yield missed
            while not self._closed:
                batch = await self._batch(queue, beat)
                if batch is None:
                    return
                yield batch
        finally:
            self._listeners.discard(queue)

    async def _batch(self, queue: asyncio.Queue[Event | None], beat: float) -> list[Event] | None:
        try:
            async with asyncio.timeout(beat):
                events = [await queue.get()]
        except TimeoutError:
            return [Event(self._number, "quiet")]
        while not queue.empty():
            events.append(queue.get_nowait())
        told = [event for event in events if event is not None]
        return told if len(told) == len(events) else None

    def _since(self, last: str) -> list[Event]:
        if not last:
            return []
        start, _, number = last.rpartition("-")
        oldest = self._kept[0].number if self._kept else self._number + 1
        if start != self._start or not number.isdigit() or int(number) < oldest - 1:
            return [Event(self._number, "resync")]
        return [event for event in self._kept if event.number > int(number)]


def _offer(queue: asyncio.Queue[Event | None], event: Event) -> None:
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        event = Event(event.number, "resync")
    queue.put_nowait(event)
