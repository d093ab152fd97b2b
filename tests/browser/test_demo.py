"""The demo as a person plays it, in a real browser: from a question to the figures."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import opened

ASKED = "Outlook does not sync my mail since this morning"

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("demo")]


def button(pane: Locator, name: str) -> Locator:
    """The newest button of this name among a pane's messages."""
    return pane.locator(".talk .log").get_by_role("button", name=name, exact=True).last


def ticked(page: Page) -> Locator:
    """The guide's steps that have happened."""
    return page.locator(".guide li.done")


async def in_sight(shown: Locator, scroll: Locator) -> bool:
    """Whether something begins within what a list shows."""
    own, box = await shown.bounding_box(), await scroll.bounding_box()
    return own is not None and box is not None and box["y"] - 1 <= own["y"] < box["y"] + box["height"]


async def step(page: Page, number: int) -> None:
    await page.locator(".guide .go").nth(number - 1).click()


async def test_the_demo_is_played(browser: Browser, demo: str) -> None:
    page = await opened(browser, demo, viewport={"width": 1440, "height": 900})
    left, right = page.locator("#left"), page.locator("#right")
    await expect(left.locator(".person")).to_contain_text("Ana")
    await page.get_by_role("button", name="Next day: to the next working day").click()
    await expect(page.locator("#clock")).to_contain_text("09:00")

    await step(page, 2)
    await expect(page.locator(".toast")).to_have_text("First open a ticket (step 1).")
    await step(page, 1)
    await expect(left.locator(".talk textarea")).to_have_value(f"/ticket {ASKED}")
    await left.locator(".talk textarea").press("Enter")
    await expect(left.locator(".private .card")).to_contain_text("Outlook or mail is not syncing")
    await button(left, "None of these").click()
    await expect(button(left, "This fixed it")).to_have_count(0)
    await expect(right.locator(".talk .log")).to_contain_text(ASKED)

    await expect(ticked(page)).to_have_count(1)

    await page.get_by_role("button", name="Press both").click()
    await expect(left.locator(".person")).to_contain_text("Chloe")
    told = page.locator(".private")
    await expect(told.filter(has_text="is yours")).to_have_count(1)
    await expect(told.filter(has_text="already")).to_have_count(1)
    await expect(ticked(page)).to_have_count(2)

    await page.get_by_role("button", name="Press for me").click()
    await expect(right.locator(".place h2")).to_have_text("#escalations")
    await expect(ticked(page)).to_have_count(3, timeout=40_000)
    await expect(button(right, "Acknowledge")).to_be_visible()
    await expect(left.locator(".card.danger").first).to_be_visible()

    await step(page, 4)
    pinged = right.locator(".message", has=page.locator(".mention.me"))
    await expect(pinged.locator(".mention.me").first).to_contain_text("Lena")
    await expect(pinged.get_by_role("button", name="Acknowledge")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(right.locator(".card").filter(has_text="Acknowledged by Lena").first).to_be_visible()

    await step(page, 5)
    await expect(right.locator(".person")).to_contain_text("Ben")
    await it_is_heard_of_where_nobody_looks(left, right)
    await button(right, "Resolve").click()
    await right.locator("dialog textarea").first.fill("Signed out and in again; all mail is there.")
    await right.locator("dialog textarea").first.press("Control+Enter")
    await expect(right.locator(".card.good").first).to_contain_text("Signed out and in again; all mail is there.")

    await step(page, 6)
    await button(left, "Fixed").click()
    await button(left, "★★★★★ 5 of 5").click()
    await expect(right.locator(".card.good").first).to_contain_text("★★★★★ 5 of 5")

    await step(page, 7)
    await expect(right.locator(".talk textarea")).to_have_value("/report")
    await right.locator(".talk textarea").press("Enter")
    await expect(right.locator(".picture img")).to_have_attribute("height", re.compile(r"\d+"))
    assert await in_sight(right.locator(".private .typed").last, right.locator(".talk .scroll"))
    await expect(ticked(page)).to_have_count(7)
    await page.reload()
    await expect(ticked(page)).to_have_count(7)


async def it_is_heard_of_where_nobody_looks(left: Locator, right: Locator) -> None:
    told = left.locator(".private").filter(has_text="What you can say")
    for _ in range(3):  # said amid a change of person, words may be refused, and then stand in the field again
        await left.locator(".talk textarea").fill("/help")
        await left.locator(".talk textarea").press("Enter")
        with suppress(AssertionError):
            await expect(told).to_be_visible(timeout=4_000)
            break
    await expect(told).to_be_visible()
    own = right.locator(".talk .message", has_text=ASKED)
    await own.get_by_role("button", name="Reply", exact=True).last.click()
    await right.locator("dialog textarea").first.fill("Is it so on your phone, too?")
    await right.locator("dialog textarea").first.press("Control+Enter")
    await expect(left.locator(".jump")).to_have_text("Ben answered in IT-1001 ↑")
    pill, talk = await left.locator(".jump").bounding_box(), await left.locator(".talk").bounding_box()
    assert pill and talk and pill["y"] + pill["height"] <= talk["y"], "nothing that can be pressed lies below it"
    await expect(left.locator(".message.unread .replies")).to_have_count(1)
    await left.locator(".jump").click()
    await expect(left.locator(".thread")).to_contain_text("Is it so on your phone, too?")
    await expect(left.locator(".jump")).to_be_hidden()
    await expect(left.locator(".message.unread")).to_have_count(0)
    await left.get_by_role("button", name="Close the thread").click()


async def test_it_works_with_the_keyboard_alone(browser: Browser, demo: str) -> None:
    page = await opened(browser, demo, viewport={"width": 1440, "height": 900})
    field = page.locator("#left .talk textarea")
    await expect(page.locator("#left .place h2")).to_have_text("Firstline")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await page.keyboard.type("/")
    await expect(page.locator("#left .talk .completion [role=option]").first).to_contain_text("/ticket TEXT")
    await page.keyboard.type("tick")
    await expect(page.locator("#left .talk .completion [aria-selected=true]")).to_contain_text("/ticket")
    await page.keyboard.press("Tab")
    await expect(field).to_have_value("/ticket ")
    await page.keyboard.press("Enter")
    form = page.locator("#left dialog")
    await expect(form).to_be_visible()
    await expect(form.locator(":focus")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    await expect(field).to_be_focused()
    await field.fill("/tickets ")
    await expect(page.locator("#left .talk .completion [role=option]").first).to_contain_text("/tickets")
    await page.keyboard.press("Enter")
    await expect(page.locator("#left .message.private").last).to_contain_text("ticket")
    await field.fill("/tickets ")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value(re.compile(r"^/tickets \w+ $"))
    await field.fill("/rate ")
    await page.keyboard.press("Enter")
    await form.locator("[name=ticket]").fill("IT-990")
    await form.locator("[type=submit]").click()
    await expect(form.locator("[role=radiogroup][aria-invalid=true] input:focus")).to_have_count(1)
    await form.get_by_role("radio", name="3 stars").focus()
    await page.keyboard.press("ArrowRight")
    await expect(form.locator("[role=radiogroup][aria-invalid]")).to_have_count(0)
    await expect(form.get_by_role("radio", name="4 stars")).to_be_checked()
    filled = [
        await star.evaluate("it => getComputedStyle(it).fillOpacity")
        for star in await form.locator(".stars label").all()
    ]
    assert filled == ["1", "1", "1", "1", "0"]
    await page.keyboard.press("Escape")
    await field.fill("")


async def test_it_fits_a_phone(browser: Browser, demo: str) -> None:
    page = await opened(browser, demo, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    await expect(page.locator("#left")).to_be_visible()
    await expect(page.locator("#right")).to_be_hidden()
    await page.locator(".sides button").nth(1).click()
    await expect(page.locator("#right")).to_be_visible()
    await page.locator("#right .drawer").click()
    await page.locator("#right .rooms button", has_text="escalations").click()
    await expect(page.locator("#right .place h2")).to_have_text("#escalations")
    assert await page.evaluate("document.documentElement.scrollWidth") == 390  # a page too wide widens innerWidth too
    field = page.locator("#right .talk textarea")
    one_line = await field.evaluate("it => it.clientHeight")
    await field.evaluate("it => { it.style.whiteSpace = 'normal'; it.style.height = 'auto'; }")
    assert await field.evaluate("it => it.scrollHeight") == one_line, "the hint in it stands on one line"


@pytest.mark.parametrize(("width", "height"), [(320, 256), (844, 390)])
async def test_it_flows_anew_where_there_is_little_room(browser: Browser, demo: str, width: int, height: int) -> None:
    """As large as 1280 × 1024 at 400 %: nothing is cut, and the page scrolls instead of losing the talk."""
    page = await opened(browser, demo, viewport={"width": width, "height": height})
    await expect(page.locator("#left .place h2")).to_have_text("Firstline")
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    assert await page.locator("#left .talk .scroll").evaluate("it => it.clientHeight") > 200
    assert await page.locator("#clock").evaluate("it => it.scrollWidth <= it.clientWidth")
    await page.mouse.move(width / 2, height / 2)
    await page.mouse.wheel(0, 2000)
    await expect(page.locator("#left .composer .send").first).to_be_in_viewport(ratio=1)


async def test_what_was_typed_into_a_dialog_is_there_when_it_opens_again(browser: Browser, demo: str) -> None:
    """In the same one alone, and until it is sent. What was wrong is said until it is mended."""
    page = await opened(browser, f"{demo}#max/@max|lena/escalations", viewport={"width": 1440, "height": 800})
    left = page.locator("#left")
    dialog, field = left.locator("dialog"), left.locator("dialog textarea")

    async def opens(verb: str) -> None:
        await left.locator(".talk textarea").fill(verb)
        await left.locator(".talk textarea").press("Enter")
        await expect(dialog).to_be_visible()

    await opens("/ticket ")
    await dialog.get_by_role("button", name="Open ticket").click()
    await expect(dialog.locator(".error")).to_have_text("Please fill this in.")
    await field.press_sequentially("the blinds hang")
    await expect(dialog.locator(".error, .wrong, [aria-invalid]")).to_have_count(0)
    await field.press("Escape")
    await opens("/reply IT-990 ")
    await expect(field).to_have_value("")
    await field.press("Escape")
    await opens("/ticket ")
    await expect(field).to_have_value("the blinds hang")
    await field.press("Control+Enter")
    await expect(left.locator(".private .card").last).to_contain_text("the blinds hang")
    await opens("/ticket ")
    await expect(field).to_have_value("")


WORDS = ("the printer jams", "my screen flickers", "my mouse is dead")


async def test_whoever_presses_a_button_further_up_stays_there_and_is_told(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}#erik/@erik|chloe/triage-it", viewport={"width": 1440, "height": 640})
    left, right = page.locator("#left"), page.locator("#right")
    for words in WORDS:
        await left.locator(".talk textarea").fill(f"/ticket {words}")
        await left.locator(".talk textarea").press("Enter")
        await expect(right.locator(".message", has_text=words).first).to_be_visible()
    scroll = right.locator(".talk .scroll")
    card = right.locator(".message", has_text=WORDS[0]).first
    claim = card.get_by_role("button", name="Claim")
    await claim.evaluate("it => it.scrollIntoView({ block: 'center', behavior: 'instant' })")
    await expect(claim).to_be_in_viewport()
    before = await scroll.evaluate("it => it.scrollTop")
    await claim.click()
    await expect(page.locator(".toast")).to_contain_text("is yours")
    await expect(card).to_contain_text("Chloe Martin")
    assert abs(await scroll.evaluate("it => it.scrollTop") - before) < 40


async def test_a_long_answer_says_that_it_goes_on(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}#erik/@erik|lena/escalations", viewport={"width": 1440, "height": 900})
    right = page.locator("#right")
    await right.locator(".talk textarea").fill("/help")
    await right.locator(".talk textarea").press("Enter")
    answer = right.locator(".message.private").last
    await expect(answer.get_by_text("/transcript TICKET")).to_be_visible()
    await expect(answer.locator(".text.long")).to_have_count(1)
    await answer.get_by_role("button", name="Show all").click()
    await expect(answer.locator(".text.long, .whole")).to_have_count(0)
    await expect(answer.locator("h3")).to_be_in_viewport()
    await answer.get_by_text("tells more of one").scroll_into_view_if_needed()
    await expect(answer.get_by_text("tells more of one")).to_be_in_viewport()


async def test_the_focus_stays_on_what_it_was_on_when_a_message_is_drawn_anew(browser: Browser, demo: str) -> None:
    """Also in an open menu; out of one it goes to the menu's button, and to the next message where that is gone."""
    page = await opened(browser, f"{demo}#ben/escalations|lena/escalations", viewport={"width": 1440, "height": 800})
    elsewhere = await opened(
        browser, f"{demo}#ben/escalations|lena/escalations", viewport={"width": 1440, "height": 800}
    )
    left, right = page.locator("#left"), elsewhere.locator("#right")
    await left.locator(".talk textarea").fill("who is on call?")
    await left.locator(".talk textarea").press("Enter")
    own, other = (pane.locator(".talk .message", has_text="who is on call?") for pane in (left, right))
    thumb = own.get_by_role("button", name="Thumbs up", exact=True)
    await thumb.focus()
    await page.keyboard.press("Enter")
    await expect(own.locator(".reaction")).to_have_count(1)
    await expect(thumb).to_be_focused()
    more = own.get_by_role("button", name="More")
    await more.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("End")
    await expect(own.locator(".menu .delete")).to_be_focused()
    await other.get_by_role("button", name="Done", exact=True).press("Enter")
    await expect(own.locator(".reaction")).to_have_count(2)
    await expect(own.locator(".menu .delete")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(own.locator(".menu")).to_be_hidden()
    await more.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    await own.locator(".menu .react").first.press("Enter")
    await expect(own.locator(".reaction")).to_have_count(3)
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    await own.locator(".menu .delete").press("Enter")
    await expect(own).to_have_count(0)
    await expect(left.locator(".talk").locator(".message, textarea").and_(page.locator(":focus"))).to_have_count(1)


COUNT_CHANGES = """it => {
    it.changes = 0;
    const count = found => (it.changes += found.length);
    new MutationObserver(count).observe(it, {childList: true, subtree: true, characterData: true});
}"""


async def test_only_a_new_message_is_read_out(browser: Browser, demo: str) -> None:
    """Once, though both panes show it; not a room that is opened, a minute that passes or a day that stands."""
    page = await opened(browser, f"{demo}#ben/escalations|lena/escalations", viewport={"width": 1440, "height": 800})
    left, heard = page.locator("#left"), page.locator("#heard")
    assert await page.locator("[role=log]").evaluate_all("all => all.every(it => it.ariaLive === 'off')")
    for words in ("good morning", "all is well"):
        await left.locator(".talk textarea").fill(words)
        await left.locator(".talk textarea").press("Enter")
        await expect(heard).to_have_text(f"Ben Adler: {words}")
    await left.locator(".divider").first.evaluate("it => it.stood = true")
    await heard.evaluate(COUNT_CHANGES)
    await left.locator(".talk textarea").fill("what a day")
    await left.locator(".talk textarea").press("Enter")
    await expect(heard).to_have_text("Ben Adler: what a day")
    assert await heard.evaluate("it => it.changes") == 1, "once, though both panes show it"
    assert await left.locator(".divider").first.evaluate("it => it.stood")
    await left.locator(".rooms button", has_text="triage-it").click()
    await expect(left.locator(".place h2")).to_have_text("#triage-it")
    await expect(heard).to_have_text("Ben Adler: what a day")


async def test_time_that_stands_is_not_written_again(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}#erik/@erik|lena/escalations", viewport={"width": 1440, "height": 800})
    await page.locator("#left .talk textarea").fill("/ticket the door squeaks")
    await page.locator("#left .talk textarea").press("Enter")
    shown = page.locator("#left .log .distance").first
    await shown.evaluate(COUNT_CHANGES)
    await page.evaluate("import('/playground/static/time.js').then(time => time.tick())")
    assert await shown.evaluate("it => it.changes") == 0


async def test_what_helps_to_type_is_heard_when_asked_for(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}#erik/@erik|lena/escalations", viewport={"width": 1440, "height": 800})
    field, hint = page.locator("#left .talk textarea"), page.locator("#left .talk .hint")
    await expect(hint).not_to_have_attribute("aria-live", re.compile(""))
    await expect(field).not_to_have_attribute("aria-controls", re.compile(""))
    await field.press_sequentially("h")
    await expect(field).to_have_accessible_description(re.compile("Enter sends"))
    await hint.evaluate(COUNT_CHANGES)
    await field.press_sequentially("ello")
    assert await hint.evaluate("it => it.changes") == 0
    await field.fill("/t")
    await expect(page.locator("#heard")).to_have_text(re.compile(r"^\d+ commands$"))
    await expect(field).to_have_attribute("aria-controls", "left-verbs")
    first = await field.get_attribute("aria-activedescendant")
    await field.fill("/tr")
    assert await field.get_attribute("aria-activedescendant") != first, "a reader hears that another is chosen"
    await field.press("Escape")
    await expect(field).not_to_have_attribute("aria-controls", re.compile(""))


async def test_the_focus_is_never_behind_a_thread(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}#ben/escalations|lena/escalations", viewport={"width": 1440, "height": 800})
    left = page.locator("#left")
    await expect(left.locator(".person")).to_have_accessible_name(re.compile(r"^Ben Adler, Agent"))
    await left.locator(".talk textarea").fill("look at this")
    await left.locator(".talk textarea").press("Enter")
    answer = left.locator(".talk .message", has_text="look at this").get_by_role("button", name="Reply in thread")
    await answer.press("Enter")
    await expect(left.locator(".thread textarea")).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Shift+Tab")
        assert await page.locator("#left .talk :focus").count() == 0
    await left.get_by_role("button", name="Close the thread").press("Escape")
    await expect(answer).to_be_focused()
    await left.locator(".talk textarea").focus()
    await expect(left.locator(".talk textarea")).to_be_focused()
    await answer.press("Enter")
    await left.locator(".talk").click(position={"x": 8, "y": 300}, force=True)
    await expect(left.locator(".thread")).to_be_hidden()


async def test_the_focus_is_never_behind_the_list_of_rooms(browser: Browser, demo: str) -> None:
    """On a phone. The list opens at the room that is open, and closes to its button; so does who is shown."""
    page = await opened(browser, f"{demo}#ben/escalations|lena/escalations", viewport={"width": 390, "height": 844})
    left, drawer = page.locator("#left"), page.locator("#left .drawer")
    await expect(left.locator(".place h2")).to_have_text("#escalations")
    await drawer.press("Enter")
    await expect(left.locator(".rooms button", has_text="escalations")).to_be_focused()
    for _ in range(3):
        await page.keyboard.press("Tab")
        assert await page.locator("#left .talk :focus").count() == 0
    await left.locator(".person").press("Escape")
    await expect(drawer).to_be_focused()
    await expect(drawer).to_have_attribute("aria-expanded", "false")
    await drawer.press("Enter")
    await page.mouse.click(370, 500)
    await expect(drawer).to_have_attribute("aria-expanded", "false")
    await drawer.press("Enter")
    await page.set_viewport_size({"width": 1440, "height": 844})
    await left.locator(".talk textarea").click()
    await expect(left.locator(".talk textarea")).to_be_focused()
    await page.set_viewport_size({"width": 390, "height": 844})
    other = page.locator(".sides button").nth(1)
    await other.press("Enter")
    await expect(page.locator("#right")).to_be_visible()
    await expect(other).to_be_focused()


async def test_two_forms_of_one_person_are_told_apart(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}#erik/@erik|erik/@erik", viewport={"width": 1440, "height": 800})
    for side in ("#left", "#right"):
        await page.locator(f"{side} .talk textarea").fill("/ticket ")
        await page.locator(f"{side} .talk textarea").press("Enter")
        await expect(page.locator(f"{side} dialog textarea")).to_have_accessible_name(re.compile(r"\w"))
    ids = await page.locator("[id]").evaluate_all("all => all.map(it => it.id)")
    assert len(ids) == len(set(ids))


async def test_what_went_wrong_is_said_until_it_is_dismissed(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}#erik/@erik|lena/escalations", viewport={"width": 1440, "height": 800})
    await expect(page.locator("#left .place h2")).to_have_text("Firstline")
    await page.route("**/playground/travel", lambda route: route.abort("connectionrefused"))
    later = page.get_by_role("button", name="+1 h")
    for _ in range(2):
        await later.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("The desk cannot be reached")
    await expect(page.locator(".toast")).to_have_count(1)
    await page.get_by_role("button", name="Dismiss", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_have_count(0)
    await expect(later).to_be_focused()


async def test_an_edit_that_could_not_be_sent_is_one_still(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}#lena/escalations|erik/@erik", viewport={"width": 1440, "height": 800})
    talk = page.locator("#left .talk")
    field, editing = talk.locator("textarea"), talk.locator(".editing")
    await field.fill("The lift to floor two is stuck.")
    await field.press("Enter")
    mine = talk.locator(".message", has_text="to floor two")
    await expect(mine).to_have_count(1)
    await page.route("**/playground/act", lambda route: route.abort("connectionrefused"))
    await field.press("ArrowUp")
    await field.fill("The lift to floor three is stuck.")
    await field.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("The desk cannot be reached")
    await expect(field).to_have_value("The lift to floor three is stuck.")
    await expect(editing).to_be_visible()
    await page.unroute("**/playground/act")
    await field.press("Enter")
    await expect(talk.locator(".message", has_text="to floor three")).to_have_count(1)
    await expect(mine).to_have_count(0)
    await expect(editing).to_be_hidden()


async def test_who_types_faster_than_the_desk_answers_is_heard_in_order(browser: Browser, demo: str) -> None:
    """And when the desk cannot be reached, all of it stands in the field again, before what has been typed since."""
    page = await opened(browser, f"{demo}#lena/escalations|erik/@erik", viewport={"width": 1440, "height": 800})
    talk = page.locator("#left .talk")
    field, last = talk.locator("textarea"), talk.locator(".message .text")
    asked: asyncio.Queue[Route] = asyncio.Queue()
    await page.route("**/playground/act", asked.put)
    for words in ("first things first", "second things second"):
        await field.fill(words)
        await field.press("Enter")
        await expect(field).to_have_value("")
    await (await asked.get()).continue_()
    await expect(last.last).to_have_text("first things first")
    await (await asked.get()).continue_()
    await expect(last.last).to_have_text("second things second")
    for words in ("the third", "the fourth"):
        await field.fill(words)
        await field.press("Enter")
    await field.fill("not written to its e")
    for _ in ("at first", "again", "and again"):
        await (await asked.get()).abort("connectionrefused")
    await expect(field).to_have_value("the third\nthe fourth\nnot written to its e")
    await expect(page.locator(".toast")).to_contain_text("The desk cannot be reached")


async def test_what_waits_to_be_sent_is_said_by_who_wrote_it(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}#lena/escalations|erik/@erik", viewport={"width": 1440, "height": 800})
    left, asked = page.locator("#left"), asyncio.Queue[Route]()
    await page.route("**/playground/act", asked.put)
    for words in ("Lena was here", "and here she is again"):
        await left.locator(".talk textarea").fill(words)
        await left.locator(".talk textarea").press("Enter")
    first, loading = await asked.get(), asyncio.Queue[Route]()
    await page.route("**/playground/pane?*", loading.put)
    await left.locator(".person").click()
    await left.locator('.people [data-person="ben"]').click()
    await expect(left.locator(".person b")).to_have_text("Ben Adler")
    slow = await loading.get()
    await first.continue_()
    await expect(left.locator(".talk .log")).to_contain_text("Lena was here")
    await slow.continue_()
    await (await asked.get()).continue_()
    said = left.locator(".talk .message", has_text="and here she is again")
    await expect(said).to_have_attribute("data-author", re.compile("lena"))


async def test_who_has_no_scripts_is_shown_the_way(browser: Browser, demo: str) -> None:
    page = await opened(browser, demo, java_script_enabled=False)
    await page.get_by_role("link", name="The portal").click()
    await expect(page.locator("h1")).to_have_text("Who are you?")
