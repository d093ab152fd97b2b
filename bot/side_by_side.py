"""Processes on one database that go by different grounds, as the old and the new one of a rolling update.

What the older one writes, and when it looks again, goes by what it knows. So each leaves a sign while there is another,
and whoever is left brings the open tickets in line once more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import grounds
from bot.grounds import BEGUN, KEPT
from bot.words import WORKSPACE
from storage import state

SIGN, GONE = timedelta(seconds=10), timedelta(seconds=30)
"""How often a process leaves its sign, and how long after its last one it has gone."""
SIGNS = "side by side"
"""The name under which they are kept: by the key of the grounds that somebody goes by, when it was."""


@dataclass(frozen=True)
class Seen:
    """What open tickets are in line with, or are being brought in line with, as a key; and who was there when."""

    kept: str
    signs: dict[str, datetime]


def look(db: Session) -> Seen:
    """How it stands."""
    kept = grounds.read(state.get(db, WORKSPACE, KEPT))
    return Seen(kept.get(BEGUN) or grounds.key(kept), _read(state.get(db, WORKSPACE, SIGNS)))


def sign(db: Session, own: str, now: datetime) -> None:
    """Leave a sign for those who go by these grounds."""
    _keep(db, {**_held(db), own: now})


def forget(db: Session, own: str, now: datetime) -> None:
    """Drop the signs of those who have gone, and one's own where nobody else is left."""
    there = {key: at for key, at in _held(db).items() if at > now - GONE}
    _keep(db, there if there.keys() - {own} else {})


def _held(db: Session) -> dict[str, datetime]:
    return _read(state.hold(db, WORKSPACE, SIGNS, "{}"))


def _keep(db: Session, signs: dict[str, datetime]) -> None:
    state.keep(db, WORKSPACE, SIGNS, json.dumps({key: at.isoformat() for key, at in signs.items()}))


def _read(text: str) -> dict[str, datetime]:
    return {key: datetime.fromisoformat(at) for key, at in json.loads(text or "{}").items()}


class SideBySide:
    """One process's look at the others."""

    def __init__(self) -> None:
        self._since: tuple[str, datetime] | None = None

    def left_over(self, seen: Seen, own: str, now: datetime) -> bool:
        """Whether open tickets are to be brought in line with one's own grounds: those who went by others have gone."""
        if seen.kept == own:
            self._since = None
            others = [at for key, at in seen.signs.items() if key != own]
            return bool(others) and max(others) <= now - GONE
        if self._since is None or self._since[0] != seen.kept:
            self._since = seen.kept, now
        since = self._since[1]
        return max(since, seen.signs.get(seen.kept, since)) <= now - GONE

    def to_sign(self, seen: Seen, own: str, now: datetime) -> bool:
        """Whether a sign is wanted of this process: there is another, and its last one is old."""
        alone = seen.kept == own and not seen.signs.keys() - {own}
        return not alone and (own not in seen.signs or seen.signs[own] <= now - SIGN)
