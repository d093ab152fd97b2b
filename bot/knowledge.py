"""The knowledge base in the desk's hands: the index over the published articles, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.words import one_line
from kb import Article, Hit, Index
from storage.knowledge import ArticleRow


@dataclass
class Knowledge:
    """Search over the published articles, their titles by id, and what readers' verdicts add to their confidence.

    versions: which version of each article the index holds. stamp: of which state of the database that is; None where
    nobody has looked yet.
    """

    index: Index = field(default_factory=lambda: Index.build([]))
    titles: dict[str, str] = field(default_factory=dict)
    prior: Mapping[str, float] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    stamp: str | None = None

    def search(self, title: str, body: str = "", limit: int = 3) -> list[Hit]:
        return self.index.search(title, body, limit)

    def sure(self, title: str, body: str, at_least: float, limit: int) -> list[Hit]:
        """The hits that are likely enough to be suggested, those first that readers' verdicts speak for."""
        hits = [hit for hit in self.search(title, body, limit) if hit.confidence >= at_least]
        return sorted(hits, key=lambda hit: -(hit.confidence + self.prior.get(hit.article_id, 0.0)))

    def fixes(self, words: str, at_least: float, limit: int) -> list[Hit]:
        """The same for the words that a ticket was opened with."""
        return self.sure(one_line(words, 300), words[300:5000], at_least, limit)

    def title(self, article: str) -> str:
        """An article's title; its id, where it has gone since it was found."""
        return self.titles.get(article, article)

    def load(self, rows: Iterable[ArticleRow]) -> None:
        """Build the index by words from articles, on this thread."""
        rows = list(rows)
        self.take(Index.build(map(article, rows), semantic=False), rows)

    def take(self, index: Index, rows: Iterable[ArticleRow]) -> None:
        """Use this index, which was built of these articles."""
        rows = list(rows)
        self.index, self.titles = index, {row.id: row.title for row in rows}
        self.versions = {row.id: row.version for row in rows}


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
