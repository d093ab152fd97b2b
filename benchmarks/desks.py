"""The real desk in this process, without a channel, for what is measured below HTTP."""

from __future__ import annotations

import logging
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


@dataclass
class InProcess:
    """A desk over a database; `now` is what its clock shows."""

    desk: Desk
    heartbeat: Heartbeat
    database: Database


async def opened(database: Path, settings: Path, now: datetime) -> InProcess:
    """The desk on these settings at a standing instant; the database is made if it is not there."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    url = f"sqlite:///{database}"
    migrate.upgrade(url)
    store = open_database(url)
    desk, heartbeat, _ = product.assemble(Live(settings, {}), store, Clock(lambda: now, lambda: 0.0), None)
    await workspaces.furnish_all(desk)
    return InProcess(desk, heartbeat, store)
