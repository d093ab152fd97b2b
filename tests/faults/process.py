"""The desk's process as a test holds it: started from a spare one, told what to do, killed, started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tests.faults.desk import Plan

PATIENT = 600.0


class Died(Exception):
    """The process ended before it had done what it was told."""


class Spare:
    """The process that desks are forked from; see spare.py."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.spare"], stdin=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )

    def fork(self, plan: Plan) -> None:
        """A desk begins, and calls on the plan's line."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asdict(plan)).encode() + b"\n")
        self._process.stdin.flush()

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def a_spare() -> Iterator[Spare]:
    spare = Spare()
    try:
        yield spare
    finally:
        spare.close()


class Process:
    """One desk, in one process after another."""

    def __init__(self, spare: Spare, plan: Plan) -> None:
        self._spare, self._plan = spare, plan
        self._calls: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self._turn = asyncio.Lock()
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()
        self.ended, self.up = asyncio.Event(), asyncio.Event()
        self.pid, self.port, self.starts = 0, 0, 0
        self.started: Callable[[], None] = lambda: None
        self._alive = False

    async def opens(self) -> None:
        """Ready to be called; no process yet."""
        self._server = await asyncio.start_server(self._called, "127.0.0.1", 0)
        self.plan(line=self._server.sockets[0].getsockname()[1])

    async def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._calls.put((reader, writer))

    async def closes(self) -> None:
        """The process is gone."""
        if self._alive:
            self.kill()
            await self.ended.wait()
        self._server.close()

    @property
    def given(self) -> Plan:
        """How it is started."""
        return self._plan

    def plan(self, **changes: Any) -> None:
        """The next start is another one."""
        self._plan = replace(self._plan, **changes)

    async def start(self) -> None:
        """A new process, unless there is one; it has begun to listen."""
        while not self._alive:
            self._spare.fork(self._plan)
            async with asyncio.timeout(PATIENT):
                self._reader, self._writer = await self._calls.get()
            self.starts += 1
            self._alive, self._lines = True, asyncio.Queue()
            self.ended.clear()
            self._listening = asyncio.create_task(self._listen())
            with suppress(Died):
                self.pid = (await self._heard())["pid"]
                self.port = (await self._heard())["port"]
                self.started()
                self.up.set()

    async def killed(self) -> None:
        """At this instant, whatever it is doing; another one has started."""
        self.kill()
        await self.ended.wait()
        await self.start()

    def kill(self) -> None:
        """At this instant, whatever it is doing."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    async def ask(self, what: str, **told: Any) -> Any:
        """What came of it; Died when the process did not live to say."""
        async with self._turn:
            if not self._alive:
                raise Died
            self._writer.write(json.dumps({"do": what, **told}).encode() + b"\n")
            return (await self._heard())["done"]

    async def insist(self, what: str, **told: Any) -> Any:
        """The same, in as many processes as it takes."""
        while True:
            await self.start()
            with suppress(Died):
                return await self.ask(what, **told)

    async def alive(self) -> bool:
        """Whether it is there, and answers."""
        try:
            await self.ask("answer")
        except Died:
            return False
        return True

    async def _listen(self) -> None:
        """Until the process has ended."""
        with suppress(ConnectionError):
            while line := await self._reader.readline():
                self._lines.put_nowait(line)
        self._lines.put_nowait(b"")
        self._alive = False
        self._writer.close()
        self.up.clear()
        self.ended.set()

    async def _heard(self) -> Any:
        async with asyncio.timeout(PATIENT):
            line = await self._lines.get()
        if not line:
            raise Died
        told = json.loads(line)
        assert "wrong" not in told, f"{told['wrong']}: see {self._plan.log}"
        return told
