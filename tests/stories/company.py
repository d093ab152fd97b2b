"""A company to tell stories in: a real desk on a real database, the playground as its chat, a clock of its own.

`await ana.says("/ticket the vpn is down")` goes the whole way that a browser's act goes; what comes of it is looked up
in the rooms. Where a room does not hold what a story expects, the failure shows all that the room does hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

import commands
from adapters.web import Playground
from adapters.web.acts import Acts
from adapters.web.read import Act
from bot import people
from bot.clock import Clock
from bot.configuration.reading import Live
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.posts import Deliverer
from bot.registry import REGISTRY
from bot.settings import Settings
from bot.words import Button, Card, Dialog, Fact, Reply
from storage.database import open_database
from storage.tables import ArticleRow, Entry, Ticket
from tests.databases import KINDS

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


class Company:
    """The desk, its rooms and its people. Its files are in `home`; its clock moves when it is told to."""

    def __init__(self, url: str, home: Path) -> None:
        self._url, self._chat, self._file = url, home / "chat.db", home / "settings.yaml"
        self._file.write_text(SETTINGS.read_text())
        self.wall, self.acts_done = MONDAY, 0
        self.clock = Clock(lambda: self.wall, lambda: 0.0)
        self.buttons_seen: dict[tuple[str, str], Button] = {}
        self.replies: list[Reply] = []

    @property
    def settings(self) -> Settings:
        return self.live.current

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
        self.live = Live(self._file, {})
        self.database = open_database(self._url)
        self.playground = Playground(str(self._chat), lambda: self.settings, self.clock.now)
        self.desk = Desk(self.database, lambda: self.settings, REGISTRY.load(commands), self.clock.now)
        self.heartbeat = Heartbeat(self.desk, Deliverer(self.database, {"web": self.playground}), self.live)
        self.desk.wake = self.heartbeat.wake
        self.acts = Acts(self.playground.chat, self.desk)
        now = self.clock.now()
        await self.database.write(lambda db: people.enrol(db, "main", self.settings, now))
        self.desk.knowledge.load([ArticleRow(workspace="main", id=i, title=t, body=b, at=now) for i, t, b in ARTICLES])
        await self.database.write(lambda db: self._keep_articles(db, now))
        await self.heartbeat.beat("settings")
        return self

    @staticmethod
    def _keep_articles(db: Any, now: datetime) -> None:
        for name, title, body in ARTICLES:
            db.merge(ArticleRow(workspace="main", id=name, version=1, title=title, body=body, tags=[], at=now))

    async def closes(self) -> None:
        await self.heartbeat.stop()
        self.database.close()
        self.playground.chat.rooms.close()

    async def restarts(self) -> None:
        """The process ends and a new one starts on the same files."""
        await self.closes()
        await self.opens()

    # ── people, rooms, time ──────────────────────────────────────────────────────────────────────────────────────────

    def __getitem__(self, handle: str) -> Person:
        return Person(self, handle)

    def people(self, *handles: str) -> list[Person]:
        return [Person(self, handle) for handle in handles]

    def room(self, name: str) -> Room:
        return Room(self, name.removeprefix("#"))

    async def settles(self) -> None:
        """All that follows at once has followed, and all that is to be said is said."""
        await self.acts.settled()
        await self.heartbeat.beat_all()

    async def time_passes(self, **spans: float) -> None:
        """The clock moves on, stopping wherever something is due, as time does."""
        await self.it_is(self.clock.now() + timedelta(**spans))

    async def it_is(self, instant: datetime) -> None:

        async def move(there: datetime) -> None:
            self.clock.move_to(there)

        await self.heartbeat.step_to(instant, move)
        self.note_buttons(m.card for room in self.rooms() for m in room.messages())

    async def the_machine_sleeps(self, **spans: float) -> None:
        """Nothing runs for a while; then everything that was missed is looked at, once."""
        self.clock.move_to(self.clock.now() + timedelta(**spans))
        await self.settles()

    def rooms(self) -> list[Room]:
        shared = ["it-help", "triage-it", "triage-network", "escalations"]
        return [Room(self, name) for name in (*shared, *(f"@{handle}" for handle in self.settings.people))]

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def delivery(self) -> str:
        self.acts_done += 1
        return f"act-{self.acts_done}"

    async def does(self, act: Act) -> Reply:
        reply = await self.acts.do(act)
        await self.settles()
        self.replies.append(reply)
        self.note_buttons([reply.card, *(m.card for m in Room(self, act.room).messages(act.person))])
        return reply

    def note_buttons(self, cards: Iterable[Card | None]) -> None:
        """Every button that anybody was ever shown: conftest looks at them all."""
        for button in (b for card in cards if card for b in card.buttons):
            self.buttons_seen.setdefault((button.verb, ",".join(sorted(button.answers))), button)

    # ── the record ───────────────────────────────────────────────────────────────────────────────────────────────────

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


@dataclass(frozen=True)
class Person:
    """Somebody who does things in the chat. Where no room is named it is their own talk with the desk."""

    company: Company
    handle: str

    async def says(self, text: str, in_: str = "", *, under: Message | None = None, id: str = "") -> Reply:
        """Words or a command, in a room, in the thread of a message, or to the desk alone."""
        room = under.room if under else self._room(in_)
        thread = (under.thread or under.id) if under else ""
        return await self._do("say", room=room, thread=thread, text=text, id=id)

    async def clicks(self, label: str, in_: str = "", *, on: str = "", id: str = "", **answers: str) -> Reply:
        """The newest button of that label that they see in a room (`on`: of the message that says so).

        With answers, the dialog that comes is filled in with them and sent.
        """
        message, button = self.button(label, in_, on)
        reply = await self.presses(button, message, id=id)
        if answers:
            assert reply.form, f"{label} shows no dialog but {_of(reply)}"
            reply = await self.submits(reply, message, **answers)
        return reply

    def button(self, label: str, in_: str = "", on: str = "") -> tuple[Message, Button]:
        """The newest such button, with the message it stands on."""
        room = self.company.room(self._room(in_))
        for message in reversed(room.messages(self.handle)):
            for button in message.card.buttons if message.card and on in message.words else ():
                if button.label == label:
                    return message, button
        raise AssertionError(
            f"{self.handle} sees no button {label!r}{f' on {on!r}' if on else ''} in\n{room.transcript(self.handle)}"
        )

    async def presses(self, button: Button, message: Message, *, id: str = "") -> Reply:
        """A button, which may be gone by now from the message it stood on."""
        return await self._do(
            "click", room=message.room, message=message.id, verb=button.verb, answers=dict(button.answers), id=id
        )

    async def submits(
        self, dialog: Reply | Dialog, message: Message | None = None, *, id: str = "", **answers: str
    ) -> Reply:
        """A filled-in dialog: with what it keeps, what was in its fields already, and these answers."""
        form = dialog.form if isinstance(dialog, Reply) else dialog
        assert form, f"there is no dialog but {_of(dialog)}"
        shown = {field.name for field in form.fields}
        assert answers.keys() <= shown, f"the dialog has the fields {shown}"
        given = {name: text for name, text in form.answers.items() if name in shown} | dict(form.kept) | answers
        room = message.room if message else self._room("")
        return await self._do(
            "submit", room=room, message=message.id if message else "", verb=form.verb, answers=given, id=id
        )

    async def reacts(self, message: Message, emoji: str = "🎫", *, id: str = "") -> Reply:
        return await self._do("react", room=message.room, message=message.id, emoji=emoji, id=id)

    async def makes_a_ticket_of(self, message: Message, *, id: str = "") -> Reply:
        return await self._do("ticket", room=message.room, message=message.id, id=id)

    async def edits(self, message: Message, text: str) -> Reply:
        return await self._do("edit", room=message.room, message=message.id, text=text)

    async def deletes(self, message: Message) -> Reply:
        return await self._do("delete", room=message.room, message=message.id)

    async def _do(self, do: str, *, id: str = "", **what: Any) -> Reply:
        return await self.company.does(Act(id or self.company.delivery(), self.handle, do, **what))

    def _room(self, in_: str) -> str:
        return in_.removeprefix("#") or f"@{self.handle}"

    # ── what they see ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def talk(self) -> Room:
        """Their talk with the desk."""
        return self.company.room(f"@{self.handle}")

    def sees(self) -> Iterator[Message]:
        """Everything in every room that is open to them."""
        for room in self.company.rooms():
            if self.company.playground.chat.places.sees(self.handle, room.name):
                yield from room.messages(self.handle)

    def heard(self, words: str, *, pinged: bool | None = None) -> Message:
        """The desk told them in their own talk."""
        return self.talk.hears(words, mentioning=self.handle if pinged else "", reader=self.handle)

    def was_told_privately(self, words: str) -> Message:
        """The desk told them, and nobody else, wherever they are."""
        private = [m for m in self.sees() if m.private_to == self.handle and words in m.words]
        assert private, f"{self.handle} was not told {words!r} privately, but:\n" + _told(
            m for m in self.sees() if m.private_to
        )
        return private[-1]


@dataclass(frozen=True)
class Message:
    """A message as somebody sees it. `words` is all its text, buttons too."""

    id: str
    room: str
    thread: str
    author: str
    private_to: str
    words: str
    card: Card | None
    mentions: tuple[str, ...]

    def shows(self, **facts: str) -> None:
        """The card's facts: `shows(Status="New")`; a blank in a label is written as _."""
        shown = {fact.label.replace(" ", "_"): _fact(fact) for fact in (self.card.facts if self.card else ())}
        wrong = {label: (shown.get(label), wanted) for label, wanted in facts.items() if shown.get(label) != wanted}
        assert not wrong, f"(shown, expected): {wrong}\non {self.words}"

    @property
    def buttons(self) -> list[str]:
        return [button.label for button in (self.card.buttons if self.card else ())]


@dataclass(frozen=True)
class Room:
    """A room, as everybody in it sees it, or as one reader does with what is private to them."""

    company: Company
    name: str

    def messages(self, reader: str = "") -> list[Message]:
        """All that stands in the room, each thread behind its first message."""
        rooms = self.company.playground.chat.rooms
        found = []
        for root in rooms.talk(self.name, reader, limit=2000):
            found.append(root)
            if not root.private_to:
                found += rooms.talk(self.name, reader, thread=root.id, limit=2000)[1:]
        return [_message(m) for m in found if not m.deleted]

    def hears(self, words: str, *, mentioning: str = "", reader: str = "", times: int | None = None) -> Message:
        """Somebody said these words here (so many times), pinging that person; the last such message."""
        found = [m for m in self.messages(reader) if words in m.words and (not mentioning or mentioning in m.mentions)]
        enough = found if times is None else len(found) == times
        pinging = f" mentioning {mentioning}" if mentioning else ""
        assert enough, f"#{self.name} heard {words!r} {len(found)} times{pinging}:\n{self.transcript(reader)}"
        return found[-1]

    def never_hears(self, words: str, *, reader: str = "") -> None:
        assert not [m for m in self.messages(reader) if words in m.words], (
            f"#{self.name} heard {words!r}:\n{self.transcript(reader)}"
        )

    def card(self, reference: str) -> Message:
        """The one standing card of a ticket."""
        found = [m for m in self.messages() if not m.thread and m.card and f"{reference} ·" in m.card.title]
        assert len(found) == 1, f"#{self.name} holds {len(found)} cards of {reference}:\n{self.transcript()}"
        return found[0]

    def thread(self, reference: str) -> list[str]:
        """What was said under a ticket's card, in order."""
        card = self.card(reference)
        return [m.words for m in self.messages() if m.thread == card.id]

    def last(self, reader: str = "") -> Message:
        return self.messages(reader)[-1]

    def by(self, person: str, words: str = "") -> Message:
        """What a person last wrote here."""
        found = [m for m in self.messages() if m.author == person and words in m.words]
        assert found, f"{person} wrote no {words!r} in #{self.name}:\n{self.transcript()}"
        return found[-1]

    def transcript(self, reader: str = "") -> str:
        return _told(self.messages(reader))


def _message(m: Any) -> Message:
    card = m.card
    parts = [m.text, *((card.title, card.body, *(f"{f.label}: {_fact(f)}" for f in card.facts)) if card else ())]
    mentions = tuple(mention.id for mention in m.mentions)
    return Message(m.id, m.room, m.thread, m.author, m.private_to, "\n".join(p for p in parts if p), card, mentions)


def _fact(fact: Fact) -> str:
    return fact.value if isinstance(fact.value, str) else f"{fact.value:%a %H:%M}"


def _told(messages: Iterable[Message]) -> str:
    lines = []
    for m in messages:
        head = f"{'    ' if m.thread else ''}{m.author}{f' (only {m.private_to})' if m.private_to else ''}"
        pings = f" @{' @'.join(m.mentions)}" if m.mentions else ""
        buttons = f" {m.buttons}" if m.buttons else ""
        lines.append(f"{head}:{pings} {m.words.replace(chr(10), ' / ')[:400]}{buttons}")
    return "\n".join(lines) or "(nothing)"


def _of(reply: Reply | Dialog) -> str:
    if isinstance(reply, Dialog):
        return f"the dialog {reply.verb}"
    return f"{reply.card.title} {reply.card.body}" if reply.card else "nothing"


def words_of(reply: Reply) -> str:
    """All that a reply says: a card's text, or a dialog's errors."""
    if reply.form:
        return " ".join(reply.form.errors.values())
    return f"{reply.card.title}\n{reply.card.body}".strip() if reply.card else ""


def refused(reply: Reply, *words: str) -> None:
    """The reply says privately that it was not done, and why."""
    assert reply.failed and reply.private, f"not refused: {_of(reply)}"
    missing = [word for word in words if word not in words_of(reply)]
    assert not missing, f"{missing} not in {words_of(reply)!r}"
