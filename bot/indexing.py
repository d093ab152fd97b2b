"""The index follows the articles: on every replica, within seconds, and by meaning where the model is installed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import structlog
from sqlalchemy.engine import make_url

from bot.knowledge import Knowledge, article
from kb import Index, Unreadable
from kb.extra import installed
from kb.worker import lines
from storage import articles
from storage.database import Database
from storage.knowledge import ArticleRow

log = structlog.get_logger()
ROOT = Path(__file__).parent.parent
WORKER = (sys.executable, "-m", "kb.worker")
FEW, SHARE = 20, 50
"""So many changes, or a fiftieth of all articles, are put into the index that is there; for more it is built anew."""
PAUSE, LONGEST = 15.0, 3600.0


def folder_for(url: str, environment: Mapping[str, str]) -> Path:
    """Where the indexes stand: beside the database's file, or in the machine's cache, under the database's name."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite":
        return Path(f"{place.database}.index").absolute()
    cache = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache.absolute() / "firstline" / quote(f"{place.host}-{place.port}-{place.database}", safe="")


def file_for(folder: Path, workspace: str) -> Path:
    return folder / f"{quote(workspace, safe='')}.index"


class Indexing:
    """Keeps the indexes of all workspaces.

    folder: an absolute path, where the indexes by meaning stand; None: matching by words only.
    pause: seconds until a build that failed is tried again; each further time twice as many, at most LONGEST.
    """

    def __init__(
        self,
        database: Database,
        folder: Path | None = None,
        worker: tuple[str, ...] = WORKER,
        pause: float = PAUSE,
    ) -> None:
        self.folder = folder
        self._database, self._worker, self._pause = database, worker, pause
        self._busy, self._building = asyncio.Lock(), asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def follow(self, workspace: str, knowledge: Knowledge) -> None:
        """Bring an index in step with the database; where nothing has changed, this is a glance."""
        if await self._database.glance(lambda db: articles.stamp(db, workspace)) == knowledge.stamp:
            return
        async with self._busy:
            stamp, versions = await self._database.read(
                lambda db: (articles.stamp(db, workspace), articles.versions(db, workspace))
            )
            known = {id: held.version for id, held in knowledge.held.items()}
            new = {id: version for id, version in versions.items() if known.get(id) != version}
            gone = known.keys() - versions.keys()
            if not known or len(new) + len(gone) > max(FEW, len(versions) // SHARE):
                await self._build(workspace, knowledge)
            else:
                await self._amend(workspace, knowledge, new, gone)
            knowledge.stamp = stamp

    async def _amend(self, workspace: str, knowledge: Knowledge, new: dict[str, int], gone: set[str]) -> None:
        rows = await self._database.read(lambda db: articles.some(db, workspace, new))
        knowledge.amend(rows, gone)
        await asyncio.to_thread(_change, knowledge.index, rows, gone)

    async def _build(self, workspace: str, knowledge: Knowledge) -> None:
        """By words, which takes a moment; by meaning when the worker has done with it."""
        rows = await self._database.read(lambda db: articles.published(db, workspace))
        knowledge.take(await asyncio.to_thread(_by_words, rows), rows)
        model = await asyncio.to_thread(lambda: installed())
        if model and self.folder and rows:
            await self._end(workspace)
            file = file_for(self.folder, workspace)
            self._tasks[workspace] = asyncio.create_task(self._by_meaning(workspace, file, knowledge))

    async def _by_meaning(self, workspace: str, file: Path, knowledge: Knowledge) -> None:
        """Until it stands. Whatever is wrong (no memory, a full disc, no model), somebody may have put it right later;
        until then the desk matches by words."""
        await asyncio.to_thread(_examine, file)
        pause = self._pause
        while True:
            try:
                return await self._try(workspace, file, knowledge)
            except Exception as error:
                problem = str(error) or type(error).__name__
                log.warning("articles are matched by words only", problem=problem, again_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST)

    async def _try(self, workspace: str, file: Path, knowledge: Knowledge) -> None:
        rows = await self._database.read(lambda db: articles.published(db, workspace))
        async with self._building:
            await self._work(file, rows)
        index = await asyncio.to_thread(_opened, file)
        async with self._busy:
            live = await self._database.read(lambda db: articles.versions(db, workspace))
            stand = [row for row in rows if live.get(row.id) == row.version]
            # What was taken back meanwhile is found by nobody, not for a moment.
            await asyncio.to_thread(_change, index, (), {row.id for row in rows} - {row.id for row in stand})
            knowledge.take(index, stand)
            knowledge.stamp = None  # what has changed meanwhile is put into this index too
        log.info("articles are matched by meaning", articles=len(rows), file=file.name)

    async def _work(self, file: Path, rows: list[ArticleRow]) -> None:
        """Let the worker build. OSError if it does not get to the end."""
        pipe = asyncio.subprocess.PIPE
        command = (*self._worker, str(file))
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)
        try:
            _, code = await asyncio.gather(_feed(process, rows), _told(process))
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code:
            how = f"ended with {code}" if code > 0 else f"was killed by signal {-code}"
            raise OSError(f"the worker that builds {file.name} {how}")

    async def settled(self) -> None:
        """Wait until no worker is at work."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def stop(self) -> None:
        """End the workers; what they have done is found again."""
        for workspace in list(self._tasks):
            await self._end(workspace)

    async def _end(self, workspace: str) -> None:
        task = self._tasks.pop(workspace, None)
        if task:
            task.cancel()
            await asyncio.wait([task])


async def _feed(process: asyncio.subprocess.Process, rows: list[ArticleRow]) -> None:
    assert process.stdin
    given = await asyncio.to_thread(lines, map(article, rows))
    with suppress(ConnectionError):  # it died: its exit code says more
        process.stdin.write(given)
        await process.stdin.drain()
    process.stdin.close()


async def _told(process: asyncio.subprocess.Process) -> int:
    """Log each tenth of the progress; the process's exit code."""
    assert process.stdout
    tenths = 0
    async for line in process.stdout:
        done, total = map(int, line.split())
        if done * 10 // total > tenths:
            tenths = done * 10 // total
            log.info("articles are read by the model", done=done, of=total)
    return await process.wait()


def _by_words(rows: list[ArticleRow]) -> Index:
    return Index.build(map(article, rows), semantic=False)


def _change(index: Index, rows: Iterable[ArticleRow], gone: Iterable[str]) -> None:
    for id in gone:
        index.drop(id)
    for row in rows:
        index.put(article(row))


def _examine(file: Path) -> None:
    """Say so where the index of last time cannot be used."""
    try:
        if file.exists():
            Index.load(file)
    except (OSError, Unreadable) as error:
        log.warning("the index of articles is built anew", problem=str(error))


def _opened(file: Path) -> Index:
    """The index, with the model loaded, so that the first question need not wait for it."""
    index = Index.load(file)
    index.search("warm up")
    return index
