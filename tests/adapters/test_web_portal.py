"""The portal's pages and forms, as a browser without scripts uses them."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from html import unescape
from pathlib import Path

import pytest

from bot.words import Address, Button, Card, Dialog, Fact, Field, Incoming, Kept, Reply, Section, refuse
from tests.adapters.web_playground import MORNING, Browser, ScriptedDesk, serving

FORM = Dialog("ticket", "Ask for help", (Field("text", "What?", "long"), Field("urgency", "Urgency")), suggests="text")
HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(1)> [x](javascript:alert(1)) ⟦x⟧ \u202e \x00'
STORY = (Card(body=f"**Ana** asked\n> {HOSTILE}"), Card(body="- **Ben** claimed it"))
STATUS = Card(
    f"IT-7 · {HOSTILE}",
    "\n\n".join(entry.body for entry in STORY),
    (Fact("Status", HOSTILE), Fact("Answer due", MORNING)),
    (Button("Add information", "reply", {"ticket": "7"}), Button(HOSTILE, "fixed", {"ticket": "7", "x": HOSTILE})),
)


def answers(incoming: Incoming) -> Reply:
    """A desk in which ana alone has a ticket, 7."""
    match incoming.verb, incoming.sender.id, dict(incoming.answers):
        case "tickets", "ana", _:
            return Reply(Card("Your tickets", "- **[IT-7](http://127.0.0.1:8000/tickets/7)** it\n  _New_"))
        case "tickets status", "ana", {"ticket": "7"}:
            return Reply(STATUS, sections=(Section("", STORY),))
        case "tickets status", _, {"ticket": number}:
            return Reply(form=Dialog("tickets status", "", (), errors={"ticket": f"There is no ticket {number}."}))
        case "ticket", _, {"text": text, **_rest} if text.strip():
            return Reply(Card("IT-7 is open"), follow=Incoming("f", incoming.sender, incoming.at, "suggest", TICKET))
        case "ticket", _, {"text": text}:
            return Reply(
                form=Dialog("ticket", "Ask", FORM.fields[:1], {"text": text}, errors={"text": "What?: fill in"})
            )
        case "ticket", _, _:
            return Reply(form=FORM)
        case "suggest", _, _:
            return Reply(Card("IT-7 is open", "Perhaps:", buttons=(Button("This fixed it", "helped", TICKET),)))
        case "reply", _, given:
            return answered(given)
    return Reply(Card("You have none", "Nothing."))


def answered(given: Mapping[str, str]) -> Reply:
    match given:
        case {"text": "full"}:
            return refuse("The disk is full.")
        case {"text": _}:
            return Reply(Card(body="Added."))
        case {"urgency": "soon"}:
            return Reply(form=Dialog("reply", "Reply", ASKED, given, errors={"urgency": "One of: High, Low"}))
    return Reply(form=Dialog("reply", "Reply", ASKED, kept=TICKET))


TICKET = {"ticket": "7"}
ASKED = (
    Field("text", "Words", "long"),
    Field("urgency", "Urgency", "choice", required=False, choices=(("high", "High"), ("low", "Low"))),
)


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with serving(tmp_path, ScriptedDesk(answers)) as made:
        yield made


def origin(browser: Browser) -> str:
    return browser.base.removesuffix("/playground")


async def page(browser: Browser, path: str, **headers: str) -> tuple[int, str]:
    async with browser.session.get(origin(browser) + path, headers=headers, allow_redirects=False) as response:
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        return response.status, await response.text()


async def send(
    browser: Browser, fields: Mapping[str, str], to: str = "/portal/act", **headers: str
) -> tuple[int, str, str]:
    """Status, where it leads, and the page."""
    given = {"Origin": origin(browser)} | headers
    async with browser.session.post(
        origin(browser) + to, data=dict(fields), headers=given, allow_redirects=False
    ) as response:
        return response.status, response.headers.get("location", ""), await response.text()


def filled(html: str, **answered: str) -> dict[str, str]:
    """The last form of a page with its hidden fields, filled in."""
    form = html[html.rindex('<form class="') :]
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in hidden} | answered


def pressed(html: str, verb: str) -> dict[str, str]:
    values = [json.loads(unescape(value)) for value in re.findall(r'name="_press" value="([^"]*)"', html)]
    value = next(value for value in values if value["verb"] == verb)
    return {"_as": "ana", "_page": "/tickets/7", "_press": json.dumps(value)}


async def test_a_ticket_s_file_is_a_download_for_who_may_read_it(browser: Browser) -> None:
    """BEHAVIOUR 10, 39: whatever it is, it is never shown in place; who may not see it learns nothing."""
    browser.desk.files["ana", 3] = Kept(3, 'a"\r\nb ü.html', "text/html", b"<script>alert(1)</script>")
    async with browser.session.get(f"{origin(browser)}/files/3?as=ana") as response:
        assert (response.status, await response.read()) == (200, b"<script>alert(1)</script>")
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%22%0D%0Ab%20%C3%BC.html"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/files/3?as=ben", "/files/4?as=ana", f"/files/{10**30}?as=ana"):
        assert (await page(browser, path))[0] == 404


async def test_one_s_tickets_lead_to_their_pages_as_oneself(browser: Browser) -> None:
    status, html = await page(browser, "/portal?as=ana")
    assert status == 200 and '<a href="/tickets/7?as=ana">IT-7</a>' in html
    heard = browser.desk.told[-1]
    assert (heard.verb, heard.sender.id, heard.at) == ("tickets", "ana", Address("web", "@ana"))


async def test_who_has_no_ticket_is_told_what_to_do(browser: Browser) -> None:
    status, html = await page(browser, "/portal?as=erik")
    assert status == 200 and "Nothing." in html and 'href="/portal/new?as=erik"' in html


async def test_a_pane_s_links_carry_its_person(browser: Browser) -> None:
    browser.desk.answers = lambda _: Reply(
        Card(body="[it](http://127.0.0.1:8000/tickets/7) http://127.0.0.1:8000/tickets/8 http://127.0.0.1:8000/tickets")
    )
    await browser.act("ana", "@ana", text="/x")
    html = await browser.html("ana", "@ana")
    assert 'href="/tickets/7?as=ana" target="_blank"' in html and 'href="/tickets/8?as=ana"' in html
    assert 'href="http://127.0.0.1:8000/tickets" rel="noopener noreferrer"' in html


async def test_a_ticket_is_filed_once_and_its_page_shows_the_fixes(browser: Browser) -> None:
    _, html = await page(browser, "/portal/new?as=ana")
    assert 'data-suggests="text"' in html and '<div class="suggestions"' in html
    fields = filled(html, text="my vpn", urgency="")
    first, second = await send(browser, fields), await send(browser, fields)
    assert first[:2] == second[:2] and first[0] == 303 and first[1].startswith("/tickets/7?as=ana&told=")
    filings = [heard for heard in browser.desk.told if heard.submitted]
    assert len(filings) == 2 and filings[0].id == filings[1].id and filings[0].answers["text"] == "my vpn"
    await send(browser, fields | {"text": "my mouse"})  # on the same page, which Back has found
    assert browser.desk.told[-2].id != filings[0].id
    assert "This fixed it" in (await page(browser, first[1]))[1]
    assert "This fixed it" not in (await page(browser, first[1].replace("ana", "ben")))[1]


async def test_what_was_wrong_stands_beside_what_was_typed(browser: Browser) -> None:
    _, html = await page(browser, "/portal/new?as=ana")
    status, _, again = await send(browser, filled(html, text=" ", urgency="high <b>"))
    assert status == 422 and "Fill in" in again and 'value="high &lt;b&gt;"' in again
    assert filled(again)["_id"] != filled(html)["_id"]


async def test_a_wrong_choice_is_marked_as_wrong(browser: Browser) -> None:
    _, html = await page(browser, "/tickets/7?as=ana")
    _, _, again = await send(browser, filled(html, urgency="soon"))
    assert re.search(r'<select [^>]*aria-invalid="true"', again)


async def test_words_that_could_not_be_kept_stay_in_the_form(browser: Browser) -> None:
    _, html = await page(browser, "/tickets/7?as=ana")
    status, _, again = await send(browser, filled(html, text="full"))
    assert status == 422 and "The disk is full." in again and ">\nfull</textarea>" in again
    assert filled(again)["_kept"] == '{"ticket": "7"}'


async def test_a_ticket_is_answered_on_its_page(browser: Browser) -> None:
    _, html = await page(browser, "/tickets/7?as=ana")
    status, to, _ = await send(browser, filled(html, text="it works"))
    heard = browser.desk.told[-1]
    assert (heard.verb, heard.answers, heard.submitted) == ("reply", {"ticket": "7", "text": "it works"}, True)
    assert status == 303 and "Added." in (await page(browser, to))[1]


async def test_a_button_does_what_it_says_or_leads_to_its_form(browser: Browser) -> None:
    _, html = await page(browser, "/tickets/7?as=ana")
    fields = pressed(html, "fixed")
    for _ in range(2):
        assert (await send(browser, fields))[0] == 303
    first, again = [heard for heard in browser.desk.told if heard.verb == "fixed"]
    assert first.id == again.id and first.answers["ticket"] == "7" and not first.submitted
    asked = json.dumps({"id": "1", "verb": "reply", "answers": TICKET})
    status, _, form = await send(browser, {"_as": "ana", "_page": "/tickets/7", "_press": asked})
    assert status == 200 and filled(form)["_verb"] == "reply" and filled(form)["_page"] == "/tickets/7"


async def test_nothing_a_person_writes_becomes_more_than_words(browser: Browser) -> None:
    _, html = await page(browser, "/tickets/7?as=ana")
    assert "<script>" not in html and "<img src=x" not in html and 'href="javascript' not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "number", ["8", "IT-7", "abc", "99999999999999999999", "%00", "%F0%9F%96%A8", "..%5c", "1%27--"]
)
async def test_who_may_not_see_a_ticket_learns_nothing(browser: Browser, number: str) -> None:
    mine, others = [await page(browser, f"/tickets/{number}?as={who}") for who in ("ana", "erik")]
    assert mine[0] == others[0] == 404 and "There is no ticket" in others[1]
    hidden, missing = [(await page(browser, f"/tickets/{n}?as=erik"))[1] for n in ("7", "8")]
    assert hidden == missing.replace("tickets/8", "tickets/7").replace("ticket 8", "ticket 7")


async def test_trouble_is_not_taken_for_a_missing_ticket(browser: Browser) -> None:
    browser.desk.answers = lambda _: refuse("The disk is full.")
    for path in ("/tickets/7", "/portal/new"):
        status, html = await page(browser, f"{path}?as=ana")
        assert status == 503 and "The disk is full." in html


async def test_a_stranger_is_asked_who_they_are_and_remembered(browser: Browser) -> None:
    status, html = await page(browser, "/tickets/7")
    assert status == 200 and "Who are you?" in html and browser.desk.told == []
    async with browser.session.post(
        f"{origin(browser)}/portal/be",
        data={"_as": "ana", "_page": "/tickets/7"},
        headers={"Origin": origin(browser)},
        allow_redirects=False,
    ) as response:
        assert response.status == 303 and response.headers["location"] == "/tickets/7?as=ana"
        cookie = response.headers["set-cookie"]
    assert "SameSite=lax" in cookie and "HttpOnly" in cookie
    async with browser.session.get(
        f"{origin(browser)}/tickets/7", headers={"Cookie": cookie.split(";")[0]}
    ) as response:
        assert response.url.query_string == "as=ana" and "claimed it" in await response.text()


async def test_a_name_that_nobody_has_is_nobody(browser: Browser) -> None:
    for path in ("/portal", "/portal/new", "/tickets/7"):
        status, html = await page(browser, f"{path}?as=%3Cb%3Ezed")
        assert status == 403 and "Who are you?" in html and "&lt;b&gt;zed" in html
    assert (await send(browser, {"_as": "zed", "_verb": "reply", "_id": "1", "text": "x"}))[0] == 403
    assert (await page(browser, "/portal", Cookie="firstline_person=zed"))[0] == 200
    assert browser.desk.told == []


@pytest.mark.parametrize(
    "to",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/portal/../x", "/tickets/1\r\nX: y", "javascript:1"],
)
async def test_no_form_leads_out_of_here(browser: Browser, to: str) -> None:
    assert (await send(browser, {"_as": "ana", "_page": to}, "/portal/be"))[1] == "/portal?as=ana"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Host": "evil.example"}, 421),
    ],
)
async def test_other_sites_may_not_act(browser: Browser, headers: dict[str, str], status: int) -> None:
    fields = {"_as": "ana", "_verb": "reply", "_id": "1", "_kept": '{"ticket": "7"}', "text": "x"}
    for to in ("/portal/act", "/portal/be"):
        assert (await send(browser, fields, to, **headers))[0] == status
    async with browser.session.post(f"{origin(browser)}/portal/act", data=fields) as response:
        assert response.status == 403  # no origin at all
    assert browser.desk.told == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"_as": "ana"},
        {"_as": "ana", "_press": "{"},
        {"_as": "ana", "_press": "[1]"},
        {"_as": "ana", "_press": "[" * 50_000},
        {"_as": "ana", "_press": '{"id": 1, "verb": "x", "answers": {}}'},
        {"_as": "ana", "_press": '{"id": "1", "verb": "x", "answers": {"a": 1}}'},
        {"_as": "ana", "_id": "1", "_verb": "x", "_kept": '{"a": []}'},
        {"_as": "ana", "_id": "1" * 300, "_verb": "x"},
        {str(n): "" for n in range(200)},
    ],
)
async def test_junk_is_answered_with_a_page(browser: Browser, fields: dict[str, str]) -> None:
    status, _, html = await send(browser, fields)
    assert status == 400 and "That did not work" in html and browser.desk.told == []


async def test_pages_stay_in_the_browser_s_history_and_nowhere_else(browser: Browser) -> None:
    _, html = await page(browser, "/tickets/7?as=ana")
    asked = json.dumps({"id": "1", "verb": "reply", "answers": TICKET})
    for given in ({"_as": "ana", "_page": "/tickets/7", "_press": asked}, filled(html, text="full")):
        async with browser.session.post(
            f"{origin(browser)}/portal/act", data=given, headers={"Origin": origin(browser)}
        ) as response:
            assert response.headers["Cache-Control"] == "private, no-cache"


async def test_a_note_is_known_by_its_kind_and_not_by_its_words(browser: Browser) -> None:
    note, words = Card(body="**Ben** noted\n> x", tone="warning"), Card(body="**Ben** noted (internal) now")
    browser.desk.answers = lambda _: Reply(Card("IT-7"), sections=(Section("", (note, words)),))
    _, html = await page(browser, "/tickets/7?as=ben")
    shown = [entry.split(">", 1) for entry in html.split('<div class="entry text')[1:]]
    assert [kind for kind, _ in shown] == [' inside"', '"']


async def test_an_answer_does_not_lead_to_the_page_it_stands_on(browser: Browser) -> None:
    link = "[Open the ticket](http://127.0.0.1:8000/tickets/{}). We will answer you here."
    told = Card("IT-7 is open", link.format(7))
    browser.desk.answers = lambda asked: answers(asked) if asked.verb != "suggest" else Reply(told)
    _, html = await page(browser, "/portal/new?as=ana")
    for number, there in ((7, False), (8, True)):
        told = Card("IT-7 is open", link.format(number))
        _, to, _ = await send(browser, filled(html, text=f"my vpn {number}", urgency=""))
        _, shown = await page(browser, to)
        assert "We will answer you here." in shown and ("Open the ticket" in shown) is there


async def test_a_closed_ticket_s_page_says_what_a_reply_does(browser: Browser) -> None:
    for over in (False, True):
        card = Card("IT-7", over=over)
        browser.desk.answers = lambda _, card=card: Reply(card)
        _, html = await page(browser, "/tickets/7?as=ana")
        assert ("A reply opens a new one" in html) is over


async def test_the_queue_is_for_those_who_work_here(browser: Browser) -> None:
    body = "**Nobody has these**\n- **[IT-7](http://127.0.0.1:8000/tickets/7)** it"
    browser.desk.answers = lambda _: Reply(Card("Queue", body, buttons=(Button("Claim IT-7", "claim", TICKET),)))
    status, html = await page(browser, "/portal/queue?as=ben")
    assert status == 200 and 'href="/tickets/7?as=ben"' in html and 'href="/portal/queue?as=ben"' in html
    _, to, _ = await send(browser, pressed(html, "claim") | {"_as": "ben", "_page": "/portal/queue"})
    assert to.startswith("/portal/queue?as=ben&told=")
    browser.desk.told.clear()
    status, html = await page(browser, "/portal/queue?as=ana")
    assert status == 404 and "Queue" not in html and browser.desk.told == []
