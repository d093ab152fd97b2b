"""What people made of articles: a row for each article, person and kind (BEHAVIOUR 34)."""

from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, select

from storage import verdicts
from storage.database import Database
from storage.knowledge import Suggestion, Verdict
from storage.verdicts import Counts, Kind, Row
from tests.storage.rows import HOUR, NOW, add_person, add_ticket


def note(db: Session, person: str, kind: Kind, article: str = "vpn", **more: Any) -> None:
    given = {"ticket": None, "now": NOW} | more
    verdicts.note(db, "w", article, person, kind, **given)


def rows(db: Session) -> list[tuple[str, str, str]]:
    found = db.exec(select(Verdict.article, Verdict.person, Verdict.kind).where(Verdict.workspace == "w"))
    return sorted(found)


async def test_34_a_person_has_one_row_a_kind_and_one_opinion(database: Database) -> None:
    """BEHAVIOUR 34: over tickets and days."""

    def clicks(db: Session) -> list[tuple[str, str, str]]:
        for n in range(20):
            note(db, "ann", "opened", ticket=n, now=NOW + n * HOUR)
            note(db, "ann", "helped", ticket=n, now=NOW + n * HOUR)
            note(db, "bob", "answered", ticket=n, now=NOW + n * HOUR)
        assert db.get_one(Verdict, ("w", "vpn", "ann", "helped")).ticket == 19
        note(db, "ann", "unhelped")
        note(db, "bob", "unhelped")
        return rows(db)

    said = await database.write(clicks)
    assert said == [("vpn", "ann", "opened"), ("vpn", "ann", "unhelped"), ("vpn", "bob", "unhelped")]
    await database.write(lambda db: note(db, "ann", "helped"))
    assert ("vpn", "ann", "unhelped") not in await database.read(rows)


async def test_34_what_was_judged_since(database: Database) -> None:
    """BEHAVIOUR 34: opening an article is no judgement."""

    def happens(db: Session) -> None:
        note(db, "ann", "helped", "old", now=NOW - HOUR)
        note(db, "ann", "unhelped", "new")
        note(db, "ann", "opened", "read")
        verdicts.note(db, "other", "elsewhere", "ann", "helped", None, NOW)

    await database.write(happens)
    assert await database.glance(partial(verdicts.judged_since, workspace="w", since=NOW)) == {"new"}
    earlier = NOW - timedelta(minutes=90)
    assert await database.read(lambda db: [row.article for row in verdicts.judged(db, "w", earlier)]) == ["new", "old"]
    assert await database.read(lambda db: list(verdicts.judged(db, "w", NOW))) == []
    assert await database.read(lambda db: verdicts.of(db, "w", "old")) == [Row("old", "ann", "helped", NOW - HOUR)]


async def test_34_what_came_of_an_article_is_counted(database: Database) -> None:
    """BEHAVIOUR 34."""

    def happens(db: Session) -> None:
        add_person(db)
        for number in (add_ticket(db), add_ticket(db)):
            db.add(Suggestion(workspace="w", ticket=number, article="vpn", confidence=0.5, shown_at=NOW))
        for person in ("ann", "bob", "cy"):
            note(db, person, "opened")
        note(db, "ann", "helped")
        note(db, "bob", "unhelped")
        note(db, "dan", "answered")
        note(db, "eve", "helped", "another")

    await database.write(happens)
    counted = await database.read(partial(verdicts.counts, workspace="w", article="vpn"))
    assert counted == Counts(shown=2, people=4, opened=3, helped=1, unhelped=1, answered=1)
    assert await database.read(partial(verdicts.counts, workspace="w", article="none")) == Counts(0, 0, 0, 0, 0, 0)


async def test_34_who_was_known_as_two_has_one_voice(database: Database) -> None:
    """BEHAVIOUR 34: what they said last."""

    def happens(db: Session) -> list[Verdict]:
        note(db, "slack:ann", "helped", now=NOW + HOUR, ticket=1)
        note(db, "slack:ann", "opened", "other")
        note(db, "ann", "helped", ticket=2)
        verdicts.rename(db, "w", "slack:ann", "ann")
        return list(db.exec(select(Verdict).order_by(Verdict.article)))

    merged = await database.write(happens)
    assert [(v.person, v.article, v.at, v.ticket) for v in merged] == [
        ("ann", "other", NOW, None),
        ("ann", "vpn", NOW + HOUR, 1),
    ]
