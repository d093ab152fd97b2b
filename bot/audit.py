"""The auditor: what must never be, looked for and said aloud (BEHAVIOUR 30)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import unreachable
from bot.context import Scene
from bot.installations import workspaces
from bot.posts import URGENT, Wanted, say
from bot.words import Address, Card
from storage import posts, sweeps, tickets

WAITING = timedelta(minutes=5)
PARKED = timedelta(hours=24)
"""Whoever looks after the desk has read of an older one, and nothing will come of it: it must not hide what is new."""
SWEEP_LATE = timedelta(minutes=2)
GRACE = 60.0


def findings(db: Session, now: datetime) -> list[str]:
    """What is wrong in the rows, in words; nothing when all is well."""
    found = []
    if lost := sweeps.unwatched(db):
        found.append(f"{lost} running clocks have no next look")
    if unheard := sweeps.unheard(db):
        found.append(f"{unheard} clocks are over their deadline and no escalation is running")
    parked, waiting = posts.stuck(db, now - WAITING, now - PARKED)
    if parked:
        found.append(f"{parked} messages of the last 24 hours could not be sent and are parked")
    if waiting:
        found.append(f"{waiting} messages have waited for more than {int(WAITING.total_seconds() // 60)} minutes")
    oldest = sweeps.oldest_due(db)
    if oldest and now - oldest > SWEEP_LATE:
        found.append(f"the sweep of the clocks is late: something was due at {oldest:%Y-%m-%d %H:%M} UTC")
    return found


def late(cycles: Iterable[tuple[str, float, datetime | None, str]], now: datetime) -> list[str]:
    """The (name, seconds, last run, error) of cycles that did not run when they should have, in words."""
    found = []
    for name, seconds, ran_at, error in cycles:
        if error:
            found.append(f"cycle {name} fails: {error}")
        elif ran_at and now - ran_at > timedelta(seconds=seconds * 2 + GRACE):
            found.append(f"cycle {name} has not run since {ran_at:%H:%M:%S} UTC")
    return found


def tell_all(db: Session, stage: Callable[[Session, str], Scene], found: list[str]) -> bool:
    """Say it in every workspace: each has its own rooms, and what is counted names nobody's tickets."""
    said = []
    for scene in [stage(db, workspace) for workspace in workspaces(db)]:
        unreachable.tell(scene)
        said.append(tell(scene, found))
    return any(said)


def tell(scene: Scene, found: list[str]) -> bool:
    """Say in the escalation rooms what was found, when it is not what was said last; whether something was said."""
    now_said = "\n".join(sorted(_kind(finding) for finding in found))
    if tickets.state(scene.db, scene.workspace, "audit") == now_said:
        return False
    tickets.keep(scene.db, scene.workspace, "audit", now_said)
    words = "\n".join(f"- {finding}" for finding in found) or "All that was wrong is right again."
    card = Card(
        "The auditor found something" if found else "The auditor is content", words, tone="danger" if found else "good"
    )
    for name, channel in scene.settings.channels.items():
        if channel.escalations:
            at = Address(name, channel.escalations)
            say(scene, Wanted(f"audit:{scene.now.isoformat()}:{name}", at, card, urgency=URGENT))
    return True


def _kind(finding: str) -> str:
    """The finding without its numbers, so that a growing one is said once."""
    return "".join(c for c in finding if not c.isdigit())
