"""Articles that are to be looked at again: their owner is asked once whether they are still true."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot import places, readers
from bot.context import Scene, Stage
from bot.due import BATCH
from bot.editing import team_key_of
from bot.posts import LATER, Wanted, say
from bot.words import Address, Button, Card, one_line
from storage import articles
from storage.knowledge import ArticleRow


def ask(db: Session, stage: Stage, now: datetime) -> int:
    """Ask of all that has come due; how many there were."""
    due = articles.to_ask(db, now, BATCH)
    for row in due:
        row.remind_at = None
        db.add(row)
        stands = articles.standing(db, row.workspace, row.id)
        if stands is row and row.status == "published":
            _ask(stage(db, row.workspace), row)
    return len(due)


def _ask(scene: Scene, row: ArticleRow) -> None:
    known = {"article": row.id}
    buttons = (
        Button("Still true", "kb review", known, "primary"),
        Button("Edit", "kb edit", known),
        Button("Archive", "kb archive", known),
    )
    words = f"It has not been looked at for a while. To read it: `/kb show {row.id}`"
    card = Card(f"Is “{one_line(row.title, 80)}” still true?", words, buttons=buttons)
    sign = f"review:{row.id}:{row.version}:{row.review_at:%Y-%m-%d}"
    say(scene, *(Wanted(f"{sign}:{place}", place, card, urgency=LATER) for place in _places(scene, row)))


def _places(scene: Scene, row: ArticleRow) -> list[Address]:
    """The talk with the owner; the rooms of the article's team, where it has no owner who may read it or no channel
    knows them. Nowhere, where it is for a team that there is not any more: `/kb drafts` tells the admins."""
    owner = row.owner if row.owner and readers.may_read(row.owner, row, scene.settings) else ""
    mine = places.direct(scene, owner, "") if owner else None
    if mine:
        return [mine]
    if row.audience != readers.EVERYONE and row.audience not in scene.settings.teams:
        return []
    return [Address.parse(room) for room in scene.settings.team_for(team_key_of(row, scene.settings)).triage]
