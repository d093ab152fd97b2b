"""A folder that is taken up again, and what was done here to its articles meanwhile (BEHAVIOUR 32)."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from bot import editing, library
from bot.context import Scene
from bot.library import importing
from bot.worktime import Worktime
from kb.folder import read_pages
from storage import article_files, articles
from storage.database import Database
from storage.knowledge import ArticleRow
from tests.rules.desk_stories import usual

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Kept:
    """A folder, and the database that takes it up."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder

    def has(self, name: str, text: str, status: str = "published") -> None:
        (self.folder / name).write_text(f"---\nid: vpn\ntitle: VPN\nstatus: {status}\n---\n\n{text}\n")

    async def imported(self, *, overwrite: bool = False) -> importing.Plan:
        pages, problems = read_pages(self.folder)
        assert problems == []
        plan = partial(importing.plan, workspace="main", pages=pages, now=NOW, overwrite=overwrite)
        made = await self.database.write(plan)
        await self.database.write(partial(importing.apply, workspace="main", made=made))
        return made

    async def written(self, version: int, text: str, status: str = "draft") -> None:
        """Somebody writes in chat."""
        row = ArticleRow(workspace="main", id="vpn", version=version, title="VPN", body=text, author="ben", at=NOW)
        row.status = status
        await self.database.write(lambda db: db.add(row))

    async def published(self) -> None:
        """Somebody publishes in chat what waits."""

        def publish(db: Session) -> None:
            scene = Scene(db=db, now=NOW, workspace="main", settings=usual(), worktime=Worktime(usual()))
            if row := articles.draft(db, "main", "vpn"):
                editing.publish(scene, row, "dora")

        await self.database.write(publish)

    async def becomes(self, status: str, version: int) -> None:
        """Somebody archives a version in chat."""

        await self.database.write(lambda db: setattr(articles.one(db, "main", "vpn", version), "status", status))

    async def versions(self) -> list[tuple[str, str]]:
        """(status, text) of each, the oldest first."""
        rows = await self.database.read(partial(articles.history, workspace="main", article="vpn"))
        return [(row.status, row.body) for row in reversed(rows)]

    async def files(self) -> list[str]:
        return await self.database.read(partial(article_files.names, workspace="main", article="vpn"))


@pytest.fixture
def kept(sqlite_database: Database, tmp_path: Path) -> Kept:
    return Kept(sqlite_database, tmp_path)


async def taken_up(kept: Kept) -> None:
    """A folder with a draft beside its article, which was published here."""
    kept.has("vpn.md", "Old.")
    kept.has("vpn.draft.md", "New.", "draft")
    await kept.imported()
    await kept.published()


async def test_32_a_draft_of_the_folder_that_was_published_here_stays_so(kept: Kept) -> None:
    """BEHAVIOUR 32: the same folder again changes nothing."""
    await taken_up(kept)
    for _ in range(2):
        assert (await kept.imported()).same == 2
    assert await kept.versions() == [("published", "Old."), ("draft", "New."), ("published", "New.")]
    kept.has("vpn.md", "Newer.")
    await kept.imported()
    assert (await kept.versions())[3:] == [("published", "Newer."), ("draft", "New.")]
    assert (await kept.imported()).same == 2
    kept.has("vpn.md", "Old.")
    await kept.imported(overwrite=True)
    assert (await kept.versions())[5:] == [("published", "Old."), ("draft", "New.")]


async def test_32_what_was_published_here_stays_when_the_draft_s_file_changes_or_goes(kept: Kept) -> None:
    """BEHAVIOUR 32: what is written on in the file waits beside it."""
    await taken_up(kept)
    kept.has("vpn.draft.md", "Newest.", "draft")
    await kept.imported()
    assert (await kept.versions())[2:] == [("published", "New."), ("draft", "Newest.")]
    (kept.folder / "vpn.draft.md").unlink()
    assert (await kept.imported()).same == 1
    await kept.published()
    assert (await kept.imported()).same == 1
    assert (await kept.versions())[3:] == [("draft", "Newest."), ("published", "Newest.")]


async def test_32_a_text_before_the_last_is_a_change_of_the_folder(kept: Kept) -> None:
    """BEHAVIOUR 32: beside a draft that was published here, and after the folder published that draft, too."""
    kept.has("vpn.md", "First.")
    await kept.imported()
    await taken_up(kept)
    kept.has("vpn.md", "First.")
    await kept.imported()
    assert (await kept.versions())[4:] == [("published", "First."), ("draft", "New.")]
    await kept.published()
    (kept.folder / "vpn.draft.md").unlink()
    kept.has("vpn.md", "New.")
    assert (await kept.imported()).same == 1
    kept.has("vpn.md", "First.")
    await kept.imported()
    assert (await kept.versions())[6:] == [("published", "New."), ("published", "First.")]


async def test_32_what_was_edited_here_after_a_draft_of_the_folder_stays(kept: Kept) -> None:
    """BEHAVIOUR 32: the same folder again changes nothing, and a changed one is named."""
    await taken_up(kept)
    await kept.written(4, "Mine.", "published")
    made = await kept.imported()
    assert (made.same, made.edited) == (2, [])
    kept.has("vpn.md", "Newer.")
    assert [row.version for _, row in (await kept.imported()).edited] == [4]


async def test_32_a_folder_goes_on_from_its_draft_that_was_published_here(kept: Kept) -> None:
    """BEHAVIOUR 32: nobody here has written anything, and the article is the folder's still."""
    kept.has("vpn.md", "Text.", "draft")
    await kept.imported()
    await kept.published()
    assert (await kept.imported()).same == 1
    missing = partial(importing.missing, workspace="main", ids=())
    assert [row.version for row in await kept.database.read(missing)] == [2]
    kept.has("vpn.md", "More.")
    await kept.imported()
    assert await kept.versions() == [("draft", "Text."), ("published", "Text."), ("published", "More.")]


async def test_32_a_folder_publishes_its_own_draft(kept: Kept) -> None:
    """BEHAVIOUR 32: a file whose status alone has changed has changed."""
    kept.has("vpn.md", "Text.", "draft")
    await kept.imported()
    kept.has("vpn.md", "Text.")
    await kept.imported()
    assert await kept.versions() == [("draft", "Text."), ("published", "Text.")]
    assert (await kept.imported()).same == 1
    kept.has("vpn.md", "New.", "draft")
    await kept.imported()
    kept.has("vpn.md", "New.")
    await kept.imported()
    assert (await kept.versions())[2:] == [("draft", "New."), ("published", "New.")]


async def test_32_a_folder_archives_its_own_draft(kept: Kept) -> None:
    """BEHAVIOUR 32."""
    kept.has("vpn.md", "Text.", "draft")
    await kept.imported()
    kept.has("vpn.md", "Text.", "archived")
    await kept.imported()
    assert await kept.versions() == [("draft", "Text."), ("archived", "Text.")]


async def test_32_a_folder_publishes_what_waits_here_with_the_same_words(kept: Kept) -> None:
    """BEHAVIOUR 32: and nothing that waits here with others."""
    kept.has("vpn.md", "Text.")
    await kept.imported()
    await kept.written(2, "Mine.")
    kept.has("vpn.md", "Yours.")
    assert [row.version for _, row in (await kept.imported()).edited] == [2]
    kept.has("vpn.md", "Mine.")
    await kept.imported()
    assert await kept.versions() == [("published", "Text."), ("draft", "Mine."), ("published", "Mine.")]


async def test_32_what_is_left_alone_at_a_start_is_named_in_the_log(kept: Kept) -> None:
    """BEHAVIOUR 32: what only the desk has changed is not."""
    kept.has("vpn.md", "Text.")
    await kept.imported()
    await kept.written(2, "Mine.", "published")
    told = []
    for text in ("Text.", "Yours."):
        kept.has("vpn.md", text)
        pages, _ = read_pages(kept.folder)
        with capture_logs() as said:
            await kept.database.write(partial(library.keep, workspace="main", articles=pages, now=NOW))
        told.append([line["file"] for line in said])
    assert told == [[], ["vpn.md"]]


async def test_32_a_draft_of_the_folder_that_was_edited_here_is_not_published_over_it(kept: Kept) -> None:
    """BEHAVIOUR 32."""
    kept.has("vpn.md", "Text.", "draft")
    await kept.imported()
    await kept.written(2, "Mine.")
    assert (await kept.imported()).same == 1
    kept.has("vpn.md", "Text.")
    assert [row.version for _, row in (await kept.imported()).edited] == [2]
    await kept.imported(overwrite=True)
    assert (await kept.versions())[1:] == [("draft", "Mine."), ("published", "Text.")]


async def test_32_what_was_archived_is_told_and_brought_back_when_asked(kept: Kept) -> None:
    """BEHAVIOUR 32: whether it was archived here or in the folder."""
    kept.has("vpn.md", "Text.")
    await kept.imported()
    kept.has("vpn.md", "Text.", "archived")
    assert not (await kept.imported()).archived
    kept.has("vpn.md", "Text.")
    assert [row.version for _, row in (await kept.imported()).archived] == [1]
    assert await kept.versions() == [("archived", "Text.")]
    await kept.imported(overwrite=True)
    assert await kept.versions() == [("archived", "Text."), ("published", "Text.")]
    await kept.becomes("archived", 2)
    await kept.written(3, "Text.")
    assert [row.version for _, row in (await kept.imported()).archived] == [2]
    kept.has("vpn.md", "New.")
    assert (await kept.imported()).edited


async def test_32_a_start_logs_what_stays_although_the_folder_says_something_else(kept: Kept) -> None:
    """BEHAVIOUR 32: what is archived, whoever archived it, and what was edited here."""

    async def started() -> list[tuple[str, str]]:
        pages, _ = read_pages(kept.folder)
        with capture_logs() as said:
            await kept.database.write(partial(library.keep, workspace="main", articles=pages, now=NOW))
        return [(line["log_level"], line["problem"]) for line in said]

    for status in ("published", "archived"):
        kept.has("vpn.md", "Text.", status)
        assert await started() == []
    kept.has("vpn.md", "Text.")
    [(level, problem)] = await started()
    assert level == "info" and problem.startswith("vpn is archived here;")
    await kept.written(2, "Mine.", "published")
    assert await started() == []
    kept.has("vpn.md", "Other.")
    [(level, problem)] = await started()
    assert level == "warning" and problem.startswith("vpn was edited here since, as version 2 by ben.")


async def test_32_a_draft_of_the_folder_keeps_its_pictures(kept: Kept) -> None:
    """BEHAVIOUR 32: the same folder again changes nothing; what no text of it names is dropped."""
    for name in ("old.png", "new.png"):
        (kept.folder / name).write_bytes(b"\x89PNG")
    kept.has("vpn.md", "![old](old.png)")
    kept.has("vpn.draft.md", "![new](new.png)", "draft")
    for _ in range(3):
        await kept.imported()
        assert await kept.files() == ["new.png", "old.png"]
    (kept.folder / "vpn.draft.md").unlink()
    await kept.imported()
    assert await kept.files() == ["old.png"]
