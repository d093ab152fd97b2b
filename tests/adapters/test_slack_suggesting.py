"""Suggestions as one types, menus that ask the desk, and long articles, against the strict Slack."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlmodel import Session

from adapters.slack import completion
from bot.words import Card
from storage.knowledge import ArticleRow
from tests.adapters.slack_company import MONDAY, Company
from tests.platforms.slack import Person

FIELD = "What is the matter?"
LONG = "## Before\n\nAsk.\n\n" + "\n\n".join(f"## Step {number}\n\n" + "Do this. " * 200 for number in range(12))
both = pytest.mark.parametrize("way", ["socket", "http"])


async def form(it: Company) -> tuple[Person, Any]:
    """Ana with the form to ask for help."""
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "", "it-help")
    return ana, await ana.gets_modal("Ask for help")


@both
async def test_an_older_key_that_comes_late_or_twice_changes_nothing(it: Company) -> None:
    """BEHAVIOUR 8: what stands under the field is for the newest words."""
    ana, shown = await form(it)
    older = await ana.types(shown, FIELD, "the printer has a paper jam")
    newer = await ana.types(shown, FIELD, "my vpn does not connect")
    for payload in (older.payload, newer.payload, older.payload):
        assert not (await it.slack.delivery.deliver("interactive", payload)).error
    await it.settles()
    await it.slack.delivery.deliver("interactive", older.payload)
    await it.settles()
    await ana.gets_modal("VPN does not connect")
    assert "paper jam" not in it.slack.show(shown) and len(it.called("views.update")) == 1


async def test_a_key_that_was_sent_before_the_last_suggestions_came_is_answered_too(it: Company) -> None:
    """Its hash is of the modal without them: Slack would refuse it as a conflict."""
    ana, shown = await form(it)
    before = shown.hash
    for words in ("my vpn does not connect", "the printer has a paper jam", "allow macros in excel"):
        answer = await ana.types(shown, FIELD, words)
        await it.settles()
        old = answer.payload | {"view": answer.payload["view"] | {"hash": before}}
        old["actions"] = [answer.payload["actions"][0] | {"action_ts": it.slack.world.clock.ts(), "value": f"{words}!"}]
        assert not (await it.slack.delivery.deliver("interactive", old)).error
        await it.settles()
    assert "Allow macros" in it.slack.show(shown) and "VPN" not in it.slack.show(shown)
    assert not [done for done in it.slack.faults.done if done[0] == "views.update"]


@pytest.mark.parametrize("error", ["hash_conflict", "not_found"])
async def test_what_slack_does_not_take_is_shown_with_the_next_key(it: Company, error: str) -> None:
    """And the form is sent as ever: nothing that was typed is lost."""
    ana, shown = await form(it)
    it.slack.faults.refused("views.update", error)
    await ana.types(shown, FIELD, "my vpn does not connect")
    await it.settles()
    assert "VPN does not connect" not in it.slack.show(shown)
    await ana.types(shown, FIELD, "my vpn does not connect today")
    await it.settles()
    await ana.gets_modal("VPN does not connect")
    assert await ana.submits(shown) == {}
    await it.settles()
    assert [entry.text for entry in await it.timeline()][:1] == ["my vpn does not connect today"]


async def test_a_slow_look_up_holds_nothing_up_and_its_late_answer_is_dropped(it: Company) -> None:
    """BEHAVIOUR 23: each key is acknowledged at once, and an answer for words that are gone is not shown."""
    ana, shown = await form(it)
    suggest, held = it.desk.suggest, asyncio.Event()

    async def slowly(text: str, *who: Any) -> Card | None:
        found = await suggest(text, *who)
        if "printer" in text:
            await held.wait()
        return found

    it.desk.suggest = slowly  # type: ignore[method-assign, assignment]
    first = await ana.types(shown, FIELD, "the printer has a paper jam")
    await asyncio.sleep(0.5)
    second = await ana.types(shown, FIELD, "my vpn does not connect")
    held.set()
    await it.settles()
    assert max(first.seconds, second.seconds) < 1 and len(it.called("views.update")) == 1
    assert "VPN does not connect" in it.slack.show(shown) and "paper jam" not in it.slack.show(shown)


async def test_a_search_is_a_form_with_suggestions(it: Company) -> None:
    """BEHAVIOUR 8: `/kb` alone asks what for, and answers as one types; `/kb words` answers at once, privately."""
    ana = it.person("ana", "it-help")
    answer = await ana.command("/kb", "vpn does not connect", "it-help")
    assert answer.body["response_type"] == "ephemeral" and "VPN does not connect" in str(answer.body)
    await ana.command("/kb", "", "it-help")
    shown = await ana.gets_modal("Search")
    await ana.types(shown, "What are you looking for?", "paper jam in the printer")
    await it.settles()
    await ana.clicks(shown, "Show")
    await ana.gets_modal("Open the printer, pull the paper out.")


@both
async def test_an_article_is_chosen_from_what_fits_the_words(it: Company) -> None:
    ana = it.person("ana", "it-help")
    await ana.command("/kb", "show", "it-help")
    shown = await ana.gets_modal("Read an article")
    assert "VPN does not connect" in await ana.looks_up(shown, "Article", "vpn conn")
    assert await ana.looks_up(shown, "Article", "xyzzy") == []
    assert await ana.takes(shown, "Article", "vpn-drops")
    assert await ana.submits(shown) == {}
    await it.settles()
    await ana.sees("Restart the VPN client", "it-help")


async def test_a_desk_that_does_not_know_in_time_offers_nothing(it: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """BEHAVIOUR 23: an empty list in time, and not a full one too late."""
    monkeypatch.setattr(completion, "PATIENCE", 0.05)
    ana = it.person("ana", "it-help")
    await ana.command("/kb", "show", "it-help")
    shown = await ana.gets_modal("Read an article")

    async def never(*_: Any) -> list[tuple[str, str]]:
        await asyncio.sleep(60)
        return [("x", "X")]

    it.desk.complete = never  # type: ignore[method-assign]
    assert await ana.looks_up(shown, "Article", "vpn") == []


def keep_long(db: Session) -> None:
    db.add(ArticleRow(workspace="main", id="long-one", title="A long one", body=LONG, at=MONDAY, license="CC0-1.0"))


@both
async def test_a_long_article_is_read_in_parts_that_take_each_other_s_place(it: Company) -> None:
    """BEHAVIOUR 2: read privately and whole; its licence stands on each part."""
    assert len(LONG) > 20_000
    await it.database.write(keep_long)
    ana = it.person("ana", "it-help")
    await ana.command("/kb", "show long-one", "it-help")
    read = ""
    for part in range(1, 30):
        (shown,) = ana.ephemerals("it-help")
        text = it.slack.show(shown)
        read += text
        assert "CC0-1.0" in text and "Cut here" not in text and f"A long one · {part} of" in text
        if "Read on" not in text:
            break
        label = text.partition("[Read on")[2].partition("]")[0]
        await ana.clicks(shown, f"Read on{label}")
        await it.settles()
    assert part > 5 and all(f"Step {number}" in read for number in range(12))
    assert read.count("Do this.") == LONG.count("Do this.")


async def test_in_a_modal_its_parts_take_each_other_s_place_too(it: Company) -> None:
    """Slack lays no more than three modals on each other; a click that comes twice turns one page."""
    await it.database.write(keep_long)
    it.desk.knowledge_of("main").load(await it.reads(ArticleRow, ArticleRow.id))
    ana, shown = await form(it)
    await ana.types(shown, FIELD, "a long one")
    await it.settles()
    await ana.clicks(shown, "Show")
    await it.settles()
    reading = await ana.gets_modal("A long one")
    for part in range(2, 7):
        of = it.slack.show(reading).partition(f"Read on ({part} of ")[2].partition(")")[0]
        answer = await ana.clicks(reading, f"Read on ({part} of {of})")
        await it.slack.delivery.deliver("interactive", answer.payload)
        await it.settles()
        assert ana.modal is reading and f"A long one · {part} of" in it.slack.show(reading)
    await ana.closes(reading)
    assert ana.modal is shown


async def test_a_look_up_that_fails_and_an_answer_that_is_lost_end_with_the_next_key(it: Company) -> None:
    ana, shown = await form(it)
    suggest = it.desk.suggest

    async def fails(*_: Any) -> Card | None:
        raise RuntimeError("the index is gone")

    it.desk.suggest = fails  # type: ignore[method-assign]
    assert not (await ana.types(shown, FIELD, "my vpn does not connect")).error
    await it.settles()
    it.desk.suggest = suggest  # type: ignore[method-assign]
    it.slack.faults.lost("views.update")
    await ana.types(shown, FIELD, "the printer has a paper jam")
    await it.settles()
    await ana.types(shown, FIELD, "my vpn does not connect today")
    await it.settles()
    assert "VPN does not connect" in it.slack.show(shown) and "paper jam" not in it.slack.show(shown)
