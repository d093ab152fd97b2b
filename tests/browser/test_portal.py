"""The portal in a real browser: asking, reading and working on its pages, with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import opened

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("portal")]


async def test_the_portal_is_used(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}tickets/4711", viewport={"width": 900, "height": 700})
    await page.get_by_role("button", name="Erik Lund").click()
    await expect(page.locator("h1")).to_have_text("Nothing to see here")
    await page.get_by_role("link", name="Ask for help").click()
    await page.get_by_role("button", name="Open ticket").click()
    await expect(page.locator(".error")).to_have_text("Please fill this in.")
    await page.locator("textarea").fill("Outlook does not sync since I am back")
    await page.locator(".suggestions li a").first.click()
    await expect(page.locator(".suggestions .reading")).to_contain_text("Work Offline")
    await page.get_by_role("region", name="The article").focus()
    await expect(page.locator(".reading .article")).to_be_focused()
    await expect(page.locator("textarea")).to_have_value("Outlook does not sync since I am back")
    await page.locator("textarea").press("Control+Enter")
    await expect(page.locator(".notice .card")).to_contain_text("Outlook or mail is not syncing")
    await page.get_by_role("button", name="None of these").click()
    await expect(page.locator(".notice")).to_contain_text("Thank you for telling")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator("#answer:invalid")).to_be_focused()
    await page.locator("#answer").fill("It is the *shared* mailbox")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".story")).to_contain_text("It is the shared mailbox")

    ben = await opened(browser, page.url.replace("as=erik", "as=ben"), viewport={"width": 900, "height": 700})
    await ben.get_by_role("button", name="Claim").click()
    await page.locator("#answer").fill("what is typed stays")
    await ben.locator("#answer").fill("I have given you access")
    await ben.locator("#answer").press("Control+Enter")
    await expect(page.locator(".story")).to_contain_text("I have given you access")
    await expect(page.locator(".stands")).to_contain_text("Ben Adler")
    await expect(page.locator("#answer")).to_have_value("what is typed stays")

    await page.get_by_role("button", name="It is solved").click()
    await page.get_by_role("button", name="★★★★★ 5 of 5").click()
    await expect(page.locator(".story")).to_contain_text("rated it ★★★★★ 5 of 5")
    await page.get_by_role("link", name="My tickets").click()
    await expect(page.locator(".tickets")).to_contain_text("Closed")
    await expect(page.get_by_role("heading", level=2, name="Done")).to_be_visible()


async def test_the_portal_needs_no_script(browser: Browser, demo: str) -> None:
    phone = {"width": 390, "height": 844}
    page = await opened(browser, f"{demo}portal/new?as=erik", java_script_enabled=False, is_mobile=True, viewport=phone)
    await page.locator("textarea").fill("My headset crackles")
    await page.get_by_role("button", name="Open ticket").click()
    await expect(page.locator("h1")).to_contain_text("My headset crackles")
    await expect(page.get_by_role("link", name="Firstline")).to_be_attached()
    await page.locator("#answer").fill("only on the left")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".story")).to_contain_text("only on the left")


async def test_what_has_the_focus_is_not_under_the_bar(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}portal?as=ana", viewport={"width": 900, "height": 500})
    await page.locator(".tickets a").last.focus()
    below = await page.locator(".bar").evaluate("it => it.getBoundingClientRect().bottom")
    for _ in range(await page.locator(".tickets a").count() - 1):
        await page.keyboard.press("Shift+Tab")
        focused = await page.locator(".tickets a:focus").bounding_box()
        assert focused and focused["y"] >= below


async def test_an_article_that_helps_makes_no_ticket(browser: Browser, demo: str) -> None:
    """BEHAVIOUR 8, 34: read as one types, only the newest words answered, and the form is left with "This fixed it"."""
    page = await opened(browser, f"{demo}portal/new?as=erik", viewport={"width": 900, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
    await page.locator("textarea").press_sequentially("my vpn will not connect", delay=20)
    await expect(page.locator(".suggestions li a").first).to_contain_text("VPN")
    assert len(asked) <= 3, "who is still typing is left alone"
    await expect(page.locator("#news")).to_have_text(re.compile(r"^\d articles? may help$"))
    await page.locator("textarea").press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".reading")).to_contain_text("VPN")
    await expect(page.locator("[aria-live] .reading")).to_have_count(0)
    await page.get_by_role("button", name="Not helpful").press("Enter")
    await expect(page.locator("textarea")).to_be_focused()
    await expect(page.locator(".toasts")).to_contain_text("Thank you for telling us")
    await expect(page.locator(".reading")).to_have_count(0)
    await page.locator(".suggestions li a").first.click()
    await page.get_by_role("button", name="This fixed it").click()
    await expect(page.locator(".notice")).to_contain_text("Good to hear")
    await expect(page.locator(".empty, .tickets")).not_to_contain_text("vpn will not connect")


@pytest.mark.parametrize("scripts", [True, False])
async def test_articles_are_found_and_read(browser: Browser, demo: str, scripts: bool) -> None:
    """BEHAVIOUR 32: with source and licence, on a phone in the dark, and without scripts."""
    page = await opened(
        browser,
        f"{demo}kb?as=erik",
        viewport={"width": 390, "height": 800},
        is_mobile=True,
        color_scheme="dark",
        java_script_enabled=scripts,
    )
    await expect(page.locator(".shelf li")).to_have_count(50)
    await page.get_by_role("link", name="Next").click()
    await expect(page.locator(".turn")).to_contain_text("Page 2")
    await page.get_by_role("searchbox").fill("bounce keys")
    await page.get_by_role("searchbox").press("Enter")
    await page.get_by_role("link", name="Turn on bounce keys").click()
    await expect(page.locator("h1")).to_have_text("Turn on bounce keys")
    await expect(page.locator(".article h2")).to_have_text("Quickly turn bounce keys on and off")
    await expect(page.locator(".origin")).to_contain_text("CC BY-SA 3.0, https://creativecommons.org")
    assert await page.evaluate("document.documentElement.scrollWidth") == 390 if scripts else True
    await page.get_by_role("button", name="Not helpful").click()
    await expect(page.locator(".notice")).to_contain_text("The desk can help")
    await page.get_by_role("button", name="Ask for help").click()
    await expect(page.locator("h1")).to_have_text("Ask for help")


async def filed(page: Page, demo: str, person: str, words: str) -> None:
    """A ticket that somebody asks for; they are on its page then."""
    await page.goto(f"{demo}portal/new?as={person}")
    await page.locator("textarea").fill(words)
    await page.get_by_role("button", name="Open ticket").click()
    await expect(page.locator("h1")).to_contain_text(words)


async def test_a_double_click_opens_one_ticket_and_ends_on_its_page(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}portal/new?as=ana")
    await page.locator("textarea").fill("my mouse jumps")
    await page.get_by_role("button", name="Open ticket").dblclick()
    await expect(page.locator("h1")).to_contain_text("my mouse jumps")
    assert "/tickets/" in page.url
    await page.get_by_role("link", name="My tickets").click()
    await expect(page.locator(".tickets li", has_text="my mouse jumps")).to_have_count(1)


async def test_what_was_wrong_goes_when_it_is_mended(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}portal/new?as=ana")
    await page.get_by_role("button", name="Open ticket").click()
    await expect(page.locator(".error")).to_have_text("Please fill this in.")
    await page.locator("textarea").press_sequentially("it")
    await expect(page.locator(".error, .wrong, [aria-invalid]")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
async def test_back_finds_what_was_typed(browser: Browser, demo: str, scripts: bool) -> None:
    """Also on a form that answered a press. Sent once more with other words, it is not taken for the same."""
    page = await opened(browser, f"{demo}portal/new?as=ana", java_script_enabled=scripts)
    await page.locator("textarea").fill("half a thought")
    await page.get_by_role("link", name="My tickets").click()
    await page.go_back()
    await expect(page.locator("textarea")).to_have_value("half a thought")
    await filed(page, demo, "ana", "Outlook does not sync on my phone")
    await page.goto(page.url.partition("?")[0] + "?as=ben")
    for button in ("Note", "Ask", "Resolve"):
        await page.get_by_role("button", name=button, exact=True).click()
        await page.locator("textarea").first.fill(f"words to {button}")
        await page.get_by_role("link", name="My tickets").click()
        await page.go_back()
        await expect(page.locator("textarea").first).to_have_value(f"words to {button}")
        await page.go_back()
        await expect(page.locator(".story")).to_be_visible()
    await page.locator("#answer").fill("first words")
    for words in ("first words", "other words"):
        await page.locator("#answer").fill(words)
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator(".story")).to_contain_text(words)
        await page.go_back()
        await expect(page.locator("#answer")).to_have_value(words)


async def test_words_that_met_a_desk_that_is_down_are_there_on_back(browser: Browser, demo: str) -> None:
    page = await opened(browser, demo)
    await filed(page, demo, "ana", "the projector is dark")
    await page.locator("#answer").fill("it hums")
    await page.route("**/portal/act", lambda route: route.abort("connectionrefused"))
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.wait_for_url("chrome-error://**")
    await page.go_back()
    await expect(page.locator("#answer")).to_have_value("it hums")


async def test_back_shows_nobody_the_page_of_who_was_here_before(browser: Browser, demo: str) -> None:
    """A page's address names whom it is for, also where the browser alone knew."""
    page = await opened(browser, f"{demo}portal")
    await page.get_by_role("button", name="Ana Costa").click()
    await page.goto(f"{demo}portal")
    assert page.url.endswith("/portal?as=ana")
    await page.locator(".me").click()
    await page.get_by_role("button", name="Erik Lund").click()
    await page.goto(f"{demo}portal/new")
    assert page.url.endswith("/portal/new?as=erik")


async def test_the_focus_stays_on_what_it_was_on_when_the_page_changes(browser: Browser, demo: str) -> None:
    """And never goes to another button: whose own has gone stays where it stood."""
    page = await opened(browser, demo, viewport={"width": 900, "height": 700})
    await filed(page, demo, "erik", "the beamer is dim")
    ben = await opened(browser, page.url.replace("as=erik", "as=ben"), viewport={"width": 900, "height": 700})
    await ben.get_by_role("button", name="Claim").click()
    await ben.get_by_role("button", name="Resolve").focus()
    for words in ("it was brighter", "a week ago"):
        await page.locator("#answer").fill(words)
        await page.locator("#answer").press("Control+Enter")
        await expect(ben.locator(".story")).to_contain_text(words)
        await expect(ben.get_by_role("button", name="Resolve")).to_be_focused()
    await page.get_by_role("button", name="It is solved").click()
    await expect(ben.get_by_role("button", name="Resolve")).to_have_count(0)
    await expect(ben.locator("#stands")).to_be_focused()


async def test_who_works_here_has_the_queue_and_nobody_else(browser: Browser, demo: str) -> None:
    page = await opened(browser, f"{demo}portal", viewport={"width": 390, "height": 800}, is_mobile=True)
    await filed(page, demo, "erik", "the scanner blinks")
    await expect(page.get_by_role("link", name="Queue")).to_have_count(0)
    number = (await page.locator("h1").inner_text()).partition(" ")[0]
    await page.goto(f"{demo}portal/queue?as=erik")
    await expect(page.locator("h1")).to_have_text("Nothing to see here")
    await page.goto(f"{demo}portal?as=ben")
    await page.get_by_role("link", name="Queue").click()
    await expect(page.get_by_role("link", name="Ask for help")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await expect(page.locator(".tickets")).to_contain_text("the scanner blinks")
    await page.get_by_role("button", name=f"Claim {number}").click()
    await expect(page.locator(".notice")).to_contain_text("is yours")
    await expect(page.locator("h1")).to_have_text("Queue")
