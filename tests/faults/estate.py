"""Several desks on one database, in one process: their clocks go wrong, they start again, and hear all things twice."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

import commands
from bot import audit, people
from bot.__main__ import start_clock
from bot.clock import Clock
from bot.configuration.reading import Live
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.posts import LEASE, TURN, Deliverer
from bot.registry import REGISTRY
from bot.words import Address, Incoming, Sender
from storage.database import Database, open_database
from storage.tables import Announcement, Entry, Ticket
from storage.tables import Clock as ClockRow
from storage.tables import Post as PostRow
from tests.faults.room import Room
from tests.stories.chats import WebChat
from tests.stories.company import MONDAY, settings_text

KINDS = ("warned", "breached")
SWEEPS = ("sla", "escalation", "chores")
LEVEL = re.compile(r"breach:(\d+):(\w+):(.+):level(\d+)$")


class Replica:
    """One of the desks, with a wall clock of its own; on PostgreSQL all go by the server's, see bot.clock.Wall."""

    def __init__(self, url: str, live: Live, room: Room, start: datetime = MONDAY) -> None:
        self._url, self._live, self._room = url, live, room
        self._alike = url.startswith("postgresql")
        self.behind, self.true, self.steady = timedelta(0), start, 0.0

    async def starts(self) -> None:
        self.database: Database = open_database(self._url)
        self.clock: Clock = await start_clock(self.database, self._wall, lambda: self.steady)
        self.desk = Desk(self.database, lambda: self._live.current, REGISTRY.load(commands), self.clock.now)
        self.heartbeat = Heartbeat(self.desk, Deliverer(self.database, {"web": self._room}), self._live)
        await self.heartbeat.beat("settings")

    def _wall(self) -> datetime:
        return self.true if self._alike else self.true - self.behind

    async def ends(self) -> None:
        await self.heartbeat.stop()
        self.database.close()

    def passes(self, span: timedelta) -> None:
        """Time that is counted by both of its clocks."""
        self.true, self.steady = self.true + span, self.steady + span.total_seconds()

    async def looks(self) -> None:
        """All its sweeps, once, and what is to be said."""
        for name in (*SWEEPS, "posts"):
            await self.heartbeat.beat(name)
        await self.heartbeat.deliverer.finish()
        assert not (wrong := [c.error for c in self.heartbeat.cycles.values() if c.error]), wrong


class Estate:
    """So many desks, and the acts that reach them."""

    def __init__(self, url: str, home: Path, replicas: int, seed: int) -> None:
        self.room = Room(random.Random(seed))
        chat = WebChat(home)
        text = re.sub(r'"09:00-17:00"', '"00:00-24:00"', settings_text([chat]))
        (home / "settings.yaml").write_text(text + "\nlimits: {tickets_per_minute: 1000, surge: 1000}\n")
        live = Live(home / "settings.yaml", {})
        self.replicas = [Replica(url, live, self.room) for _ in range(replicas)]

    async def opens(self) -> None:
        for replica in self.replicas:
            await replica.starts()
        first = self.replicas[0]
        await first.database.write(lambda db: people.enrol(db, "main", first.desk.settings, MONDAY))

    async def closes(self) -> None:
        for replica in self.replicas:
            await replica.ends()

    async def does(self, step: tuple[str, Any]) -> None:
        """One thing that happens."""
        what, with_ = step
        replica = self.replicas[with_ % len(self.replicas)] if isinstance(with_, int) else self.replicas[0]
        match what:
            case "hear":
                await self._hears(*with_)
            case "time passes":
                for each in self.replicas:
                    each.passes(timedelta(minutes=with_))
            case "its clock is set back":
                replica.behind += timedelta(minutes=45)
            case "its clock is right again":
                replica.behind = timedelta(0)
            case "one looks":
                await replica.looks()
            case "all look at once":
                await self._all_look()
            case "starts again":
                await replica.ends()
                await replica.starts()

    async def _all_look(self) -> None:
        """At once, but where clocks are so far apart that what one has taken is over for another: only on SQLite, which
        a company's desk does not share.
        """
        instants = [replica.clock.now() for replica in self.replicas]
        if max(instants) - min(instants) < LEASE - TURN:
            await asyncio.gather(*(each.looks() for each in self.replicas))
            return
        for each in self.replicas:
            await each.looks()

    async def _hears(self, number: int, act: str, at: int) -> None:
        hers = act.startswith(("ticket", "notfixed")) or act.endswith("hers")
        who = "ana" if hers else "lena" if act[0] == "!" else "ben"
        verb, _, text = act.removeprefix("!").partition(" ")
        incoming = Incoming(f"act-{number}", Sender(who), Address("web", "triage-it"), verb, text=text)
        await self.replicas[at % len(self.replicas)].desk.receive(incoming)

    async def comes_to_rest(self) -> datetime:
        """All clocks are right, and everything is looked at that is due."""
        for replica in self.replicas:
            replica.behind = timedelta(0)
        for _ in range(40):
            for replica in self.replicas:
                replica.passes(timedelta(minutes=1))
                await replica.looks()
        return self.replicas[0].clock.now()

    async def reads(self, table: Any) -> list[Any]:
        order = list(table.__table__.primary_key)
        return list(await self.replicas[0].database.read(lambda db: db.exec(select(table).order_by(*order)).all()))

    async def holds(self) -> None:
        """BEHAVIOUR 29, and the auditor's own questions."""
        now = await self.comes_to_rest()
        entries = await self.reads(Entry)
        await self._announced_in_order(entries)
        said = Counter(post.key for post in self.room.said)
        assert not (twice := [key for key, times in said.items() if times > 1]), twice
        assert not (left := [post.key for post in await self.reads(PostRow) if post.next_at or post.parked]), left
        found = await self.replicas[0].database.read(lambda db: audit.findings(db, now))
        assert not found, found
        await self._none_missing(entries, now)

    async def _announced_in_order(self, entries: list[Entry]) -> None:
        once = Counter((e.ticket, e.kind, e.data["clock"], e.data["deadline"]) for e in entries if e.kind in KINDS)
        assert all(times == 1 for times in once.values()), once
        early = [e for e in entries if e.kind == "breached" and e.at < datetime.fromisoformat(e.data["deadline"])]
        assert not early, early
        announced = [LEVEL.match(row.key) for row in await self.reads(Announcement)]
        levels = Counter((int(m[1]), m[2], int(m[4])) for m in announced if m)
        told = Counter(
            (e.ticket, e.data["clock"], e.data["level"]) for e in entries if e.kind == "escalated" and "level" in e.data
        )
        assert levels == told
        heard: dict[str, list[int]] = {}
        for post in self.room.said:
            if found := re.match(r"(breach:.+):level(\d+):web:escalations$", post.key):
                heard.setdefault(found[1], []).append(int(found[2]))
        assert all(said == list(range(1, len(said) + 1)) for said in heard.values()), heard

    async def _none_missing(self, entries: list[Entry], now: datetime) -> None:
        breached = {
            (e.ticket, e.data["clock"], datetime.fromisoformat(e.data["deadline"]))
            for e in entries
            if e.kind == "breached"
        }
        running = [c for c in await self.reads(ClockRow) if c.state == "running" and c.due_at and c.due_at <= now]
        assert {(c.ticket, c.kind, c.due_at) for c in running} <= breached

    async def effects(self) -> tuple[int, Counter[str]]:
        """How many tickets there are, and how often each reply stands in the record."""
        replies = Counter(e.text for e in await self.reads(Entry) if e.kind in ("reply", "note"))
        return len(await self.reads(Ticket)), replies
