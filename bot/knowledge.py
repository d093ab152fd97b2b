"""The knowledge base in the desk's hands: the index over the published articles, kept in step with the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from kb import Article, Hit, Index
from storage.tables import ArticleRow


@dataclass
class Knowledge:
    """Search over the published articles, their titles by id, and what readers' verdicts add to their confidence."""

    index: Index = field(default_factory=lambda: Index.build([]))
    titles: dict[str, str] = field(default_factory=dict)
    prior: Mapping[str, float] = field(default_factory=dict)

    def search(self, title: str, body: str = "", limit: int = 3) -> list[Hit]:
        return self.index.search(title, body, limit)

    def sure(self, title: str, body: str, at_least: float, limit: int) -> list[Hit]:
        """The hits that are likely enough to be suggested, those first that readers' verdicts speak for."""
        hits = [hit for hit in self.search(title, body, limit) if hit.confidence >= at_least]
        return sorted(hits, key=lambda hit: -(hit.confidence + self.prior.get(hit.article_id, 0.0)))

    def load(self, rows: Iterable[ArticleRow]) -> None:
        """Build the index anew from articles; the new one is put in place when it is whole."""
        articles = [Article(r.id, r.title, r.body, tuple(r.tags), r.category or None) for r in rows]
        # By words only: the model takes minutes for a large knowledge base, and this is the desk's own thread.
        self.index, self.titles = Index.build(articles, semantic=False), {a.id: a.title for a in articles}


def published(db: Session, workspace: str) -> list[ArticleRow]:
    """The newest version of each article, where that is published for everyone."""
    rows = db.exec(
        select(ArticleRow)
        .where(ArticleRow.workspace == workspace)
        .order_by(col(ArticleRow.id), col(ArticleRow.version))
    ).all()
    newest = {row.id: row for row in rows}
    return [row for row in newest.values() if row.status == "published" and row.audience == "everyone"]
