"""What browsers and other programs get over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.web.feed import WAITING, Feed
from bot.words import Address, Button, Card, Dialog, Field, Incoming, Mention, Post, Reply, refuse, tell
from tests.adapters.web_playground import Browser, ScriptedDesk, serving


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with serving(tmp_path, ScriptedDesk()) as made:
        yield made


def told(browser: Browser) -> Incoming:
    return browser.desk.told[-1]


async def test_words_in_a_room_are_said_and_told(browser: Browser) -> None:
    await browser.act("ana", "it-help", text="the *printer* is on fire")
    heard = told(browser)
    assert (heard.verb, heard.text, heard.at) == ("", "the *printer* is on fire", Address("web", "it-help"))
    assert (heard.sender.id, heard.sender.name, heard.sender.zone) == ("ana", "Ana Costa", "Europe/Lisbon")
    assert f'data-id="{heard.message}"' in await browser.html("ben", "it-help")


async def test_words_in_a_thread_name_its_first_message(browser: Browser) -> None:
    await browser.act("ana", "it-help", text="root")
    root = told(browser).message
    await browser.act("ben", "it-help", text="re", thread=root)
    assert told(browser).at == Address("web", "it-help", root) and told(browser).message != root
    assert "1 reply" in await browser.html("ana", "it-help")


@pytest.mark.parametrize(
    ("typed", "verb", "text"),
    [
        ("/ticket the vpn is down", "ticket", "the vpn is down"),
        ("/KB search vpn", "kb", "search vpn"),
        ("/help", "help", ""),
        ("  /note IT-1\nfirst\nsecond ", "note", "IT-1\nfirst\nsecond"),
    ],
)
async def test_a_command_is_told_and_not_said(browser: Browser, typed: str, verb: str, text: str) -> None:
    await browser.act("ana", "it-help", text=typed)
    assert (told(browser).verb, told(browser).text, told(browser).message) == (verb, text, "")
    assert "data-id" not in await browser.html("ben", "it-help")


@pytest.mark.parametrize("typed", ["/", "/usr/bin is full", "and/or"])
async def test_a_slash_alone_makes_no_command(browser: Browser, typed: str) -> None:
    await browser.act("ana", "it-help", text=typed)
    assert (told(browser).verb, told(browser).text) == ("", typed)


async def test_a_click_and_a_form_give_their_answers(browser: Browser) -> None:
    card = await browser.playground.send(Post("card:1", Address("web", "triage-it"), Card("x")))
    await browser.act("ben", "triage-it", "click", verb="claim", answers={"ticket": "1"}, message=card)
    assert (told(browser).verb, told(browser).answers, told(browser).message) == ("claim", {"ticket": "1"}, card)
    assert not told(browser).submitted
    await browser.act("ben", "triage-it", "submit", verb="resolve", answers={"ticket": "1", "how": "so"}, message=card)
    assert told(browser).submitted and told(browser).answers["how"] == "so"


@pytest.mark.parametrize("deed", [{"do": "react", "emoji": "🎫"}, {"do": "ticket"}])
async def test_a_ticket_is_made_of_a_message_with_its_thread(browser: Browser, deed: dict[str, str]) -> None:
    await browser.act("ana", "it-help", text="root")
    root = told(browser).message
    await browser.act("erik", "it-help", text="me too", thread=root)
    await browser.act("ben", "it-help", **deed, message=root)
    heard = told(browser)
    assert (heard.verb, heard.message, heard.sender.id) == ("react", root, "ben")
    assert [(said.sender.id, said.text) for said in heard.thread] == [("ana", "root"), ("erik", "me too")]


async def test_other_reactions_are_no_business_of_the_desk(browser: Browser) -> None:
    await browser.act("ana", "it-help", text="root")
    root = told(browser).message
    await browser.act("ben", "it-help", "react", emoji="👍", message=root)
    await browser.act("ben", "it-help", "react", emoji="🎫", on=False, message=root)
    assert len(browser.desk.told) == 1
    assert 'data-emoji="👍" aria-pressed="true"' in await browser.html("ben", "it-help")


async def test_one_s_own_message_is_edited_and_deleted(browser: Browser) -> None:
    await browser.act("ana", "it-help", text="frist")
    message = told(browser).message
    await browser.act("ana", "it-help", "edit", message=message, text="first")
    assert (told(browser).verb, told(browser).text, told(browser).message) == ("edited", "first", message)
    assert "(edited)" in await browser.html("ben", "it-help")
    await browser.act("ana", "it-help", "delete", message=message)
    assert (told(browser).verb, told(browser).message) == ("deleted", message)
    assert message not in await browser.html("ben", "it-help")


async def test_a_delivery_that_is_repeated_stands_once(browser: Browser) -> None:
    browser.desk.answers = lambda _: Reply(Card("Shall I?"), private=False)
    for _ in range(3):
        await browser.act("ana", "@ana", id="the-same", text="hello")
    html = await browser.html("ana", "@ana")
    assert html.count("<article") == 2 and len({incoming.message for incoming in browser.desk.told}) == 1


async def test_a_private_reply_is_for_one_alone_until_dismissed(browser: Browser) -> None:
    browser.desk.answers = lambda _: tell("It is IT-1001.")
    reply = await browser.act("ana", "it-help", text="/ticket x")
    assert "It is IT-1001." in await browser.html("ana", "it-help")
    assert "It is IT-1001." not in await browser.html("ben", "it-help")
    await browser.post("/dismiss", {"as": "ana", "message": reply["shown"]})
    assert "It is IT-1001." not in await browser.html("ana", "it-help")


async def test_what_follows_takes_the_first_reply_s_place(browser: Browser) -> None:
    def answers(incoming: Incoming) -> Reply:
        if incoming.verb == "suggest":
            return tell("Try this.")
        return Reply(Card(body="Opened."), follow=Incoming("f", incoming.sender, incoming.at, "suggest"))

    browser.desk.answers = answers
    reply = await browser.act("ana", "@ana", text="/ticket x")
    assert reply["follows"] and reply["card"]["body"] == "Opened."
    await browser.playground.settled()
    html = await browser.html("ana", "@ana")
    assert "Try this." in html and "Opened." not in html and html.count("<article") == 1


async def test_a_browser_gets_html(browser: Browser) -> None:
    form = Dialog("ticket", "Open a ticket", (Field("title", "What?"),))
    replies = {"form": Reply(form=form), "card": tell("yes"), "failed": refuse("no"), "none": Reply()}
    for kind, reply in replies.items():
        browser.desk.answers = lambda _, reply=reply: reply  # type: ignore[misc]
        body = {"id": kind, "as": "ana", "room": "@ana", "do": "say", "text": "/x"}
        async with browser.session.post(f"{browser.base}/act", json=body, headers={"Accept": "text/html"}) as response:
            assert response.headers["Reply"] == kind
            html = await response.text()
        assert html.lstrip().startswith({"form": "<dialog", "none": ""}.get(kind, "<article"))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{bad", 400),
        (b"\xff\xfe", 400),
        (b"[1]", 400),
        (b"null", 400),
        (b"[" * 100_000, 400),
        (b'"\\ud800"', 400),
        (b"x" * 2_000_001, 413),
        ({}, 400),
        ({"id": "1", "as": "ana", "do": "dance", "room": "@ana"}, 400),
        ({"id": "1", "as": "ana", "do": "say", "room": "@ana", "text": 5}, 400),
        ({"id": "1", "as": "ana", "do": "say", "room": "@ana", "text": " \u0000 "}, 400),
        ({"id": "1" * 300, "as": "ana", "do": "say", "room": "@ana", "text": "x"}, 400),
        ({"id": "1", "as": "ana", "do": "click", "room": "@ana", "verb": "x", "answers": {"a": 1}}, 400),
        ({"id": "1", "as": "ana", "do": "click", "room": "@ana", "verb": "x", "answers": [1]}, 400),
        ({"id": "1", "as": "nobody", "do": "say", "room": "@ana", "text": "x"}, 403),
        ({"id": "1", "as": "ana", "do": "say", "room": "triage-it", "text": "x"}, 403),
        ({"id": "1", "as": "ben", "do": "say", "room": "@ana", "text": "x"}, 403),
        ({"id": "1", "as": "ben", "do": "say", "room": "nowhere", "text": "x"}, 403),
        ({"id": "1", "as": "ana", "do": "say", "room": "@ana", "text": "x", "thread": "gone"}, 404),
        ({"id": "1", "as": "ana", "do": "edit", "room": "@ana", "text": "x", "message": "gone"}, 404),
        ({"id": "1", "as": "ana", "do": "delete", "room": "@ana"}, 400),
    ],
)
async def test_junk_is_answered_with_what_is_wrong(browser: Browser, body: Any, status: int) -> None:
    got, reply = await browser.post("/act", body)
    assert got == status and reply["error"] and browser.desk.told == []


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "\ud800 half", "🖨️" * 1000, "\u202eright to left", "\u200b.", "مرحبا"]
)
async def test_odd_texts_are_taken(browser: Browser, text: str) -> None:
    await browser.act("ana", "it-help", text=text)
    assert "<article" in await browser.html("ben", "it-help")


@pytest.mark.parametrize("path", ["/seen", "/dismiss", "/suggest", "/travel"])
@pytest.mark.parametrize("body", [b"", b"[]", b'{"as": 1}', b'{"as": "nobody", "minutes": -1}'])
async def test_other_posts_refuse_junk_too(browser: Browser, path: str, body: bytes) -> None:
    assert (await browser.post(path, body))[0] in (400, 403)


async def test_others_messages_cannot_be_changed(browser: Browser) -> None:
    await browser.act("ana", "it-help", text="mine")
    message = told(browser).message
    for do in ("edit", "delete"):
        body = {"id": do, "as": "ben", "room": "it-help", "do": do, "message": message, "text": "x"}
        assert (await browser.post("/act", body))[0] == 403
    assert "mine" in await browser.html("ben", "it-help")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:80"}, 421),
    ],
)
async def test_other_sites_may_not_act(browser: Browser, headers: dict[str, str], status: int) -> None:
    body = {"id": "1", "as": "ana", "do": "say", "room": "@ana", "text": "x"}
    assert (await browser.post("/act", body, **headers))[0] == status and browser.desk.told == []


async def test_its_own_page_may_act(browser: Browser) -> None:
    origin = browser.base.removesuffix("/playground")
    body = {"id": "1", "as": "ana", "do": "say", "room": "@ana", "text": "x"}
    assert (await browser.post("/act", body, Origin=origin))[0] == 200


async def test_a_foreign_name_reads_nothing(browser: Browser) -> None:
    async with browser.session.get(f"{browser.base}/pane?as=ana", headers={"Host": "evil.example"}) as response:
        assert response.status == 421


async def test_the_page_runs_only_its_own_scripts(browser: Browser) -> None:
    async with browser.session.get(browser.base) as response:
        html = await response.text()
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert "<script>" not in html and " onclick" not in html and "style=" not in html
    for asset in ("app.js", "page.css", "icons.svg", "logo.svg"):
        async with browser.session.get(f"{browser.base}/static/{asset}") as response:
            assert response.status == 200


async def test_the_root_leads_to_the_page(browser: Browser) -> None:
    async with browser.session.get(browser.base.removesuffix("playground")) as response:
        assert str(response.url) == browser.base


async def test_a_pane_shows_rooms_verbs_and_the_time(browser: Browser) -> None:
    await browser.playground.send(
        Post("k", Address("web", "escalations"), Card("x"), mentions=(Mention("lena", "Lena"),))
    )
    pane = await browser.get("/pane", **{"as": "lena"})
    assert [(r["id"], r["unseen"], r["mentioned"]) for r in pane["rooms"]][-1] == ("escalations", 1, True)
    assert pane["now"].startswith("2026-11-23T09:00")
    await browser.post("/seen", {"as": "lena", "room": "escalations"})
    assert (await browser.get("/pane", **{"as": "lena"}))["rooms"][-1]["unseen"] == 0


async def test_fixes_are_suggested_while_one_types(browser: Browser) -> None:
    assert "This may help" in (await browser.post("/suggest", {"as": "ana", "text": "my VPN"}))[1]["html"]
    assert (await browser.post("/suggest", {"as": "ana", "text": "lunch"}))[1]["html"] == ""


async def test_the_clock_is_moved_and_everybody_is_told(browser: Browser) -> None:
    async with browser.events("ana") as events:
        assert (await events.next())[0] == "hello"
        assert (await browser.post("/travel", {"minutes": 15}))[1]["now"].startswith("2026-11-23T09:15")
        assert (await events.next())[0] == "clock"
        assert (await browser.post("/travel", {"minutes": None}))[1]["now"].startswith("2026-11-24")


async def test_panes_hear_what_their_person_may_see(browser: Browser) -> None:
    browser.desk.answers = lambda incoming: tell("psst") if incoming.verb else Reply()
    async with browser.events("ana") as ana, browser.events("ben") as ben:
        await ana.next()
        await ben.next()
        await browser.playground.send(
            Post("k", Address("web", "triage-it"), Card("secret", buttons=(Button("x", "y"),)))
        )
        await browser.act("ana", "it-help", text="/x")
        await browser.act("erik", "it-help", text="hello")
        assert "psst" in (await ana.next())[1]["html"]
        assert "hello" in (await ana.next())[1]["html"]
        assert "secret" in (await ben.next())[1]["html"]
        assert "hello" in (await ben.next())[1]["html"]


async def test_a_pane_that_comes_back_hears_what_it_missed(browser: Browser) -> None:
    async with browser.events("ben") as events:
        await events.next()
        last = events.last
    await browser.act("ana", "it-help", text="meanwhile")
    async with browser.events("ben", last) as events:
        assert "meanwhile" in (await events.next())[1]["html"]
    async with browser.events("ben", "before-5") as events:
        assert (await events.next())[0] == "resync"


async def test_who_does_not_listen_holds_nobody_up() -> None:
    feed = Feed()
    slow, quick = feed.listen(), feed.listen()
    assert await anext(slow) == await anext(quick) == []
    waiting = [anext(slow), anext(quick)]
    heard = 0
    feed.publish("message", "it-help", "0")
    for number in range(1, WAITING * 3):
        feed.publish("message", "it-help", str(number))
        if number == 1:
            heard += len(await waiting[1])
        elif number % 50 == 0:
            heard += len(await anext(quick))
    assert heard > WAITING * 2
    events = await waiting[0]
    assert events[0].kind == "resync" and len(events) <= WAITING
    feed.close()
    assert [event async for event in slow] == []
    await quick.aclose()
