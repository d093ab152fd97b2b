"""A company to tell stories in: a real desk on a real database, its people in a chat, a clock of its own.

`await ana.says("/ticket the vpn is down")` goes the whole way that an act goes in the playground or in Slack; what
comes of it is looked up in the rooms. Where a room does not hold what a story expects, the failure shows all that the
room does hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

import commands
from adapters.contract import Adapter
from bot import library, people
from bot.clock import Clock
from bot.configuration.reading import Live
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.posts import Deliverer
from bot.registry import REGISTRY
from bot.settings import Settings
from bot.words import Button, Card, Post, SendFailed
from kb import Article
from storage.database import open_database
from storage.knowledge import ArticleRow
from storage.tables import Entry, Ticket
from tests.databases import KINDS
from tests.stories.answer import not_taken, refused, words_of
from tests.stories.chats import Chat, Message, NotPossible, WebChat
from tests.stories.chats.chat import SHARED
from tests.stories.person import Person
from tests.stories.room import Room

__all__ = ["Company", "Message", "NotPossible", "Person", "Room", "not_taken", "on_both", "refused", "words_of"]

on_both = pytest.mark.parametrize("kind", KINDS)
"""Marks a story that is told on PostgreSQL too: races, sweeps, and what is written in an unusual way."""

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SETTINGS = Path(__file__).with_name("settings.yaml")
ARTICLES = (
    (
        "vpn-drops",
        "VPN does not connect",
        "1. Restart the VPN client\n2. Check the token\n\nThe vpn needs the internet.",
    ),
    ("printer-jam", "Clear a paper jam in the printer", "Open the printer, pull the paper out."),
    ("excel-macro", "Allow macros in Excel", "File, options, trust center: allow macros."),
)

Fault = Callable[[Post, bool], None]
"""Called before each post is sent (False) and after (True), to raise what a network might, or to end the process."""


class Company:
    """The desk, its rooms and its people. Its files are in `home`; its clock moves when it is told to.

    Its rooms are in the first of its chats, and everybody is in all of them.
    """

    def __init__(self, url: str, home: Path, chats: Sequence[Chat] = ()) -> None:
        self._url, self._file = url, home / "settings.yaml"
        self.chats: Sequence[Chat] = chats or (WebChat(home),)
        self._file.write_text(settings_text(self.chats))
        self.wall, self.acts_done = MONDAY, 0
        self.clock = Clock(lambda: self.wall, lambda: 0.0)
        self.buttons_seen: dict[tuple[str, str], Button] = {}
        self.fault: Fault | None = None

    @property
    def chat(self) -> Chat:
        """The chat that its rooms are in."""
        return self.chats[0]

    @property
    def settings(self) -> Settings:
        return self.live.current

    def holds_up(self, words: str) -> None:
        """What has these words in its title cannot be said, until `fault` is taken away."""

        def fails(post: Post, sent: bool) -> None:
            if words in post.card.title and not sent:
                raise SendFailed("away", fate="not sent")

        self.fault = fails

    async def settings_change(self, *changes: tuple[str, str]) -> None:
        """The owner replaces pieces of the settings' text, and the running desk takes them up."""
        self.edit_settings(*changes)
        await self.heartbeat.beat("settings")
        await self.settles()

    def edit_settings(self, *changes: tuple[str, str]) -> None:
        """The same on the file alone; a piece that is not there is an error."""
        text = self._file.read_text()
        for before, after in changes:
            assert before in text, f"the settings do not say {before!r}"
            text = text.replace(before, after)
        self._file.write_text(text)

    async def opens(self) -> Company:
        """Build everything on the files, as a start of the process does."""
        self.live = Live(self._file, {name: value for chat in self.chats for name, value in chat.environment.items()})
        self.database = open_database(self._url)
        self.desk = Desk(self.database, lambda: self.settings, REGISTRY.load(commands), self.clock.now)
        now = self.clock.now()
        await self.database.write(lambda db: people.enrol(db, "main", self.settings, now))
        self.desk.knowledge.load([ArticleRow(workspace="main", id=i, title=t, body=b, at=now) for i, t, b in ARTICLES])
        await self.database.write(lambda db: self._keep_articles(db, now))
        for chat in self.chats:
            await chat.opens(self.desk, lambda: self.settings, self.clock)
        lines: dict[str, Adapter] = {chat.name: Line(self, chat.adapter) for chat in self.chats}
        self.heartbeat = Heartbeat(self.desk, Deliverer(self.database, lines), self.live)
        self.desk.wake = self.heartbeat.wake
        await self.heartbeat.beat("settings")
        return self

    @staticmethod
    def _keep_articles(db: Any, now: datetime) -> None:
        for name, title, body in ARTICLES:
            db.merge(ArticleRow(workspace="main", id=name, version=1, title=title, body=body, tags=[], at=now))

    async def keeps(self, *articles: Article) -> None:
        """Articles come into the knowledge base from outside, and the running desk follows."""
        await self.database.write(partial(library.keep, workspace="main", articles=articles, now=self.clock.now()))
        await self.heartbeat.beat("knowledge")

    async def takes_note(self) -> None:
        """The desk looks at what was resolved lately, as it does every few seconds."""
        await self.heartbeat.beat("precedents")

    async def closes(self) -> None:
        await self.heartbeat.stop()
        for chat in self.chats:
            await chat.closes()
        self.database.close()

    async def restarts(self) -> None:
        """The process ends and a new one starts on the same files."""
        await self.closes()
        await self.opens()

    def __getitem__(self, handle: str) -> Person:
        return Person(self, handle, self.chat)

    def people(self, *handles: str, on: str = "") -> list[Person]:
        """Some of them, on the chat of that name."""
        return [Person(self, handle, self._chat(on)) for handle in handles]

    async def newcomer(self, handle: str, name: str) -> Person:
        """Somebody who stands in no settings."""
        await self.chat.newcomer(handle, name)
        return self[handle]

    def room(self, name: str, on: str = "") -> Room:
        return Room(self._chat(on), name.removeprefix("#"))

    def rooms(self, on: str = "") -> list[Room]:
        return [self.room(name, on) for name in (*SHARED, *(f"@{handle}" for handle in self.settings.people))]

    def _chat(self, name: str) -> Chat:
        return next(chat for chat in self.chats if name in ("", chat.name))

    async def settles(self) -> None:
        """All that follows at once has followed, and all that is to be said is said."""
        for chat in self.chats:
            await chat.settles()
        await self.heartbeat.beat_all()
        for chat in self.chats:
            await chat.settles()

    async def time_passes(self, **spans: float) -> None:
        """The clock moves on, stopping wherever something is due, as time does."""
        await self.it_is(self.clock.now() + timedelta(**spans))

    async def it_is(self, instant: datetime) -> None:

        async def move(there: datetime) -> None:
            self.clock.move_to(there)

        await self.heartbeat.step_to(instant, move)
        for chat in self.chats:
            await chat.settles()
        self.note_buttons(m.card for chat in self.chats for room in self.rooms(chat.name) for m in room.messages())

    async def the_machine_sleeps(self, **spans: float) -> None:
        """Nothing runs for a while; then everything that was missed is looked at, once."""
        self.clock.move_to(self.clock.now() + timedelta(**spans))
        await self.settles()

    def note_buttons(self, cards: Iterable[Card | None]) -> None:
        """Every button that anybody was ever shown: conftest looks at them all."""
        for button in (b for card in cards if card for b in card.buttons):
            self.buttons_seen.setdefault((button.verb, ",".join(sorted(button.answers))), button)

    def delivery(self) -> str:
        """The name of a delivery that nothing has had yet."""
        self.acts_done += 1
        return f"delivery-{self.acts_done}"

    async def ticket(self, reference: str) -> Ticket:
        number = int(reference.rpartition("-")[2])
        found = await self.database.read(lambda db: db.get(Ticket, ("main", number)))
        assert found, f"there is no {reference}"
        return found

    async def tickets(self) -> list[Ticket]:
        return await self.reads(Ticket, Ticket.number)

    async def timeline(self, reference: str) -> list[Entry]:
        number = int(reference.rpartition("-")[2])
        return [entry for entry in await self.reads(Entry, Entry.id) if entry.ticket == number]

    async def reads(self, table: Any, order: Any) -> list[Any]:
        """All rows of a table, in order."""
        return list(await self.database.read(lambda db: db.exec(select(table).order_by(order)).all()))


class Line(Adapter):
    """What posts go over to a chat: the company's fault befalls them."""

    def __init__(self, company: Company, adapter: Adapter) -> None:
        self._company, self._adapter, self.name = company, adapter, adapter.name
        self.gathers = adapter.gathers
        self.routes, self.run, self.find = adapter.routes, adapter.run, adapter.find
        self.link, self.stands = adapter.link, adapter.stands

    async def send(self, post: Post) -> str:
        self._befall(post, False)
        message = await self._adapter.send(post)
        self._befall(post, True)
        return message

    def _befall(self, post: Post, sent: bool) -> None:
        if self._company.fault:
            self._company.fault(post, sent)


def settings_text(chats: Sequence[Chat]) -> str:
    """The settings, with everybody as these chats know them, and the rooms in the first."""

    def known(handle: re.Match[str]) -> str:
        return f"identities: {{{', '.join(f'{chat.name}: {chat.identity(handle[1])}' for chat in chats)}}}"

    text = re.sub(r"identities: \{\{channel\}: (\w+)\}", known, SETTINGS.read_text())
    return text.replace("{channel}", chats[0].name)
