"""The heartbeat: named cycles that look at what is due, and the auditor that looks at the cycles."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlmodel import Session

from bot import auditor, due, panels, places, retiming, reviews, side_by_side, surge, workspaces
from bot.audit import Beat
from bot.auditor import Auditor
from bot.clock import Wall
from bot.configuration.reading import Live, warnings
from bot.context import Scene, Stage
from bot.core import Desk
from bot.faults import Faults
from bot.fetching import Fetcher
from bot.grounds import grounds
from bot.learning import Learning
from bot.metronome import Metronome
from bot.posts import Deliverer
from bot.rush import PATIENCE
from bot.settings import Settings
from bot.side_by_side import Seen, SideBySide
from bot.watchdog import Watchdog
from storage import articles, deliveries, posts, stale, sweeps
from storage.database import Conflict, StorageFailed

log = structlog.get_logger()
REMEMBER = timedelta(seconds=30)
TOLD = due.LATER + timedelta(seconds=2 * auditor.EVERY)
"""So long it is told that something was put off: until it has been tried again, and if that fails, anew."""
TOGETHER = 0.05
"""Seconds between being woken and sending, so that what a burst of commands says leaves in few batches."""
ROUNDS = 1000

T = TypeVar("T")
Sweep = Callable[[Session, Stage, datetime], T]


@dataclass
class Cycle:
    """Something that is done every so many seconds; `run` returns how much it did.

    A `patient` one lets those go first who wait for an answer.
    """

    name: str
    seconds: float
    run: Callable[[], Awaitable[int]]
    patient: bool = False
    ran_at: datetime | None = None
    remembered_at: datetime | None = None
    error: str = ""
    put_off: tuple[datetime, str] | None = None
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    def put_off_since(self, since: datetime) -> str:
        """Why something of it could not be done that was put off since an instant; "" where nothing was."""
        return self.put_off[1] if self.put_off and self.put_off[0] > since else ""


class PutOffError(Exception):
    """Something of a sweep could not be done, and was put off; `done` of it was. The cause is what went wrong."""

    def __init__(self, done: int) -> None:
        super().__init__(done)
        self.done = done


def _in_words(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"[:300]


class Heartbeat:
    """Runs the cycles.

    They are beaten by a metronome; all that is due stands in rows, so that a missed beat loses nothing.
    """

    def __init__(self, desk: Desk, deliverer: Deliverer, live: Live, wall: Wall | None = None) -> None:
        self.desk, self.deliverer, self.live, self._wall = desk, deliverer, live, wall
        self._learning, self._faults = Learning(desk.database), Faults()
        deliverer.now = desk.now
        self.fetcher = Fetcher(desk.database, deliverer.adapters)
        self.auditor = Auditor(desk.database, deliverer.adapters, live, self.beats)
        self.watchdog = Watchdog(lambda: live.current)
        self._in_force: Settings | None = None
        self._beside, self._own_key = SideBySide(), ""
        self._metronome: Metronome | None = None
        self._awake, self._ending = asyncio.Event(), False
        self._untold = False
        self._prompt: list[asyncio.Task[None]] = []
        self._draw = self._sweep(stale.anything, due.stale_cards)
        self.cycles = {
            cycle.name: cycle
            for cycle in (
                Cycle("sla", 0.5, self._sweep(sweeps.anything_clocks, due.clocks, due.clocks_apart)),
                Cycle(
                    "escalation",
                    0.5,
                    self._sweep(sweeps.anything_escalations, due.escalations, due.escalations_apart),
                ),
                Cycle("chores", 5, self._sweep(sweeps.anything_chores, due.chores, due.chores_apart)),
                Cycle("reviews", 60, self._sweep(articles.anything_to_ask, reviews.ask), patient=True),
                Cycle("surges", 10, self._sweep(surge.anything, due.surges), patient=True),
                Cycle("files", 1, self._fetch, patient=True),
                Cycle("posts", 1, self._deliver, patient=True),
                Cycle("clock", 10, self._ask_the_time),
                Cycle("settings", 2, self._take_up_settings),
                Cycle("knowledge", 3, self._follow_articles),
                Cycle("precedents", 5, self._follow_resolved, patient=True),
                Cycle("verdicts", 60, self._learn),
                Cycle("retention", 3600, self._forget),
                Cycle("parked", 3600, self._try_again),
                Cycle("panels", 600, self._look_after_panels),
                Cycle("audit", auditor.EVERY, self._audit),
                Cycle("heartbeat", 5, self._give_sign_of_life),
            )
        }

    def beats(self) -> list[Beat]:
        """How each cycle goes."""
        now = self.desk.now()
        return [Beat(c.name, c.seconds, c.ran_at, c.error, c.put_off_since(now - TOLD)) for c in self.cycles.values()]

    def start(self) -> None:
        """Begin to beat, on the running loop."""
        self._metronome = Metronome()
        for cycle in self.cycles.values():
            cycle.ran_at = cycle.ran_at or self.desk.now()
            self._metronome.every(cycle.seconds, self.beat, cycle.name)
        self._metronome.start()
        hearing = self.desk.database.listen(self._awake.set)
        self._prompt = [asyncio.create_task(self._deliver_promptly()), asyncio.create_task(hearing)]

    async def stop(self) -> None:
        """Stop beating; a step that is under way is finished."""
        self._ending = True
        if self._metronome:
            self._metronome.shutdown(wait=False)
        for task in self._prompt:
            task.cancel()
        for cycle in self.cycles.values():
            async with cycle.busy:
                pass
        await self.deliverer.stop()
        await self.desk.indexing.stop()

    def wake(self) -> None:
        """Something is to be sent: do not wait for the next beat, neither here nor in other processes."""
        self._untold = True
        self._awake.set()

    async def _deliver_promptly(self) -> None:
        """For as long as the desk runs, whatever comes: the slow beat would send as well, but a second later."""
        while True:
            await self._awake.wait()
            await asyncio.sleep(TOGETHER)
            self._awake.clear()
            if self._untold:
                self._untold = False
                self.desk.database.tell()
            try:
                await self.beat("posts")
            except Exception:
                log.exception("prompt delivery failed")

    async def beat(self, name: str) -> int:
        """Run one cycle until nothing more is due; how much it did.

        Its fault is remembered for the auditor, and never spreads.
        """
        cycle = self.cycles[name]
        async with cycle.busy:
            try:
                done = await self._exhaust(cycle)
                cycle.error = ""
                cycle.ran_at = self.desk.now()
                await self._remember(cycle)
            except Exception as error:
                cycle.error = _in_words(error)
                self._faults.tell(name, error, cycle.error, self.desk.now())
                return 0
        self._faults.over(name, self.desk.now())
        if done and name != "posts":
            self.wake()
        return done

    async def _exhaust(self, cycle: Cycle) -> int:
        """What is `patient` also lets those go first who come while it is at work, but does not wait for ever."""
        total, patience = 0, PATIENCE
        for _ in range(ROUNDS):
            if cycle.patient:
                patience = await self.desk.rush.over(patience)
            try:
                done = await cycle.run()
            except PutOffError as put_off:
                done, cycle.put_off = put_off.done, (self.desk.now(), _in_words(put_off.__cause__))
            total += done
            if not done or self._ending:
                break
            cycle.ran_at = self.desk.now()  # it gets on, however much there is to do
        return total

    async def _remember(self, cycle: Cycle) -> None:
        now = self.desk.now()
        if cycle.remembered_at and now - cycle.remembered_at < REMEMBER:
            return
        await self.desk.database.write(lambda db: sweeps.beaten(db, cycle.name, now, cycle.error))
        cycle.remembered_at = now

    async def beat_all(self) -> None:
        """Run everything that can lead to a message until nothing is due: for tests, and for travelling."""
        for _ in range(ROUNDS):
            done = [
                await self.beat(name) for name in ("sla", "escalation", "chores", "reviews", "surges", "files", "posts")
            ]
            await self.deliverer.finish()
            if not any(done):
                return

    def _sweep(
        self, anything: Callable[[Session, datetime], bool], sweep: Sweep[int], apart: Sweep[due.Apart] | None = None
    ) -> Callable[[], Awaitable[int]]:
        """A sweep that first asks with a glance whether anything is due: an idle desk never takes the writer.

        Where it raises, `apart` does what can be done of it; `PutOffError` tells that something could not.
        """

        async def run() -> int:
            now = self.desk.now()
            if not await self.desk.database.glance(lambda db: anything(db, now)):
                return 0
            try:
                return await self.desk.database.write(lambda db: sweep(db, self._stage(now), now))
            except Exception as error:
                others = isinstance(error, StorageFailed) and not isinstance(error, Conflict)
                if apart is None or others:
                    raise
                each = await self.desk.database.write(lambda db: apart(db, self._stage(now), now))
                if each.put_off:
                    raise PutOffError(each.done) from error
                return each.done

        return run

    def _stage(self, now: datetime) -> Stage:
        settings, worktime = self.desk.settings, self.desk.worktime
        return lambda db, workspace: Scene(db=db, now=now, workspace=workspace, settings=settings, worktime=worktime)

    async def _deliver(self) -> int:
        drawn = await self._draw()
        return await self.deliverer.deliver(self.desk.settings, self.desk.now()) or drawn

    async def _fetch(self) -> int:
        now = self.desk.now()
        return await self.fetcher.fetch(self.desk.settings, self._stage(now), now)

    async def _ask_the_time(self) -> int:
        if self._wall:
            await self._wall.ask()
        return 0

    async def _take_up_settings(self) -> int:
        problems = await asyncio.to_thread(self.live.refresh)
        if problems:
            log.error("settings refused, the old ones stay", problems=[str(problem) for problem in problems])
        await self._look_beside()
        return 0

    async def _look_beside(self) -> None:
        """Where the settings are another: take them up. Where other processes go, or went, by others: see that nothing
        of theirs stays.
        """
        seen, now = await self._seen(), self.desk.now()
        again = bool(self._own_key) and self._beside.left_over(seen, self._own_key, now)
        if again or self.live.current is not self._in_force:
            await self._put_in_force(self.live.current, again=again)
        else:
            await self._sign_beside(seen)

    async def _sign_beside(self, seen: Seen) -> None:
        if self._beside.to_sign(seen, self._own_key, self.desk.now()):
            await self._sign(self._own_key)

    async def _seen(self) -> Seen:
        return await self.desk.database.glance(side_by_side.look)

    async def _sign(self, key: str) -> None:
        now = self.desk.now()
        await self.desk.database.write(lambda db: side_by_side.sign(db, key, now))

    async def _put_in_force(self, settings: Settings, *, again: bool) -> None:
        """Bring people and open tickets in line, also with what was changed while the desk was down."""
        for problem in await asyncio.to_thread(warnings, settings):
            log.warning("the settings are odd", problem=str(problem))
        kept, former = await self.desk.database.read(retiming.kept), self._own_key
        change = retiming.Change(kept, await asyncio.to_thread(grounds, settings), again)
        self._own_key = change.after
        if change.wanted:
            changed = self._in_force.changed(settings) if self._in_force else ["while the desk was down"]
            if changed:
                log.info("settings taken up", changed=changed, deadlines=change.why or "as they were")
            await self.desk.database.write(lambda db: retiming.begin(db, change))
            await self._sign(change.after)
            for workspace in await self.desk.installations.workspaces():
                await workspaces.enrol(self.desk, workspace, again=again)
                await self._say_panels(workspace)
                await self._gets_on()
            while await self._retime(change):
                await self._gets_on()
                if self._ending:  # the next start goes on
                    return
        elif former not in ("", change.after):  # another replica was earlier: until now this one went by the former
            await self._sign(former)
        self._in_force = settings

    async def _gets_on(self) -> None:
        """However many workspaces and open tickets there are: the auditor sees it, and so do other processes."""
        self.cycles["settings"].ran_at = self.desk.now()
        await self._sign_beside(await self._seen())

    async def _say_panels(self, workspace: str) -> None:
        stage = self._stage(self.desk.now())
        await self.desk.database.write(lambda db: places.panels(stage(db, workspace)))

    async def _retime(self, change: retiming.Change) -> bool:
        stage = self._stage(self.desk.now())
        return await self.desk.database.write(lambda db: retiming.step(db, stage, change))

    async def _learn(self) -> int:
        """What readers said of articles counts from the next minute on, on every replica."""
        now, half_life = self.desk.now(), self.desk.settings.knowledge.half_life
        for workspace in await self.desk.installations.workspaces():
            await self._learning.follow(workspace, self.desk.knowledge_of(workspace), now, half_life)
        return 0

    async def _follow_articles(self) -> int:
        """Whichever replica has changed an article, or let a workspace in."""
        for workspace in await self.desk.installations.workspaces():
            await self.desk.indexing.follow(workspace, self.desk.knowledge_of(workspace))
        return 0

    async def _follow_resolved(self) -> int:
        now, done = self.desk.now(), 0
        for workspace in await self.desk.installations.workspaces():
            done += await self.desk.precedents_of(workspace).follow(self.desk.database, workspace, now)
        return done

    async def _forget(self) -> int:
        now, kept = self.desk.now(), self.desk.settings.retention

        def forget(db: Session) -> None:
            deliveries.forget(db, now - kept.deliveries)
            deliveries.forget_drafts(db, now - kept.deliveries)
            posts.forget(db, now - kept.posts)

        await self.desk.database.write(forget)
        return 0

    async def _try_again(self) -> int:
        """Whoever was told of a room that cannot be reached may have mended it."""
        await self.desk.try_again()
        return 0

    async def _look_after_panels(self) -> int:
        for workspace in await self.desk.installations.workspaces():
            if self._ending:
                break
            if await panels.look_after(self.desk, self.deliverer.adapters, workspace):
                self.wake()
            self.cycles["panels"].ran_at = self.desk.now()  # it gets on, however many there are
        return 0

    async def _audit(self) -> int:
        now = self.desk.now()
        if await self.auditor.look(self._stage(now), now):
            self.wake()
        return 0

    async def _give_sign_of_life(self) -> int:
        now = self.desk.now()
        await self.watchdog.look(now, self.auditor.problems(now))
        return 0

    async def step_to(self, target: datetime, set_clock: Callable[[datetime], Awaitable[None]]) -> None:
        """Let time pass up to an instant, stopping at every one at which something is due, as a running desk would.

        No stop is less than a second after the one before; for what is still due after a stop there is no other.
        """
        await self.beat_all()
        while upcoming := await self.desk.database.read(partial(sweeps.next_due, after=self.desk.now())):
            if upcoming > target:
                break
            await set_clock(max(upcoming, self.desk.now() + timedelta(seconds=1)))
            await self.beat_all()
        await set_clock(target)
        await self.beat_all()
        for cycle in self.cycles.values():  # who travels is not late
            cycle.ran_at = cycle.ran_at and self.desk.now()
