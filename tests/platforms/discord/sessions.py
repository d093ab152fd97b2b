"""A gateway session: what one connection of the bot has asked for, and what it was sent, for replay."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]
KEPT = 5_000
"""Dispatches that are kept for a RESUME, the newest."""


class Socket:
    """One open connection: text, or one zlib stream over all of it, each message closed by a sync flush."""

    def __init__(self, ws: web.WebSocketResponse, line: asyncio.Transport | None, compressed: bool) -> None:
        self.ws, self.line, self.stream = ws, line, zlib.compressobj() if compressed else None
        self.queue: asyncio.Queue[Json | int] = asyncio.Queue()
        self.received: deque[float] = deque()
        self.task = asyncio.create_task(self._send())

    def put(self, payload: Json) -> None:
        """Something to be sent, in its turn."""
        self.queue.put_nowait(payload)

    def end(self, code: int) -> None:
        """Close with this code, after all that waits to be sent."""
        self.queue.put_nowait(code)

    def cut(self) -> None:
        """The line breaks without a close frame."""
        if self.line is not None:
            self.line.abort()

    async def _send(self) -> None:
        while not isinstance(payload := await self.queue.get(), int):
            try:
                await self._write(json.dumps(payload))
            except ConnectionError:
                return
        await self.ws.close(code=payload)

    async def _write(self, text: str) -> None:
        if self.stream is None:
            await self.ws.send_str(text)
            return
        packed = self.stream.compress(text.encode()) + self.stream.flush(zlib.Z_SYNC_FLUSH)
        await self.ws.send_bytes(packed)


@dataclass(eq=False)
class Session:
    """`shard` is (number, count); `sent` are the dispatches by number; `socket` is None while nobody listens.

    `heard` is the number of the last one that the app is known to have.
    """

    id: str
    shard: tuple[int, int]
    intents: int
    socket: Socket | None = None
    seq: int = 0
    heard: int = 0
    sent: deque[tuple[int, Json]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def dispatch(self, event: str, data: Json) -> None:
        """An event, with the next number."""
        self.seq += 1
        payload = {"op": 0, "t": event, "s": self.seq, "d": data}
        self.sent.append((self.seq, payload))
        if self.socket:
            self.socket.put(payload)

    def replay(self, after: int) -> bool:
        """Send again what came after a number; False if it is no longer known."""
        assert self.socket
        if self.sent and self.sent[0][0] > after + 1:
            return False
        for number, payload in list(self.sent):
            if number > after:
                self.socket.put(payload)
        return True

    def carries(self, guild: str) -> bool:
        """Whether this shard carries a guild's events; direct talks are shard 0's."""
        number, count = self.shard
        return (int(guild) >> 22) % count == number if guild else number == 0
