"""The process that is killed: the real desk on a real database, with the real Slack adapter, heard over signed HTTP.

What it is told comes as lines of JSON over a socket, and so does what it answers. Its beats are ordered from
outside, or come without a pause; its clock is on a wall that it shares with who ordered it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
import signal
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlmodel import Session, col, func, select

import commands
from adapters.slack import Slack
from adapters.slack.pace import Pace
from adapters.slack.parked import Parked
from bot import workspaces
from bot.__main__ import start_clock
from bot.configuration.reading import Live
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.posts import Deliverer
from bot.registry import REGISTRY
from bot.server import application, server
from bot.words import Address, Incoming, Sender
from storage import patience, postgresql
from storage.database import Database, open_database
from storage.failpoints import Failpoint, arm
from storage.tables import Attachment, Post
from tests.faults.wall import Wall
from tests.stories.chats.slack_listening import EARLY, PATIENT, QUICK, WAITS

ROUNDS = 200
MOST = timedelta(minutes=10)
"""What is to be tried again later than that is not waited for."""
REGISTRY.load(commands)


@dataclass(frozen=True)
class Plan:
    """How a desk is started: its files, a port that it calls, what its settings are told, where it prints, the
    seconds for which it waits for a database that says nothing, and for which that waits for it.
    """

    url: str
    settings: str
    wall: str
    log: str
    line: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    beats: bool = False
    silence: float = patience.SILENCE
    stillness: float = 20.0


class Running:
    """One life of the desk."""

    def __init__(self, plan: Plan, live: Live, database: Database, wall: Wall) -> None:
        self.wall, self.database = wall, database
        self.reached: list[Failpoint] = []
        self._beats = plan.beats
        self._live = live

    async def stands(self) -> None:
        """As bot.__main__ puts it together; nobody hears it yet."""
        settings = lambda: self._live.current  # noqa: E731
        self.clock = await start_clock(self.database, self.wall.now, self.wall.steady)
        self.desk = Desk(self.database, settings, REGISTRY, self.clock.now)
        self.slack = Slack(settings, self.wall.seconds, pace=Pace(free=True), timing=QUICK, parked=Parked(EARLY))
        self.heartbeat = Heartbeat(self.desk, Deliverer(self.database, {"slack": self.slack}), self._live)
        self.desk.wake = self.heartbeat.wake
        await workspaces.furnish_all(self.desk)
        await self.heartbeat.beat("settings")

    async def listens(self) -> int:
        """From now on; the port."""
        web = server(application(self.slack.routes(self.desk), self.heartbeat), "127.0.0.1", 0)
        web.config.load()
        web.lifespan = web.config.lifespan_class(web.config)
        await web.startup()
        self._tasks = [asyncio.create_task(self.slack.run(self.desk))]
        if self._beats:
            self._tasks += [asyncio.create_task(self._keep_beating(name)) for name in self.heartbeat.cycles]
        return int(web.servers[0].sockets[0].getsockname()[1])

    async def _keep_beating(self, name: str) -> None:
        while self._beats:
            await self.heartbeat.beat(name)
            await asyncio.sleep(0.02)

    async def does(self, what: str, told: Mapping[str, Any]) -> Any:
        """What it is told to do, and what came of it."""
        match what:
            case "settle":
                return await self._settle()
            case "pass":
                return await self._pass(datetime.fromisoformat(told["until"]))
            case "kill":
                return self._dies_at(told["at"], told["time"], told.get("sign", signal.SIGKILL))
            case "die":
                return self._dies_soon(told["after"], told["then"])
            case "watch":
                return self._watch()
            case "rest":
                return await self._rest()
            case "reached":
                return self.reached
        return None

    async def _rest(self) -> None:
        """It finishes what it is at, and beats no more by itself."""
        self._beats = False
        for cycle in self.heartbeat.cycles.values():
            async with cycle.busy:
                pass
        await self.heartbeat.deliverer.finish()

    def _watch(self) -> None:
        self.reached.clear()
        arm(self.reached.append)

    def _dies_at(self, name: Failpoint, time: int, sign: int) -> None:
        """The process gets this signal where it reaches a failpoint for so many times from now on."""
        reached: Counter[Failpoint] = Counter()

        def die(here: Failpoint) -> None:
            reached[here] += 1
            if here == name and reached[here] == time:
                os.kill(os.getpid(), sign)

        arm(die)

    def _dies_soon(self, after: int, then: float) -> None:
        """The process ends a moment after it has done so much."""
        end = threading.Timer(then, os.kill, (os.getpid(), signal.SIGKILL))
        left = itertools.count(after - 1, -1)

        def die(here: Failpoint) -> None:
            if here in ("before answer", "after send") and next(left) == 0:
                end.start()

        arm(die)
        if not after:
            end.start()

    async def _settle(self) -> None:
        """Until nothing is left to be done at once or tried again soon."""
        for _ in range(ROUNDS):
            await self.slack.settled()
            await self.heartbeat.beat_all()
            await self.slack.settled()
            now = self.clock.now()
            soonest = await self.database.read(partial(next_try, now))
            if soonest is None or soonest > now + MOST:
                break
            self.wall.passes_to(soonest)

    async def _pass(self, until: datetime) -> None:
        """Time passes, stopping wherever something is due or to be tried again."""

        async def move(instant: datetime) -> None:
            if instant > self.clock.now():
                self.wall.passes_to(instant)
            await self._settle()

        await self._settle()
        await self.heartbeat.step_to(until, move)


def next_try(now: datetime, db: Session) -> datetime | None:
    """When a post or a file is to be tried next. What is due already, and was not tried, waits for one that is not."""
    nexts = [select(func.min(col(table.next_at))).where(col(table.next_at) > now) for table in (Post, Attachment)]
    return min((at for at in map(db.scalar, nexts) if at), default=None)


async def rehearse(plan: Plan) -> None:
    """One ticket on a database of its own, and whatever is made at the first use is made."""
    running = Running(plan, Live(plan.settings, plan.environment), open_database(plan.url), Wall(Path(plan.wall)))
    await running.stands()
    at = Address("slack", "@U1")
    await running.desk.receive(Incoming("first", Sender("U1", "Ana"), at, "ticket", text="my laptop is broken"))
    for name in ("sla", "escalation", "chores", "surges", "files"):
        await running.heartbeat.beat(name)
    await running.slack.close()
    running.database.close()


async def main(plan: Plan) -> None:
    """From the start until it is killed, or nobody talks to it any more."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for module, name in WAITS:
        setattr(module, name, PATIENT)
    patience.SILENCE = plan.silence
    postgresql.LIMITS["idle_in_transaction_session_timeout"] = f"{plan.stillness}s"
    reader, writer = await asyncio.open_connection("127.0.0.1", plan.line)
    running = Running(plan, Live(plan.settings, plan.environment), open_database(plan.url), Wall(Path(plan.wall)))
    _say(writer, {"pid": os.getpid()})
    await running.stands()
    _say(writer, {"port": await running.listens()})
    while line := await reader.readline():
        told = json.loads(line)
        try:
            _say(writer, {"done": await running.does(told.pop("do"), told)})
        except Exception as error:
            structlog.get_logger().exception("could not do it")
            _say(writer, {"wrong": repr(error)})


def _say(writer: asyncio.StreamWriter, what: Mapping[str, Any]) -> None:
    writer.write(json.dumps(what).encode() + b"\n")
