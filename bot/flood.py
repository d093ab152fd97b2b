"""Floods: when what is said in one place comes so thick that it is folded into digests. `weigh` and `pages` are pure.

In a minute a few messages stand alone. What is more is folded at once into a digest that names every ticket; what comes
after that waits for the end of the minute, unless it fills messages by itself. Nothing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal, NamedTuple

from bot.context import Scene
from bot.posts import Wanted, say
from bot.words import Address, Card, Tone
from storage import state

ALONE = 6
"""So many messages of a kind stand alone in one place within SPAN."""
SPAN = timedelta(minutes=1)
FULL = 40
"""So many are a digest of their own, however short a while ago the last one was."""
LINES, CHARACTERS = 40, 3500
"""At most of these in one message of a digest: Slack and Discord show no longer one in one piece."""

How = Literal["alone", "digest", "later"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was said of one kind in one place in the minute from `since` on: so many alone; a digest as well, or not."""

    since: datetime
    alone: int = 0
    folded: bool = False

    @property
    def over(self) -> datetime:
        return self.since + SPAN


def weigh(tally: Tally | None, count: int, now: datetime) -> tuple[Tally, How]:
    """How to say `count` more, and the tally after that. "later" is when this tally is over.

    A digest of one would be that message without its buttons: it stands alone, and what follows it waits all the same.
    """
    if tally is None or not tally.since <= now < tally.over:
        tally = Tally(now)
    if not tally.folded and tally.alone + count <= ALONE:
        return replace(tally, alone=tally.alone + count), "alone"
    if tally.folded and count < FULL:
        return tally, "later"
    return Tally(now, tally.alone, folded=True), "digest" if count > 1 else "alone"


def pages(lines: Sequence[str], taken: int = 0) -> list[list[str]]:
    """The lines in order, as many to a page as fit; `taken` characters of each page are taken by something else."""
    made: list[list[str]] = [[]]
    room = CHARACTERS - taken
    for line in lines:
        if made[-1] and (len(made[-1]) == LINES or sum(map(_drawn, made[-1])) + len(made[-1]) + _drawn(line) > room):
            made.append([])
        made[-1].append(line)
    return made


def _drawn(line: str) -> int:
    """Characters with a backslash before each sign, as Discord has it."""
    return len(line) + sum(map(line.count, "\\*_~`[|<"))


class Floods:
    """The tallies of one sweep in a workspace: read when they are asked for, written down by `keep`, at its end.

    So that one replica's sweep waits for another's at its last step only, and for all places in one order.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene, self._changed = scene, dict[str, str]()

    def count(self, place: str, more: int) -> tuple[How, datetime]:
        """How to say so many more of a kind in a place, which `place` names; and until when to wait with it."""
        scene, name = self._scene, f"flood {place}"
        kept = self._changed.get(name) or state.get(scene.db, scene.workspace, name)
        tally, how = weigh(_read(kept) if kept else None, more, scene.now)
        if (written := _written(tally)) != kept:
            self._changed[name] = written
        return how, tally.over

    def keep(self) -> None:
        for name in sorted(self._changed):
            state.keep(self._scene.db, self._scene.workspace, name, self._changed[name])


def _written(tally: Tally) -> str:
    return f"{tally.since.isoformat()} {tally.alone} {int(tally.folded)}"


def _read(kept: str) -> Tally:
    since, alone, folded = kept.split(" ")
    return Tally(datetime.fromisoformat(since), int(alone), folded == "1")


class Line(NamedTuple):
    """An announcement in a digest. `key` names it."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Many announcements as one: a line each, under a title. `key` names it; `mentions` are pinged once."""

    key: str
    title: str
    lines: Sequence[Line]
    hint: str
    mentions: tuple[str, ...]
    urgency: int
    tone: Tone = "danger"


def say_digest(scene: Scene, at: Address, digest: Digest) -> None:
    """Say it in a place, in several messages where one would be too long."""
    made, lines = pages([line.words for line in digest.lines], len(digest.hint)), iter(digest.lines)
    for number, page in enumerate(made):
        part = f" ({number + 1} of {len(made)})" if len(made) > 1 else ""
        card = Card(
            digest.title + part,
            "\n".join(page) + f"\n\n{digest.hint}",
            mentions=() if number else digest.mentions,
            tone=digest.tone,
            tells=tuple(line.key for line in islice(lines, len(page))),
        )
        since = scene.now + timedelta(microseconds=number)  # in this order
        say(scene, Wanted(f"{digest.key}:{number}:{at}", at, card, urgency=digest.urgency), since=since)
