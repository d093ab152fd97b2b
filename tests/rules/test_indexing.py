"""The index follows the articles, by words at once and by meaning when a worker has built it (BEHAVIOUR 32, 33)."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, MutableMapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import thread_time
from typing import Any

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from bot import library
from bot.indexing import FEW, Indexing, folder_for
from bot.knowledge import Knowledge
from kb import Article, Index
from kb.worker import lines, read
from storage import articles
from storage.database import Database
from tests.rules.kb_words import installed
from tests.rules.kb_worker import MIDWAY

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CAR = Article("car", "Automobile", "Where to park the automobile.")
MANY = [Article(f"many-{n}", f"Thing {n}", f"What thing number {n} is for.") for n in range(400)]
SOON = 0.01  # seconds
OTHERS = [Article(f"other-{n}", f"Thing {n}", f"What thing number {n} is for.", tags=("x",)) for n in range(FEW)]


class Replica:
    """One of the desks on a database, with an index of its own."""

    def __init__(self, database: Database, folder: Path | None = None) -> None:
        self.knowledge, self.database = Knowledge(), database
        self.indexing = Indexing(database, folder, (sys.executable, "-m", "tests.rules.kb_worker"), SOON)

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


async def told(said: Sequence[MutableMapping[str, Any]], event: str) -> None:
    while not any(line["event"] == event for line in said):  # noqa: ASYNC110  # the log has no Event
        await asyncio.sleep(0.01)


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
    await one.keeps(*OTHERS, Article("van", "Automobile for many", ""))
    await other.looks()
    assert "van" in other.finds("automobile") and len(other.knowledge.index) == FEW + 2


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


async def test_32_what_is_taken_back_while_the_worker_builds_stays_away(replica: Replica) -> None:
    """BEHAVIOUR 32: also in the moment in which the worker's index takes the place of the other."""
    await replica.keeps(CAR, *OTHERS)
    await replica.looks()
    await replica.database.write(archive)
    await replica.looks()
    await replica.indexing.settled()
    found = replica.knowledge.search("automobile", limit=9, audiences=frozenset({"everyone"}))
    assert found and "car" not in [hit.article_id for hit in found] and "car" not in replica.finds("automobile")


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


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ("exit", "ended with 3"),
        ("out of memory", "ended with 1"),
        ("disc full", "ended with 1"),
        ("no model", "ended with 1"),
        ("half a file", "is damaged"),
    ],
)
async def test_33_a_worker_that_dies_is_started_again(replica: Replica, way: str, says: str) -> None:
    """BEHAVIOUR 33: after a while that grows; each failure is said once, and the desk matches by words meanwhile."""
    folder = replica.indexing.folder
    assert folder
    folder.mkdir()
    (folder / "dies").write_text(f"{way}\n{way}\n")
    await replica.keeps(CAR, *OTHERS)
    with capture_logs() as said:
        await replica.looks()
        assert replica.finds("automobile") == ["car"] and "car" not in replica.finds("car")
        await replica.indexing.settled()
    failed = [line for line in said if line["event"] == "articles are matched by words only"]
    assert [says in line["problem"] for line in failed] == [True, True]
    assert [line["again_in_seconds"] for line in failed] == [SOON, 2 * SOON]
    assert replica.finds("car")[0] == "car"
    assert {file.name for file in folder.iterdir()} == {"main.index", "main.index.lock", "embedded"}


async def test_33_a_worker_that_was_killed_is_followed_by_one_that_goes_on(replica: Replica) -> None:
    """BEHAVIOUR 33: what was done is not done again."""
    folder = replica.indexing.folder
    assert folder
    folder.mkdir()
    (folder / "dies").write_text("killed midway\n")
    await replica.keeps(CAR, *MANY)
    with capture_logs() as said:
        await replica.looks()
        await replica.indexing.settled()
    assert "was killed by signal 9" in str(said) and replica.finds("car")[0] == "car"
    assert 0 < len((folder / "embedded").read_text().splitlines()) <= 2 * (1 + len(MANY) - MIDWAY)


async def test_33_what_changes_between_two_attempts_is_built(replica: Replica) -> None:
    folder = replica.indexing.folder
    assert folder
    folder.mkdir()
    (folder / "dies").write_text("exit\n" * 1000)
    await replica.keeps(CAR, *OTHERS)
    await replica.looks()
    await replica.keeps(Article("car", "Lorry", "Where to park it."), Article("ill", "Seeing a physician", ""))
    await replica.looks()
    assert replica.finds("lorry") == ["car"], "the index by words follows meanwhile"
    (folder / "dies").write_text("exit")
    await replica.indexing.settled()
    await replica.looks()
    assert replica.finds("doctor")[0] == "ill" and replica.finds("lorry")[0] == "car"
    assert (folder / "embedded").read_text().count("Lorry") == 1


async def test_33_a_folder_that_cannot_be_used_is_tried_again(replica: Replica) -> None:
    """BEHAVIOUR 33: here a file is in its place, until somebody takes it away."""
    folder = replica.indexing.folder
    assert folder
    folder.write_text("")
    await replica.keeps(CAR, *OTHERS)
    with capture_logs() as said:
        await replica.looks()
        await told(said, "articles are matched by words only")
        folder.unlink()
        await replica.indexing.settled()
    assert replica.finds("car")[0] == "car"


async def test_33_a_directory_in_the_place_of_the_file_is_named(replica: Replica) -> None:
    folder = replica.indexing.folder
    assert folder
    (folder / "main.index").mkdir(parents=True)
    await replica.keeps(CAR, *OTHERS)
    with capture_logs() as said:
        await replica.looks()
        await told(said, "articles are matched by words only")
        assert replica.finds("automobile") == ["car"]
        (folder / "main.index").rmdir()
        await replica.indexing.settled()
    assert "main.index" in next(str(line) for line in said if line["event"] == "the index of articles is built anew")
    assert replica.finds("car")[0] == "car"


async def test_33_the_desk_is_not_blocked_while_articles_are_read(replica: Replica) -> None:
    """BEHAVIOUR 33: the model reads in a process of its own, and the index by words is made in another thread.

    Counted in what this thread computes at a stretch: the machine may stand still for as long as it likes.
    """
    replica.indexing.folder = None
    many = [Article(f"a{n}", f"Thing number {n}", f"{n} words " * 100) for n in range(1000)]
    await replica.keeps(CAR, *many)
    spent = []
    for _ in range(3):  # the first is slower than any after it
        start = thread_time()
        Index.build(many, semantic=False)
        spent.append(thread_time() - start)
    blocking, times = min(spent), [thread_time()]

    async def tick() -> None:
        while True:
            times.append(thread_time())
            await asyncio.sleep(0.001)

    ticking = asyncio.create_task(tick())
    await replica.looks()
    times.append(thread_time())
    ticking.cancel()
    assert max(b - a for a, b in pairwise(times)) < blocking / 2


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
