"""A company whose desk dies: told like a story, in which acts are done until they are acknowledged."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from bot.configuration.reading import Live
from bot.words import Card
from storage.database import Database, open_database
from storage.tables import Ticket
from tests.faults.chat import FarChat
from tests.faults.desk import Plan
from tests.faults.process import Process, Spare
from tests.faults.wall import Wall
from tests.platforms.slack import Slack
from tests.stories.chats import Chat
from tests.stories.chats.slack import slack_chat
from tests.stories.company import MONDAY, settings_text
from tests.stories.person import Person
from tests.stories.room import Room

ROUND_THE_CLOCK = "".join(f'\n    {day}: ["00:00-24:00"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
OFFICE = "".join(f'\n    {day}: ["09:00-17:00"]' for day in ("mon", "tue", "wed", "thu", "fri"))
CHANGES = (
    (OFFICE, ROUND_THE_CLOCK),  # so that hours are hours, however often the desk dies
    (
        "knowledge: {suggest_at: 0.5}",
        "knowledge: {suggest_at: 0.5, folders: []}\nlimits: {tickets_per_minute: 1000, surge: {surge}}",
    ),
)


class Company:
    """The desk's process, its chat, its people, and the wall with the clock that all of them see."""

    def __init__(self, url: str, home: Path, slack: Slack, spare: Spare, surge: int) -> None:
        self.wall = Wall(home / "wall", MONDAY)
        settings = home / "settings.yaml"
        plan = Plan(url, str(settings), str(home / "wall"), str(home / "log"))
        self.process = Process(spare, plan)
        self.chat = FarChat(slack, self.process)
        self.process.plan(environment=dict(self.chat.environment))
        text = settings_text([self.chat])
        for before, after in CHANGES:
            assert before in text, before
            text = text.replace(before, after)
        settings.write_text(text.replace("{surge}", str(surge)))
        self.settings = Live(settings, self.chat.environment).current
        self.database: Database = open_database(url)
        self.kill: Callable[[], Awaitable[None]] = self.settles

    def __getitem__(self, handle: str) -> Person:
        return Person(self, handle, self.chat)  # type: ignore[arg-type]

    def people(self, *handles: str) -> list[Person]:
        return [self[handle] for handle in handles]

    def room(self, name: str) -> Room:
        return Room(self.chat, name.removeprefix("#"))

    @property
    def chats(self) -> list[Chat]:
        return [self.chat]

    async def opens(self) -> None:
        self.chat.gather(self.settings, self.wall.seconds)
        await self.process.opens()
        await self.process.start()

    async def closes(self) -> None:
        await self.process.closes()
        self.database.close()

    async def settles(self) -> None:
        await self.chat.settles()

    async def sees(self, who: str, label: str) -> None:
        """Wait until there is such a button in somebody's talk."""
        talk = self.room(f"@{who}")
        await self.chat.slack.until(lambda: any(label in message.buttons for message in talk.messages(who)), 60)

    async def uploads(self, who: str, room: str, name: str, content: bytes, words: str) -> None:
        """Somebody shares a file."""
        await self.chat.slack.user(who).uploads(room, name, content, words)
        await self.settles()

    async def danger(self) -> None:
        """From here on the desk may die: `kill` says how."""
        await self.kill()

    def note_buttons(self, cards: Iterable[Card | None]) -> None:
        """Nothing: the stories look at buttons."""

    async def time_passes(self, **spans: float) -> None:
        """The clock goes on, stopping wherever something is due."""
        until = self.wall.now() + timedelta(**spans)
        await self.process.insist("pass", until=until.isoformat())
        await self.settles()

    async def newest(self) -> str:
        """The ticket that came last."""
        return f"IT-{max(ticket.number for ticket in await self.reads(Ticket))}"

    async def reads(self, table: Any, *where: Any) -> list[Any]:
        """Rows of a table, in the order of their keys."""
        order = list(table.__table__.primary_key)
        return list(await self.database.read(lambda db: db.exec(select(table).where(*where).order_by(*order)).all()))


numbers = itertools.count()


@asynccontextmanager
async def a_company(url: str, home: Path, spare: Spare, surge: int = 1000) -> AsyncIterator[Company]:
    """A company on a Monday at nine, with the app as its manifest makes it; so many tickets alike are a surge."""
    home = home / f"company-{next(numbers)}"
    home.mkdir()
    async with slack_chat("http") as chat:
        company = Company(url, home, chat.slack, spare, surge)
        await company.opens()
        try:
            yield company
        finally:
            await company.closes()
