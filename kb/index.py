"""The index: articles made searchable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kb.article import Article
from kb.extra import checked, installed

if TYPE_CHECKING:
    from kb.matcher import Matcher

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Hit:
    """An article that may answer. score: comparable between the hits of a question. confidence: 0 to 1, the
    probability that this article is the answer."""

    article_id: str
    score: float
    confidence: float


class Index:
    """Articles made searchable, in memory. Threads may share it: one is served at a time."""

    def __init__(self, semantic: bool = False) -> None:
        self._semantic = semantic
        self._lock = Lock()
        self._made: Matcher | None = None  # made with the first article: a desk without any never imports numpy

    @classmethod
    def build(
        cls,
        articles: Iterable[Article],
        semantic: bool | None = None,
        *,
        progress: Progress | None = None,
        known: Index | None = None,
        file: Path | None = None,
    ) -> Index:
        """An index of these articles; of two with one id, the later.

        semantic: match by meaning as well; None: if the extra of this name is installed. ModelMissing for True if not.
        progress: called with how many articles are done, and of how many. known: an earlier index; texts that it has
        embedded are not embedded again. file: the same for an index that was saved there, and the new one is saved
        there when it is whole. An interrupted build goes on where it was: what it has stands in a second file beside.
        A worker process may build into the file, and the desk load it.
        """
        newest = {article.id: article for article in articles}
        if semantic:
            checked()
        index = cls(installed() if semantic is None else semantic)
        if newest:
            from kb.building import put_all

            old = known._made.meaning if known and known._made else None
            for done in put_all(index._matcher(), list(newest.values()), old, file):
                if progress:
                    progress(done, len(newest))
        return index

    @classmethod
    def load(cls, file: Path) -> Index:
        """The index saved there; its larger parts are read from the file when they are needed.

        Unreadable if it is damaged or another version's, FileNotFoundError if there is none: build the index anew.
        """
        from kb.store import load

        index = cls()
        index._made, index._semantic = load(file)
        return index

    def save(self, file: Path) -> None:
        """Write the index to a file, which holds either the old one or the new one at any moment."""
        from kb.store import save

        with self._lock:
            save(self._matcher(), file)

    def __len__(self) -> int:
        return len(self._made.numbers) if self._made else 0

    def put(self, article: Article) -> None:
        """Add an article, or replace the one with its id."""
        with self._lock:
            self._matcher().put([article])

    def drop(self, article_id: str) -> None:
        """Take an article out; one that is not there is no error."""
        with self._lock:
            if self._made:
                self._made.drop(article_id)

    def search(self, title: str, body: str = "", limit: int = 3, only: frozenset[str] | None = None) -> list[Hit]:
        """At most `limit` articles, best first, for a question of a line (`title`) and perhaps more (`body`).

        Any text will do: where no word tells anything, the list is empty. Only the first 4,000 characters of each
        count.

        only: ids of the articles that may be found, as though there were no others; None: all. Ids that are not there
        are no error. To ask again with the same set costs nothing (10,000 ids take a millisecond the first time).
        """
        with self._lock:
            found = self._made.search(title, body, limit, only) if self._made else []
        return [Hit(*hit) for hit in found]

    def _matcher(self) -> Matcher:
        if self._made is None:
            from kb.matcher import Matcher

            self._made = Matcher(self._semantic)
        return self._made
