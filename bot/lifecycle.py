"""The statuses of a ticket and the moves between them. Pure."""

from __future__ import annotations

from enum import StrEnum

from storage import statuses
from storage.statuses import SOLVED as SOLVED


class Status(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self in OPEN


LABELS = {
    Status.NEW: "New",
    Status.IN_PROGRESS: "In Progress",
    Status.PENDING: "Pending User Info",
    Status.RESOLVED: "Resolved",
    Status.CLOSED: "Closed",
}
OPEN = frozenset(map(Status, statuses.OPEN))


class Move(StrEnum):
    """What can happen to a ticket's status."""

    CLAIM = "claim"
    ANSWER = "answer"
    ASK = "ask"
    HEAR = "hear"
    RESOLVE = "resolve"
    DEFLECT = "deflect"
    GIVE_UP = "give up"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CLOSE = "close"
    MERGE = "merge"


MOVES: dict[Move, dict[Status, Status]] = {
    Move.CLAIM: {
        Status.NEW: Status.IN_PROGRESS,
        Status.IN_PROGRESS: Status.IN_PROGRESS,
        Status.PENDING: Status.PENDING,
    },
    Move.ANSWER: {
        Status.NEW: Status.IN_PROGRESS,
        Status.IN_PROGRESS: Status.IN_PROGRESS,
        Status.PENDING: Status.PENDING,
        Status.RESOLVED: Status.RESOLVED,
    },
    Move.ASK: dict.fromkeys(OPEN, Status.PENDING),
    Move.HEAR: {
        Status.NEW: Status.NEW,
        Status.IN_PROGRESS: Status.IN_PROGRESS,
        Status.PENDING: Status.IN_PROGRESS,
    },
    Move.RESOLVE: dict.fromkeys(OPEN, Status.RESOLVED),
    Move.DEFLECT: dict.fromkeys(OPEN, Status.RESOLVED),
    Move.GIVE_UP: {Status.PENDING: Status.RESOLVED},
    Move.CONFIRM: {Status.RESOLVED: Status.CLOSED},
    Move.REOPEN: {Status.RESOLVED: Status.IN_PROGRESS, Status.CLOSED: Status.IN_PROGRESS},
    Move.CLOSE: {status: Status.CLOSED for status in Status if status is not Status.CLOSED},
    Move.MERGE: dict.fromkeys(OPEN, Status.CLOSED),
}
"""What each move does in each status; a pair that is not here is refused."""


class Refused(Exception):
    """A move that a ticket's status does not allow; the text tells why, to be said to the person."""


def after(move: Move, status: Status) -> Status:
    """The status after a move; `Refused` when the status does not allow it."""
    try:
        return MOVES[move][status]
    except KeyError:
        raise Refused(f"that cannot be done while it is {status.label}") from None
