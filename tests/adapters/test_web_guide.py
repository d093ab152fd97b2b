"""What to try first: its steps are ticked by what has happened in the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.web.guide import guide
from bot.words import Address, Button, Card, Dialog, Post, Reply, refuse, tell
from tests.adapters.web_playground import SETTINGS, Browser, ScriptedDesk, serving

CARD = Card("IT-1001 · Printer", buttons=(Button("Claim", "claim", {"ticket": "1001"}),))


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with serving(tmp_path, ScriptedDesk()) as made:
        yield made


async def tried(browser: Browser) -> list[str]:
    return list((await browser.get("/pane", **{"as": "ana"}))["tried"])


async def post(browser: Browser, room: str, card: Card, thread: str = "") -> str:
    return await browser.playground.send(Post(f"k:{room}:{card.title}", Address("web", room, thread), card))


async def test_a_card_in_triage_is_a_ticket_that_was_opened(browser: Browser) -> None:
    await post(browser, "triage-it", Card("A word for all"))
    await post(browser, "it-help", CARD)
    assert await tried(browser) == []
    await post(browser, "triage-it", CARD)
    assert await tried(browser) == ["opened"]


async def test_an_act_counts_when_it_was_done(browser: Browser) -> None:
    answers = {"claim": tell("yours"), "ack": refuse("no"), "resolve": Reply(form=Dialog("resolve", "How?", ()))}
    browser.desk.answers = lambda incoming: answers.get(incoming.verb, Reply())
    for verb in ("claim", "ack", "resolve", "reply", "claim"):
        await browser.act("ben", "triage-it", "click", verb=verb)
    assert await tried(browser) == ["claimed"]
    await browser.act("ben", "triage-it", text="/report")
    assert await tried(browser) == ["claimed", "reported"]


async def test_every_pane_hears_of_it(browser: Browser) -> None:
    async with browser.events("ana") as events:
        await events.next()
        await post(browser, "triage-it", CARD)
        assert await events.next() == ("tried", {"tried": ["opened"]})


async def test_it_is_told_with_the_people_of_the_settings() -> None:
    steps = guide(SETTINGS)
    assert [step.sign for step in steps] == [
        "opened",
        "claimed",
        "pinged",
        "acknowledged",
        "resolved",
        "rated",
        "reported",
    ]
    assert steps[1].left[0] == "chloe" and steps[1].right[0] == "ben" and "Lena" in steps[3].text
    assert all(step.after < number for number, step in enumerate(steps, 1))
