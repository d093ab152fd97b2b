"""The address of a database: what is understood of how people write it, and how it is shown."""

from __future__ import annotations

import re
from contextlib import suppress

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

WRITTEN = "write sqlite:///firstline.db or postgresql+psycopg://user:secret@host/name"
POSTGRESQL = "postgresql+psycopg"
DRIVERS = ("sqlite", "sqlite+pysqlite", POSTGRESQL)
_PASSWORD = re.compile(r"^([\w+-]+://)?([^:]*):.*(?=@)", re.DOTALL)
_OPTION = re.compile(r"(?<=password=)[^&]*")


def understood(address: str) -> str:
    """The address with the driver that is there: `postgres://` and `postgresql://` are psycopg's.

    ValueError, in words that hold no password, for what is no address of a database that the desk can use.
    """
    scheme, mark, rest = address.strip().partition("://")
    if scheme.lower() in ("postgres", "postgresql"):
        scheme = POSTGRESQL
    with suppress(ArgumentError, ValueError):
        if make_url(made := scheme + mark + rest).drivername in DRIVERS:
            return made
    raise ValueError(f"{masked(address)!r} is no database address: {WRITTEN}")


def masked(address: str) -> str:
    """The address without its password, be it an address or nearly one."""
    return _OPTION.sub("***", _PASSWORD.sub(lambda found: f"{found[1] or ''}{found[2]}:***", address))
