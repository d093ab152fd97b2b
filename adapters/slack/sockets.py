"""Socket Mode: connections side by side, each replaced before Slack closes it (docs.slack.dev, using-socket-mode)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

import aiohttp
import structlog
from aiohttp import ClientWebSocketResponse, WSMessage, WSMsgType

from adapters.slack.calls import Calls
from adapters.slack.faults import DOOR, Fault
from adapters.slack.listen import Receive

log = structlog.get_logger()

ENDED = {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}
Opened = Callable[[float], None]
"""Told of each new connection: so many seconds may not have been heard on the one that it takes the place of."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. `silence`: a connection that has not even answered a ping for so long is dead, however open it looks.

    `hello`: within which Slack greets a new one; `drain`: for which one that is being replaced is still listened to;
    `brief`: one that ends within so many is as good as none; `again`: until another one is tried, after one failure and
    after each further one; `closed`: at the least, where Slack offers the app no Socket Mode.
    """

    silence: float = 15.0
    hello: float = 10.0
    drain: float = 30.0
    brief: float = 2.0
    again: tuple[float, ...] = (0.5, 1, 2, 5, 15, 30)
    closed: float = 60.0


class Lost(Exception):
    """A connection was not made, or said no hello. The text is the reason; `wait` is how long Slack asks us to wait."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class Sockets:
    """Keeps connections open. Every payload is received before its envelope is acknowledged."""

    def __init__(
        self,
        calls: Calls,
        receive: Receive,
        *,
        connections: int = 2,
        timing: Timing | None = None,
        opened: Opened = lambda missed: None,
    ) -> None:
        self._calls, self._receive, self._count, self._opened = calls, receive, connections, opened
        self._timing = timing or Timing()
        self._working: set[asyncio.Task[None]] = set()
        self._connections: set[asyncio.Task[str]] = set()
        self._heard = monotonic()

    @property
    def listening(self) -> bool:
        """Whether a connection is open, as far as is known."""
        return bool(self._connections)

    def silent(self) -> float:
        """Seconds since anything came over any connection: a payload, a greeting, a ping or the answer to one."""
        return monotonic() - self._heard

    async def run(self) -> None:
        """Until cancelled. What has come is still received and acknowledged."""
        self._heard = monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._count):
                    group.create_task(self._keep())
        finally:
            if self._working:
                await asyncio.wait(list(self._working), timeout=3)
            for task in list(self._connections):
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def _keep(self) -> None:
        """One connection after the other, each new one open before the old one is left."""
        failures, ended = 0, 0.0
        while True:
            wait, begun = 0.0, monotonic()
            try:
                reason = await self._serve(ended)
                ended = 0.0 if reason == "replaced" else monotonic()
                brief = monotonic() - begun < self._timing.brief
                wait, failures = (self._pause(failures), failures + 1) if brief else (0.0, 0)
            except Lost as lost:
                reason = str(lost)
                log.warning("no Socket Mode connection", reason=reason)
                wait, ended = max(lost.wait, self._pause(failures)), ended or begun
                failures += 1
            except Exception:  # whatever it was, the next connection is made
                log.exception("a Socket Mode connection failed")
                reason, wait, ended = "failed", self._timing.again[-1], ended or monotonic()
            if reason in ("link_disabled", "too_many_websockets") or reason in DOOR:
                log.error("Slack offers no Socket Mode to the app", reason=reason)
                wait = max(wait, self._timing.closed)
            await asyncio.sleep(wait)

    def _pause(self, failures: int) -> float:
        return self._timing.again[min(failures, len(self._timing.again) - 1)]

    async def _serve(self, ended: float) -> str:
        """Listen to a new connection until it ends or is to be replaced; why. `ended`: when the last one broke off."""
        socket = await self._connect()
        connection = asyncio.create_task(self._listen(socket, replaced := asyncio.Event()))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)
        # One that is dead is noticed by then: its last words were heard no longer ago than that.
        self._opened(monotonic() - ended + 2 * self._timing.silence if ended else 0.0)
        waiting = asyncio.create_task(replaced.wait())
        try:
            await asyncio.wait({connection, waiting}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            connection.cancel()
            raise
        finally:
            waiting.cancel()
        return connection.result() if connection.done() else "replaced"

    async def _connect(self) -> ClientWebSocketResponse:
        try:
            url = await self._calls.socket()
            # Pings are answered here, so that they are seen as what they are: signs of life.
            silence = self._timing.silence
            socket = await self._calls.http.ws_connect(url, heartbeat=silence, autoping=False, max_msg_size=0)
        except Fault as fault:
            raise Lost(fault.code, fault.retry_after or 0.0) from fault
        except (aiohttp.ClientError, OSError, TimeoutError, TypeError, ValueError) as error:
            # The address of a connection is a key to it.
            raise Lost(f"{type(error).__name__}: {re.sub(r'[?][^ ]*', '?…', str(error))}") from error
        try:
            await self._greeted(socket)
        except BaseException:  # left open, it would get its share of all that Slack sends, and nobody would hear it
            await asyncio.shield(socket.close())
            raise
        return socket

    async def _greeted(self, socket: ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(self._timing.hello):
                hello = json.loads((await self._next(socket)).data)
        except (TimeoutError, TypeError, ValueError) as error:
            raise Lost(f"no hello: {type(error).__name__}") from error
        if not isinstance(hello, dict) or hello.get("type") != "hello":
            raise Lost(str(hello.get("reason") or hello.get("type")) if isinstance(hello, dict) else "no hello")

    async def _listen(self, socket: ClientWebSocketResponse, replaced: asyncio.Event) -> str:
        reason = "closed"
        try:
            async with asyncio.timeout(None) as end:
                while (message := await self._next(socket)).type not in ENDED:
                    if message.type is not WSMsgType.TEXT:
                        continue
                    if left := self._take(socket, message.data):
                        reason = left
                        replaced.set()
                        end.reschedule(asyncio.get_running_loop().time() + self._timing.drain)
        except TimeoutError:
            pass
        finally:
            await asyncio.shield(self._close(socket))
        return reason

    async def _next(self, socket: ClientWebSocketResponse) -> WSMessage:
        """What comes next that is no ping and no answer to one."""
        while True:
            message = await socket.receive()
            if message.type not in ENDED:
                self._heard = monotonic()
            if message.type is WSMsgType.PING:
                with suppress(ConnectionError, aiohttp.ClientError):  # it is about to end, and says so
                    await socket.pong(message.data)
            elif message.type is not WSMsgType.PONG:
                return message

    async def _close(self, socket: ClientWebSocketResponse) -> None:
        if self._working:
            await asyncio.wait(list(self._working), timeout=3)
        await socket.close()

    def _take(self, socket: ClientWebSocketResponse, text: str) -> str:
        """Begin with an envelope; the reason when it says that the connection is about to end."""
        try:
            envelope = json.loads(text)
        except ValueError:
            return ""
        if not isinstance(envelope, dict):
            return ""
        if envelope.get("type") == "disconnect":
            return str(envelope.get("reason") or "disconnect")
        if isinstance(envelope.get("envelope_id"), str):
            task = asyncio.create_task(self._work(socket, envelope))
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        return ""

    async def _work(self, socket: ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        attempt = envelope.get("retry_attempt")
        said = await self._receive(envelope.get("payload"), attempt if isinstance(attempt, int) else 0)
        if said.status >= 500:  # without an acknowledgement Slack sends it again
            return
        answer: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        kind = said.headers.get("content-type", [""])[0]
        if said.status == 200 and said.body and kind.startswith("application/json"):
            answer["payload"] = json.loads(said.body)
        try:
            await socket.send_str(json.dumps(answer))
        except (ConnectionError, aiohttp.ClientError) as error:
            log.warning("an acknowledgement was not sent", reason=str(error))
