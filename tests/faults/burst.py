"""Random kills under a burst: many people do many things at once, the desk's clock goes on, and it dies at any moment.

What was acknowledged is written down on the spot; when all is quiet again, every word of it must stand, once.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from storage.tables import Announcement, Entry, Escalation, Ticket
from tests.faults.company import Company
from tests.faults.process import PATIENT, Died
from tests.faults.record import check
from tests.platforms.slack import Person
from tests.platforms.slack.delivery import Answer

PEOPLE = ("ana", "erik")
STAFF = ("dev", "max", "ada")
"""Who works there opens no ticket by a word in a room."""
LIVES = (0, 4)
"""Acts that a desk has kept, and posts that it has sent, when it dies: as much on a slow machine as on a fast one."""
MOMENTS = 0.05
"""So many seconds at most after the last of them, so that it is anywhere."""
AT_MOST = 5.0
"""Seconds after which it dies, whatever it has passed."""
PACE = 120.0
"""Seconds that pass for the desk in one of ours."""
OUTAGE = timedelta(minutes=30)
"""It is gone for so long at most, so that deadlines pass while it is, and while it is at work."""
WAITS = 0.05
ANNOUNCED = ("warned", "breached")


@dataclass
class Burst:
    """The words that were said, and of which an acknowledgement came."""

    it: Company
    seed: int
    said: set[str] = field(default_factory=set)
    over: bool = False

    def __post_init__(self) -> None:
        self.chance, self._names = random.Random(self.seed), count(1)

    async def goes_on(self, kills: int) -> None:
        """Until the desk has died so often; then everything comes to rest, and is looked at."""
        self.it.process.plan(beats=True)
        await self.it.process.killed()
        busy = [asyncio.create_task(self._keeps(act)) for act in (*PEOPLE, *STAFF, "ben")]
        clock = asyncio.create_task(self._time_passes())
        await self._is_killed(kills)
        self.over = True
        await asyncio.gather(*busy)
        clock.cancel()
        self.it.process.plan(beats=False)
        await self.it.process.killed()
        await self.it.settles()
        await self.looked_at()

    async def _is_killed(self, kills: int) -> None:
        for _ in range(kills):
            await self._dies()
            self.it.wall.passes_to(self.it.wall.now() + self.chance.random() * OUTAGE)
            await self.it.process.start()

    async def _dies(self) -> None:
        process = self.it.process
        with suppress(Died):
            await process.ask("die", after=self.chance.randint(*LIVES), then=self.chance.uniform(0, MOMENTS))
        with suppress(TimeoutError):
            async with asyncio.timeout(AT_MOST):
                await process.ended.wait()
        process.kill()
        await process.ended.wait()

    async def _time_passes(self) -> None:
        wall = self.it.wall
        while True:
            await asyncio.sleep(WAITS)
            wall.passes_to(wall.now() + timedelta(seconds=PACE * WAITS))

    async def _keeps(self, who: str) -> None:
        person, chance = self.it.chat.slack.user(who), random.Random(f"{self.seed}{who}")
        while not self.over:
            await asyncio.sleep(chance.uniform(0.01, WAITS))
            await self.it.process.up.wait()
            await (self._works(person, chance) if who == "ben" else self._asks(person, chance))

    async def _asks(self, person: Person, chance: random.Random) -> None:
        words = f"my laptop is broken, number {next(self._names)}w"
        if person.user.name in STAFF or chance.random() < 0.5:
            await self._acknowledged(words, lambda: person.command("/ticket", words))
        else:
            await person.says("it-help", words)
            self.said.add(words)  # Slack tells of it until it is taken:
            await self.it.chat.slack.until(lambda: not self.it.chat.slack.events.again, PATIENT)

    async def _works(self, ben: Person, chance: random.Random) -> None:
        ticket = chance.choice(list(self._cards()) or [""])
        if not ticket:
            return
        words = f"answer {next(self._names)}w"
        await self._acknowledged(words, lambda: ben.command("/reply", f"{ticket} {words}"))

    def _cards(self) -> Iterable[str]:
        place = self.it.chat.slack.channel("triage-it")
        titles = [message.text for message in place.messages.values() if "IT-" in message.text and not message.reply]
        return [text[text.index("IT-") :].split()[0] for text in titles]

    async def _acknowledged(self, words: str, act: Callable[[], Awaitable[Answer]]) -> None:
        """Done, and as often as nobody acknowledges it done again, to the letter."""
        answer = await act()
        while answer.error:
            await asyncio.sleep(WAITS)
            await self.it.process.up.wait()
            answer = await self.it.chat.slack.delivery.deliver("slash_commands", answer.payload)
        self.said.add(words)

    async def looked_at(self) -> None:
        """What must hold now."""
        await check(self.it)
        entries = await self.it.reads(Entry)
        kept = Counter(word for e in entries if e.kind in ("opened", "reply") for word in e.text.split())
        names = {words.split()[-1] for words in self.said}
        lost, twice = {n for n in names if not kept[n]}, {n for n in kept if n.endswith("w") and kept[n] > 1}
        assert not lost and not twice, f"seed {self.seed}: lost {lost}, kept twice {twice}"
        await announced_once(self.it)


async def announced_once(it: Company) -> None:
    """BEHAVIOUR 29: each (ticket, clock, deadline, level) once, in order; and none is missing below the last."""
    numbers = [ticket.number for ticket in await it.reads(Ticket)]
    assert numbers == list(range(1001, 1001 + len(numbers))), "numbers with gaps"
    escalated: dict[tuple[int, str], list[int]] = {}
    for entry in await it.reads(Entry):
        if entry.kind == "escalated" and "level" in entry.data:  # else it is who asked for it
            escalated.setdefault((entry.ticket, entry.data["clock"]), []).append(entry.data["level"])
    levels: dict[tuple[int, str], list[int]] = {}
    for ladder in await it.reads(Escalation):
        levels.setdefault((ladder.ticket, ladder.clock), []).extend(range(1, ladder.level + 1))
    assert escalated == {key: said for key, said in levels.items() if said}
    warned = Counter(
        (e.ticket, e.kind, e.data["clock"], e.data["deadline"]) for e in await it.reads(Entry) if e.kind in ANNOUNCED
    )
    assert all(times == 1 for times in warned.values())
    assert len(await it.reads(Announcement)) >= len(warned)
