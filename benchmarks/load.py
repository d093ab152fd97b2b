"""The load process: so many connections, each with one request on its way at any time, for so many seconds.

It reads a job as JSON from standard input and writes what came of it as JSON; `put_load` starts it.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from typing import cast

import uvloop

from benchmarks import requests
from benchmarks.servers import HOST, ROOT

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to send (a key of requests.KINDS) to which port, over how many connections, for how long."""

    kind: str
    port: int
    connections: int
    seconds: float
    most: int = 20_000


@dataclass(slots=True)
class Outcome:
    """What came of it. `refused` holds some of the answers that were bad, `marks` what was found in good ones."""

    done: int = 0
    rate: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    cpu: float = 0.0
    refused: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


def put_load(job: Job) -> Outcome:
    """Run a job in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(job)).encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
        timeout=job.seconds + 120,
    )
    outcome = Outcome(**json.loads(done.stdout))
    if outcome.refused:
        raise RuntimeError(f"{job.kind}: refused: {outcome.refused}")
    return outcome


class Round:
    """One run: the requests left, and the answers so far."""

    def __init__(self, job: Job) -> None:
        made = requests.KINDS[job.kind](job.port, job.most)
        self.good, self.requests = made.good, iter(made.requests)
        self.job, self.outcome = job, Outcome()
        self.times: list[float] = []
        self.answers: list[bytes] = []
        self.end = 0.0

    async def play(self) -> Outcome:
        """Open the connections, send until the time is over, wait for what is on its way."""
        start, used = time.perf_counter(), time.process_time()
        self.end = start + self.job.seconds
        async with asyncio.TaskGroup() as tasks:
            for _ in range(self.job.connections):
                tasks.create_task(self._connect())
        took = time.perf_counter() - start
        return self._report(took, time.process_time() - used)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        while time.perf_counter() < self.end:  # a server that closes after an answer is connected to again
            _, line = await loop.create_connection(lambda: Line(self), HOST, self.job.port)
            await line.over

    def next(self) -> bytes | None:
        """The next request, until the time is over."""
        return next(self.requests, None) if time.perf_counter() < self.end else None

    def _report(self, took: float, used: float) -> Outcome:
        out, cuts = self.outcome, quantiles(self.times, n=100)
        out.done, out.rate, out.cpu = len(self.times), len(self.times) / took, used / took
        out.p50, out.p99 = cuts[49], cuts[98]
        for answer in self.answers:
            found = self.good.search(answer)
            if found:
                out.marks.extend(mark.decode() for mark in found.groups())
            elif len(out.refused) < 3:
                out.refused.append(answer[:400].decode(errors="replace"))
        return out


class Line(asyncio.Protocol):
    """A keep-alive connection that has one request on its way at any time."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.over = asyncio.get_running_loop().create_future()
        self.answer = b""
        self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self.answer += data
        if whole(self.answer):
            self.round.times.append(time.perf_counter() - self.sent)
            self.round.answers.append(self.answer)
            closing, self.answer = b"connection: close" in self.answer.lower(), b""
            if not closing:
                self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if self.answer or error:
            self.round.answers.append(b"broken off: " + self.answer)
        self.over.set_result(None)

    def _send(self) -> None:
        request = self.round.next()
        if request is None:
            self.transport.close()
            return
        self.sent = time.perf_counter()
        self.transport.write(request)


def whole(answer: bytes) -> bool:
    """Whether an answer has come to its end."""
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    length = LENGTH.search(answer, 0, head)
    return len(answer) >= head + 4 + int(length[1]) if length else answer.endswith(b"0\r\n\r\n")


def main() -> None:
    job = Job(**json.load(sys.stdin))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        json.dump(asdict(runner.run(Round(job).play())), sys.stdout)


if __name__ == "__main__":
    main()
