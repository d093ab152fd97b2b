"""Socket Mode: the app's connections, and envelopes sent over one of them at random."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.platforms.patience import patience
from tests.platforms.slack.delivery import Answer, Kind
from tests.platforms.slack.records import Json

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

MOST = 10


@dataclass(eq=False)
class Connection:
    """One open connection. A dead one looks open: it takes everything in and never says a word, not even a pong."""

    ws: web.WebSocketResponse
    transport: asyncio.Transport | None = None
    dead: bool = False
    leaving: bool = False
    pongs: int = 0


@dataclass
class Sockets:
    """All connections. `ping` is the pause between the server's pings in seconds."""

    slack: Slack
    ping: float = 10.0
    open: list[Connection] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    connected: int = 0

    def address(self) -> str:
        """A WebSocket address that is good for one connection."""
        ticket = self.slack.world.secret()
        self.tickets.add(ticket)
        host = self.slack.world.base.replace("http://", "ws://")
        return f"{host}link/?ticket={ticket}&app_id={self.slack.app.id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, until it is closed."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=408, text="expired ticket")
        self.tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        await self._serve(Connection(ws, request.transport))
        return ws

    async def _serve(self, connection: Connection) -> None:
        if len(self.open) >= MOST:
            await self._disconnect(connection, "too_many_websockets")
            return
        self.open.append(connection)
        self.connected += 1
        pinging = asyncio.ensure_future(self._ping(connection))
        try:
            await connection.ws.send_json(self._hello())
            await self._listen(connection)
        finally:
            pinging.cancel()
            self._forget(connection)

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.ws:
            if connection.dead:
                continue
            if message.type is WSMsgType.PING:
                await connection.ws.pong(message.data)
            elif message.type is WSMsgType.PONG:
                connection.pongs += 1
            elif message.type is WSMsgType.TEXT:
                self._acknowledged(message.data)

    def _acknowledged(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            said = None
        if not isinstance(said, dict) or "envelope_id" not in said:
            self.slack.world.violations.note("socket", "no_envelope_id", text[:200])
            return
        waiting = self.waiting.get(said["envelope_id"])
        if waiting and not waiting.done():
            waiting.set_result(said)

    async def _ping(self, connection: Connection) -> None:
        while not connection.ws.closed:
            await asyncio.sleep(self.ping)
            if not connection.dead and not connection.ws.closed:
                await connection.ws.ping(b"Ping from applink-loopback")

    def _hello(self) -> Json:
        info = {"host": "applink-loopback", "build_number": 1, "approximate_connection_time": 18060}
        about = {"num_connections": len(self.open), "connection_info": {"app_id": self.slack.app.id}}
        return {"type": "hello", "debug_info": info} | about

    async def send(self, kind: Kind, payload: Json, retry: int, reason: str, seconds: float) -> Answer:
        """One envelope over one open connection, and its acknowledgement within so many seconds."""
        usable = [one for one in self.open if not one.leaving and not one.ws.closed]
        if not usable:
            return Answer("dispatch_failed", "no open connection", status=0)
        connection = self.slack.world.random.choice(usable)
        envelope = self._envelope(kind, payload, retry, reason)
        waiting = self.waiting[envelope["envelope_id"]] = asyncio.get_running_loop().create_future()
        try:
            async with patience(seconds):
                if not connection.dead:
                    await connection.ws.send_json(envelope)
                said = await waiting
        except TimeoutError:
            return Answer("operation_timeout", status=0 if connection.dead or connection not in self.open else 200)
        except ConnectionError:
            return Answer("dispatch_failed", "the connection broke", status=0)
        finally:
            del self.waiting[envelope["envelope_id"]]
        return Answer("", said.get("payload"))

    def _envelope(self, kind: Kind, payload: Json, retry: int, reason: str) -> Json:
        envelope: Json = {"envelope_id": str(uuid.UUID(int=self.slack.world.random.getrandbits(128), version=4))}
        envelope |= {"type": kind, "payload": payload, "accepts_response_payload": kind != "events_api"}
        return envelope | ({"retry_attempt": retry, "retry_reason": reason} if kind == "events_api" else {})

    async def warn(self, which: int = 0) -> None:
        """Tell a connection that it will be closed in about ten seconds; it still gets payloads."""
        await self.open[which].ws.send_json(self._farewell("warning"))

    async def refresh(self, which: int = 0, reason: str = "refresh_requested") -> None:
        """Say goodbye to a connection (refresh_requested, link_disabled) and close it."""
        await self._disconnect(self.open[which], reason)

    def die(self, which: int = 0) -> None:
        """A connection goes dead while it looks open."""
        self.open[which].dead = True

    def cut(self, which: int = 0) -> None:
        """A connection breaks without a word."""
        connection = self.open[which]
        self._forget(connection)
        if connection.transport:
            connection.transport.abort()

    async def _disconnect(self, connection: Connection, reason: str) -> None:
        connection.leaving = True
        await connection.ws.send_json(self._farewell(reason))
        await connection.ws.close()
        self._forget(connection)

    def _farewell(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-loopback"}}

    def _forget(self, connection: Connection) -> None:
        if connection in self.open:
            self.open.remove(connection)

    async def close(self) -> None:
        """Close every connection."""
        for connection in list(self.open):
            await connection.ws.close()
