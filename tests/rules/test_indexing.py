"""The index follows the articles, by words at once and by meaning when a worker has built it (BEHAVIOUR 32, 33)."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from bot import library
from bot.indexing import FEW, Indexing, folder_for
from bot.knowledge import Knowledge
from kb import Article
from kb.worker import lines, read
from storage import articles
from storage.database import Database
from tests.rules.kb_words import installed

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CAR = Article("car", "Automobile", "Where to park the automobile.")
OTHERS = [Article(f"other-{n}", f"Thing {n}", f"What thing number {n} is for.", tags=("x",)) for n in range(FEW)]


class Replica:
    """One of the desks on a database, with an index of its own."""

    def __init__(self, database: Database, folder: Path | None = None) -> None:
        self.knowledge, self.database = Knowledge(), database
        self.indexing = Indexing(database, folder, (sys.executable, "-m", "tests.rules.kb_worker"))

    async def looks(self) -> None:
        await self.indexing.follow("main", self.knowledge)

    async def keeps(self, *articles: Article) -> None:
        await self.database.write(partial(library.keep, workspace="main", articles=articles, now=NOW))

    def finds(self, words: str) -> list[str]:
        return [hit.article_id for hit in self.knowledge.index.search(words)]


def archive(db: Session) -> None:
    row = articles.standing(db, "main", "car")
    assert row
    row.status = "archived"
    articles.changed(db, "main")


@pytest.fixture
async def replica(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Replica]:
    installed(monkeypatch)
    monkeypatch.setattr("bot.indexing.installed", lambda: True)
    made = Replica(sqlite_database, tmp_path / "index")
    yield made
    await made.indexing.stop()


async def test_32_a_change_reaches_every_replica(database: Database) -> None:
    """BEHAVIOUR 32: added, changed, taken back; few at a time, and many."""
    one, other = Replica(database), Replica(database)
    await one.keeps(CAR)
    await other.looks()
    assert other.finds("automobile") == ["car"] and other.knowledge.title("car") == "Automobile"
    index = other.knowledge.index
    await one.keeps(Article("car", "Lorry", "Where to park it."), Article("pay", "Salaries", ""))
    await other.looks()
    assert other.finds("automobile") == [] and other.finds("lorry") == ["car"] and other.finds("salaries") == ["pay"]
    await one.database.write(archive)
    await other.looks()
    assert other.finds("lorry") == [] and other.knowledge.index is index, "few changes are put into what is there"
    await one.keeps(*OTHERS, CAR)
    await other.looks()
    assert "car" in other.finds("automobile") and len(other.knowledge.index) == FEW + 2


async def test_33_by_words_at_once_and_by_meaning_later(replica: Replica) -> None:
    """BEHAVIOUR 33: the desk waits for nothing, and says how far it is."""
    await replica.keeps(CAR, *OTHERS)
    with capture_logs() as said:
        await replica.looks()
        assert replica.finds("automobile") == ["car"] and "car" not in replica.finds("car")
        await replica.indexing.settled()
    assert replica.finds("car")[0] == "car"
    assert {"done": FEW + 1, "of": FEW + 1, "event": "articles are read by the model", "log_level": "info"} in said


async def test_33_what_changes_while_the_worker_builds_is_not_lost(replica: Replica) -> None:
    await replica.keeps(CAR, *OTHERS)
    await replica.looks()
    await replica.keeps(Article("ill", "Seeing a physician", "Who pays for it."))
    await replica.looks()
    await replica.indexing.settled()
    await replica.looks()
    assert replica.finds("doctor")[0] == "ill" and replica.finds("car")[0] == "car"


async def test_33_a_second_start_computes_nothing_again(replica: Replica, sqlite_database: Database) -> None:
    await replica.keeps(CAR, *OTHERS)
    await replica.looks()
    await replica.indexing.settled()
    assert replica.indexing.folder
    assert "Automobile" in (replica.indexing.folder / "embedded").read_text()
    again = Replica(sqlite_database, replica.indexing.folder)
    await again.looks()
    await again.indexing.settled()
    assert again.finds("car")[0] == "car" and (replica.indexing.folder / "embedded").read_text() == ""


async def test_33_a_damaged_file_is_built_anew_and_said(replica: Replica) -> None:
    assert replica.indexing.folder
    replica.indexing.folder.mkdir()
    (replica.indexing.folder / "main.index").write_bytes(b"no index")
    await replica.keeps(CAR, *OTHERS)
    with capture_logs() as said:
        await replica.looks()
        await replica.indexing.settled()
    assert replica.finds("car")[0] == "car"
    assert "is no index" in next(str(line) for line in said if line["event"] == "the index of articles is built anew")


async def test_33_a_worker_that_dies_leaves_the_desk_matching_by_words(replica: Replica) -> None:
    assert replica.indexing.folder
    replica.indexing.folder.mkdir()
    (replica.indexing.folder / "dies").touch()
    await replica.keeps(CAR, *OTHERS)
    with capture_logs() as said:
        await replica.looks()
        await replica.indexing.settled()
    assert replica.finds("automobile") == ["car"]
    assert "ended with 3" in next(str(line) for line in said if line["event"] == "articles are matched by words only")


async def test_33_a_desk_that_ends_leaves_no_worker_behind(replica: Replica, sqlite_database: Database) -> None:
    """BEHAVIOUR 33: what it has done is found again at the next start."""
    folder = replica.indexing.folder
    assert folder
    folder.mkdir()
    sleeps = "import os, sys, time; open(sys.argv[1] + '.' + str(os.getpid()), 'w'); time.sleep(60)"
    replica.indexing = Indexing(sqlite_database, folder, (sys.executable, "-c", sleeps))
    await replica.keeps(CAR, *OTHERS)
    await replica.looks()
    while not (begun := list(folder.glob("main.index.*"))):  # noqa: ASYNC110  # a process tells, which has no Event
        await asyncio.sleep(0.01)
    await replica.indexing.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun[0].suffix[1:]), 0)
    assert replica.finds("automobile") == ["car"]


def test_33_the_index_stands_beside_the_database_or_in_the_cache(tmp_path: Path) -> None:
    """BEHAVIOUR 33: each database has a folder of its own."""
    assert folder_for(f"sqlite:///{tmp_path}/desk.db", {}) == tmp_path / "desk.db.index"
    cache = {"XDG_CACHE_HOME": str(tmp_path)}
    one, other = (folder_for(f"postgresql+psycopg://me:secret@host/{name}", cache) for name in ("a/../b", "b"))
    assert one != other and one.parent == other.parent == tmp_path / "firstline" and "secret" not in str(one)
    assert folder_for("postgresql://host/a", {}).is_absolute()


def test_33_the_worker_reads_what_it_is_given() -> None:
    articles = [CAR, Article("ü", "Zeile\nzwei", "\0 \u2028 🎉", ("a", "b"), "Hardware", "agents", "s", "l")]
    assert read(lines(articles).splitlines()) == articles
