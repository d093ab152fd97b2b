"""Every replica learns what readers say of articles, and ranks and suggests by it (BEHAVIOUR 2, 34)."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import Session

from bot.knowledge import Knowledge
from bot.learning import AFRESH, LATE, MANY, Learning
from bot.verdicts import PRIOR, REWRITTEN
from kb import Hit
from storage import verdicts
from storage.database import Database
from storage.knowledge import ArticleRow
from storage.verdicts import Kind

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HALF_LIFE = timedelta(days=180)
EVERYONE = frozenset({"everyone"})
MINUTE = timedelta(minutes=1)
WORDS = "the vpn does not connect"


def article(id: str, title: str, audience: str = "everyone", version: int = 1, at: datetime = NOW) -> ArticleRow:
    return ArticleRow(workspace="w", id=id, version=version, title=title, body="", audience=audience, at=at)


ROWS = [
    article("old", "VPN does not connect"),
    article("new", "VPN does not connect today", at=NOW - MINUTE),
    article("inside", "VPN does not connect: the server's side", "network"),
]


class Replica:
    """One of the desks on a database, which looks each minute."""

    def __init__(self, database: Database) -> None:
        self.knowledge, self.learning, self.database, self.now = Knowledge(), Learning(database), database, NOW
        self.knowledge.load(ROWS)

    async def looks(self, after: timedelta = MINUTE, half_life: timedelta = HALF_LIFE) -> None:
        self.now += after
        await self.learning.follow("w", self.knowledge, self.now, half_life)

    async def hears(self, kind: Kind, people: int, article: str = "old") -> None:
        def say(db: Session) -> None:
            for n in range(people):
                verdicts.note(db, "w", article, f"p{n}", kind, None, self.now)

        await self.database.write(say)

    def finds(self, audiences: frozenset[str] = EVERYONE) -> list[Hit]:
        return self.knowledge.search(WORDS, limit=2, audiences=audiences)

    def best(self) -> str:
        return self.finds()[0].article_id

    def sureness(self, id: str = "old") -> float:
        return next(hit.confidence for hit in self.finds() if hit.article_id == id)


@pytest.fixture
def replica(sqlite_database: Database) -> Replica:
    return Replica(sqlite_database)


async def test_34_what_readers_say_changes_order_and_sureness(database: Database) -> None:
    """BEHAVIOUR 2, 34: an article that did not help is suggested less surely, on every replica within a minute."""
    one, other = Replica(database), Replica(database)
    for replica in (one, other):
        await replica.looks()
    before = one.sureness()
    assert one.best() == "old"
    await one.hears("unhelped", 40)
    for replica in (one, other):
        await replica.looks()
        assert replica.best() == "new" and before - PRIOR <= replica.sureness() < before
    at_least = (before + one.sureness()) / 2
    suggested = one.knowledge.sure(WORDS, "", at_least, 3, audiences=EVERYONE)
    assert "old" not in [hit.article_id for hit in suggested]
    await one.hears("helped", 40)
    await one.looks()
    assert one.best() == "old" and before < one.sureness() <= before + PRIOR


async def test_34_nobody_alone_turns_an_order(replica: Replica) -> None:
    """BEHAVIOUR 34: a thousand clicks are a voice."""
    await replica.looks()
    before = replica.sureness()
    for _ in range(20):
        await replica.hears("unhelped", 1)
        await replica.looks()
    assert before - 0.04 < replica.sureness() < before


async def test_34_what_was_said_fades_though_nobody_says_more(replica: Replica) -> None:
    """BEHAVIOUR 34."""
    await replica.looks()
    plain = replica.sureness()
    await replica.hears("unhelped", 40)
    await replica.looks()
    said = replica.sureness()
    await replica.looks(after=HALF_LIFE)
    assert said < replica.sureness() < plain
    await replica.looks(after=10 * HALF_LIFE)
    assert replica.sureness() == plain and replica.knowledge.prior == {}


async def test_34_a_new_text_is_heard_of_at_once(replica: Replica) -> None:
    """BEHAVIOUR 34: what was said against the old one weighs less."""
    await replica.hears("unhelped", 8)
    for _ in range(2):
        await replica.looks(after=2 * LATE)
    before = replica.knowledge.prior["old"]
    replica.knowledge.amend([article("old", ROWS[0].title, version=2, at=replica.now)], ())
    await replica.looks()
    assert before * REWRITTEN * 3 < replica.knowledge.prior["old"] < 0


async def test_34_another_half_life_counts_at_once(replica: Replica) -> None:
    await replica.hears("helped", 3)
    await replica.looks()
    before = replica.knowledge.prior["old"]
    await replica.looks(half_life=MINUTE)
    assert replica.knowledge.prior["old"] < 0.8 * before


async def test_34_where_nobody_said_anything_nothing_is_read(replica: Replica) -> None:
    """BEHAVIOUR 34: a look costs a glance, and after a verdict its article's rows."""
    await replica.hears("helped", 3)
    await replica.hears("helped", 3, "new")
    for _ in range(2):
        await replica.looks(after=2 * LATE)
    before = replica.knowledge.prior
    await replica.hears("opened", 9)
    await replica.looks()
    assert replica.knowledge.prior is before
    await replica.hears("unhelped", 3)
    await replica.looks()
    assert replica.knowledge.prior["old"] < 0 and replica.knowledge.prior["new"] == before["new"]
    await replica.looks(after=AFRESH)
    assert replica.knowledge.prior["new"] < before["new"], "it has faded for a day"


async def test_34_when_much_was_said_all_is_weighed_anew(replica: Replica) -> None:
    await replica.looks()
    await replica.database.write(
        lambda db: [verdicts.note(db, "w", f"a{n}", "ann", "helped", None, replica.now) for n in range(MANY + 1)]
    )
    await replica.hears("helped", 1)
    await replica.looks()
    assert set(replica.knowledge.prior) == {"old", *(f"a{n}" for n in range(MANY + 1))}
    assert replica.knowledge.prior["a1"] == 0, "of an article that is not published"


def test_32_no_question_finds_what_is_for_others() -> None:
    """BEHAVIOUR 32: the hits are those that there would be without it, however many others fit better."""
    knowledge, poorer = Knowledge(), Knowledge()
    knowledge.load([*ROWS, *(article(f"inside-{n}", "The server's side of the vpn", "network") for n in range(99))])
    poorer.load(ROWS[:2])
    ask = partial(Knowledge.search, title="the server's side of the vpn", limit=3)
    mine = [hit.article_id for hit in ask(knowledge, audiences=EVERYONE)]
    assert mine == [hit.article_id for hit in ask(poorer, audiences=EVERYONE)] == ["old", "new"]
    assert ask(knowledge, audiences=EVERYONE | {"network"})[0].article_id.startswith("inside-")
    assert ask(knowledge, audiences=frozenset()) == []


def test_32_whose_an_article_is_counts_before_the_index_follows() -> None:
    """BEHAVIOUR 32: between the two steps of a change, nobody finds what is not for them any more."""
    knowledge = Knowledge()
    knowledge.load(ROWS[:2])
    assert len(knowledge.search(WORDS, audiences=EVERYONE)) == 2
    knowledge.amend([article("old", "Secret", "network", version=2)], ["new"])
    assert knowledge.search(WORDS, audiences=EVERYONE) == []
    assert [hit.article_id for hit in knowledge.search(WORDS, audiences=frozenset({"network"}))] == ["old"]
