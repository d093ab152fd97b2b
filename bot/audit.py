"""What must never be, looked for and said aloud (BEHAVIOUR 30). docs/operations.md says what each finding means.

Whatever is wrong is found within a minute: the thresholds here and the 15 seconds between two looks make that together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import Session

from bot import unreachable
from bot.context import Scene, Stage
from bot.faults import kind
from bot.installations import workspaces
from bot.posts import LATELY, URGENT, Wanted, say
from bot.words import WORKSPACE, Card
from storage import audit as rows
from storage import posts, state, sweeps

if TYPE_CHECKING:
    from adapters.contract import Adapter

WAITING = timedelta(minutes=5)
"""A room may be slow, and a platform away for a while; a ping is not to wait as long."""
PINGS_WAITING = timedelta(seconds=45)
SWEEP_LATE = timedelta(seconds=40)
GRACE = 40.0
"""Seconds by which a cycle may be late."""
SILENT = 45.0
"""Seconds after which a connection over which nothing was heard, not even a sign of life, is taken for dead."""
PROCESSES = "audit:processes"
"""The value that holds what is wrong in each process, and when it looked; there is none while all are well."""


class Beat(NamedTuple):
    """How a cycle of the heartbeat goes: how many seconds apart, when it last got on, what it failed of, and why
    something of it was put off of late.
    """

    name: str
    seconds: float
    ran_at: datetime | None
    error: str = ""
    put_off: str = ""

    def lag(self, now: datetime) -> float:
        """Seconds since it last got on."""
        return max(0.0, (now - self.ran_at).total_seconds()) if self.ran_at else 0.0


def findings(db: Session, now: datetime) -> list[str]:
    """What is wrong in the rows, in words; nothing when all is well."""
    found = []
    if lost := rows.unwatched(db):
        found.append(f"running clocks without a valid next look: {lost}")
    if unheard := rows.unheard(db):
        found.append(f"clocks over their deadline without a running escalation: {unheard}")
    if stranded := rows.stranded(db):
        found.append(f"running escalations without a next look: {stranded}")
    return found + _of_posts(db, now)


def late_sweeps(db: Session, now: datetime) -> list[str]:
    """The sweeps that have left something undone for too long, in words."""
    found = []
    for what, oldest in (("clocks", sweeps.oldest_due(db)), ("escalations", sweeps.oldest_escalation(db))):
        if oldest and now - oldest > SWEEP_LATE:
            found.append(f"the sweep of the {what} is late: something was due at {oldest:%Y-%m-%d %H:%M} UTC")
    return found


def _of_posts(db: Session, now: datetime) -> list[str]:
    found = []
    parked, waiting = posts.stuck(db, now - WAITING, now - LATELY)
    if parked:
        found.append(f"messages of the last 24 hours that could not be sent and are parked: {parked}")
    if waiting:
        found.append(f"messages that have waited for more than {int(WAITING.total_seconds() // 60)} minutes: {waiting}")
    if pings := posts.pings_waiting(db, now - PINGS_WAITING):
        found.append(f"pings of escalations that have waited for more than {PINGS_WAITING.seconds} seconds: {pings}")
    return found


def late(cycles: Iterable[Beat], now: datetime) -> list[str]:
    """What of the cycles did not run when it should have, in words."""
    found = []
    for beat in cycles:
        if beat.error:
            found.append(f"cycle {beat.name} fails: {beat.error}")
        elif beat.ran_at and beat.lag(now) > beat.seconds + GRACE:
            found.append(f"cycle {beat.name} has not run since {beat.ran_at:%H:%M:%S} UTC")
    return found


def put_off(cycles: Iterable[Beat]) -> list[str]:
    """What could not be done while all else was, in words: the desk serves all the same."""
    return [f"cycle {beat.name} has put something off: {beat.put_off}" for beat in cycles if beat.put_off]


def silent(adapters: Mapping[str, Adapter]) -> list[str]:
    """The channels that hold a connection over which nothing is heard any more, in words."""
    found = []
    for name, adapter in adapters.items():
        seconds = adapter.silent()
        if seconds is not None and seconds > SILENT:
            found.append(f"nothing has been heard from {name} for {seconds:.0f} seconds, not even a sign of life")
    return found


def of_others(db: Session, process: str, mine: list[str], now: datetime, since: datetime) -> list[str]:
    """What is wrong in the other processes on this database that have looked since an instant; `mine`, what is wrong in
    this one, is noted for them.
    """
    if not mine and not state.get(db, WORKSPACE, PROCESSES):
        return []
    kept = json.loads(state.hold(db, WORKSPACE, PROCESSES, "{}"))
    others = {name: told for name, told in kept.items() if name != process and told[0] >= since.timestamp()}
    if noted := others | ({process: (now.timestamp(), mine)} if mine else {}):
        state.keep(db, WORKSPACE, PROCESSES, json.dumps(noted))
    else:
        state.drop(db, WORKSPACE, PROCESSES)
    return [finding for _, found in others.values() for finding in found]


def tell_all(db: Session, stage: Stage, found: list[str]) -> bool:
    """Say it in every workspace: each has its own rooms, and what is counted names nobody's tickets."""
    said = []
    for scene in [stage(db, workspace) for workspace in workspaces(db)]:
        unreachable.tell(scene)
        said.append(tell(scene, found))
    return any(said)


def tell(scene: Scene, found: list[str]) -> bool:
    """Say in the escalation rooms what was found, when it is not what was said last; whether something was said."""
    each = {kind(finding): finding for finding in found}
    now_said = "\n".join(sorted(each))
    if state.get(scene.db, scene.workspace, "audit") == now_said:
        return False
    state.keep(scene.db, scene.workspace, "audit", now_said)
    words = "\n".join(f"- {finding}" for finding in each.values()) or "All that was wrong is right again."
    card = Card(
        "The auditor found something" if found else "The auditor is content", words, tone="danger" if found else "good"
    )
    for at in scene.settings.own_escalation_rooms():
        say(scene, Wanted(f"audit:{scene.now.isoformat()}:{at.channel}", at, card, urgency=URGENT))
    return True
