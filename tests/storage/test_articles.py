"""Which version of an article counts, and what the past says of articles (BEHAVIOUR 32, 34)."""

from functools import partial

from sqlmodel import Session

from storage import articles, hindsight, tickets, timeline, verdicts
from storage.database import Database
from storage.knowledge import ArticleRow, Suggestion
from tests.storage.rows import NOW, add_person, entry, ticket


def article(id: str, version: int = 1, **changes: str) -> ArticleRow:
    return ArticleRow(**{"workspace": "w", "id": id, "version": version, "title": id, "body": "", "at": NOW} | changes)


async def test_32_the_newest_version_that_is_no_draft_stands(database: Database) -> None:
    """BEHAVIOUR 32: an archived one is not live, though an older version was published; drafts wait beside it."""
    rows = [article("vpn"), article("vpn", 2), article("vpn", 3, status="draft"), article("inside", audience="network")]
    rows += [article("old"), article("old", 2, status="archived"), article("new", status="draft")]
    await database.write(lambda db: db.add_all([*rows, article("vpn", 9, workspace="other")]))
    assert await database.read(partial(articles.versions, workspace="w")) == {"inside": 1, "vpn": 2}
    live = await database.read(partial(articles.published, workspace="w"))
    assert [(row.id, row.version) for row in live] == [("inside", 1), ("vpn", 2)]
    assert _versions(await database.read(partial(articles.stand, workspace="w"))) == {"inside": 1, "old": 2, "vpn": 2}
    newest = await database.read(partial(articles.newest, workspace="w"))
    assert _versions(newest) == {"inside": 1, "new": 1, "old": 2, "vpn": 3}


async def test_32_one_article_by_its_id(database: Database) -> None:
    """BEHAVIOUR 32: a draft that has been overtaken waits no more."""
    rows = [article("vpn", 1, status="draft"), article("vpn", 2), article("old", status="archived")]
    rows += [article("mail", version, status="draft") for version in (2, 3)]
    rows[-1].discarded_at = NOW
    await database.write(lambda db: db.add_all([*rows, article("old", 2, status="draft"), article("mail")]))

    def look(db: Session, id: str) -> tuple[int, int, list[int]]:
        one = articles.standing(db, "w", id), articles.draft(db, "w", id)
        return *(row.version if row else 0 for row in one), [row.version for row in articles.history(db, "w", id)]

    assert await database.read(partial(look, id="vpn")) == (2, 0, [2, 1])
    assert await database.read(partial(look, id="old")) == (1, 2, [2, 1])
    assert await database.read(partial(look, id="mail")) == (1, 0, [3, 2, 1]), "nor what is discarded"
    assert [row.id for row in await database.read(partial(articles.drafts, workspace="w"))] == ["old"]
    for id, version in (("vpn", 2), ("mail", 3), ("gone", 0)):
        assert await database.read(partial(articles.decided, workspace="w", article=id)) == version
    assert await database.read(partial(look, id="gone")) == (0, 0, [])


def _versions(rows: dict[str, ArticleRow]) -> dict[str, int]:
    return {id: row.version for id, row in rows.items()}


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
        for number, resolution in enumerate(
            ("", "", "see vpn-drops.", "an old one, vpn-drops-not", "vpn-drops", ""), 1
        ):
            at = None if number == 5 else NOW
            tickets.add(db, ticket(number, resolution=resolution, resolved_at=at))
            timeline.add_all(db, [entry(number, text=f"words {number}")])
        offer = partial(Suggestion, workspace="w", confidence=0.5, shown_at=NOW)
        db.add_all([offer(ticket=1, article="old", outcome="helped"), offer(ticket=1, article="vpn-drops")])
        db.add(offer(ticket=2, article="old", outcome="unhelped"))
        verdicts.note(db, "w", "old", "ann", "answered", 6, NOW)
        verdicts.note(db, "w", "old", "bob", "helped", None, NOW)

    await database.write(happened)
    assert await database.read(partial(hindsight.past, workspace="w", most=10)) == [
        hindsight.Past(6, "words 6", frozenset({"old"}), "ann"),
        hindsight.Past(3, "words 3", frozenset({"vpn-drops"}), "ann"),
        hindsight.Past(2, "words 2", frozenset(), "ann"),
        hindsight.Past(1, "words 1", frozenset({"old"}), "ann"),
    ]
