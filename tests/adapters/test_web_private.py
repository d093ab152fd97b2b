"""Messages that one person alone sees: what was answered on them is not asked again, what was dismissed stays away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.context import Context
from bot.forms import Form, TicketNumber
from bot.people import ANYONE
from bot.registry import Command, NoForm
from bot.words import Button, Card, Incoming, Reply, refuse, tell
from tests.adapters.web_playground import Browser, ScriptedDesk, serving


class About(Form):
    ticket: TicketNumber


def nothing(ctx: Context, asked: Form) -> Reply:
    return Reply()


ONE, TWO = {"ticket": "1"}, {"ticket": "2"}
OFFER = Card(
    body="Perhaps:",
    buttons=(Button("Fixed", "helped", ONE), Button("None", "unhelped", ONE), Button("Claim 2", "claim", TWO)),
)


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    desk = ScriptedDesk(lambda incoming: Reply(OFFER) if incoming.verb == "ticket" else tell("Good."))
    for verb in ("helped", "unhelped", "claim"):
        desk.registry.add(Command(verb, "Do it", About, ANYONE, nothing, "Knowledge"))
    desk.registry.add(Command("tickets status", "Show it", About, ANYONE, nothing, "Knowledge", reads=True))
    desk.registry.add(Command("kb show", "Read it", NoForm, ANYONE, nothing, "Knowledge"))
    async with serving(tmp_path, desk) as made:
        yield made


async def offered(browser: Browser) -> str:
    return str((await browser.act("ana", "@ana", text="/ticket x"))["shown"])


async def press(browser: Browser, message: str, verb: str, answers: dict[str, str]) -> str:
    await browser.act("ana", "@ana", "click", message=message, verb=verb, answers=answers)
    return await browser.html("ana", "@ana")


async def test_what_was_decided_about_a_ticket_is_not_asked_again(browser: Browser) -> None:
    html = await press(browser, await offered(browser), "unhelped", ONE)
    assert "Perhaps:" in html and "Good." in html and "Claim 2" in html
    assert 'data-verb="helped"' not in html and 'data-verb="unhelped"' not in html


async def test_the_same_button_elsewhere_is_used_up_too(browser: Browser) -> None:
    first = await offered(browser)
    await offered(browser)
    assert 'data-verb="helped"' not in await press(browser, first, "helped", ONE)


async def test_what_only_shows_something_can_be_pressed_again(browser: Browser) -> None:
    shows = Card(buttons=(Button("Show", "tickets status", ONE), Button("Read", "kb show", ONE)))
    browser.desk.answers = lambda incoming: Reply(shows) if incoming.verb == "ticket" else tell("Here.")
    message = await offered(browser)
    for verb in ("tickets status", "kb show"):
        html = await press(browser, message, verb, ONE)
        assert 'data-verb="kb show"' in html and 'data-verb="tickets status"' in html


async def test_what_failed_can_be_tried_again(browser: Browser) -> None:
    message = await offered(browser)
    browser.desk.answers = lambda _: refuse("The disk is full.")
    assert 'data-verb="helped"' in await press(browser, message, "helped", ONE)


async def test_what_was_dismissed_does_not_come_back(browser: Browser) -> None:
    message = await offered(browser)
    await browser.post("/dismiss", {"as": "ana", "message": message})
    html = await press(browser, message, "helped", ONE)
    assert "Perhaps:" not in html and "Good." in html


async def test_what_follows_a_dismissed_message_stays_away(browser: Browser) -> None:
    def answers(incoming: Incoming) -> Reply:
        follow = Incoming("f", incoming.sender, incoming.at, "suggest")
        return tell("Try this.") if incoming.verb == "suggest" else Reply(Card(body="Opened."), follow=follow)

    browser.desk.answers = answers
    body = {"id": "1", "as": "ana", "room": "@ana", "do": "say", "text": "/ticket x"}
    await browser.post("/act", body)
    await browser.post("/dismiss", {"as": "ana", "message": "only-1"})
    await browser.playground.settled()
    await browser.post("/act", body)
    await browser.playground.settled()
    assert "<article" not in await browser.html("ana", "@ana")


async def test_5_the_answer_takes_the_place_of_the_question(browser: Browser) -> None:
    """BEHAVIOUR 5: in somebody's talk with the desk, also with what follows the answer; what failed leaves it there."""
    browser.desk.registry.add(Command("confirm", "Open it", NoForm, ANYONE, nothing, "Knowledge"))
    question = Card("Shall I?", buttons=(Button("Open a ticket", "confirm", {"draft": "1"}),))

    def answers(incoming: Incoming) -> Reply:
        if not incoming.verb:
            return Reply(question, private=False)
        if incoming.verb == "suggest":
            return tell("Opened. Try this.")
        return Reply(Card(body="Opened."), follow=Incoming("f", incoming.sender, incoming.at, "suggest"))

    browser.desk.answers = answers
    await browser.act("ana", "@ana", text="my screen is dark")
    asked = browser.playground.chat.rooms.talk("@ana")[-1].id
    browser.desk.answers = lambda incoming: refuse("The disk is full.")
    html = await press(browser, asked, "confirm", {"draft": "1"})
    assert "Shall I?" in html and "The disk is full." in html
    browser.desk.answers = answers
    await press(browser, asked, "confirm", {"draft": "1"})
    await browser.playground.settled()
    html = await browser.html("ana", "@ana")
    assert "Shall I?" not in html and html.count("Opened.") == 1 and "Opened. Try this." in html


async def test_a_further_part_takes_the_place_of_the_one_before(browser: Browser) -> None:
    """BEHAVIOUR 2: an article is read on where it stands; what was wrong is told beside it."""
    browser.desk.registry.add(Command("kb part", "Read on", NoForm, ANYONE, nothing, "Knowledge", turns=True))
    message = await offered(browser)
    browser.desk.answers = lambda incoming: tell("The second part.")
    html = await press(browser, message, "kb part", {"part": "2"})
    assert "The second part." in html and "Perhaps:" not in html and html.count("<article") == 1
    browser.desk.answers = lambda incoming: refuse("It is gone.")
    html = await press(browser, message, "kb part", {"part": "3"})
    assert "The second part." in html and "It is gone." in html
