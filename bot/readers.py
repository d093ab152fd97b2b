"""Who may read which article."""

from __future__ import annotations

from rapidfuzz import fuzz
from sqlmodel import Session

from bot.context import Context
from bot.forms import Wrong
from bot.people import works_here
from bot.settings import Settings, staff
from bot.words import Kept, one_line
from kb.links import targets
from storage import article_files, articles
from storage.knowledge import ArticleFile, ArticleRow

EVERYONE = "everyone"
"""The audience of an article that is nobody's in particular. All others are keys of teams."""


def audiences(person: str, settings: Settings) -> frozenset[str]:
    """The audiences that somebody belongs to: everyone, and each team that they work in; of all teams for an admin."""
    admin = person in settings.admins
    return frozenset({EVERYONE, *(key for key, team in settings.teams.items() if admin or person in staff(team))})


def may_read(person: str, row: ArticleRow, settings: Settings) -> bool:
    """Whether somebody belongs to a version's audience, and works here where it is not published.

    What is for a team that the settings do not name any more is read by admins only, as they have to give it another.
    """
    if row.audience not in audiences(person, settings) and person not in settings.admins:
        return False
    return row.status == "published" or works_here(person, settings)


def article(db: Session, workspace: str, id: str, person: str, settings: Settings) -> ArticleRow | None:
    """The version of an article that somebody reads: the one that stands, or the draft where there is nothing else.

    None where there is none that they may read, which is all they learn.
    """
    row = articles.standing(db, workspace, id) or articles.draft(db, workspace, id)
    return row if row and may_read(person, row, settings) else None


def file(db: Session, workspace: str, id: str, name: str, person: str, settings: Settings) -> Kept | None:
    """A file of an article, by its name there; None where there is none that they may read."""
    row = article(db, workspace, id, person, settings)
    return file_of(db, row, name) if row else None


def file_of(db: Session, row: ArticleRow, name: str) -> Kept | None:
    """A file that this version shows or links to: those of a draft are for the draft's readers."""
    found = db.get(ArticleFile, (row.workspace, row.id, name)) if name in targets(row.body) else None
    return Kept(0, found.name, found.type, found.content) if found else None


def files(db: Session, row: ArticleRow) -> list[str]:
    """The names of the files that this version shows or links to."""
    names = article_files.names(db, row.workspace, row.id)
    shown = targets(row.body) if names else set()
    return [name for name in names if name in shown]


ALIKE = 50
"""How much of 100 an id is like another one, to be what was meant: `printer-jam` is like `gnome-printing-paperjam`."""
NOT_LIVE = {"draft": "still a draft", "archived": "archived"}


def named(ctx: Context, id: str, *, live: bool = False, version: int = 0) -> ArticleRow:
    """The version that the sender reads of an article they named; live: only a published one. Who works here may ask
    for a certain version.

    `Wrong` where there is none for them, which is all they learn: what may be meant is something that they may read.
    """
    row = article(ctx.db, ctx.workspace, id, ctx.sender.id, ctx.settings)
    if row and live and row.status != "published":
        raise Wrong(
            f"“{one_line(row.title, 60)}” is {NOT_LIVE[row.status]}: only a published article will do.", "article"
        )
    if row and version and works_here(ctx.sender.id, ctx.settings):
        asked = articles.one(ctx.db, ctx.workspace, id, version)
        return asked if asked and may_read(ctx.sender.id, asked, ctx.settings) else row
    if row:
        return row
    no = f"There is no article “{one_line(id, 60)}” that you may read; it may have been archived."
    raise Wrong(no + _meant(ctx, id), "article")


def _meant(ctx: Context, id: str) -> str:
    """A question after the likeliest article by the words of an id whose own id is like them, or begins so."""
    words = id.casefold().replace("-", " ")
    found = ctx.knowledge.search(words, limit=5, audiences=audiences(ctx.sender.id, ctx.settings))
    ids = {hit.article_id: hit.article_id.replace("-", " ") for hit in found}
    likely = sorted(ids, key=lambda one: not ids[one].startswith(words))
    near = [one for one in likely if fuzz.token_set_ratio(words, ids[one]) >= ALIKE]
    return f" Did you mean “{near[0]}”?" if near else ""
