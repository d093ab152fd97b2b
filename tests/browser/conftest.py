"""The demo on a free port, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WRONG: list[str] = []
"""What scripts of the pages failed with: raised in Playwright's own task, it would end that."""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`make demo`'s own process, on a free port, with its data in a folder of its own; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "FIRSTLINE_SETTINGS": str(ROOT / "settings.yaml")}
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port)]
    with subprocess.Popen(command, cwd=tmp_path_factory.mktemp("demo"), env=environment) as running:
        _await_listener(running, port)
        yield f"http://127.0.0.1:{port}/"
        running.terminate()
        assert running.wait(15) == 0


def _await_listener(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the port answers: a `goto` that was refused can fail the next one too (playwright-python, issue 2852)."""
    for _ in range(600):
        assert process.poll() is None, "the demo ended before it listened"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    process.kill()
    raise TimeoutError("the demo did not start")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield made
        await made.close()


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def closed(browser: Browser) -> AsyncIterator[None]:
    """No page of one test is at work during the next, and no script of its pages has failed."""
    yield
    for context in browser.contexts:
        await context.close()
    wrong = WRONG.copy()
    WRONG.clear()
    assert not wrong


async def opened(browser: Browser, address: str, **options: object) -> Page:
    """The page, of which each pane shows a room; whatever goes wrong in its scripts fails the test."""
    page = await (await browser.new_context(**options)).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    page.on("pageerror", lambda error: WRONG.append(f"{address}: {error.stack}"))
    await page.goto(address)
    if options.get("java_script_enabled", True):
        for room in await page.locator(".pane .place h2").all():
            await expect(room).not_to_be_empty()
    return page
