"""Two people exchange their shifts: at once where a lead says so, else when the other one agrees (BEHAVIOUR 31).

What waits for a yes is kept as a value of the desk's, by a name that begins with when it lapses.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import feeds, rota
from bot.context import Scene
from bot.oncall import Shift
from storage import standins, state

AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Swap:
    """Two shifts of one rotation, and who asks the other to exchange them."""

    rotation: str
    asker: str
    one: Shift
    other: Shift
    asked_at: str = ""
    """An instant, which older versions did not keep."""

    @property
    def asked(self) -> str:
        """Who has to agree."""
        return self.other.person if self.asker == self.one.person else self.one.person

    @property
    def name(self) -> str:
        """What it is called by: it lapses when the first of the two shifts is over."""
        until = min(self.one.end, self.other.end).astimezone(UTC)
        return f"{until:%Y%m%dT%H%M%S}-{hashlib.sha256(json.dumps(self._plain()).encode()).hexdigest()[:12]}"

    @property
    def key(self) -> str:
        """What its posts are called by: asked for again once it is over, it is another question."""
        return f"{self.name}:{self.asked_at}" if self.asked_at else self.name

    def written(self) -> str:
        return json.dumps([*self._plain(), self.asked_at])

    def _plain(self) -> list[object]:
        return [self.rotation, self.asker, _plain(self.one), _plain(self.other)]


def read(written: str) -> Swap:
    rotation, asker, one, other, *asked_at = json.loads(written)
    return Swap(rotation, asker, _shift(one), _shift(other), *asked_at)


def shift_on(scene: Scene, rotation: str, day: datetime) -> Shift | None:
    """The shift that begins on a local day, or else the one of its noon; None for one that is over."""
    zone = ZoneInfo(scene.settings.on_call[rotation].zone or scene.settings.organisation.zone)
    noon = datetime.combine(day.date(), time(12), zone)
    found = rota.shifts(scene.db, scene.workspace, rotation, scene.settings, scene.now, scene.now + AHEAD)
    begins = [shift for shift in found if shift.start.astimezone(zone).date() == day.date()]
    return next(iter(begins), None) or next((shift for shift in found if shift.start <= noon < shift.end), None)


def propose(scene: Scene, swap: Swap) -> Swap:
    """Keep it until the other one agrees, or it lapses; the one that waits where the same was asked for already."""
    standins.forget_lapsed(scene.db, scene.workspace, f"{scene.now.astimezone(UTC):%Y%m%dT%H%M%S}")
    if waiting := proposed(scene, swap.name):
        return waiting
    state.keep(scene.db, scene.workspace, standins.SWAP + swap.name, swap.written())
    return swap


def proposed(scene: Scene, name: str) -> Swap | None:
    """What somebody asked for and nobody has agreed to yet."""
    kept = state.get(scene.db, scene.workspace, standins.SWAP + name)
    return read(kept) if kept else None


def stands(scene: Scene, swap: Swap) -> bool:
    """Whether both shifts are still to come, or going on, and whose they were."""
    return all(_still(scene, swap.rotation, shift) for shift in (swap.one, swap.other))


def _still(scene: Scene, rotation: str, shift: Shift) -> bool:
    if rotation not in scene.settings.on_call or shift.end <= scene.now:
        return False
    start = max(shift.start, scene.now)
    found = rota.handovers(scene.db, scene.workspace, rotation, scene.settings, start, shift.end)
    return [each.person for each in found] == [shift.person]


def forget(scene: Scene, swap: Swap) -> None:
    """It is not open any more."""
    standins.forget(scene.db, scene.workspace, swap.name)


def exchange(scene: Scene, swap: Swap) -> None:
    """From now on each has the other's shift, or what is left of it."""
    forget(scene, swap)
    taken = []
    for shift, person in ((swap.one, swap.other.person), (swap.other, swap.one.person)):
        taken.append(Shift(person, shift.start, shift.end))
        if shift.start < scene.now:  # the turn is exchanged whole, and what is over of it stays as it was
            taken.append(Shift(shift.person, shift.start, scene.now))
    rota.stand_in(scene.db, scene.workspace, swap.rotation, taken)
    feeds.revise(scene.db, scene.workspace, swap.rotation, scene.now)


def _plain(shift: Shift) -> list[str]:
    return [shift.person, shift.start.isoformat(), shift.end.isoformat()]


def _shift(plain: list[str]) -> Shift:
    return Shift(plain[0], datetime.fromisoformat(plain[1]), datetime.fromisoformat(plain[2]))
