"""Articles on Discord: offered as one types, read privately and whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from adapters.discord import completion
from storage.knowledge import ArticleRow, Verdict
from tests.adapters.discord_company import MONDAY
from tests.adapters.discord_ears import Ears, listening

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
LONG = "## Before\n\nAsk.\n\n" + "\n\n".join(f"## Step {number}\n\n" + "Do this. " * 200 for number in range(12))


def keep_long(db: Session) -> None:
    db.add(ArticleRow(workspace="main", id="long-one", title="A long one", body=LONG, at=MONDAY, license="CC0-1.0"))


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """A company on Discord, on a Monday at nine."""
    async with listening(sqlite_database_url, tmp_path) as made:
        yield made


async def test_articles_are_offered_as_one_searches_and_read_when_one_is_taken(it: Ears) -> None:
    """BEHAVIOUR 8: autocomplete of `/kb`; what is taken is read, privately, and that is noted down."""
    ana = it.person("ana")
    offered = await ana.types("/kb", "random", "words", "vpn does not connect")
    assert offered[0] == ("VPN does not connect", "article:vpn-drops")
    answer = await ana.command("/kb", "random", words="article:vpn-drops")
    assert answer.ephemeral and "Restart the VPN client" in answer.text
    words = await ana.command("/kb", "random", words="vpn does not connect")
    assert words.ephemeral and "About “vpn does not connect”" in words.text
    assert [name for name, _ in await ana.types("/kb-show", "random", "article", "paper jam")][:1] == [
        "Clear a paper jam in the printer"
    ]
    assert [(row.article, row.person, row.kind) for row in await it.reads(Verdict, Verdict.article)] == [
        ("vpn-drops", "ana", "opened")
    ]


async def test_no_more_is_offered_than_discord_takes(it: Ears) -> None:
    """25 choices of 100 characters: Discord refuses an answer with more."""
    ana = it.person("ana")

    async def many(*_: Any) -> list[tuple[str, str]]:
        return [("x" * 101, "Too long"), *((f"article:{number}", "Title " * 40) for number in range(40))]

    it.first.desk.complete = many  # type: ignore[method-assign]
    offered = await ana.types("/kb", "random", "words", "vpn")
    assert len(offered) == 25 and all(len(name) <= 100 and value != "x" * 101 for name, value in offered)


async def test_a_slow_look_up_offers_nothing_in_time(it: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    """BEHAVIOUR 23: an empty list in time; and the next key is answered, whatever became of the one before."""
    monkeypatch.setattr(completion, "PATIENCE", 0.1)
    ana, complete = it.person("ana"), it.first.desk.complete

    async def slowly(*asked: Any) -> list[tuple[str, str]]:
        if asked[-1] == "vpn":
            await asyncio.sleep(60)
        return await complete(*asked)

    it.first.desk.complete = slowly  # type: ignore[method-assign]
    older = asyncio.create_task(ana.types("/kb", "random", "words", "vpn"))
    await asyncio.sleep(0)
    newer = await ana.types("/kb", "random", "words", "vpn does not connect")
    assert newer[0][1] == "article:vpn-drops" and await older == []


async def test_an_answer_that_discord_does_not_take_harms_nobody(it: Ears) -> None:
    """Refused, doubled or lost: the next key is answered as ever."""
    ana = it.person("ana")
    it.discord.faults.refused(CALLBACK, 10062)
    assert await ana.types("/kb", "random", "words", "vpn does not connect") == []
    it.discord.faults.doubled()
    assert len(await ana.types("/kb", "random", "words", "vpn does not connect")) >= 1
    assert len(await ana.types("/kb", "random", "words", "vpn does not connect")) >= 1


async def test_a_long_article_is_read_in_parts_that_take_each_other_s_place(it: Ears) -> None:
    """BEHAVIOUR 2: read privately and whole; its licence stands on each part."""
    assert len(LONG) > 20_000
    await it.first.database.write(keep_long)
    ana = it.person("ana")
    answer = await ana.command("/kb-show", "random", article="long-one")
    read, parts, first = "", 1, answer.message
    while first:
        assert answer.ephemeral and "CC0-1.0" in answer.text and "Cut here" not in answer.text
        assert f"A long one · {parts} of" in answer.text
        read += answer.text
        labels = [label for label in first.buttons if label.startswith("Read on")]
        if not labels:
            break
        answer, parts = await ana.press(first, labels[0]), parts + 1
        await it.heard()
        assert answer.message is first
    assert parts > 5 and all(f"Step {number}" in read for number in range(12))
    assert read.count("Do this.") == LONG.count("Do this.")
    assert first and "Back" in first.buttons and "This fixed it" in first.buttons
