"""A company on Slack: a real desk and database, the adapter with the real SDK, and the strict Slack on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlmodel import select
from starlette.applications import Starlette

import commands
from adapters.slack import Slack as Adapter
from adapters.slack.manifest import manifest
from adapters.slack.pace import Pace
from adapters.slack.parked import Parked
from adapters.slack.sockets import Timing
from bot import people
from bot.configuration.reading import Live
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.posts import Deliverer
from bot.registry import REGISTRY
from bot.server import server
from bot.settings import Settings
from storage.database import open_database
from storage.knowledge import ArticleRow
from storage.tables import Entry, Identity, Post, Ticket
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.app import App

Way = Literal["socket", "http"]
KNOWN = REGISTRY.load(commands)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SETTINGS = Path(__file__).with_name("slack_company.yaml")
ARTICLES = (
    ("vpn-drops", "VPN does not connect", "1. Restart the VPN client\n2. Check the token"),
    ("printer-jam", "Clear a paper jam in the printer", "Open the printer, pull the paper out."),
    ("excel-macro", "Allow macros in Excel", "File, options, trust center: allow macros."),
)
QUICK = Timing(silence=0.6, hello=1.0, drain=0.5, again=(0.05,), closed=0.2)


class Company:
    """The desk, its Slack and what it has on record. `now` is everybody's clock."""

    def __init__(self, slack: Slack, url: str, home: Path, way: Way, pace: Pace | None = None) -> None:
        self.slack, self.way, self.now = slack, way, MONDAY
        self.file = home / "settings.yaml"
        self.file.write_text(SETTINGS.read_text())
        slack.world.clock.now = self.wall
        self.environment = {
            "FIRSTLINE_SLACK__BOT_TOKEN": slack.installation.token,
            "FIRSTLINE_SLACK__APP_TOKEN": App.app_token,
            "FIRSTLINE_SLACK__SIGNING_SECRET": App.signing_secret,
            "FIRSTLINE_SLACK__API_URL": slack.api_url,
            "FIRSTLINE_SLACK__MODE": way,
        }
        self.live = Live(self.file, self.environment)
        self.database = open_database(url)
        self.desk = Desk(self.database, lambda: self.live.current, KNOWN, lambda: self.now)
        self.adapter = Adapter(
            lambda: self.live.current,
            self.wall,
            pace=pace or Pace(free=True),
            timing=QUICK,
            parked=Parked((0.05, 0.1, 0.2)),
        )
        self.heartbeat = Heartbeat(self.desk, Deliverer(self.database, {"slack": self.adapter}), self.live)
        self.base = ""
        self.running: asyncio.Task[None]
        for name in ("it-help", "triage-it", "triage-network", "escalations"):
            slack.channel(name)
        for name in ("lena", "max", "ada"):  # who leads is on Slack before the desk is; the others come later
            self.person(name)

    @property
    def settings(self) -> Settings:
        return self.live.current

    def wall(self) -> float:
        return self.now.timestamp()

    async def opens(self) -> None:
        """The people of the settings and the articles are known."""
        await self.database.write(lambda db: people.enrol(db, "main", self.settings, self.now))
        rows = [
            ArticleRow(workspace="main", id=i, version=1, title=t, body=b, tags=[], at=self.now) for i, t, b in ARTICLES
        ]
        await self.database.write(lambda db: [db.merge(row) for row in rows] and None)
        self.desk.knowledge_of("main").load(rows)

    async def settles(self) -> None:
        """All that was heard is answered, and all that is to be said is said."""
        await self.slack.events.quiet()
        await self.adapter.settled()
        await self.heartbeat.beat_all()
        await self.adapter.settled()

    def person(self, name: str, *channels: str) -> Person:
        """Somebody in Slack, in these channels."""
        known = {"ben": "Ben Adler", "ana": "Ana Costa", "lena": "Lena Vogt"}
        person = self.slack.user(name, real_name=known.get(name, name.title()))
        for channel in channels:
            self.slack.channel(channel, person)
        return person

    async def reads(self, table: Any, order: Any) -> list[Any]:
        """All rows of a table, in order."""
        return list(await self.database.read(lambda db: db.exec(select(table).order_by(order)).all()))

    async def tickets(self) -> list[Ticket]:
        return await self.reads(Ticket, Ticket.number)

    async def timeline(self) -> list[Entry]:
        return await self.reads(Entry, Entry.id)

    async def posts(self) -> list[Post]:
        return await self.reads(Post, Post.key)

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """The arguments of every call of a method."""
        return [arguments for name, arguments in self.slack.calls if name == method]


@asynccontextmanager
async def company(
    url: str, home: Path, way: Way = "socket", *, pace: Pace | None = None, change: Callable[[str], str] | None = None
) -> AsyncIterator[Company]:
    """A company that is open, and whose Slack has refused nothing at the end."""
    live = Live(_written(home), {"FIRSTLINE_ORGANISATION__ADDRESS": "https://desk.example.com"})
    async with Slack(manifest(KNOWN, live.current, way)) as slack:
        made = Company(slack, url, home, way, pace)
        if change:
            made.file.write_text(change(made.file.read_text()))
            made.live = Live(made.file, made.environment)
        await made.opens()
        web = server(Starlette(routes=list(made.adapter.routes(made.desk))), "127.0.0.1", 0)
        web.config.load()
        web.lifespan = web.config.lifespan_class(web.config)
        await web.startup()
        made.base = f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
        made.running = asyncio.create_task(made.adapter.run(made.desk))
        try:
            if way == "http":
                await slack.use_http(f"{made.base}/slack/events")
            else:
                await slack.until(lambda: len(slack.sockets.open) == 2)
            await slack.until(lambda: made.called("users.list"))
            while "lena" not in str(await made.reads(Identity, Identity.external)):  # noqa: ASYNC110 - rows tell nobody
                await asyncio.sleep(0.01)
            yield made
        finally:
            await made.heartbeat.stop()
            made.running.cancel()
            with suppress(asyncio.CancelledError):
                await made.running
            await web.shutdown()
            made.database.close()
        assert not slack.violations, "\n".join(map(str, slack.violations))


def _written(home: Path) -> Path:
    file = home / "manifest.yaml"
    file.write_text(SETTINGS.read_text())
    return file
