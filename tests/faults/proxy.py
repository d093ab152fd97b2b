"""The network between a desk and its PostgreSQL, which can be cut, slow, or dead; it knows a COMMIT when it sees one.

It reads the frames of https://www.postgresql.org/docs/current/protocol-message-formats.html, and is strict about them.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

from sqlalchemy.engine import make_url

MOST = 200
"""Connections at one time."""
FRAME = 16 * 1024 * 1024
"""Bytes of a frame at most."""
COMMIT = b"COMMIT\0"
READY = b"Z"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Fate = Literal["kept", "lost"]


class Line:
    """One connection, both ways."""

    def __init__(self, proxy: Proxy, client: Streams, server: Streams) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.dead, self.unheard = False, False
        """It swallows everything; the server's next answers are not passed on."""

    async def carries(self) -> None:
        """Until either side ends, or it is cut."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            self.server[1].write(await _frame(self.client[0], first=True))
            both = [asyncio.create_task(self._asks()), asyncio.create_task(self._answers())]
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in both:
                task.cancel()
            for task in done:
                task.result()
        self.cut()

    def cut(self) -> None:
        for _, writer in (self.client, self.server):
            writer.transport.abort()

    async def _asks(self) -> None:
        while True:
            kind, frame = await _message(self.client[0])
            if kind == b"Q" and frame[5:].upper() == COMMIT and (fate := self.proxy.next_fate()):
                if fate == "lost":
                    return
                self.unheard = True
            await self._passes(self.server[1], frame)

    async def _answers(self) -> None:
        while True:
            kind, frame = await _message(self.server[0])
            self.proxy.trips += kind == READY
            if not self.unheard:
                await self._passes(self.client[1], frame)
            elif kind == READY:  # it is on disk, and nobody was told
                return

    async def _passes(self, writer: asyncio.StreamWriter, frame: bytes) -> None:
        await asyncio.sleep(self.proxy.delay)
        if not self.dead:
            writer.write(frame)
            await writer.drain()


class Proxy:
    """Listens on loopback, and carries to a server's unix socket."""

    def __init__(self, url: str) -> None:
        self._url, self._to = make_url(url), f"{make_url(url).query['host']}/.s.PGSQL.5432"
        self.delay, self.refuses = 0.0, False
        self.violations: list[str] = []
        self._fate: tuple[int, Fate] | None = None
        self._lines: set[Line] = set()
        self.commits, self.struck, self.trips = 0, 0, 0

    async def opens(self) -> None:
        self._server = await asyncio.start_server(self._called, "127.0.0.1", 0)

    async def closes(self) -> None:
        self._server.close()
        self.cut()
        assert not self.violations, self.violations

    @property
    def url(self) -> str:
        """The database, as seen from behind this network."""
        port = self._server.sockets[0].getsockname()[1]
        query = {"sslmode": "disable", "gssencmode": "disable"}
        seen = self._url.set(host="127.0.0.1", port=port, query=query)
        return seen.render_as_string(hide_password=False)

    def at_commit(self, number: int, fate: Fate) -> None:
        """The connection breaks at the so-manieth COMMIT from now on: behind it ("kept"), or before ("lost")."""
        self._fate = self.commits + number, fate

    def next_fate(self) -> Fate | None:
        """What is to happen to a COMMIT that has just come."""
        self.commits += 1
        if self._fate is None or self.commits != self._fate[0]:
            return None
        self.struck += 1
        return self._fate[1]

    def cut(self) -> None:
        """All connections break."""
        self.struck += len(self._lines)
        for line in list(self._lines):
            line.cut()

    def dies(self) -> None:
        """Those that are open swallow everything from now on, and nobody is told; new ones are none of them."""
        self.struck += len(self._lines)
        for line in self._lines:
            line.dead = True

    async def _called(self, *client: *Streams) -> None:
        if self.refuses or len(self._lines) >= MOST:
            client[1].transport.abort()
            return
        line = Line(self, client, await asyncio.open_unix_connection(self._to))
        self._lines.add(line)
        try:
            await line.carries()
        except Malformed as error:
            self.violations.append(str(error))
            line.cut()
        finally:
            self._lines.discard(line)


class Malformed(Exception):
    """What came is no frame."""


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Its kind, and all of it."""
    kind = await reader.readexactly(1)
    if not kind.isalnum():
        raise Malformed(f"{kind!r} is no kind of message")
    return kind, kind + await _frame(reader)


async def _frame(reader: asyncio.StreamReader, *, first: bool = False) -> bytes:
    head = await reader.readexactly(4)
    (length,) = struct.unpack("!i", head)
    if not (8 if first else 4) <= length <= FRAME:
        raise Malformed(f"a frame of {length} bytes")
    return head + await reader.readexactly(length - 4)


@asynccontextmanager
async def a_proxy(url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(url)
    await proxy.opens()
    try:
        yield proxy
    finally:
        await proxy.closes()
