"""What people do to the desk: each act is expected, done and compared. The chat brings some of them twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.words import Address, Incoming, Reply, Sender
from tests.year.expected import Expected, Said
from tests.year.rooms import EMPLOYEE, reads_no_note

if TYPE_CHECKING:
    from tests.year.year import Year

TWICE = 0.03
"""The part of all acts that are brought a second time."""
WEIGHTS = {"critical": 8, "high": 4, "medium": 2, "low": 1}


class Acts:
    """Does them, at the year's instant."""

    def __init__(self, year: Year) -> None:
        self.year, self.done, self.repeated = year, 0, 0

    async def says(self, who: str, verb: str, text: str = "", **answers: str) -> Reply:
        """Anything, without a look at what comes of it."""
        self.done += 1
        at = Address("web", f"@{who}")
        incoming = Incoming(f"act-{self.done}", Sender(who, who.capitalize()), at, verb, answers, text=text)
        reply = await self.year.desk.receive(incoming)
        if self.year.chance.random() < TWICE:
            self.repeated += 1
            again = await self.year.desk.receive(incoming)
            assert again.card == reply.card, (incoming, reply.card, again.card)
        if EMPLOYEE.match(at.room):
            reads_no_note(who, reply.card)
        return reply

    async def _does(self, who: str, words: str, about: Expected, taken: bool, said: Sequence[Said] = ()) -> Reply:
        verb, _, text = words.partition(" ")
        reply = await self.says(who, verb, f"IT-{about.number} {text}".strip())
        assert reply.failed != taken, f"{who} /{verb} on IT-{about.number}: {reply.card}, expected {taken}"
        await self.year.compares([about], said)
        return reply

    # Those who ask

    async def opens(self, who: str, text: str, category: str, urgency: str) -> Expected:
        reply = await self.says(who, "ticket", text=text, urgency=urgency)
        return await self._opened(who, reply, category, urgency)

    async def follows(self, about: Expected, words: str) -> Expected:
        """Words about a closed ticket, which open another."""
        reply = await self.says(about.requester, "reply", f"IT-{about.number} {words}")
        return await self._opened(about.requester, reply, about.category, "medium", about)

    async def _opened(
        self, who: str, reply: Reply, category: str, urgency: str, follows: Expected | None = None
    ) -> Expected:
        year, row = self.year, await self.year.newest()
        assert not reply.failed, reply
        assert (row.number, row.category, row.requester) == (year.number + 1, category, f"web:{who}"), row
        team, impact = self._place_of(category)
        self._may_own(team, row.owner)
        found = Expected(row.number, year.promises, who, category, team, urgency, impact, year.now, row.owner)
        year.adds(found)
        if reply.follow:
            await year.desk.receive(reply.follow)
            await self._sorted_in(found)
        await year.compares([found, *([follows] if follows else [])])
        return found

    async def _sorted_in(self, about: Expected) -> None:
        """What no words tell the category of may have been told by what was resolved before (BEHAVIOUR 12)."""
        row = await self.year.newest()
        if row.category == about.category:
            return
        assert not about.category, f"the desk made {about.category} of {about.number} {row.category}"
        team, impact = self._place_of(row.category)
        if team != about.team:
            self._may_own(team, row.owner)
        about.sorted_in(row.category, team, impact, row.owner, self.year.now)

    def _place_of(self, category: str) -> tuple[str, str]:
        """The team and the impact of a category's tickets."""
        plain = self.year.promises.plain
        entry = plain["categories"].get(category, {})
        return entry.get("team", plain["default_team"]), entry.get("impact", "low")

    def _may_own(self, team: str, owner: str | None) -> None:
        """BEHAVIOUR 14: of those in hours, available and under their cap; the least loaded, where it says so."""
        year = self.year
        entry = year.promises.plain["teams"][team]
        piles = {who: [each for each in year.open if each.owner == who] for who in entry["members"]}
        free = [
            who
            for who, member in entry["members"].items()
            if len(piles[who]) < member.get("cap", 10) and year.life.away.get(who, year.now) <= year.now
        ]
        if entry["policy"] == "claim" or not free or not year.promises.is_open(team, year.now):
            assert owner is None, f"{owner} was given a ticket of {team}"
            return
        loads = {who: sum(WEIGHTS[each.priority] for each in piles[who]) for who in free}
        if entry["policy"] == "least-load":
            free = [who for who in free if loads[who] == min(loads.values())]
        assert owner in free, f"{owner} was given a ticket, not {free}"

    async def hears(self, about: Expected, words: str, *, polite: bool, yes: bool) -> None:
        await self._does(about.requester, f"reply {words}", about, about.hear(self.year.now, polite=polite, yes=yes))

    async def fixes(self, about: Expected) -> None:
        await self._does(about.requester, "fixed", about, about.fixed(self.year.now))

    async def not_fixed(self, about: Expected, words: str) -> None:
        taken = about.not_fixed(self.year.now, words=bool(words))
        await self._does(about.requester, f"notfixed {words}", about, taken)

    async def rates(self, about: Expected, stars: int) -> None:
        await self._does(about.requester, f"rate {stars}", about, about.rate(stars, self.year.now))

    async def joins(self, who: str, about: Expected) -> None:
        await self._does(who, "metoo", about, about.join(who, self.year.now))

    # Those who help

    async def claims(self, who: str, about: Expected) -> None:
        await self._does(who, "claim", about, about.claim(who, self.year.now))

    async def assigns(self, who: str, about: Expected, to: str) -> None:
        await self._does(who, f"assign @{to}", about, about.assign(to, self.year.now))

    async def answers(self, who: str, about: Expected, words: str) -> None:
        await self._does(who, f"reply {words}", about, about.answer(who, self.year.now))

    async def asks(self, who: str, about: Expected, words: str) -> None:
        await self._does(who, f"ask {words}", about, about.answer(who, self.year.now, asks=True))

    async def notes(self, who: str, about: Expected, words: str) -> None:
        await self._does(who, f"note {words}", about, about.note(self.year.now))

    async def sets_impact(self, who: str, about: Expected, impact: str) -> None:
        await self._does(who, f"impact {impact}", about, about.set_impact(impact, self.year.now))

    async def resolves(self, who: str, about: Expected, words: str) -> None:
        taken = about.resolve(who, self.year.now)
        await self._does(who, f"resolve {words}", about, taken)
        if taken:
            self.year.life.resolved(about)

    async def acknowledges(self, who: str, about: Expected) -> None:
        taken = about.each_ladder(lambda ladder: ladder.acknowledge(who, self.year.now))
        await self._does(who, "ack", about, taken)

    async def takes(self, who: str, about: Expected) -> None:
        await self._does(who, "take", about, about.take(who, self.year.now))

    async def snoozes(self, who: str, about: Expected) -> None:
        await self._does(who, "snooze", about, about.each_ladder(lambda ladder: ladder.snooze(self.year.now)))

    async def escalates(self, who: str, about: Expected) -> None:
        said = about.escalate(self.year.now)
        await self._does(who, "escalate", about, bool(said), said)

    async def makes_major(self, who: str, about: Expected) -> None:
        """The others of the surge become part of it."""
        year = self.year
        reply = await self.says(who, "major", f"IT-{about.number}")
        assert reply.failed != about.make_major(year.now), reply
        others = year.surge_of(about)
        others = [each for each in others if each.open and each is not about and not each.major]
        for each in others:
            each.merge(about, year.now)
        await year.compares([about, *others])
