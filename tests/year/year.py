"""A year of a desk in virtual time, with everything that it must do compared with what it does, at every step.

The desk is the real one on a real database; its clock is the year's, its chat fails, its process ends and begins anew,
its heartbeat stands still for hours. A step is an instant at which somebody does something or something is due: first
people act, then the heartbeat looks, then all is compared.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session, col, func, select

from bot import library, people
from bot.configuration.reading import Live
from bot.core import Desk
from bot.cycles import Cycle
from kb import Article
from storage import sweeps
from storage.tables import Announcement, Ticket
from tests.faults.desk import next_try
from tests.faults.estate import Replica
from tests.faults.room import Room
from tests.stories.company import ARTICLES
from tests.year.acts import Acts
from tests.year.expected import Expected, Said
from tests.year.life import DAY, HOUR, MINUTE, Act, Life
from tests.year.promises import SETTINGS, Promises
from tests.year.record import Record, announced
from tests.year.rooms import Rooms

SECOND, SURGE = timedelta(seconds=1), timedelta(minutes=30)
MANY = 5
"""So many alike are a surge."""
RESTARTS, STANDSTILLS, ENDS, DARK = 80, 25, 25, 10
"""How often in a year the process begins anew, its heartbeat stands still, it is gone, the chat takes nothing."""


IDLE_LOOKS = 0.1
"""The part of the instants at which nobody did anything and nothing was due that are looked at all the same."""
THOROUGH = 0.1
"""The part of the looks in which those cycles run too that nothing is compared with, and the auditor looks for them."""


class Year:
    """So many days from an instant on, of a desk on an empty database; `seed` decides what happens.

    `trouble`: how many times as much goes wrong, or anybody is away, as in a usual year.
    """

    def __init__(self, url: str, home: Path, start: datetime, days: int, seed: int, trouble: float = 1.0) -> None:
        self.trouble = trouble
        self.start, self.end, self.chance = start, start + days * DAY, Random(seed)
        self.promises = Promises(start - DAY, (days + 14) * 24 * 60)
        (home / "settings.yaml").write_text(SETTINGS.read_text())
        self.room = Room(Random(seed), refuses=0.01)
        self.replica = Replica(url, Live(home / "settings.yaml", {}), self.room, start)
        self.tickets: dict[int, Expected] = {}
        self._alive: dict[int, Expected] = {}
        self.record, self.rooms, self.acts = Record(), Rooms(self.room), Acts(self)
        self.life = Life(self, Random(seed))
        self.counts: Counter[str] = Counter()
        self._heap: list[tuple[datetime, int, Act, bool]] = []
        self._order, self._trouble = itertools.count(), 0
        self._still_until = self._gone_until = self._due_at = start
        self._in_surges: set[int] = set()
        self._surges = 0
        self._new = True

    @property
    def now(self) -> datetime:
        return self.replica.true

    @property
    def desk(self) -> Desk:
        return self.replica.desk

    @property
    def open(self) -> list[Expected]:
        return [each for each in self._alive.values() if each.open]

    @property
    def number(self) -> int:
        """That of the newest ticket."""
        return max(self.tickets, default=1000)

    def adds(self, ticket: Expected) -> None:
        self.tickets[ticket.number] = self._alive[ticket.number] = ticket

    def plan(self, at: datetime, act: Act, *, fault: bool = False) -> None:
        """Something happens at an instant, or at the next whole minute. `fault`: it is no person's doing."""
        whole = at + (-(at - self.start) % MINUTE)
        heapq.heappush(self._heap, (max(whole, self.now), next(self._order), act, fault))

    async def newest(self) -> Ticket:
        found = await self.replica.database.read(
            lambda db: db.exec(select(Ticket).order_by(col(Ticket.number).desc()).limit(1)).one()
        )
        return found

    # The course of the year

    async def runs(self) -> Counter[str]:
        """From its first minute to its last; what was seen. AssertionError for the first thing that is unexpected."""
        await self._begins()
        try:
            while (instant := await self._next()) <= self.end:
                self.replica.passes(instant - self.now)
                await self._step()
            await self._comes_to_rest()
        finally:
            await self.replica.ends()
        return self._seen()

    async def _begins(self) -> None:
        await self.replica.starts()
        settings = self.desk.settings
        await self.replica.database.write(lambda db: people.enrol(db, "main", settings, self.start))
        articles = [Article(id, title, body) for id, title, body in ARTICLES]
        keep = partial(library.keep, workspace="main", articles=articles, now=self.start)
        await self.replica.database.write(keep)
        self.life.begins()
        for act, a_year in (
            (self._restarts, RESTARTS),
            (self._stands_still, STANDSTILLS),
            (self._is_gone, ENDS),
            (self._darkens, DARK),
        ):
            for at in self.life.moments(a_year):
                self.plan(at, act, fault=True)

    async def _next(self) -> datetime:
        """The next instant at which anything happens."""
        planned = self._heap[0][0] if self._heap else self.end + SECOND
        self._due_at = planned
        if self._still:
            return planned
        due, again = await self.replica.database.read(lambda db: (sweeps.next_due(db), next_try(self.now, db)))
        if due:
            assert due > self.now, f"what was due at {due} was not done at {self.now}"
        again = again and again + (-(again - self.start) % SECOND)
        self._due_at = min((at for at in (due, again) if at), default=self.end)
        return min(planned, self._due_at)

    @property
    def _still(self) -> bool:
        return self.now < max(self._still_until, self._gone_until)

    async def _step(self) -> None:
        done, idle = self.acts.done, self.chance.random() > IDLE_LOOKS
        while self._heap and self._heap[0][0] <= self.now:
            _, _, act, fault = heapq.heappop(self._heap)
            idle = idle and not fault
            if fault or self.now >= self._gone_until:
                await act()
            else:  # they try again when it is there
                self.plan(self._gone_until + self.life.random.randint(0, 20) * MINUTE, act)
        if self._still or (idle and done == self.acts.done and self.now < self._due_at):
            return
        self.counts["steps"] += 1
        if self.now.second or self.now.microsecond:
            await self._delivers()
        else:
            await self._looks()

    # What goes wrong

    async def _restarts(self) -> None:
        self.counts["restarts"] += 1
        await self.replica.ends()
        await self.replica.starts()
        self._new = True

    async def _stands_still(self) -> None:
        """The heartbeat misses its sweeps; people are heard all the same."""
        self.counts["standstills"] += 1
        self._still_until = self.now + self.life.random.randint(2, 240) * MINUTE
        self.plan(self._still_until, self._goes_on, fault=True)

    async def _is_gone(self) -> None:
        """No process for a while; people try again later."""
        self.counts["outages of the desk"] += 1
        self._gone_until = self._still_until = self.now + self.life.random.randint(2, 180) * MINUTE
        self.plan(self._gone_until, self._restarts, fault=True)

    async def _darkens(self) -> None:
        """The chat takes nothing at all."""
        self.counts["outages of the chat"] += 1
        self.room.down = True
        self.plan(self.now + HOUR * self.life.random.uniform(0.1, 3), self._lights_up, fault=True)

    async def _lights_up(self) -> None:
        self.room.down = False

    async def _goes_on(self) -> None:
        """The next look makes up for what was missed."""

    # Looks, and what is compared

    async def _delivers(self) -> None:
        await self.replica.heartbeat.beat("posts")
        await self.replica.heartbeat.deliverer.finish()

    async def _looks(self) -> None:
        heartbeat = self.replica.heartbeat
        await heartbeat.beat_all()
        thorough, self._new = self._new or self.chance.random() < THOROUGH, False
        if thorough:
            others = (cycle for cycle in heartbeat.cycles.values() if cycle.name != "audit" and self._is_due(cycle))
            await asyncio.gather(*(heartbeat.beat(cycle.name) for cycle in others))
        fresh = await self.record.fresh(self.replica.database)
        said, wanted = announced(fresh), Counter(self._due())
        assert said == wanted, self._differ(said - wanted, wanted - said)
        self._tell(said)
        touched = {entry.ticket for entry in fresh} | {each.ticket for each in wanted}
        await self._compare(touched)
        await self._find_surges()
        await self._look_at_rooms(touched, audits=1 + thorough)

    def _is_due(self, cycle: Cycle) -> bool:
        return (self.now - (cycle.ran_at or self.start)).total_seconds() >= cycle.seconds

    def _due(self) -> list[Said]:
        """All that has to be announced now, however long it has been due."""
        self._alive = {number: each for number, each in self._alive.items() if each.status != "closed"}
        said = [found for each in self._alive.values() for found in each.due(self.now)]
        self.counts["announcements"] += len(said)
        return said

    def _differ(self, too_much: Counter[Said], missing: Counter[Said]) -> str:
        stories = [self.record.story(number) for number in {each.ticket for each in (*too_much, *missing)}]
        return "\n".join((f"said, and not due: {too_much}", f"due, and not said: {missing}", *stories))

    def _tell(self, said: Iterable[Said]) -> None:
        for each in said:
            self.counts[each.kind] += 1
            if each.kind == "level":
                self.life.told(each, each.what.rpartition(" ")[2])
            elif each.kind == "remind":
                self.life.reminded(self.tickets[each.ticket])

    async def compares(self, tickets: Sequence[Expected], said: Sequence[Said] = ()) -> None:
        """After an act: nothing was announced by it but that, and the tickets stand as expected."""
        fresh = await self.record.fresh(self.replica.database)
        assert announced(fresh) == Counter(said), (announced(fresh), said)
        self._tell(said)
        await self.record.stands_as(self.replica.database, tickets)

    async def _compare(self, numbers: Iterable[int]) -> None:
        await self.record.stands_as(self.replica.database, [self.tickets[number] for number in numbers])

    def surge_of(self, one: Expected) -> list[Expected]:
        """Those of the same outage that were opened lately, and are not part of another."""
        incidents = self.life.incidents
        return [
            each
            for each in self.tickets.values()
            if incidents.get(each.number) == incidents.get(one.number) is not None
            and each.opened >= self.now - SURGE
            and each.merged_into is None
        ]

    async def _find_surges(self) -> None:
        """BEHAVIOUR 21: so many alike are proposed to the lead, once for as long as it goes on."""
        newest = self.tickets.get(self.number)
        if newest is None or newest.number not in self.life.incidents:
            return
        alike = self.surge_of(newest)
        if len(alike) < MANY:
            return
        numbers = {each.number for each in alike}
        known = not self._in_surges.isdisjoint(numbers) or any(each.major for each in alike)
        self._in_surges |= numbers
        if known:
            return
        self._surges += 1
        first = min(numbers)
        found = await self.replica.database.read(lambda db: db.get(Announcement, ("main", f"surge:{first}")))
        assert found, f"nobody was told of the surge of {first}"
        self.life.surged(first, self.promises.plain["teams"][newest.team]["lead"])

    async def _look_at_rooms(self, touched: Iterable[int], audits: int) -> None:
        database, heartbeat = self.replica.database, self.replica.heartbeat
        await self.rooms.stand_as_wanted(database, touched)
        pending = await self.rooms.pending(database)
        assert not pending or self.room.failed > self._trouble, f"{self.now}: not sent: {[row.key for row in pending]}"
        for _ in range(audits):  # the second time it has not just woken up
            await heartbeat.beat("audit")
            late = self.rooms.late(pending, self.now)
            assert bool(heartbeat.auditor.findings) == late, (
                self.now,
                heartbeat.auditor.findings,
                [row.key for row in pending],
            )
        self.counts["the auditor spoke"] += late
        await self._delivers()
        if not pending:
            self._trouble = self.room.failed
            self.rooms.all_heard(self.counts)

    async def _comes_to_rest(self) -> None:
        """The chat is well again, and all that was to be said stands."""
        self.room.down, self.room.refuses = False, 0.0
        self._still_until = self._gone_until = self.now
        self._heap = []
        while await self.rooms.pending(self.replica.database):
            self.replica.passes(MINUTE - (self.now - self.start) % MINUTE)
            await self._looks()
        await self._compare(self.tickets)
        await self.rooms.all_stand(self.replica.database)
        counted = await self.replica.database.read(_counted)
        assert counted == (len(self.tickets), len(self._in_surges)), counted

    def _seen(self) -> Counter[str]:
        """In figures."""
        rooms, record = self.rooms, self.record
        return self.counts + Counter(
            {
                "tickets": len(self.tickets),
                "acts": self.acts.done,
                "acts that came twice": self.acts.repeated,
                "messages": len(self.room.said),
                "sends that failed": self.room.failed,
                "surges": self._surges,
                "tickets compared": record.compared,
                "messages compared": rooms.compared,
            }
        )


def _counted(db: Session) -> tuple[Any, Any]:
    """How many tickets there are, and how many of them in surges that were proposed."""
    surges = select(func.count()).select_from(Announcement).where(col(Announcement.key).startswith("surge:"))
    return db.scalar(select(func.count()).select_from(Ticket)), db.scalar(surges)
