"""The desk's record, compared with what is expected: what was announced, and how each ticket stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from storage.database import Database
from storage.tables import Chore, Clock, Entry, Escalation, Ticket
from tests.year.expected import Expected, Said

SILENCE = ("give up", "close")


class Rows(NamedTuple):
    """All that there is of a ticket."""

    ticket: Ticket
    clocks: list[Clock]
    chores: list[Chore]
    ladders: list[Escalation]
    entries: list[Entry]


class Record:
    """Reads it as it grows; what was written once must stand so for ever."""

    def __init__(self) -> None:
        self.last = 0
        self.kept: dict[int, list[Any]] = {}
        self.compared = 0

    async def fresh(self, database: Database) -> list[Entry]:
        """The entries that nobody has seen yet."""
        newer = select(Entry).where(col(Entry.id) > self.last).order_by(col(Entry.id))
        found = list(await database.read(lambda db: db.exec(newer).all()))
        self.last = max((entry.id or 0 for entry in found), default=self.last)
        return found

    async def stands_as(self, database: Database, expected: Iterable[Expected]) -> None:
        """Each of these tickets is what it is expected to be, in all its rows."""
        wanted = list(expected)
        rows = await database.read(lambda db: [_rows(db, each.number) for each in wanted])
        for each, found in zip(wanted, rows, strict=True):
            self._same(each, found)
            self._only_added_to(each.number, found.entries)
            self.compared += 1

    def _same(self, it: Expected, found: Rows) -> None:
        row = found.ticket
        shown = (row.status, row.owner, row.priority, row.team, row.stars, row.merged_into, row.major, row.outcome)
        wanted = (it.status, it.owner, it.priority, it.team, it.stars, it.merged_into, it.major, it.outcome)
        assert shown == wanted, _differ(it, shown, wanted)
        clocks = {c.kind: (c.state, c.due_at, c.warn_at) for c in found.clocks if c.state != "idle"}
        counted = {kind: (w.state, w.deadline, w.warn_at) for kind, w in it.clocks.items() if w.state != "idle"}
        assert clocks == counted, _differ(it, clocks, counted)
        chores = {c.kind: (c.next_at, c.step) for c in found.chores}
        assert chores == it.chores, _differ(it, chores, it.chores)
        ladders = {(e.clock, e.deadline): _ladder(e) for e in found.ladders}
        climbed = {
            key: (x.level, x.closed, "" if x.closed else x.holder, None if x.closed else x.until)
            for key, x in it.ladders.items()
        }
        assert ladders == climbed, _differ(it, ladders, climbed)

    def story(self, number: int) -> str:
        """A ticket's timeline as it was last compared."""
        lines = (f"  {at:%d %b %H:%M} {kind} {author} {data}" for _, at, kind, _, author, _, data in self.kept[number])
        return "\n".join((f"IT-{number}", *lines))

    def _only_added_to(self, number: int, entries: list[Entry]) -> None:
        written = [(e.id, e.at, e.kind, e.public, e.author, e.text, str(e.data)) for e in entries]
        before = self.kept.get(number, [])
        assert written[: len(before)] == before, f"the timeline of {number} was changed: {before} → {written}"
        assert [at for _, at, *_ in written] == sorted(at for _, at, *_ in written), f"{number} is out of order"
        self.kept[number] = written


def _ladder(row: Escalation) -> tuple[int, bool, str, datetime | None]:
    closed = row.closed_at is not None
    return row.level, closed, "" if closed else row.acknowledged_by, None if closed else row.lease_until


def _differ(it: Expected, shown: Any, wanted: Any) -> str:
    happened = "\n".join(
        f"  {event.at} {event.kind} {event.to} {'agent' if event.by_agent else ''}" for event in it.events
    )
    return f"IT-{it.number} ({it.team}) is\n  {shown}\nand should be\n  {wanted}\nafter\n{happened}"


def _rows(db: Session, number: int) -> Rows:
    ticket = db.get(Ticket, ("main", number))
    assert ticket
    of = [
        list(db.exec(select(table).where(table.ticket == number)).all())  # type: ignore[attr-defined]
        for table in (Clock, Chore, Escalation)
    ]
    entries = list(db.exec(select(Entry).where(Entry.ticket == number).order_by(col(Entry.id))).all())
    return Rows(ticket, *of, entries)


def announced(entries: Collection[Entry]) -> Counter[Said]:
    """What of these entries is an announcement, a reminder or an end by silence."""
    return Counter(said for entry in entries if (said := _said(entry)))


def _said(entry: Entry) -> Said | None:
    number, kind, data = entry.ticket, entry.kind, entry.data
    clock = data.get("clock", "")
    match kind:
        case "warned" | "breached":
            return Said(number, kind, clock, data["deadline"])
        case "escalated" if "level" in data:
            return Said(number, "level", clock, f"{data['level']} to {', '.join(data['told'])}")
        case "held":
            return Said(number, kind, clock, str(data["level"]))
        case "lapsed" | "ending":
            return Said(number, kind, clock, data["who"])
        case "reminded":
            return Said(number, "remind", "", str(data["step"]))
        case "status" if not entry.author and data["move"] in SILENCE:
            return Said(number, data["move"])
    return None
