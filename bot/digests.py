"""Digests that wait to be sent: what is over by now of what they tell is said to be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlmodel import select

from bot import escalation, warning
from bot.context import Scene
from bot.deadlines import read_clocks
from bot.posts import card_of, edit
from bot.words import Card
from storage import posts
from storage.tables import Escalation, Ticket

OVER = " (over)"


def follow(scene: Scene, changed: Collection[int]) -> None:
    """Bring those up to date that tell of tickets that have changed."""
    for post in posts.unsent(scene.db, scene.workspace, "digest"):
        before = card_of(post)
        if any(_number(key) in changed for key in before.tells):
            edit(scene, post, _now(scene, before, changed))


def _now(scene: Scene, before: Card, changed: Collection[int]) -> Card:
    lines = before.body.split("\n")
    for place, key in enumerate(before.tells):
        if _number(key) in changed:
            line = lines[place].removesuffix(OVER)
            lines[place] = line + OVER if _over(scene, key) else line
    past = all(line.endswith(OVER) for line in lines[: len(before.tells)])
    return replace(before, body="\n".join(lines), past=past)


def _over(scene: Scene, key: str) -> bool:
    """Whether what was announced under a key is settled."""
    ticket = scene.db.get(Ticket, (scene.workspace, _number(key)))
    assert ticket is not None
    if named := escalation.warned_of(key):
        clock = next((c for c in read_clocks(scene, ticket) if c.kind == named[0]), None)
        return bool(warning.settled(scene, ticket, clock, named[1]))
    mine = (Escalation.workspace == scene.workspace, Escalation.ticket == ticket.number)
    ladders = scene.db.exec(select(Escalation).where(*mine)).all()
    return any(row.closed_at and _is_of(key, row) for row in ladders)


def _is_of(key: str, row: Escalation) -> bool:
    return key.startswith(escalation.key(row.ticket, row.clock, row.deadline, 1).removesuffix("1"))


def _number(key: str) -> int:
    """The ticket that an announcement is about."""
    return int(key.split(":")[1])
