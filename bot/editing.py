"""An article's life: drafts are written beside the version that stands, and one of them takes its place."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import datetime
from itertools import chain, count
from typing import NamedTuple

from bot.context import Scene
from bot.people import works_here
from bot.readers import EVERYONE
from bot.settings import Settings
from kb.front import slug
from storage import articles
from storage.knowledge import ArticleRow

LONGEST_ID = 60  # characters; a number behind it may make it a little longer


class Text(NamedTuple):
    """What somebody writes: the fields of an article that its versions differ in. See `ArticleRow`."""

    title: str
    body: str
    tags: tuple[str, ...] = ()
    category: str = ""
    audience: str = EVERYONE
    owner: str = ""
    review_at: datetime | None = None


def text_of(row: ArticleRow) -> Text:
    return Text(row.title, row.body, tuple(row.tags), row.category, row.audience, row.owner, row.review_at)


def write(scene: Scene, id: str, text: Text, author: str, ticket: int | None = None) -> ArticleRow:
    """Keep a text as the newest draft of an article; the version that stands is untouched."""
    last = articles.latest(scene.db, scene.workspace, id)
    row = ArticleRow(
        workspace=scene.workspace,
        id=id,
        version=last.version + 1 if last else 1,
        status="draft",
        at=scene.now,
        author=author,
        ticket=ticket or (last.ticket if last else None),
        source=last.source if last else "",
        license=last.license if last else "",
        **text._asdict() | {"tags": list(text.tags)},
    )
    scene.db.add(row)
    scene.db.flush()
    return row


def publish(scene: Scene, row: ArticleRow, by: str) -> ArticleRow:
    """Let a version be the one that is read. Its review is due in the usual time, where none is due later.

    A draft of a folder's is published as a version of `by`, so that it shows which texts the folder itself published.
    """
    if row.status == "draft" and not row.author:
        row = write(scene, row.id, text_of(row), by)
    row.status = "published"
    if row.review_at is None or row.review_at <= scene.now:
        row.review_at = usual_review(scene)
    _remind(scene, row)
    articles.changed(scene.db, scene.workspace)
    return row


def archive(scene: Scene, row: ArticleRow) -> None:
    """Let an article be read by nobody but those who work here."""
    row.status, row.remind_at = "archived", None
    scene.db.add(row)
    articles.changed(scene.db, scene.workspace)


def discard(scene: Scene, row: ArticleRow) -> None:
    """Let a draft wait no longer, nor those before it; the version that stands is untouched."""
    row.discarded_at = scene.now
    scene.db.add(row)


def reviewed(scene: Scene, row: ArticleRow, months: int = 0) -> None:
    """It is still true: it is to be looked at again in so many months, or in the usual time."""
    row.review_at = months_later(scene.now, months) if months else usual_review(scene)
    _remind(scene, row)


def _remind(scene: Scene, row: ArticleRow) -> None:
    row.remind_at = row.review_at
    scene.db.add(row)


def usual_review(scene: Scene) -> datetime | None:
    """When what is published now is to be reviewed; None where the settings ask for no review."""
    months = scene.settings.knowledge.review_after
    return months_later(scene.now, months) if months else None


def months_later(instant: datetime, months: int) -> datetime:
    """The same day of a later month; its last day where it has no such day."""
    years, month = divmod(instant.month - 1 + months, 12)
    year, month = instant.year + years, month + 1
    return instant.replace(year=year, month=month, day=min(instant.day, monthrange(year, month)[1]))


def may_publish(person: str, row: ArticleRow, stands: ArticleRow | None, settings: Settings) -> bool:
    """Whether somebody decides that a version is read: the article's owner, the leads of its team, and admins.

    All that is judged by the version that `stands`, for whoever writes a draft may name any owner in it. Its team is
    the one that it is for, else the one of its category; what has neither is any lead's.
    """
    if person in settings.admins or (stands and person == stands.owner and works_here(person, settings)):
        return True
    team = team_key_of(stands or row, settings)
    return any(person in settings.teams[key].leads for key in ([team] if team else settings.teams))


def team_key_of(row: ArticleRow, settings: Settings) -> str:
    """The key of the team that an article belongs to; "" for none."""
    if row.audience in settings.teams:
        return row.audience
    category = settings.categories.get(row.category)
    return category.team if category else ""


def new_id(scene: Scene, title: str) -> str:
    """A readable id that no article has yet: "VPN & Wi-Fi" is vpn-wi-fi, the next one vpn-wi-fi-2."""
    words = slug(unicodedata.normalize("NFKC", title)) or "article"
    base = words if len(words) <= LONGEST_ID else re.sub(r"-[^-]*\Z", "", words[: LONGEST_ID + 1])[:LONGEST_ID]
    ids = chain([base], (f"{base}-{number}" for number in count(2)))
    return next(id for id in ids if articles.latest(scene.db, scene.workspace, id) is None)
