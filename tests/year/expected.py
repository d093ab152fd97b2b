"""What a ticket must be, by BEHAVIOUR 19, 20 and 24 to 29, after all that people did to it. It asks the desk nothing.

`Expected` holds one ticket. People's acts change it by its methods, which say whether the desk has to take them; `look`
says what the heartbeat has to do at an instant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.settings import ClockKind
from bot.sla import Event, Terms
from tests.rules.clock_oracle import Oracle
from tests.year.ladder import Ladder
from tests.year.promises import Promises

OPEN = ("new", "in_progress", "pending")
Key = tuple[str, datetime]
"""A clock and its deadline."""


class Watch(NamedTuple):
    """A clock as its oracle counts it."""

    state: str
    deadline: datetime | None
    warn_at: datetime | None


class Said(NamedTuple):
    """An announcement, a reminder, an end by silence: what stands in the timeline, without its words."""

    ticket: int
    kind: str
    clock: str = ""
    what: str = ""


@dataclass
class Expected:
    """One ticket. `changed`: when somebody last did something to it."""

    number: int
    promises: Promises
    requester: str
    category: str
    team: str
    urgency: str
    impact: str
    opened: datetime
    owner: str | None = None
    status: str = "new"
    stars: int | None = None
    merged_into: int | None = None
    major: bool = False
    outcome: str = ""
    events: list[Event] = field(default_factory=list)
    ladders: dict[Key, Ladder] = field(default_factory=dict)
    warned: set[Key] = field(default_factory=set)
    breached: set[Key] = field(default_factory=set)
    chores: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    clocks: dict[str, Watch] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)
    changed: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.first = self.terms
        self._happens(self.opened, "opened", public=True)
        self._settle(self.opened)

    @property
    def priority(self) -> str:
        return self.promises.priority(self.urgency, self.impact)

    @property
    def terms(self) -> Terms:
        return self.promises.terms(self.priority, self.team)

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def answered(self) -> bool:
        """Whether an agent has said something publicly, be it how it was resolved."""
        return any(e.by_agent and (e.kind == "reply" or e.to == "resolved") for e in self.events)

    @property
    def unheard(self) -> bool:
        """Whether the requester spoke last."""
        talk = [event for event in self.events if event.kind in ("opened", "reply")]
        return not talk[-1].by_agent

    # What agents do

    def claim(self, who: str, now: datetime) -> bool:
        if not self.open or self.owner not in (None, who):
            return False
        if self.owner is None:
            self._own(who, now)
        return True

    def assign(self, to: str, now: datetime) -> bool:
        if self.open and self.owner != to:
            self._own(to, now)
        return self.open

    def _own(self, who: str, now: datetime) -> None:
        self.owner = who
        if self.status == "new":
            self._move("in_progress", now, by_agent=True)
        self._settle(now, worked=True)

    def answer(self, who: str, now: datetime, *, asks: bool = False) -> bool:
        if not self.open and (asks or self.status != "resolved"):
            return False
        self.owner = self.owner or who
        self._happens(now, "reply", public=True, by_agent=True)
        if asks:
            self._move("pending", now, by_agent=True)
            self._await(now)
        elif self.status == "new":
            self._move("in_progress", now, by_agent=True)
        self._settle(now, worked=True)
        return True

    def note(self, now: datetime) -> bool:
        self._settle(now, worked=True)
        return True

    def resolve(self, who: str, now: datetime) -> bool:
        if not self.open:
            return False
        self.owner, self.outcome = self.owner or who, "solved"
        self._move("resolved", now, by_agent=True)
        self._settle(now, worked=True)
        return True

    def set_impact(self, impact: str, now: datetime) -> bool:
        if self.open and impact != self.impact:
            self.impact = impact
            self._happens(now, "priority", terms=self.terms)
            self._settle(now, worked=True)
        return self.open

    def sorted_in(self, category: str, team: str, impact: str, owner: str | None, now: datetime) -> None:
        """The desk told the category, right after the opening, from what was resolved before."""
        self.category, self.team = category, team
        self._happens(now, "category", terms=self.terms)
        if impact != self.impact:
            self.impact = impact
            self._happens(now, "priority", terms=self.terms)
        self.owner = owner
        self._settle(now)

    def make_major(self, now: datetime) -> bool:
        if self.open and not self.major:
            self.major, self.impact = True, "high"
            self._happens(now, "major", terms=self.terms)
            self._settle(now, worked=True)
        return self.open

    def merge(self, into: Expected, now: datetime) -> None:
        self.merged_into, self.outcome = into.number, "duplicate"
        into.joined |= {self.requester, *self.joined} - {into.requester}
        self._move("closed", now, by_agent=True)
        self._settle(now, worked=True)

    # What requesters do

    def hear(self, now: datetime, *, polite: bool, yes: bool) -> bool:
        """Words of the requester's; those for a closed ticket are another ticket's, and not for here. Polite ones go on
        with nothing, but for a bare yes where an answer was wanted.
        """
        self._happens(now, "reply", public=True)
        if self.status == "resolved" and (not polite or (yes and self.outcome == "unanswered")):
            self._reopen(now)
        elif self.status == "pending":
            self._move("in_progress", now)
        self._settle(now)
        return True

    def not_fixed(self, now: datetime, *, words: bool) -> bool:
        if self.status == "resolved":
            self._reopen(now)
            if words:
                self._happens(now, "reply", public=True)
            self._settle(now)
        return True

    def _reopen(self, now: datetime) -> None:
        self.stars, self.outcome = None, ""
        self._move("in_progress", now)

    def fixed(self, now: datetime) -> bool:
        if self.open and (self.major or self.joined):
            if self.status == "pending":
                self._move("in_progress", now)
            self._settle(now)
            return True
        if self.open:
            self.outcome = "fixed" if self.answered else "self-served"
            self._move("resolved", now)
        if self.status == "resolved":
            self.outcome = self.outcome if self.outcome == "self-served" else "fixed"
            self._move("closed", now)
            self._settle(now)
        return True

    def rate(self, stars: int, now: datetime) -> bool:
        if self.open:
            return False
        if self.stars is None:
            self.stars = stars
            if self.status == "resolved":
                self.outcome = "fixed"
                self._move("closed", now)
            self._settle(now)
        return True

    def join(self, who: str, now: datetime) -> bool:
        """A major incident affects somebody else too."""
        if self.open and who != self.requester and who not in self.joined:
            self.joined.add(who)
            self._settle(now)
        return self.major

    # What is done about its ladders

    @property
    def running(self) -> list[Ladder]:
        return [ladder for ladder in self.ladders.values() if not ladder.closed]

    def each_ladder(self, change: Callable[[Ladder], None]) -> bool:
        for ladder in self.running:
            change(ladder)
        return bool(self.running)

    def take(self, who: str, now: datetime) -> bool:
        if self.open:
            if self.owner != who:
                self._own(who, now)
            self.each_ladder(lambda ladder: ladder.acknowledge(who, now))
        return self.open

    def escalate(self, now: datetime) -> list[Said]:
        """The next level of each ladder, at once; without one, the nearest clock's begins. Empty: the desk refuses."""
        if not self.running:
            ahead = [(w.deadline, kind) for kind, w in self.clocks.items() if w.state == "running" and w.deadline]
            if not self.open or not ahead:
                return []
            deadline, kind = min(ahead)
            self._begin((kind, deadline), now).by_hand = True
        said = []
        for (kind, _), ladder in self.ladders.items():
            if not ladder.closed:
                ladder.escalate(now)
                said += self._climbed(kind, ladder, now, loud=True)
        return said

    # What the heartbeat does

    def due(self, now: datetime) -> list[Said]:
        """All that it has to do for this ticket at an instant."""
        said = self._breaches(now) + self._warnings(now)
        for (kind, _), ladder in self.ladders.items():
            said += self._climbed(kind, ladder, now, loud=self.priority == "critical")
        return said + self._due_chores(now)

    def _breaches(self, now: datetime) -> list[Said]:
        """The breaches that have to be announced; their ladders begin, or go on."""
        said = []
        for kind, watch in self.clocks.items():
            if watch.state != "running" or watch.deadline is None or watch.deadline > now:
                continue
            key = kind, watch.deadline
            ladder = self._by_hand(kind) or self.ladders.get(key)
            if ladder is None:
                self._begin(key, now)
            elif ladder.closed:
                ladder.go_on(now)
            if key not in self.breached:
                self.breached.add(key)
                if ladder and ladder.by_hand and ladder.next is None:
                    ladder.escalate(now)
                said.append(Said(self.number, "breached", kind, watch.deadline.isoformat()))
        return said

    def _warnings(self, now: datetime) -> list[Said]:
        """The clocks whose warning is due and was not said."""
        said = []
        for kind, (state, deadline, warn_at) in self.clocks.items():
            near = state == "running" and deadline and warn_at and warn_at <= now < deadline
            if near and deadline and (kind, deadline) not in self.warned:
                self.warned.add((kind, deadline))
                said.append(Said(self.number, "warned", kind, deadline.isoformat()))
        return said

    def _begin(self, key: Key, now: datetime) -> Ladder:
        plan = self.promises.plan(self.priority)
        self.ladders[key] = Ladder(plan, max(key[1], self.changed) + plan.wait(1))
        return self.ladders[key]

    def _by_hand(self, kind: str) -> Ladder | None:
        """The ladder of a clock that somebody began before its deadline, whatever that is by now."""
        began = (ladder for (clock, _), ladder in self.ladders.items() if clock == kind and ladder.by_hand)
        return next((ladder for ladder in began if not ladder.closed), None)

    def _climbed(self, kind: str, ladder: Ladder, now: datetime, *, loud: bool) -> list[Said]:
        said = []
        for what, who in ladder.look(now, loud=loud):
            told = f"{who} to {self.promises.told(ladder.plan, who, self.team, now)}" if what == "level" else str(who)
            said.append(Said(self.number, what, kind, told))
        return said

    def _due_chores(self, now: datetime) -> list[Said]:
        """Reminders, and what silence ends."""
        said = []
        for kind, (at, step) in list(self.chores.items()):
            if at > now or kind not in self.chores:
                continue
            del self.chores[kind]
            said.append(Said(self.number, kind, "", str(step + 1) if kind == "remind" else ""))
            if kind == "remind":
                self._remind_again(step, now)
            else:
                self.outcome = "unanswered" if kind == "give up" else self.outcome
                self._move("resolved" if kind == "give up" else "closed", now)
                self._settle(now)
        return said

    def _remind_again(self, step: int, now: datetime) -> None:
        later = self.promises.work("pending")
        if step + 1 < len(later):
            again = self.promises.after(self.team, now, later[step + 1] - later[step])
            self.chores["remind"] = again, step + 1

    # What follows from all that

    def _happens(
        self,
        at: datetime,
        kind: str,
        *,
        by_agent: bool = False,
        public: bool = False,
        to: str = "",
        terms: Terms | None = None,
    ) -> None:
        self.events.append(Event(at, kind, by_agent, public, to, terms))

    def _move(self, to: str, now: datetime, *, by_agent: bool = False) -> None:
        if to == self.status:
            return
        self.status = to
        self._happens(now, "status", by_agent=by_agent, public=True, to=to)
        self.chores = {}
        if to == "resolved":
            self._chore("close", "close", now)

    def _await(self, now: datetime) -> None:
        self._chore("remind", "pending", now)
        self._chore("give up", "give_up", now)

    def _chore(self, kind: str, setting: str, now: datetime) -> None:
        self.chores[kind] = self.promises.after(self.team, now, self.promises.work(setting)[0]), 0

    def _settle(self, now: datetime, *, worked: bool = False) -> None:
        self.changed = now
        self.clocks = self._counted()
        for (kind, deadline), ladder in self.ladders.items():
            clock = self.clocks[kind]
            waits = ladder.by_hand and clock.state == "paused" and (ladder.paused or not ladder.closed)
            if clock.state != "running" or (clock.deadline != deadline and not ladder.by_hand):
                ladder.close()
            elif ladder.paused:
                ladder.go_on(now)
            elif worked:
                ladder.worked(now)
            if ladder.held and self.priority == "critical":
                ladder.next = now
            ladder.paused = waits

    def _counted(self) -> dict[str, Watch]:
        """The clocks, by their oracle."""
        oracle = Oracle(self.promises.case(tuple(self.events), self.first), self.promises.steps)
        return {kind.value: self._watch(oracle, kind) for kind in ClockKind}

    def _watch(self, oracle: Oracle, kind: ClockKind) -> Watch:
        watch = oracle.watches[kind]
        marks = oracle.passed(watch)
        oracle.ahead(watch, marks)
        deadline, warn_at = (self.promises.at(tick) if tick >= 0 else None for tick in (marks.deadline, marks.warn))
        return Watch(watch.state, deadline, warn_at)
