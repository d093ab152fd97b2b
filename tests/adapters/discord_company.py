"""A company on Discord: a real desk and database, the adapter with the real discord.py, and the strict server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

import commands
from adapters.discord.adapter import Discord as Adapter
from adapters.discord.timing import Timing
from bot import people
from bot.configuration.reading import Live
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.posts import Deliverer
from bot.registry import REGISTRY
from bot.settings import Settings
from storage.database import open_database
from storage.knowledge import ArticleRow
from storage.tables import Entry, Post, Ticket
from tests.platforms.discord import Discord

KNOWN = REGISTRY.load(commands)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SETTINGS = Path(__file__).with_name("discord_company.yaml")
ARTICLES = (
    ("vpn-drops", "VPN does not connect", "1. Restart the VPN client\n2. Check the token"),
    ("printer-jam", "Clear a paper jam in the printer", "Open the printer, pull the paper out."),
    ("excel-macro", "Allow macros in Excel", "File, options, trust center: allow macros."),
)
PEOPLE = ("ana", "erik", "ben", "chloe", "dev", "lena", "max", "ada")
ROOMS = ("it-help", "triage-it", "triage-network", "escalations", "tickets", "random")
QUICK = Timing(
    lease=2.0,
    renew=0.1,
    again=(0.05,),
    apart=0.05,
    early=(0.05, 0.1, 0.2),
    lost=(0.05,),
    retry=(0.05,),
    keep=0.2,
    ready=0.1,
    burst=0.1,
)


class Replica:
    """One desk of the company on the one database, with its adapter."""

    def __init__(self, it: Company, owner: str) -> None:
        self.database = open_database(it.url)
        self.desk = Desk(self.database, lambda: it.live.current, KNOWN, lambda: it.now)
        self.adapter = Adapter(lambda: it.live.current, it.wall, owner=owner, timing=QUICK)
        self.heartbeat = Heartbeat(self.desk, Deliverer(self.database, {"discord": self.adapter}), it.live)
        self.running: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Listen, and be ready to send."""
        self.running = asyncio.create_task(self.adapter.run(self.desk))

    async def stop(self) -> None:
        """Leave Discord as at a redeploy."""
        await self.heartbeat.stop()
        if self.running:
            self.running.cancel()
            with suppress(asyncio.CancelledError):
                await self.running
        await self.adapter.close()
        self.database.close()


class Company:
    """The desk, its Discord and what it has on record. `now` is everybody's clock."""

    def __init__(self, discord: Discord, url: str, home: Path, change: Callable[[str], str] | None = None) -> None:
        self.discord, self.url, self.now = discord, url, MONDAY
        self.rooms = {name: discord.channel(name) for name in ROOMS}
        self.people = {name: discord.user(name) for name in PEOPLE}
        self.file = home / "settings.yaml"
        text = SETTINGS.read_text()
        for name, person in self.people.items():
            text = text.replace(f"<{name}>", person.id)
        self.file.write_text(change(text) if change else text)
        self.environment = {
            "FIRSTLINE_DISCORD__TOKEN": discord.token,
            "FIRSTLINE_DISCORD__API_URL": discord.api_url,
            "FIRSTLINE_DISCORD__GATEWAY_URL": discord.gateway_url,
        }
        self.live = Live(self.file, self.environment)
        self.first = Replica(self, "one")

    @property
    def settings(self) -> Settings:
        return self.live.current

    @property
    def adapter(self) -> Adapter:
        return self.first.adapter

    @property
    def desk(self) -> Desk:
        return self.first.desk

    @property
    def heartbeat(self) -> Heartbeat:
        return self.first.heartbeat

    def wall(self) -> float:
        return self.now.timestamp()

    async def opens(self) -> None:
        """The people of the settings and the articles are known."""
        database = self.first.database
        await database.write(lambda db: people.enrol(db, "main", self.settings, self.now))
        rows = [
            ArticleRow(workspace="main", id=i, version=1, title=t, body=b, tags=[], at=self.now) for i, t, b in ARTICLES
        ]
        await database.write(lambda db: [db.merge(row) for row in rows] and None)
        self.desk.knowledge_of("main").load(rows)

    async def reads(self, table: Any, order: Any) -> list[Any]:
        """All rows of a table, in order."""
        return list(await self.first.database.read(lambda db: db.exec(select(table).order_by(order)).all()))

    async def tickets(self) -> list[Ticket]:
        return await self.reads(Ticket, Ticket.number)

    async def timeline(self) -> list[Entry]:
        return await self.reads(Entry, Entry.id)

    async def posts(self) -> list[Post]:
        return await self.reads(Post, Post.key)


@asynccontextmanager
async def company(url: str, home: Path, change: Callable[[str], str] | None = None) -> AsyncIterator[Company]:
    """A company that is open, whose desk only sends, and whose Discord has refused nothing at the end."""
    async with Discord(now=MONDAY.timestamp) as discord:
        made = Company(discord, url, home, change)
        discord.world.clock.now = made.wall
        await made.opens()
        places, desk = made.adapter.places, made.desk
        places.hearing, places.memory = desk.hearing, desk.memory
        try:
            yield made
        finally:
            await made.first.stop()
        assert not discord.violations, "\n".join(map(str, discord.violations))
