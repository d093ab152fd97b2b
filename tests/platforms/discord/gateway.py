"""The gateway, version 10: connections and sessions."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.platforms.discord import greeting
from tests.platforms.discord.sessions import Json, Session, Socket

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = 1, 2, 3, 4, 6, 7, 8, 9, 10, 11
PAYLOAD = 4096
"""Bytes that a client may send at once."""
A_MINUTE, EVENTS = 60.0, 120
"""Events that a client may send in a minute."""


class Closing(Exception):
    """The connection is closed with this code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{code} {why}")
        self.code = code


class Gateway:
    """Sessions, newest last; several of one shard are kept side by side, and each gets every event."""

    def __init__(self, discord: Discord) -> None:
        self.discord = discord
        self.sessions: list[Session] = []
        self.sockets: set[Socket] = set()
        self.heartbeat = 41.25
        self.identifies = 0
        self.limit = 1000
        self.concurrency = 1
        self.last_identify: dict[int, float] = {}
        self.deaf = False

    @property
    def connected(self) -> list[Session]:
        """The sessions with an open connection."""
        return [one for one in self.sessions if one.socket]

    def start_limit(self) -> Json:
        """session_start_limit: `reset_after` in milliseconds."""
        left = max(0, self.limit - self.identifies)
        return {"total": self.limit, "remaining": left, "reset_after": 86_400_000, "max_concurrency": self.concurrency}

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until it ends."""
        ws = web.WebSocketResponse(max_msg_size=1 << 20)
        await ws.prepare(request)
        socket = Socket(ws, request.transport, request.query.get("compress") == "zlib-stream")
        self.sockets.add(socket)
        try:
            self._query(request)
            socket.put(
                {
                    "op": HELLO,
                    "d": {"heartbeat_interval": int(self.heartbeat * 1000), "_trace": []},
                    "s": None,
                    "t": None,
                }
            )
            await self._listen(socket)
        except Closing as closing:
            self._note(closing)
            socket.end(closing.code)
            await socket.task
        finally:
            self._gone(socket)
        return ws

    async def quiet(self, within: float) -> None:
        """Wait until the app has all that it was told: a heartbeat that is asked for brings the number of the last."""
        awaited = [(one, one.seq) for one in self.connected if one.heard < one.seq]
        for session, _ in awaited:
            if session.socket:
                session.socket.put({"op": HEARTBEAT, "d": None, "s": None, "t": None})
        await self.discord.until(lambda: all(not one.socket or one.heard >= seq for one, seq in awaited), within)

    async def close(self) -> None:
        """Every connection is closed."""
        tasks = [socket.task for socket in self.sockets]
        for socket in self.sockets:
            socket.end(1001)
        if tasks:
            await asyncio.wait(tasks, timeout=0.5)

    def session_of(self, socket: Socket) -> Session | None:
        """The session that speaks over this connection."""
        return next((one for one in self.sessions if one.socket is socket), None)

    def _query(self, request: web.Request) -> None:
        asked = request.query
        if asked.get("v") != "10":
            raise Closing(4012, f"invalid API version {asked.get('v')!r}")
        if asked.get("encoding") != "json" or asked.get("compress", "zlib-stream") != "zlib-stream":
            raise Closing(4002, f"this server speaks JSON, plain or as a zlib stream, not {dict(asked)}")

    async def _listen(self, socket: Socket) -> None:
        while True:
            try:
                message = await asyncio.wait_for(socket.ws.receive(), self.heartbeat * 2)
            except TimeoutError:
                raise Closing(4009, "no heartbeat came in time") from None
            if message.type is not WSMsgType.TEXT:
                self._ended(socket, message.type, message.data)
                return
            self._take(socket, message.data)

    def _ended(self, socket: Socket, kind: WSMsgType, code: Any) -> None:
        """A close with 1000 or 1001 ends the session; after any other end it can be resumed."""
        session = self.session_of(socket)
        if session and kind is WSMsgType.CLOSE and code in (1000, 1001):
            self.sessions.remove(session)

    def _take(self, socket: Socket, text: str) -> None:
        now = time.monotonic()
        socket.received.append(now)
        while socket.received[0] < now - A_MINUTE:
            socket.received.popleft()
        if len(socket.received) > EVENTS:
            raise Closing(4008, "more than 120 events in a minute")
        if len(text.encode()) > PAYLOAD:
            raise Closing(4002, "more than 4,096 bytes at once")
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            raise Closing(4002, f"no payload: {text[:80]}") from None
        self._do(socket, op, data)

    def _do(self, socket: Socket, op: object, data: Any) -> None:
        if op == HEARTBEAT:
            self._hears(socket, data)
            if not self.deaf:
                socket.put({"op": ACK, "d": None, "s": None, "t": None})
        elif op == IDENTIFY:
            self._identify(socket, data)
        elif op == RESUME:
            self._resume(socket, data)
        elif op not in (PRESENCE, VOICE, MEMBERS):
            raise Closing(4001, f"unknown opcode {op!r}")
        elif (session := self.session_of(socket)) is None:
            raise Closing(4003, f"opcode {op} before IDENTIFY")
        elif op == MEMBERS:
            greeting.members(self.discord, session, data)

    def _hears(self, socket: Socket, last: Any) -> None:
        if (session := self.session_of(socket)) and isinstance(last, int):
            session.heard = last

    def _identify(self, socket: Socket, data: Json) -> None:
        if self.session_of(socket):
            raise Closing(4005, "IDENTIFY a second time")
        if data.get("token", "").removeprefix("Bot ") != self.discord.token:
            raise Closing(4004, "a wrong token")
        shard, intents = greeting.shard(data), greeting.intents(data)
        if greeting.disallowed(intents, self.discord.world.app.granted):
            raise Closing(4014, "a privileged intent that is not switched on for the application")
        if not isinstance(data.get("properties"), dict) or shard is None or intents is None:
            code = 4010 if shard is None else 4013 if intents is None else 4002
            raise Closing(code, f"invalid IDENTIFY: {data.get('shard')} {data.get('intents')} {data.get('properties')}")
        if self._too_soon(shard[0]):
            socket.put({"op": INVALID, "d": False, "s": None, "t": None})
            return
        self.identifies += 1
        session = Session(self.discord.world.secret(), shard, intents, socket)
        self.sessions.append(session)
        greeting.ready(self.discord, session)

    def _too_soon(self, shard: int) -> bool:
        if self.identifies >= self.limit:
            raise Closing(4004, f"more than {self.limit} IDENTIFY a day: the token is reset")
        if not self.discord.rates.on:
            return False
        key, now = shard % self.concurrency, time.monotonic()
        soon = now - self.last_identify.get(key, -5.0) < 5
        self.last_identify[key] = now
        return soon

    def _resume(self, socket: Socket, data: Json) -> None:
        if data.get("token", "").removeprefix("Bot ") != self.discord.token:
            raise Closing(4004, "a wrong token")
        session = next((one for one in self.sessions if one.id == data.get("session_id")), None)
        if session is None:
            socket.put({"op": INVALID, "d": False, "s": None, "t": None})
            return
        if not isinstance(data.get("seq"), int) or data["seq"] > session.seq:
            raise Closing(4007, f"invalid seq {data.get('seq')!r}")
        if session.socket:
            session.socket.end(4000)
        session.socket = socket
        if not session.replay(data["seq"]):
            self.sessions.remove(session)
            socket.put({"op": INVALID, "d": False, "s": None, "t": None})
            return
        session.dispatch("RESUMED", {"_trace": []})

    def _note(self, closing: Closing) -> None:
        self.discord.world.violations.note("gateway", closing)

    def _gone(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        socket.task.cancel()
        if session := self.session_of(socket):
            session.socket = None
