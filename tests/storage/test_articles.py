"""Which version of an article counts, and what the past says of articles (BEHAVIOUR 32, 34)."""

from functools import partial

from sqlmodel import Session

from storage import articles, tickets, timeline
from storage.database import Database
from storage.knowledge import ArticleRow, Suggestion
from tests.storage.rows import NOW, add_person, entry, ticket


def article(id: str, version: int = 1, **changes: str) -> ArticleRow:
    return ArticleRow(**{"workspace": "w", "id": id, "version": version, "title": id, "body": "", "at": NOW} | changes)


async def test_32_the_newest_version_counts(database: Database) -> None:
    """BEHAVIOUR 32: an archived one is not there, though an older version was published."""
    rows = [article("vpn-drops"), article("vpn-drops", 2), article("old"), article("old", 2, status="archived")]
    await database.write(lambda db: db.add_all([*rows, article("inside", audience="agents"), article("draft", 1)]))
    await database.write(lambda db: db.add(article("draft", 2, status="draft")))
    assert await database.read(partial(articles.versions, workspace="w")) == {"vpn-drops": 2}
    assert [row.version for row in await database.read(partial(articles.published, workspace="w"))] == [2]
    assert set(await database.read(partial(articles.newest, workspace="w"))) == {"vpn-drops", "old", "inside", "draft"}


async def test_32_every_change_leaves_another_stamp(database: Database) -> None:
    stamps = [await database.glance(partial(articles.stamp, workspace="w"))]
    for _ in range(2):
        await database.write(partial(articles.changed, workspace="w"))
        stamps.append(await database.glance(partial(articles.stamp, workspace="w")))
    assert stamps[0] == "" and len(set(stamps)) == 3
    assert await database.glance(partial(articles.stamp, workspace="other")) == ""


async def test_34_what_helped_is_known_from_requesters_and_from_resolutions(database: Database) -> None:
    """BEHAVIOUR 34: a word that is an article's id by chance names none."""

    def happened(db: Session) -> None:
        add_person(db)
        db.add_all([article("vpn-drops"), article("old")])
        for number, resolution in enumerate(("", "", "see vpn-drops.", "an old one, vpn-drops-not", "vpn-drops"), 1):
            at = None if number == 5 else NOW
            tickets.add(db, ticket(number, resolution=resolution, resolved_at=at))
            timeline.add_all(db, [entry(number, text=f"words {number}")])
        offer = partial(Suggestion, workspace="w", confidence=0.5, shown_at=NOW)
        db.add_all([offer(ticket=1, article="old", outcome="helped"), offer(ticket=1, article="vpn-drops")])
        db.add(offer(ticket=2, article="old", outcome="unhelped"))

    await database.write(happened)
    assert await database.read(partial(articles.past, workspace="w", most=10)) == [
        articles.Past(3, "words 3", frozenset({"vpn-drops"})),
        articles.Past(2, "words 2", frozenset()),
        articles.Past(1, "words 1", frozenset({"old"})),
    ]
