"""A folder that is taken up again, and what was done here to its articles meanwhile (BEHAVIOUR 32)."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import library
from bot.library import importing
from kb.folder import read_pages
from storage import article_files, articles
from storage.database import Database
from storage.knowledge import ArticleRow

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

    async def becomes(self, status: str, version: int) -> None:
        """Somebody publishes or archives a version in chat."""

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


async def test_32_a_draft_of_the_folder_that_was_published_here_stays_so(kept: Kept) -> None:
    """BEHAVIOUR 32: the same folder again changes nothing."""
    kept.has("vpn.md", "Old.")
    kept.has("vpn.draft.md", "New.", "draft")
    await kept.imported()
    await kept.becomes("published", 2)
    for _ in range(2):
        assert (await kept.imported()).same == 2
    assert await kept.versions() == [("published", "Old."), ("published", "New.")]
    kept.has("vpn.md", "Newer.")
    await kept.imported()
    assert (await kept.versions())[2:] == [("published", "Newer."), ("draft", "New.")]
    assert (await kept.imported()).same == 2
    kept.has("vpn.md", "Old.")
    await kept.imported(overwrite=True)
    assert (await kept.versions())[4:] == [("published", "Old."), ("draft", "New.")]


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
        told.append([(line["file"], line["version"]) for line in said])
    assert told == [[], [("vpn.md", 2)]]


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
