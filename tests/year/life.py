"""What 200 people and those who help them do in a year: they ask, claim, answer, forget, thank, rate, are on holiday.

All chance comes from one seeded `Random`, all instants are whole minutes. What they see of the desk is what is expected
of it, since that is compared at every step.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.past.arrivals import arrivals
from bot.past.topics import OUTAGES, STILL, THANKS, Topic, topic
from tests.year.expected import Expected, Said

if TYPE_CHECKING:
    from tests.year.year import Year

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = {"Europe/Berlin": 100, "America/New_York": 60, "Australia/Lord_Howe": 40}
OUTAGES_A_YEAR, ABSENCES_A_YEAR = 9, 6
TURN = 45
"""Minutes between two looks of an agent at what there is to do, in the mean."""
WORKS, YES = ("Yes, there it works.",), ("Yes, this morning.",)
"""Those of the topics' answers that say that it works, or yes and not to what."""
SECRET = "only for us:"
"""What every note begins with."""

Act = Callable[[], Awaitable[None]]


class Life:
    """Decides who does what next, and when; the year does it."""

    def __init__(self, year: Year, random: Random) -> None:
        self.year, self.random = year, random
        self.topics: dict[int, Topic] = {}
        self.followers: dict[int, Expected] = {}
        self.incidents: dict[int, str] = {}
        """Of a ticket that an outage made: the words that all of these begin with."""
        self.away: dict[str, datetime] = {}
        self.employees = {
            f"e{number:03}": zone
            for number, zone in enumerate((zone for zone, many in ZONES.items() for _ in range(many)), 1)
        }
        teams = year.promises.plain["teams"]
        zones = year.promises.zones
        self.agents = {who: team for team, entry in teams.items() for who in entry["members"]}
        self.zones = self.employees | {
            who: zones[entry["calendar"]]
            for entry in teams.values()
            for who in (*entry["members"], entry["lead"], entry["manager"])
        }

    def begins(self) -> None:
        """Everything that comes by itself is on its way."""
        year, random = self.year, self.random
        for zone, many in ZONES.items():
            for at in arrivals(random, year.start, year.end, many, zone):
                year.plan(at, self._asks(self._one_of(zone), topic(random)))
        for agent in self.agents:
            year.plan(year.start + random.randint(0, 600) * MINUTE, self._turn(agent))
            for at in self.moments(ABSENCES_A_YEAR):
                year.plan(at, self._leaves(agent, timedelta(days=random.choice((1, 1, 2, 5, 10)))))
        for at in self.moments(OUTAGES_A_YEAR):
            self._breaks_down(self._at_work(at, "Europe/Berlin"))

    def moments(self, a_year: float) -> Iterator[datetime]:
        """Instants that nothing announces, so many a year."""
        at = self.year.start
        while (at := at + DAY * 365 * self.random.expovariate(a_year * self.year.trouble)) < self.year.end:
            yield at

    def _one_of(self, zone: str) -> str:
        return self.random.choice([who for who, where in self.employees.items() if where == zone])

    # Hours

    def _at_work(self, at: datetime, zone: str) -> datetime:
        """That instant, or the beginning of the next working day: holidays are not for everybody."""
        local = at.astimezone(ZoneInfo(zone))
        while local.weekday() > 4 or not 8 <= local.hour < 18:
            day = local.date() + (DAY if local.hour >= 8 else timedelta())
            local = datetime.combine(day, time(8), local.tzinfo) + self.random.randint(1, 90) * MINUTE
        return local.astimezone(at.tzinfo)

    def _soon(self, who: str, minutes: float, act: Act) -> None:
        """After so many minutes in the mean, few of them long, when they are at work."""
        delay = MINUTE * min(self.random.lognormvariate(0, 1) * minutes, 60 * 24 * 6)
        self.year.plan(self._at_work(self.year.now + delay, self.zones[who]), act)

    # Those who ask

    def _asks(self, who: str, about: Topic) -> Act:
        async def act() -> None:
            words = self.random.choice(about.asks)
            found = await self.year.acts.opens(who, f"{words}.", about.category, about.urgency)
            self._opened(found, about)

        return act

    def _opened(self, found: Expected, about: Topic) -> None:
        self.topics[found.number] = about
        if self.random.random() < 0.03:
            self._soon(found.requester, 20, self._says_fixed(found))
        if self.random.random() < 0.15:
            self._soon(found.requester, 90, self._writes(found, "Is there any news?"))

    def _writes(self, about: Expected, words: str) -> Act:
        async def act() -> None:
            now = self._now(about)
            if now.status == "closed":
                await self._writes_late(now)
            elif now.merged_into is None:
                polite = words in (*THANKS, *WORKS, *YES)
                await self.year.acts.hears(now, words, polite=polite, yes=words in YES)

        return act

    def _now(self, about: Expected) -> Expected:
        """What their requester has opened after it was closed, where they have."""
        while about.status == "closed" and about.number in self.followers:
            about = self.followers[about.number]
        return about

    async def _writes_late(self, about: Expected) -> None:
        if about.merged_into is None:
            found = await self.year.acts.follows(about, self.random.choice(STILL))
            self.followers[about.number] = found
            self._opened(found, self.topics[about.number])

    def _says_fixed(self, about: Expected) -> Act:
        async def act() -> None:
            if about.merged_into is None and about.status != "closed":
                await self.year.acts.fixes(about)
                if about.status == "closed" and self.random.random() < 0.6:
                    self._soon(about.requester, 2, self._rates(about))

        return act

    def _rates(self, about: Expected) -> Act:
        async def act() -> None:
            if about.status in ("resolved", "closed") and about.merged_into is None:
                await self.year.acts.rates(about, self.random.choices((1, 2, 3, 4, 5), (3, 4, 12, 35, 46))[0])

        return act

    def _says_not_fixed(self, about: Expected) -> Act:
        async def act() -> None:
            if about.status == "resolved":
                await self.year.acts.not_fixed(about, self.random.choice(("", *STILL)))

        return act

    def resolved(self, about: Expected) -> None:
        """Their requester is asked whether it is fixed."""
        who, chance = about.requester, self.random.random()
        if chance < 0.42:
            self._soon(who, 120, self._says_fixed(about))
        elif chance < 0.5:
            self._soon(who, 180, self._says_not_fixed(about))
        elif chance < 0.56:
            self._soon(who, 60, self._rates(about))
        elif chance < 0.64:
            self._soon(who, 30, self._writes(about, self.random.choice(THANKS)))
        elif chance < 0.67:
            self._soon(who, 600, self._writes(about, self.random.choice(STILL)))
        elif chance < 0.7:
            self.year.plan(self.year.now + self.random.randint(4, 20) * DAY, self._writes(about, "It is back again."))

    def reminded(self, about: Expected) -> None:
        if self.random.random() < 0.4:
            self._soon(about.requester, 100, self._writes(about, self.topics[about.number].question[1]))

    # Those who help

    def _turn(self, who: str) -> Act:
        async def act() -> None:
            year, zone = self.year, self.zones[who]
            if who not in self.away and self._at_work(year.now, zone) == year.now:
                await self._works(who)
            wait = MINUTE * (1 + self.random.expovariate(1 / TURN))
            year.plan(self._at_work(year.now + wait, zone), self._turn(who))

        return act

    async def _works(self, who: str) -> None:
        """The most urgent of one's own that waits for an answer; else one that nobody has; else an old one."""
        team = self.agents[who]
        mine = [each for each in self.year.open if each.owner == who and each.status != "pending"]
        waiting = [each for each in mine if each.unheard]
        free = [each for each in self.year.open if each.team == team and each.owner is None]
        ranks = ("critical", "high", "medium", "low")
        for pile in (waiting, free, mine):
            if pile:
                first = min(pile, key=lambda each: (ranks.index(each.priority), each.opened, each.number))
                await (self._takes_up(who, first) if pile is free else self._goes_on(who, first))
                return

    async def _takes_up(self, who: str, about: Expected) -> None:
        await self.year.acts.claims(who, about)
        chance = self.random.random()
        if chance < 0.1:
            await self.year.acts.sets_impact(who, about, self.random.choice(("low", "medium", "high")))
        elif chance < 0.4:
            await self._goes_on(who, about)

    async def _goes_on(self, who: str, about: Expected) -> None:
        acts, known, chance = self.year.acts, self.topics[about.number], self.random.random()
        if about.number in self.incidents and chance < 0.7:
            await acts.notes(who, about, f"{SECRET} the vendor is on it")
        elif chance < 0.12:
            await acts.notes(who, about, f"{SECRET} seen before")
        elif about.unheard and chance < 0.3:
            await acts.asks(who, about, known.question[0])
            if self.random.random() < 0.8:
                self._soon(about.requester, 120, self._writes(about, known.question[1]))
        elif about.unheard and chance < 0.7:
            await acts.answers(who, about, known.says)
            if self.random.random() < 0.25:
                self._soon(about.requester, 60, self._writes(about, self.random.choice((*THANKS, *STILL))))
        else:
            await acts.resolves(who, about, known.fix)

    def _leaves(self, who: str, span: timedelta) -> Act:
        async def act() -> None:
            if who not in self.away:
                self.away[who] = self.year.now + span
                await self.year.acts.says(who, "availability", f"away {span.days}d")
                await self._hands_over(who)
                self.year.plan(self.away[who], self._comes_back(who))

        return act

    async def _hands_over(self, who: str) -> None:
        """Some do, before they go."""
        there = [other for other, team in self.agents.items() if team == self.agents[who] and other not in self.away]
        for about in [each for each in self.year.open if each.owner == who and self.random.random() < 0.6]:
            if there:
                await self.year.acts.assigns(who, about, self.random.choice(there))

    def _comes_back(self, who: str) -> Act:
        async def act() -> None:
            del self.away[who]
            await self.year.acts.says(who, "availability", "here")

        return act

    # Deadlines, and what breaks for many

    def told(self, level: Said, who: str) -> None:
        """Somebody is pinged: day and night for what is critical, as the hours say for the rest."""
        about = self.year.tickets[level.ticket]
        act = self._reacts(who, about)
        if about.priority == "critical":
            self.year.plan(self.year.now + self.random.randint(1, 25) * MINUTE, act)
        elif self.random.random() < 0.7:
            self._soon(who, 15, act)

    def _reacts(self, who: str, about: Expected) -> Act:
        async def act() -> None:
            acts, chance = self.year.acts, self.random.random()
            if not about.running:
                return
            if chance < 0.5:
                await acts.acknowledges(who, about)
            elif chance < 0.65:
                await acts.takes(who, about)
            elif chance < 0.8:
                await acts.snoozes(who, about)
            elif chance < 0.9:
                await acts.escalates(who, about)
            else:
                await acts.resolves(who, about, self.topics[about.number].fix)

        return act

    def _breaks_down(self, at: datetime) -> None:
        """Many ask for the same within an hour."""
        category, words = self.random.choice(OUTAGES)
        about = Topic(category, 0, (), ("Since when?", "Since this morning."), "We are on it.", "It is mended.", "high")
        for who in self.random.sample(sorted(self.employees), self.random.randint(8, 30)):
            self.year.plan(at + self.random.expovariate(1 / 15) * MINUTE, self._is_hit(who, about, words))

    def _is_hit(self, who: str, about: Topic, words: str) -> Act:
        async def act() -> None:
            year = self.year
            major = next((each for each in year.open if each.major and self.incidents.get(each.number) == words), None)
            if major:
                await self.year.acts.joins(who, major)
                return
            said = f"{words}{self.random.choice(('.', ', since a minute ago.', '. Please help!'))}"
            found = await self.year.acts.opens(who, said, about.category, self.random.choice(("medium", "high")))
            self.topics[found.number], self.incidents[found.number] = about, words

        return act

    def surged(self, first: int, lead: str) -> None:
        """A surge is proposed as a major incident: the lead agrees, if it is still one."""
        about = self.year.tickets[first]

        async def act() -> None:
            if about.open and not about.major:
                await self.year.acts.makes_major(lead, about)

        self.year.plan(self.year.now + self.random.randint(2, 15) * MINUTE, act)
