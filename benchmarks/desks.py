"""The real desk in this process, without a channel, for what is measured below HTTP."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot import __main__ as product
from bot import workspaces
from bot.clock import Clock
from bot.configuration.reading import Live
from bot.core import Desk
from bot.cycles import Heartbeat
from storage import migrate
from storage.database import Database, open_database
from tests import postgres as server


@contextmanager
def postgres(name: str, *, durable: bool = False) -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL as the tests have it; without fsync, so only for ratios, unless it
    is to be `durable`.
    """
    given, place = os.environ.get(server.GIVEN), server.place_of_this_run()
    with ExitStack() as stack:
        url = server.DRIVER + given.partition("://")[2] if given else None
        if url is None and durable:
            url = stack.enter_context(server.shared_server(place.with_name(f"{place.name}-d"), options=""))
        url = url or stack.enter_context(server.shared_server(place))
        server.drop_database(url, name)
        try:
            yield server.create_database(url, name)
        finally:
            server.drop_database(url, name)


@dataclass
class InProcess:
    """A desk over a database; `now` is what its clock shows."""

    desk: Desk
    heartbeat: Heartbeat
    database: Database


async def opened(database: Path | str, settings: Path, now: datetime) -> InProcess:
    """The desk on these settings at a standing instant; the database (a file, or a URL) is made if it is not there."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    migrate.upgrade(url)
    store = open_database(url)
    desk, heartbeat, _ = product.assemble(Live(settings, {}), store, Clock(lambda: now, lambda: 0.0), None, None)
    await workspaces.furnish_all(desk)
    return InProcess(desk, heartbeat, store)
