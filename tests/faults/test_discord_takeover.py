"""Two replicas on one PostgreSQL, as processes: whoever owns the gateway session is killed or stopped, under load.

FIRSTLINE_TEST_TAKEOVERS says how often (5 otherwise); each takes some eight seconds, as leases do.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from tests.adapters.discord_company import PEOPLE, ROOMS, SETTINGS
from tests.platforms.discord import Discord
from tests.platforms.discord.answers import Answer
from tests.postgres import plain

TIMES = int(os.environ.get("FIRSTLINE_TEST_TAKEOVERS", "5"))
ROOT = Path(__file__).parents[2]
SAYS = "listening to Discord"
SECONDS = 60.0
"""Within which another replica has taken over, on a machine with much else to do."""
WAITS = 3.0
"""Discord waits for so long; who was told of something so shortly before the end cannot answer any more."""


@dataclass
class Process:
    """A desk as its owner starts it."""

    home: Path
    environment: dict[str, str]
    name: str
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "bot", "run", "--port", str(port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.home, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def log(self) -> Path:
        return self.home / f"{self.name}.log"

    def sessions(self) -> int:
        """How often it has begun to listen."""
        return self.log.read_text(errors="replace").count(SAYS) if self.log.exists() else 0

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass
class Trial:
    """What people asked while desks came and went: (when, until when, what, what they got)."""

    discord: Discord
    desks: list[Process]
    asked: list[tuple[float, float, str, Answer]] = field(default_factory=list)
    deaf: list[tuple[float, float]] = field(default_factory=list)

    async def load(self, person: str, numbers: count[int]) -> None:
        """One person asks again and again."""
        who = self.discord.user(person)
        while True:
            words, begun = f"request {next(numbers)}", time.monotonic()
            answer = await who.command("/ticket", "random", text=words)
            self.asked.append((begun, time.monotonic(), words, answer))
            await asyncio.sleep(0.3)

    async def owner(self, before: Counter[str]) -> Process:
        """Who has begun to listen since."""

        def new() -> list[Process]:
            return [desk for desk in self.desks if desk.sessions() > before[desk.name]]

        await self.discord.until(new, SECONDS)
        return new()[0]

    def counted(self) -> Counter[str]:
        return Counter({desk.name: desk.sessions() for desk in self.desks})

    async def loses(self, owner: Process, *, stopped: bool) -> Process:
        """The owner dies, or stands still; who has taken over. A while later the other one is back."""
        before, begun = self.counted(), time.monotonic()
        owner.process.send_signal(signal.SIGSTOP if stopped else signal.SIGKILL)
        if not stopped:
            owner.process.wait()
        taken = await self.owner(before)
        self.deaf.append((begun - WAITS, time.monotonic()))
        if stopped:
            owner.process.send_signal(signal.SIGCONT)
        else:
            owner.start()
        await asyncio.sleep(1.5)
        return taken

    def lost(self) -> list[str]:
        """What reached a living owner, which lived on, and got no whole answer."""
        return [
            words
            for begun, _, words, answer in self.asked
            if not any(start <= begun <= end for start, end in self.deaf) and "is open" not in answer.text
        ]


@asynccontextmanager
async def trial(url: str, home: Path) -> AsyncIterator[Trial]:
    """Two desks that are running, the first of which listens."""
    async with Discord() as discord:
        for name in ROOMS:
            discord.channel(name)
        text = SETTINGS.read_text() + "\nlimits: {tickets_per_minute: 1000}\n"
        for name in PEOPLE:
            text = text.replace(f"<{name}>", discord.user(name).id)
        (home / "settings.yaml").write_text(text)
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FIRSTLINE_DATABASE": url,
            "FIRSTLINE_DISCORD__TOKEN": discord.token,
            "FIRSTLINE_DISCORD__API_URL": discord.api_url,
            "FIRSTLINE_DISCORD__GATEWAY_URL": discord.gateway_url,
        }
        desks = [Process(home, environment, name) for name in ("one", "two")]
        try:
            for desk in desks:
                desk.start()
            yield Trial(discord, desks)
        finally:
            for desk in desks:
                desk.end()


async def test_whoever_owns_the_gateway_may_die(postgres_database_url: str, tmp_path: Path) -> None:
    """Issue 4: no interaction is answered twice, none that reached a living owner is lost, and each has one effect."""
    async with trial(postgres_database_url, tmp_path) as it:
        owner = await it.owner(Counter())
        await it.discord.until(lambda: it.discord.world.app.commands)
        numbers = count(1)
        people = [asyncio.create_task(it.load(name, numbers)) for name in ("ana", "erik", "eve")]
        for turn in range(TIMES):
            owner = await it.loses(owner, stopped=turn % 4 == 3)
        await asyncio.sleep(4)
        for person in people:
            person.cancel()
        await asyncio.gather(*people, return_exceptions=True)
        assert it.lost() == []
        assert not it.discord.violations, "\n".join(map(str, it.discord.violations))
        assert it.discord.gateway.identifies == TIMES + 1, "one session at a time"
        opened = await made(postgres_database_url)
        assert [title for title, times in opened.items() if times > 1] == []
        told = {words for *_, words, answer in it.asked if "is open" in answer.text}
        assert told and told <= opened.keys()


async def made(url: str) -> Counter[str]:
    """The titles of all tickets, and how many have each."""
    async with await psycopg.AsyncConnection.connect(plain(url)) as connection:
        rows = await (await connection.execute("SELECT title FROM ticket")).fetchall()
    return Counter(title for (title,) in rows)
