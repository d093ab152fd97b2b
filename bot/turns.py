"""A process's turn to send what it has taken, looked at again where the first byte leaves: it may have stood still."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from bot.words import SendFailed

AGAIN = 2.0
"""Seconds until what was given back is taken again."""

_over: ContextVar[Callable[[], bool] | None] = ContextVar("over", default=None)


def ends(over: Callable[[], bool]) -> None:
    """From now on this task, and whatever it begins in its own context, sends nothing more once this is True."""
    _over.set(over)


def check() -> None:
    """SendFailed where this task's turn is over: somebody else may have taken what is to be sent."""
    over = _over.get()
    if over is not None and over():
        raise SendFailed("its turn is over, and somebody else may have taken it", retry_after=AGAIN)
