"""Files that are made for an answer: downloads in the playground and on the portal, for the person they are for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from adapters.web.documents import ANSWERS_KEPT
from bot.words import Card, Dialog, Incoming, Kept, Reply, refuse
from tests.adapters.web_playground import Browser, ScriptedDesk, serving

MADE = Kept(0, 'IT-7 "x"-transcript.zip', "application/zip", b"PK\x03\x04")


def answers(incoming: Incoming) -> Reply:
    """A desk in which ana alone has a ticket, 7."""
    match incoming.verb, incoming.sender.id, incoming.answers.get("ticket") or incoming.text:
        case "transcript", "ana", "7":
            return Reply(Card("Transcript of IT-7"), documents=(MADE,))
        case "transcript", _, "broken":
            return refuse("The disk is full.")
        case "transcript", _, number:
            return Reply(form=Dialog("transcript", "", (), errors={"ticket": f"There is no ticket {number}."}))
    return Reply(Card("IT-7 · it"))


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with serving(tmp_path, ScriptedDesk(answers)) as made:
        yield made


async def fetched(browser: Browser, path: str) -> tuple[int, bytes, dict[str, str]]:
    address = browser.base.removesuffix("/playground") + path
    async with browser.session.get(address) as response:
        return response.status, await response.read(), dict(response.headers)


def is_a_download(headers: dict[str, str]) -> None:
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''IT-7%20%22x%22-transcript.zip"
    assert headers["Content-Type"] == "application/octet-stream" and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


async def test_a_ticket_s_page_leads_to_its_transcript(browser: Browser) -> None:
    status, page, _ = await fetched(browser, "/tickets/7?as=ana")
    assert status == 200 and b'href="/tickets/7/transcript?as=ana"' in page
    status, content, headers = await fetched(browser, "/tickets/7/transcript?as=ana")
    assert (status, content) == (200, MADE.content)
    is_a_download(headers)


@pytest.mark.parametrize(("path", "status"), [("7", 404), ("8", 404), ("broken", 503)])
async def test_who_may_not_see_a_ticket_gets_no_transcript(browser: Browser, path: str, status: int) -> None:
    """The same answer as where there is none."""
    given, page, headers = await fetched(browser, f"/tickets/{path}/transcript?as=ben")
    assert given == status and b"PK" not in page and "attachment" not in headers.get("Content-Disposition", "")


async def test_nobody_in_particular_is_asked_who_they_are(browser: Browser) -> None:
    status, page, _ = await fetched(browser, "/tickets/7/transcript")
    assert status == 200 and b"Who are you?" in page and b"PK" not in page


async def asked(browser: Browser, id: str = "q1") -> str:
    """The answer as ana sees it."""
    await browser.act("ana", "@ana", id=id, text="/transcript 7")
    return await browser.html("ana", "@ana")


def link(html: str) -> str:
    return unescape(re.findall(r'<a class="document" href="([^"]*)" download>', html)[-1])


async def test_an_answer_in_the_chat_has_its_file_as_a_download(browser: Browser) -> None:
    html = await asked(browser)
    assert "IT-7 &#34;x&#34;-transcript.zip</a>" in html
    status, content, headers = await fetched(browser, link(html))
    assert (status, content) == (200, MADE.content)
    is_a_download(headers)


async def test_it_is_for_the_person_whose_answer_it_was(browser: Browser) -> None:
    place = link(await asked(browser))
    for other in ("as=ben", "as=nobody", "as="):
        status, content, _ = await fetched(browser, place.replace("as=ana", other))
        assert status in (403, 404) and b"PK" not in content
    assert (await fetched(browser, "/playground/document?as=ana&message=only-q1&name=other"))[0] == 404


async def test_the_last_answers_are_kept(browser: Browser) -> None:
    first = link(await asked(browser))
    for number in range(ANSWERS_KEPT):
        await asked(browser, f"further-{number}")
    status, content, _ = await fetched(browser, first)
    assert status == 404 and b"ask for it again" in content
    assert (await fetched(browser, link(await browser.html("ana", "@ana"))))[0] == 200
