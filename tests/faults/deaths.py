"""Where a desk can die in a flow: at a failpoint of its own, or while it waits for Slack; and what is left then."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from storage.failpoints import FAILPOINTS
from storage.tables import Ticket
from tests.faults.company import Company
from tests.faults.flows import FLOWS
from tests.faults.record import check, record

ACTS = ("chat.", "files.", "views.", "response_url", "upload")
"""The methods of Slack's that change something there, and are not asked once for all."""


OF_DATABASE = {"before commit", "after commit", "posts settled", *(name for name in FAILPOINTS if "claimed" in name)}
"""Where what is left depends on the database."""

FEW = 4


class Death(NamedTuple):
    """The desk dies when it comes to `where` for so many times: a failpoint; or a method of Slack's, before Slack has
    done what it was asked (`done` False) or after (True).
    """

    where: str
    time: int
    done: bool | None = None

    @property
    def first(self) -> Death:
        """The same at the first time: how often a place is passed depends on which answers got lost."""
        return self._replace(time=1)

    async def arm(self, it: Company) -> None:
        if self.done is None:
            await it.process.ask("kill", at=self.where, time=self.time)
        else:
            it.chat.deadly.kill_at(self.where, self.time, done=self.done)


async def told(it: Company, flow: str) -> dict[str, list[Any]]:
    """A flow in this company, with `it.kill` as it is; what was kept and said of it."""
    tickets = await it.reads(Ticket)
    since = max((ticket.number for ticket in tickets), default=1000)
    await FLOWS[flow](it)
    await it.settles()
    await check(it)
    return await record(it, since)


async def in_peace(it: Company, flow: str) -> tuple[dict[str, list[Any]], list[Death]]:
    """What a flow comes to where nothing dies, and all the deaths that there are in it."""

    async def watch() -> None:
        it.chat.deadly.called.clear()
        await it.process.ask("watch")

    await told(it, flow)  # all that is learnt once is known then, and each life begins as this one:
    await it.process.killed()
    it.kill = watch
    expected = await told(it, flow)
    reached, called = Counter(await it.process.ask("reached")), Counter(it.chat.deadly.called)
    deaths = [Death(name, time) for name, times in reached.items() for time in range(1, times + 1)]
    for done in (False, True):
        acts = ((name, times) for name, times in called.items() if name.startswith(ACTS))
        deaths += [Death(name, time, done) for name, times in acts for time in range(1, times + 1)]
    return expected, deaths


async def dies(it: Company, flow: str, death: Death, expected: dict[str, list[Any]]) -> bool:
    """The same flow with a death in it comes to the same; whether the death came at all."""

    async def arm() -> None:
        await death.arm(it)

    before, it.kill = it.process.starts, arm
    found = await told(it, flow)
    assert not (differs := list(differing(expected, found))), f"{flow}, {death}:\n" + "\n".join(differs)
    died = it.process.starts > before
    await it.process.ask("watch")
    it.chat.deadly.spare()
    return died


def differing(expected: dict[str, list[Any]], found: dict[str, list[Any]]) -> Iterator[str]:
    for name, rows in expected.items():
        yield from (f"{name}: missing {row}" for row in rows if row not in found[name])
        yield from (f"{name}: too much {row}" for row in found[name] if row not in rows)
        if rows != found[name]:
            yield f"{name}: in another order, or so often: {found[name]}"


def some(deaths: Iterable[Death], seed: str, *, database: bool) -> list[Death]:
    """One death a place, at a time that the seed says; `database`: a few where another may differ."""
    chance, places = random.Random(seed), dict[tuple[str, bool | None], list[Death]]()
    for death in deaths:
        places.setdefault((death.where, death.done), []).append(death)
    chosen = [chance.choice(times) for (where, _), times in places.items() if not database or where in OF_DATABASE]
    return chance.sample(chosen, FEW) if database and len(chosen) > FEW else chosen
