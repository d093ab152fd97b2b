"""Named places at which a test may end the process, to see what a crash there leaves behind.

Nothing but a call of `arm` arms them: no setting and no variable of the environment does. See docs/decisions/0017.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

Failpoint = Literal[
    "before commit",
    "after commit",
    "clocks claimed",
    "ladders claimed",
    "chores claimed",
    "cards claimed",
    "posts claimed",
    "files claimed",
    "before send",
    "after look-up",
    "after send",
    "posts settled",
    "file fetched",
    "before answer",
]
FAILPOINTS: tuple[Failpoint, ...] = get_args(Failpoint)

_armed: Callable[[Failpoint], None] | None = None


def arm(act: Callable[[Failpoint], None] | None) -> None:
    """From now on `act` is called wherever a failpoint is reached, on the thread that reaches it; None disarms."""
    global _armed
    _armed = act


def reach(name: Failpoint) -> None:
    """Nothing, unless a test has armed the failpoints of this process."""
    if _armed is not None:
        _armed(name)
