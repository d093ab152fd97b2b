"""Functions on threads of their own, asked for from the loop; what the database refuses comes back in words."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.failures import LostInCommit, StorageFailed, explained
from storage.writer import STOPPING

T = TypeVar("T")
REFUSED = (sqlite3.Error, DBAPIError, PoolTimeout, LostInCommit)


async def in_thread(threads: ThreadPoolExecutor, run: Callable[..., T], *arguments: Any) -> T:
    """The result; `StorageFailed` where the database refuses, and when the threads are shut down."""
    try:
        future = threads.submit(run, *arguments)
    except RuntimeError as stopped:
        raise StorageFailed(STOPPING) from stopped
    try:
        return await asyncio.wrap_future(future)
    except REFUSED as error:
        raise explained(error) from error
