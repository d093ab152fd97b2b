"""Servers in processes of their own, on loopback, which end with the `with` block."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.measure import cpu_seconds

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
START = 60.0
IDLE = 1.5
"""Seconds of quiet: the desk itself waits for the end of a rush before it does what nobody waits for."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    pid: int
    port: int

    def settle(self, most: float = 60.0) -> float:
        """Wait until it is idle (at most so many seconds); how long that took."""
        start = time.perf_counter()
        while time.perf_counter() - start < most:
            used = cpu_seconds(self.pid)
            time.sleep(IDLE)
            if cpu_seconds(self.pid) - used < IDLE / 4:  # a trickle at a platform's pace may go on for long
                break
        return max(0.0, time.perf_counter() - start - IDLE)


@contextmanager
def serving(
    command: Sequence[str], place: Path, path: str, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """A server started in `place`, on a free `{port}`. It is ready when a GET of `path` is answered."""
    port = free_port()
    log = place / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [word.format(port=port) for word in command],
            cwd=place,
            env={**os.environ, "PYTHONPATH": _python_path(), **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(process, port, path, log)
            yield Running(process.pid, port)
        finally:
            _stop(process)


def settings(place: Path, people: Sequence[str], team: str = "", channel: str = "web") -> Path:
    """The example's settings with more people (in a team, if one is named), who may file as much as they like."""
    values = yaml.safe_load((ROOT / "settings.yaml").read_text(encoding="utf-8"))
    for person in people:
        values["people"][person] = {"name": person.capitalize(), "identities": {channel: person}}
        if team:
            values["teams"][team]["members"][person] = {}
    values["limits"] = {"tickets_per_minute": 1_000_000}
    path = place / "settings.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return path


def product(place: Path, chosen: Path = ROOT / "settings.yaml", database: str = "") -> tuple[list[str], dict[str, str]]:
    """The command and environment of the desk itself, with its playground; on SQLite unless another one is named."""
    command = [sys.executable, "-m", "bot", "run", "--playground", "--port", "{port}"]
    return command, {
        "FIRSTLINE_DATABASE": database or f"sqlite:///{place / 'firstline.db'}",
        "FIRSTLINE_SETTINGS": str(chosen),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _python_path() -> str:
    return os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)]))


def _wait(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
