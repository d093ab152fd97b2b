"""A folder of Markdown taken up into the knowledge base: what is new, what has changed, what was edited here since."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from sqlmodel import Session

from bot import reading
from bot.knowledge import article
from bot.library.folders import type_of
from kb.folder import Problem
from kb.page import Page, sign
from storage import article_files
from storage import articles as stored
from storage.knowledge import ArticleFile, ArticleRow


@dataclass
class Plan:
    """What an import does.

    rows: new versions; version 1 is of a new article. amended: versions as they are to be from now on. same: how many
    pages change nothing. edited: (page, version) that both the folder and somebody here have changed; they are left
    alone. archived: (page, version) that the folder publishes and that is archived here, with the same text. files:
    new contents; dropped: the keys of files that no text names any more. dead: links to articles that there are not.
    """

    rows: list[ArticleRow] = field(default_factory=list)
    amended: list[ArticleRow] = field(default_factory=list)
    same: int = 0
    edited: list[tuple[Page, ArticleRow]] = field(default_factory=list)
    archived: list[tuple[Page, ArticleRow]] = field(default_factory=list)
    files: list[ArticleFile] = field(default_factory=list)
    dropped: list[tuple[str, str, str]] = field(default_factory=list)
    dead: list[Problem] = field(default_factory=list)


def plan(db: Session, workspace: str, pages: Iterable[Page], now: datetime, *, overwrite: bool = False) -> Plan:
    """What taking up these pages would do: the same pages again change nothing.

    What was edited or archived here since the folder's text was the newest is left alone, unless `overwrite`.
    """
    made, newest, stands = Plan(), stored.newest(db, workspace), stored.stand(db, workspace)
    signs = article_files.signs(db, workspace)
    pages = sorted(pages, key=lambda page: (page.article.id, page.status == "draft"))
    named = {(page.article.id, name) for page in pages for name in page.files}
    for page in pages:
        id = page.article.id
        if _decide(db, made, page, workspace, (newest.get(id), stands.get(id)), now, overwrite=overwrite):
            _take_files(made, page, workspace, signs, named, now)
        if made.rows and made.rows[-1].id == id:
            newest[id] = made.rows[-1]
            if page.status != "draft":
                stands[id] = made.rows[-1]
    for page in pages:
        gone = (id for id in reading.named(page.article.body) if id not in newest)
        made.dead += [Problem(page.place, f"links to kb:{id}, and there is no such article") for id in gone]
    return made


def _decide(
    db: Session,
    made: Plan,
    page: Page,
    workspace: str,
    known: tuple[ArticleRow | None, ArticleRow | None],
    now: datetime,
    *,
    overwrite: bool,
) -> bool:
    """Add what a page means to the plan; False where the article is left as somebody here has made it.

    known: the newest version, and the one that stands.
    """
    newest, stands = known
    if newest is None:
        made.rows.append(_row(workspace, page, 1, now))
        return True
    mine = _sign(page)
    same = next((row for row in known if row and sign_of(row) == mine and not _waits(row, page)), None)
    archived = stands if stands and stands.status == "archived" and page.status == "published" else None
    if same and not (archived and overwrite):
        made.amended += _amended(db, page, same, stands)
        made.archived += [(page, archived)] if archived else []
        made.same += 1
        return True
    history = stored.history(db, workspace, page.article.id)
    if newest not in history:  # a draft beside a new article
        history.insert(0, newest)
    history = [row for row in history if not (row.discarded and _waits(row, page))]
    theirs = [row for row in history if not row.author or sign_of(row) == page.base]
    base = next(iter(theirs), None)
    said = next((row for row in theirs if not _waits(row, page)), None)
    if said and sign_of(said) == mine and not overwrite:
        made.same += 1
        return False
    kept = (row for row in history if row.author and not row.discarded and not _repeated(db, row))
    since = [row for row in kept if base is None or row.version > base.version]
    if since and sign_of(since[0]) == mine:  # what waits here is what the folder publishes
        since = []
    since += [archived] if archived else []
    if since and not overwrite:
        made.edited.append((page, since[0]))
        return False
    made.rows.append(_row(workspace, page, newest.version + 1, now))
    return True


def _waits(row: ArticleRow, page: Page) -> bool:
    """Whether a version is but a draft, and the folder has more to say than that."""
    return row.status == "draft" and page.status != "draft"


def _repeated(db: Session, row: ArticleRow) -> ArticleRow | None:
    """The folder's version that somebody published here as this one, with the same text."""
    before = stored.one(db, row.workspace, row.id, row.version - 1) if row.author else None
    return before if before and not before.author and sign_of(before) == sign_of(row) else None


def _amended(db: Session, page: Page, row: ArticleRow, stands: ArticleRow | None) -> Iterator[ArticleRow]:
    """What is no text but may change: archived in the folder, to be looked at later, no draft there any more."""
    changes: dict[str, object] = {}
    if page.status == "archived" and row is stands and row.status == "published":
        changes = {"status": "archived", "remind_at": None}
    elif page.review and (row.review_at is None or page.review > row.review_at.date()):
        at = _instant(page.review)
        changes = {"review_at": at, "remind_at": at if row.status == "published" else None}
    if changes:
        yield row.model_copy(update=changes)
    draft = _repeated(db, row)
    if draft and _waits(draft, page):
        yield draft.model_copy(update={"status": page.status})


def _row(workspace: str, page: Page, version: int, now: datetime) -> ArticleRow:
    review = _instant(page.review) if page.review else None
    return ArticleRow(
        workspace=workspace,
        id=page.article.id,
        version=version,
        title=page.article.title,
        body=page.article.body,
        tags=list(page.article.tags),
        category=page.article.category or "",
        audience=page.article.audience,
        owner=page.owner,
        source=page.article.source,
        license=page.article.license,
        status=page.status,
        at=now,
        review_at=review,
        remind_at=review if page.status == "published" else None,
    )


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _sign(page: Page) -> str:
    return sign(page.article, page.owner)


def sign_of(row: ArticleRow) -> str:
    """What tells a version's text from others; see `kb.page.sign`."""
    return sign(article(row), row.owner)


def _take_files(
    made: Plan,
    page: Page,
    workspace: str,
    signs: dict[tuple[str, str], str],
    named: Collection[tuple[str, str]],
    now: datetime,
) -> None:
    """Plan which of a page's files are new or changed, and drop those of its article that no page has `named`."""
    id = page.article.id
    for name, path in page.files.items():
        file = _file(workspace, id, name, path.read_bytes(), now)
        if signs.get((id, name)) != file.sha256:
            made.files.append(file)
    if page.status != "draft":  # whose pictures may be others than those of the version that stands
        made.dropped += [(workspace, *key) for key in signs if key[0] == id and key not in named]


def _file(workspace: str, article: str, name: str, content: bytes, now: datetime) -> ArticleFile:
    return ArticleFile(
        workspace=workspace,
        article=article,
        name=name,
        type=type_of(name),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        at=now,
    )


def missing(db: Session, workspace: str, ids: Collection[str]) -> list[ArticleRow]:
    """The live articles that came from a folder and are not among these."""
    gone = (row for row in stored.published(db, workspace) if row.id not in ids)
    return [row for row in gone if not row.author or _repeated(db, row)]


def apply(db: Session, workspace: str, made: Plan) -> None:
    """Do what was planned, and let every replica know."""
    db.add_all(made.rows)
    for row in (*made.amended, *made.files):
        db.merge(row)
    for key in made.dropped:
        if file := db.get(ArticleFile, key):
            db.delete(file)
    if made.rows or made.amended:
        stored.changed(db, workspace)
