"""What is let in from browsers: names that can be stored, everybody's own words, this machine's own pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.adapters.web_playground import Browser, ScriptedDesk, serving

SAY = {"id": "1", "as": "ana", "do": "say", "room": "it-help", "text": "x"}


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with serving(tmp_path, ScriptedDesk()) as made:
        yield made


@pytest.mark.parametrize("nasty", ["a\ud800b", "\x00"])
@pytest.mark.parametrize("name", ["id", "as", "room", "thread", "message", "verb", "emoji"])
async def test_a_name_that_cannot_be_stored_is_junk(browser: Browser, name: str, nasty: str) -> None:
    for do in ("say", "click", "react"):
        assert (await browser.post("/act", SAY | {"do": do, name: nasty}))[0] == 400
    assert browser.desk.told == []


@pytest.mark.parametrize("nasty", ["a\ud800b", "\x00"])
async def test_so_is_one_in_answers_and_other_posts(browser: Browser, nasty: str) -> None:
    assert (await browser.post("/act", SAY | {"do": "submit", "verb": "x", "answers": {nasty: "y"}}))[0] == 400
    assert (await browser.post("/seen", {"as": "ana", "room": nasty}))[0] == 400
    assert (await browser.post("/dismiss", {"as": "ana", "message": nasty}))[0] == 400
    assert (await browser.post("/suggest", {"as": "ana", "text": nasty}))[0] == 200


async def test_so_is_one_in_an_address(browser: Browser) -> None:
    for path in ("/talk?as=ana&room=it-help&thread=%00", "/pane?as=%00", "/events?as=%00"):
        async with browser.session.get(f"{browser.base}{path}") as response:
            assert response.status in (400, 403)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("_press", '{"id": "\\ud800", "verb": "x", "answers": {}}'),
        ("_press", '{"id": "1", "verb": "\\u0000", "answers": {}}'),
        ("_press", '{"id": "1", "verb": "x", "answers": {"\\ud800": "y"}}'),
        ("_kept", '{"\\ud800": "y"}'),
        ("_page", "\x00"),
        ("a\x00b", "x"),
    ],
)
async def test_so_is_one_in_a_form_of_the_portal(browser: Browser, field: str, value: str) -> None:
    base = browser.base.removesuffix("/playground")
    form = {"_as": "ana", "_id": "1", "_verb": "x"} | {field: value}
    headers = {"Origin": base, "Content-Type": "application/x-www-form-urlencoded"}
    async with browser.session.post(f"{base}/portal/act", data=urlencode(form), headers=headers) as response:
        assert response.status == 400 and browser.desk.told == []


async def test_words_hold_whatever_is_typed(browser: Browser) -> None:
    await browser.act("ana", "it-help", text="a\ud800b\x00c")
    assert "abc" in await browser.html("ben", "it-help")


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u2060", "\u3164", "\x00"])
async def test_nobody_says_nothing(browser: Browser, text: str) -> None:
    assert (await browser.post("/act", SAY | {"text": text}))[0] == 400


async def test_two_people_with_one_id_are_both_heard(browser: Browser) -> None:
    await browser.act("ana", "it-help", id="same", text="mine")
    await browser.act("ben", "it-help", id="same", text="yours")
    html = await browser.html("erik", "it-help")
    assert "mine" in html and "yours" in html


@pytest.mark.parametrize(
    "path", ["", "/static/app.js", "/static/", "/pane?as=ana", "/../portal", "/../", "/../tickets/1"]
)
async def test_a_foreign_name_reads_none_of_it(browser: Browser, path: str) -> None:
    async with browser.session.get(f"{browser.base}{path}", headers={"Host": "evil.example"}) as response:
        assert response.status == 421
