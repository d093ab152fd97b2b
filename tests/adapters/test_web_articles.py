"""The portal's pages of the knowledge base, and suggestions in its form, as a browser without scripts uses them."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from html import unescape
from pathlib import Path

import pytest

from adapters.web import suggesting
from bot.words import Button, Card, Dialog, Fact, Field, Incoming, Kept, Reply, Section
from tests.adapters.test_web_portal import filled, page, send
from tests.adapters.web_playground import Browser, ScriptedDesk, serving

PNG = b"\x89PNG\r\n\x1a\n1"
BODY = """## Before you start

1. Restart the **client**
2. See [the keys](/kb/keys) or [the form](guide.pdf)

![The "tray" <b>](images/tray.png) ![](../../files/3) ![Map](https://example.org/a.png) ![](javascript:alert(1))

<script>alert(1)</script>

| a | b |
|---|---|
| 1 | 2 |
"""
FACTS = (Fact("Source", "GNOME Help 43"), Fact("Licence", "CC BY-SA 3.0"))
VERDICTS = (
    Button("This fixed it", "kb helped", {"article": "vpn"}, "primary"),
    Button("Not helpful", "kb unhelped", {"article": "vpn"}),
)
FORM = Dialog("ticket", "Ask for help", (Field("text", "What?", "long"),), suggests="text")


def listed(id: str, title: str) -> Card:
    return Card(title, "How it goes.", (Fact("Category", "Network"),), (Button("Read", "kb show", {"article": id}),))


def answers(incoming: Incoming) -> Reply:
    """A desk with one article, vpn, that ana and ben may read; erik may not."""
    given: Mapping[str, str] = incoming.answers
    match incoming.verb, given:
        case "kb page", {"article": "vpn"} if incoming.sender.id != "erik":
            return Reply(Card("The VPN <b>", BODY, FACTS, VERDICTS))
        case "kb page", {"article": "long"}:
            return Reply(Card("Long", "Some *words*.\n\n" * 3000, FACTS))
        case "kb page", _:
            return Reply(form=Dialog("kb page", "", (), errors={"article": "There is no article “x”."}))
        case "kb browse", {"words": "nothing"}:
            return Reply(Card(), sections=(Section("Articles"),))
        case "kb browse", _:
            return Reply(
                Card(), sections=(Section("Articles", (listed("vpn", "VPN <b>"), listed("a/b?c", "Odd")), 120),)
            )
        case "report kb", _:
            return Reply(Card("Knowledge base", "**Gaps**", FACTS), sections=(Section("Stale", empty="None is."),))
        case "ticket", {"text": text} if incoming.submitted and text.strip():
            return Reply(Card("IT-7 is open"))
        case "ticket", _:
            return Reply(form=FORM)
    return Reply(Card(body="Good to hear."))


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with serving(tmp_path, ScriptedDesk(answers)) as made:
        yield made


async def test_an_article_is_a_page_with_its_source_and_licence(browser: Browser) -> None:
    """BEHAVIOUR 32: rendered, safe, and who wrote it is said."""
    status, html = await page(browser, "/kb/vpn?as=ana")
    assert status == 200 and "<h1>The VPN &lt;b&gt;</h1>" in html and "<h2>Before you start</h2>" in html
    assert "<li>Restart the <strong>client</strong></li>" in html and "<td>1</td>" in html
    assert 'href="/kb/keys?as=ana"' in html and 'href="/kb/vpn/files/guide.pdf?as=ana"' in html
    assert "GNOME Help 43" in html and "CC BY-SA 3.0" in html
    assert "<script>alert" not in html and "javascript:" not in re.sub(r"!\[\]\(javascript[^<]*", "", html)


async def test_pictures_are_the_article_s_own(browser: Browser) -> None:
    """BEHAVIOUR 39: another site's picture is a link to it, and no address leads out of the article."""
    _, html = await page(browser, "/kb/vpn?as=ana")
    pictures = re.findall(r"<img ([^>]*)>", html.partition('class="article')[2].partition("</article>")[0])
    assert pictures == ['src="/kb/vpn/files/images/tray.png?as=ana" alt="The &#34;tray&#34; &lt;b&gt;" loading="lazy"']
    assert 'href="https://example.org/a.png" rel="noopener noreferrer" target="_blank">Map</a>' in html


async def test_what_one_may_not_read_is_not_there(browser: Browser) -> None:
    for path in ("/kb/vpn?as=erik", "/kb/none?as=ana", "/kb/%20?as=ana", "/kb/vpn/files/none.png?as=ana"):
        status, html = await page(browser, path)
        assert status == 404 and "Nothing to see here" in html, path


async def test_files_are_pictures_or_downloads(browser: Browser) -> None:
    """BEHAVIOUR 39: what is no picture is never shown in place, whatever its type says."""
    kept = {"images/tray.png": PNG, "evil.png": b"<script>", "guide.svg": b"<svg/>", "g.pdf": b"%PDF"}
    types = {".png": "image/png", ".svg": "image/svg+xml", ".pdf": "application/pdf"}
    for name, content in kept.items():
        browser.desk.article_files["ana", "vpn", name] = Kept(0, name, types[name[-4:]], content)
    base = browser.base.removesuffix("/playground")
    for name, content in kept.items():
        async with browser.session.get(f"{base}/kb/vpn/files/{name}?as=ana") as response:
            shown = response.headers["Content-Type"], "Content-Disposition" in response.headers
            assert await response.read() == content and response.headers["X-Content-Type-Options"] == "nosniff"
            assert shown == (("image/png", False) if content is PNG else ("application/octet-stream", True))
    assert (await page(browser, "/kb/vpn/files/images/tray.png?as=ben"))[0] == 404


async def test_a_long_article_is_formatted_to_its_end(browser: Browser) -> None:
    _, html = await page(browser, "/kb/long?as=ana")
    assert html.count("<em>words</em>") == 3000


async def test_a_verdict_is_given_on_the_article_s_page(browser: Browser) -> None:
    """BEHAVIOUR 34: before there is a ticket."""
    _, html = await page(browser, "/kb/vpn?as=ana")
    press = next(v for v in re.findall(r'name="_press" value="([^"]*)"', html) if "kb helped" in v)
    status, to, _ = await send(browser, {"_as": "ana", "_page": "/kb/vpn", "_press": unescape(press)})
    assert status == 303 and to.startswith("/kb/vpn?as=ana&told=")
    assert "Good to hear." in (await page(browser, to))[1]
    told = next(heard for heard in browser.desk.told if heard.verb == "kb helped")
    assert told.answers == {"article": "vpn"} and told.sender.id == "ana"


async def test_a_ticket_s_article_opens_on_its_page_with_the_ticket(browser: Browser) -> None:
    press = json.dumps({"id": "1", "verb": "kb show", "answers": {"article": "vpn", "ticket": "7"}})
    status, to, _ = await send(browser, {"_as": "ana", "_page": "/tickets/7", "_press": press})
    assert status == 303 and to == "/kb/vpn?as=ana&ticket=7"
    assert "with your ticket" in (await page(browser, to))[1]
    assert browser.desk.told[-1].answers == {"article": "vpn", "ticket": "7"}


async def test_articles_are_listed_and_searched(browser: Browser) -> None:
    _, html = await page(browser, "/kb?as=ana")
    assert 'href="/kb/vpn?as=ana">VPN &lt;b&gt;</a>' in html and 'href="/kb/a%2Fb%3Fc?as=ana"' in html
    assert "Page 1 of 3" in html and "page=2" in html and "120 articles" in html
    _, html = await page(browser, '/kb?as=ana&q="><script>')
    assert browser.desk.told[-1].answers == {"words": '"><script>', "page": "1", "most": "50"}
    assert 'value="&#34;&gt;&lt;script&gt;"' in html and "120 articles may help" in html
    for odd in ("page=-1", "page=x", "page=99999999999", f"q={'x' * 5000}"):
        assert (await page(browser, f"/kb?as=ana&{odd}"))[0] == 200


async def test_a_search_that_finds_nothing_leads_to_the_desk(browser: Browser) -> None:
    _, html = await page(browser, "/kb?as=ana&q=nothing")
    assert "Nothing about “nothing”" in html and 'href="/portal/new?as=ana"' in html


async def test_figures_are_for_those_who_work_here(browser: Browser) -> None:
    """BEHAVIOUR 34: and nobody else learns that there is such a page."""
    status, html = await page(browser, "/portal/knowledge?as=ben")
    assert status == 200 and "<strong>Gaps</strong>" in html and "None is." in html
    assert (await page(browser, "/portal/knowledge?as=ana"))[0] == 404
    press = json.dumps({"id": "1", "verb": "report kb", "answers": {"period": "week"}})
    _, to, _ = await send(browser, {"_as": "ben", "_page": "/portal/knowledge", "_press": press})
    assert to == "/portal/knowledge?as=ben&period=week" and (await page(browser, to))[0] == 200
    assert browser.desk.told[-1].answers == {"period": "week"}
    assert "/portal/knowledge" in (await page(browser, "/kb?as=ben"))[1]
    assert "/portal/knowledge" not in (await page(browser, "/kb?as=ana"))[1]


@pytest.mark.parametrize("there", ["/kb", "/portal/knowledge"])
async def test_what_is_done_on_a_list_of_articles_is_answered_there(browser: Browser, there: str) -> None:
    """BEHAVIOUR 34, 35: a gap is drafted where it is told, and its draft wants to be read."""
    press = json.dumps({"id": "1", "verb": "kb draft", "answers": {"ticket": "7"}})
    _, to, _ = await send(browser, {"_as": "ben", "_page": there, "_press": press})
    assert to.startswith(f"{there}?as=ben&told=")
    assert "Good to hear." in (await page(browser, to))[1]
    assert "Good to hear." not in (await page(browser, f"{there}?as=ben"))[1]


async def test_suggestions_are_links_to_articles(browser: Browser) -> None:
    """BEHAVIOUR 8: as one types; a script reads them in their place."""
    _, _, html = await send(browser, {"_as": "ana", "text": "my vpn"}, "/portal/suggest")
    assert 'href="/kb/vpn-drops?as=ana" target="_blank" data-article="vpn-drops">VPN &lt;b&gt;</a>' in html
    assert (await send(browser, {"_as": "ana", "text": "lunch"}, "/portal/suggest"))[2].strip() == ""
    assert (await send(browser, {"_as": "nobody", "text": "vpn"}, "/portal/suggest"))[0] == 403


async def test_a_slow_look_up_suggests_nothing(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggesting, "PATIENCE", 0.05)
    assert (await send(browser, {"_as": "ana", "text": "slow vpn"}, "/portal/suggest"))[2].strip() == ""


async def test_without_scripts_suggestions_are_asked_for_and_what_was_typed_stays(browser: Browser) -> None:
    """BEHAVIOUR 8: the second step; nothing is filed by it."""
    _, html = await page(browser, "/portal/new?as=ana")
    assert '<noscript><button type="submit" class="btn" name="_look"' in html
    asked = filled(html.partition('<form id="verdict"')[0], text="my vpn is <down>", _look="1")
    status, _, again = await send(browser, asked)
    assert status == 200 and "This may help" in again and ">\nmy vpn is &lt;down&gt;</textarea>" in again
    assert not [heard for heard in browser.desk.told if heard.submitted]
    _, _, none = await send(browser, asked | {"text": "lunch"})
    assert "No article seems to be about this" in none and ">\nlunch</textarea>" in none


async def test_an_article_is_read_within_the_form_and_may_end_it(browser: Browser) -> None:
    """BEHAVIOUR 34: "This fixed it" before a ticket is filed is a deflection."""
    press = '{"id": "1", "verb": "kb show", "answers": {"article": "vpn"}}'
    status, _, html = await send(browser, {"_as": "ana", "_press": press, "_part": "article"})
    assert status == 200 and html.strip().startswith("<section") and "CC BY-SA 3.0" in html
    assert 'type="submit" class="btn primary" form="verdict"' in html and "data-unhelped=" in html
    assert (await send(browser, {"_as": "erik", "_press": press, "_part": "article"}))[0] == 404
