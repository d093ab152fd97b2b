"""The knowledge base in the desk's hands: the index over the published articles, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from bot.verdicts import learned
from kb import Article, Hit, Index
from storage.knowledge import ArticleRow

RISING = 5
"""So many hits beyond the wanted ones are looked at, of which what readers said may lift one."""

LINE, LONGEST = 300, 5000
"""Characters of a question's first line, and of all its words, that are looked at."""


class Held(NamedTuple):
    """What is known of an article beside the index: at is when the version was written."""

    title: str
    version: int
    audience: str
    at: datetime


@dataclass
class Knowledge:
    """Search over the published articles of all audiences: each question says whose are meant.

    held: the articles in the index by id; replaced as a whole, never changed. prior: what readers' verdicts add to the
    log-odds that an article answers, where they say anything. stamp: of which state of the database the index is; None
    where nobody has looked yet.
    """

    index: Index = field(default_factory=lambda: Index.build([], semantic=False))
    held: Mapping[str, Held] = field(default_factory=dict)
    prior: Mapping[str, float] = field(default_factory=dict)
    stamp: str | None = None
    _readable: dict[frozenset[str], frozenset[str] | None] = field(default_factory=dict)

    def search(self, title: str, body: str = "", limit: int = 3, *, audiences: frozenset[str]) -> list[Hit]:
        """The likeliest articles for these audiences, as though there were no others; what readers said counts."""
        found = self.index.search(title, body, limit + RISING, self.readable(audiences))
        known = self.held  # of an article that changed meanwhile, the new audience counts
        hits = [
            self._learned(hit)
            for hit in found
            if hit.article_id in known and known[hit.article_id].audience in audiences
        ]
        return sorted(hits, key=lambda hit: -hit.confidence)[:limit]

    def _learned(self, hit: Hit) -> Hit:
        added = self.prior.get(hit.article_id)
        return replace(hit, confidence=learned(hit.confidence, added)) if added else hit

    def sure(self, title: str, body: str, at_least: float, limit: int, *, audiences: frozenset[str]) -> list[Hit]:
        """The hits that are likely enough to be suggested."""
        return [hit for hit in self.search(title, body, limit, audiences=audiences) if hit.confidence >= at_least]

    def fixes(self, words: str, at_least: float, limit: int, *, audiences: frozenset[str]) -> list[Hit]:
        """The same for the words that somebody asks for help with."""
        return self.sure(*question(words), at_least, limit, audiences=audiences)

    def readable(self, audiences: frozenset[str]) -> frozenset[str] | None:
        """The ids of the articles for these audiences; None where that is all of them."""
        known = self._readable  # looked at before `held`, so that it remembers nothing of earlier articles
        if audiences not in known:
            held = self.held
            ids = frozenset(id for id, article in held.items() if article.audience in audiences)
            known[audiences] = None if len(ids) == len(held) else ids
        return known[audiences]

    def title(self, article: str) -> str:
        """An article's title; its id, where it has gone since it was found."""
        return self.held[article].title if article in self.held else article

    def load(self, rows: Iterable[ArticleRow]) -> None:
        """Build the index by words from articles, on this thread."""
        rows = list(rows)
        self.take(Index.build(map(article, rows), semantic=False), rows)

    def take(self, index: Index, rows: Iterable[ArticleRow]) -> None:
        """Use this index, which was built of these articles."""
        self._hold({row.id: _held(row) for row in rows})
        self.index = index

    def amend(self, rows: Iterable[ArticleRow], gone: Iterable[str]) -> None:
        """Know of these versions and forget those articles. To be said before the index has them, so that no question
        finds an article whose audience is not known yet."""
        left = self.held.keys() - set(gone)
        self._hold({id: held for id, held in self.held.items() if id in left} | {row.id: _held(row) for row in rows})

    def _hold(self, held: dict[str, Held]) -> None:
        self.held, self._readable = held, {}


def _held(row: ArticleRow) -> Held:
    return Held(row.title, row.version, row.audience, row.at)


def question(words: str) -> tuple[str, str]:
    """The first line, which says what it is about in most mails and reports; and the rest."""
    line = words.partition("\n")[0][:LINE]
    return line, words[len(line) : LONGEST]


def article(row: ArticleRow) -> Article:
    """A version of an article as the index and the files know it."""
    return Article(
        id=row.id,
        title=row.title,
        body=row.body,
        tags=tuple(row.tags),
        category=row.category or None,
        audience=row.audience,
        source=row.source,
        license=row.license,
    )
