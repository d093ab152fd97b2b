"""What the database refuses, in words for people: no driver's text and no host name in them."""

from __future__ import annotations

import sqlite3
from collections import Counter

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

UNIQUE = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_ROWID", "23505")
AGAIN = ("40P01", "40001")  # deadlock_detected, serialization_failure: PostgreSQL asks for another try
TOO_LONG = ("55P03", "57014")  # lock_not_available, query_canceled: by the limits that the database was given
WORDS = {
    "SQLITE_FULL": "The disk is full",
    "SQLITE_READONLY": "The database can only be read",
    "SQLITE_BUSY": "The database is busy",
    "SQLITE_LOCKED": "The database is busy",
    "SQLITE_IOERR": "The disk does not work as it should",
    "SQLITE_CORRUPT": "The database file is damaged",
    "SQLITE_NOTADB": "The database file is damaged",
    "SQLITE_CANTOPEN": "The database file cannot be opened",
    "53100": "The disk is full",
    "25006": "The database can only be read",
    "40": "The database is busy",
    "55P03": "The database is busy",
    "53": "The database has too much to do",
    "08": "The database cannot be reached",
    "57P": "The database cannot be reached",
}
"""Beginnings of SQLite's error names and of PostgreSQL's SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


MAYBE = "The connection to the database broke while this was being stored. It may have been kept: please look first."


class StorageFailed(Exception):
    """The database did not take the change: nothing of it is kept. The text is fit to be shown to a person.

    `detail` is what the database itself said, for the log. `unsure` is True in the one case where nobody knows
    whether the change was kept: the connection broke while PostgreSQL was committing.
    """

    def __init__(self, text: str, detail: str = "", *, unsure: bool = False) -> None:
        super().__init__(text)
        self.detail, self.unsure = detail, unsure


class Conflict(StorageFailed):
    """There is a row with this key already: another transaction was a moment ahead.

    Nothing is kept; trying again may help.
    """


class LostInCommit(Exception):
    """The connection broke between COMMIT and its answer."""


COUNTS: Counter[str] = Counter()
"""How often this process was refused something, by what became of it: conflict, failed, or a fault of ours."""


def explained(error: Exception) -> Exception:
    """What the caller is to get: `Conflict`, `StorageFailed`, or the error itself when it is a fault of ours."""
    made = _explained(error)
    kinds = ((Conflict, "conflict"), (StorageFailed, "failed"))
    COUNTS[next((name for kind, name in kinds if isinstance(made, kind)), "fault")] += 1
    return made


def _explained(error: Exception) -> Exception:
    orig = error.orig if isinstance(error, DBAPIError) else error
    detail = str(orig).strip()
    if isinstance(error, LostInCommit):
        return StorageFailed(MAYBE, str(error.__cause__), unsure=True)
    code = code_of(error)
    if code in UNIQUE:
        return Conflict("Somebody else was a moment ahead. Nothing was changed: please try again.", detail)
    words = _words(error, code)
    return StorageFailed(f"{words}. Nothing was changed: please try again in a moment.", detail) if words else error


def code_of(error: BaseException) -> str:
    """SQLite's error name or PostgreSQL's SQLSTATE; "" when there is none."""
    orig = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None) or "")


def worth_another_try(error: DBAPIError) -> bool:
    """Whether the transaction was undone for a reason that is over by now."""
    return code_of(error) in AGAIN or error.connection_invalidated


def took_too_long(error: Exception) -> bool:
    """Whether one statement alone was given up, for a lock or by its length: it may be so again at the next try."""
    return isinstance(error, DBAPIError) and code_of(error) in TOO_LONG


def _words(error: Exception, code: str) -> str:
    if isinstance(error, PoolTimeout):
        return "The database is busy"
    for start, words in WORDS.items():
        if code.startswith(start):
            return words
    if isinstance(error, sqlite3.Error) or not isinstance(error, DBAPIError):
        return ""
    unreachable = error.connection_invalidated or (not code and type(error).__name__ == "OperationalError")
    return "The database cannot be reached" if unreachable else ""
