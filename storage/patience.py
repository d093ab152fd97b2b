"""Nobody waits for ever for a PostgreSQL that does not even say no: behind a proxy that hangs, a network that swallows.

What a dead network can tell is the kernel's to notice (`NOTICED` below); this is for the rest.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

NOBODY = -1
SILENCE = 300.0
"""Seconds for which one function may be at work on a connection: longer than anything that the desk asks for."""
NOTICED: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""What libpq is told, unless the address of the database says otherwise: seconds, and milliseconds in the last. See
https://www.postgresql.org/docs/current/libpq-connect.html.
"""


class Patience:
    """Cuts connections that have been waited for too long; whoever waits gets the driver's error for a lost one."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = SILENCE if seconds is None else seconds
        self._since: dict[int, float] = {}
        self._turn, self._over = Lock(), Event()
        Thread(target=self._watch, name="patience", daemon=True).start()

    @contextmanager
    def with_(self, driver: Any) -> Iterator[None]:
        """While this lasts, the connection is watched. Not for a connection that is watched already."""
        number = NOBODY if driver.closed else driver.fileno()
        with self._turn:
            self._since[number] = monotonic()
        try:
            yield
        finally:
            with self._turn:  # from here on the number may be another connection's
                self._since.pop(number, None)

    def close(self) -> None:
        """Watch no more."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(self._seconds / 10):
            with self._turn:
                late = [number for number, since in self._since.items() if monotonic() - since > self._seconds]
                for number in late:
                    del self._since[number]
                    _cut(number)


def _cut(number: int) -> None:
    with suppress(OSError), socket.socket(fileno=os.dup(number)) as line:
        line.shutdown(socket.SHUT_RDWR)
