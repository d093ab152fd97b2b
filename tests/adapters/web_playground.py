"""A playground on loopback with a desk that says what it is told to, for the tests of the chat itself."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from starlette.applications import Starlette

from adapters.web import Playground
from adapters.web.playground import Fault
from bot.registry import Registry
from bot.server import server
from bot.settings import Settings
from bot.words import Button, Card, Incoming, Kept, Reply, Sender

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

SETTINGS = Settings.model_validate(
    {
        "organisation": {"zone": "UTC"},
        "calendars": {"office": {"mon": ["09:00-17:00"]}},
        "people": {
            "ana": {"name": "Ana Costa", "zone": "Europe/Lisbon"},
            "erik": {"name": "Erik Lund", "zone": "Europe/Stockholm"},
            "ben": {"name": "Ben Adler"},
            "chloe": {"name": "Chloe Martin"},
            "lena": {"name": "Lena Vogt"},
            "max": {"name": "Max Stein"},
        },
        "teams": {
            "it": {
                "name": "IT Help",
                "lead": "lena",
                "manager": "max",
                "members": {"ben": {}, "chloe": {}},
                "triage": ["web:triage-it"],
            }
        },
        "channels": {"web": {"escalations": "escalations", "watched": ["it-help"]}},
    }
)


VPN = Card("This may help", buttons=(Button("VPN <b>", "kb show", {"article": "vpn-drops"}),))


@dataclass
class ScriptedDesk:
    """Remembers what it was told and answers with what `answers` makes of it; a repeated delivery with the same."""

    answers: Callable[[Incoming], Reply] = lambda _: Reply()
    clock: datetime = MORNING
    settings: Settings = SETTINGS
    registry: Registry = field(default_factory=Registry)
    told: list[Incoming] = field(default_factory=list)
    files: dict[tuple[str, int], Kept] = field(default_factory=dict)
    article_files: dict[tuple[str, str, str], Kept] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.clock

    async def receive(self, incoming: Incoming) -> Reply:
        self.told.append(incoming)
        return self.answers(incoming)

    async def suggest(self, text: str, workspace: str, channel: str, sender: Sender) -> Card | None:
        if "slow" in text:
            await asyncio.sleep(60)
        return VPN if "vpn" in text.lower() else None

    async def article_file(self, workspace: str, channel: str, sender: Sender, article: str, name: str) -> Kept | None:
        return self.article_files.get((sender.id, article, name))

    async def attachment(self, workspace: str, channel: str, sender: Sender, id: int) -> Kept | None:
        return self.files.get((sender.id, id))

    async def verbs(self, workspace: str, channel: str, sender: Sender) -> frozenset[str]:
        return frozenset(self.registry.commands) | ({"report kb"} if sender.id == "ben" else set())

    async def travel(self, by: timedelta | None) -> datetime:
        self.clock += by or timedelta(days=1)
        return self.clock


class Browser:
    """What a browser does, without one."""

    def __init__(self, session: aiohttp.ClientSession, base: str, desk: ScriptedDesk, playground: Playground) -> None:
        self.session, self.base, self.desk, self.playground = session, base, desk, playground

    async def act(self, person: str, room: str, do: str = "say", **more: Any) -> dict[str, Any]:
        """An act that succeeds; the reply as JSON values."""
        status, reply = await self.post("/act", {"id": uuid4().hex, "as": person, "room": room, "do": do} | more)
        assert status == 200, reply
        return reply

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        sent = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        headers = {"Content-Type": "application/json"} | headers
        async with self.session.post(f"{self.base}{path}", data=sent, headers=headers) as response:
            return response.status, await response.json()

    async def get(self, path: str, **asked: str) -> Any:
        async with self.session.get(f"{self.base}{path}", params=asked) as response:
            return await response.json()

    async def html(self, person: str, room: str, thread: str = "") -> str:
        """The talk in a room, as a person sees it."""
        talk = await self.get("/talk", **{"as": person, "room": room, "thread": thread})
        return str(talk["html"])

    @asynccontextmanager
    async def events(self, person: str, last: str = "") -> AsyncIterator[Events]:
        headers = {"Last-Event-ID": last} if last else {}
        async with self.session.get(f"{self.base}/events", params={"as": person}, headers=headers) as response:
            yield Events(response)


class Events:
    """An event stream, read event by event."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._lines = response.content
        self.last = ""

    async def next(self) -> tuple[str, dict[str, Any]]:
        """The next event's name and data."""
        name, data = "", ""
        async with asyncio.timeout(5):
            while True:
                line = (await self._lines.readline()).decode().rstrip("\n")
                kind, _, value = line.partition(": ")
                name, data = (value if kind == "event" else name), (value if kind == "data" else data)
                self.last = value if kind == "id" else self.last
                if not line and name:
                    return name, json.loads(data)


@asynccontextmanager
async def serving(folder: Path, desk: ScriptedDesk, fault: Fault | None = None) -> AsyncIterator[Browser]:
    """The playground on a free port of loopback."""
    playground = Playground(str(folder / "chat.db"), lambda: desk.settings, desk.now, fault=fault)
    web = server(Starlette(routes=list(playground.routes(desk))), "127.0.0.1", 0)
    web.config.load()
    web.lifespan = web.config.lifespan_class(web.config)
    await web.startup()
    running = asyncio.create_task(playground.run(desk))
    port = web.servers[0].sockets[0].getsockname()[1]
    try:
        async with aiohttp.ClientSession() as session:
            yield Browser(session, f"http://127.0.0.1:{port}/playground", desk, playground)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await web.shutdown()
        playground.chat.rooms.close()
