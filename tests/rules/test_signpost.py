"""A link to a ticket leads somewhere, also where the desk serves no pages."""

from typing import Any

from starlette.applications import Starlette

from bot import signpost
from bot.settings import Settings
from tests.rules.desk_stories import block, settings


async def get(app: Starlette, path: str, accept: str = "*/*") -> tuple[int, str]:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept", accept.encode())]
    await app({"type": "http", "method": "GET", "path": path, "headers": headers, "query_string": b""}, receive, send)
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]).decode()


def signs(named: Settings) -> Starlette:
    return Starlette(routes=signpost.routes(lambda: named), exception_handlers={404: signpost.nowhere})


async def test_a_link_says_where_the_ticket_is_read_and_nothing_of_the_ticket() -> None:
    """Every number is answered alike: nobody is known here, and learns nothing."""
    named = settings(organisation=block("organisation") | {"name": "<b>Us</b>"})
    app = signs(named)
    status, page = await get(app, "/tickets/1042")
    assert status == 200 and "<code>/tickets status IT-1042</code>" in page
    assert "&lt;b&gt;Us&lt;/b&gt;" in page and "<b>" not in page
    assert await get(app, "/tickets/7") == (200, page.replace("IT-1042", "IT-7"))
    assert (await get(app, "/tickets/none"))[0] == 404


async def test_a_file_s_link_says_where_the_file_is_to_be_had() -> None:
    app = signs(settings())
    status, page = await get(app, "/files/7")
    assert status == 200 and "<code>/transcript</code>" in page
    assert await get(app, "/files/8") == (200, page) and (await get(app, "/files/x"))[0] == 404


async def test_who_opens_the_desk_s_address_reads_where_it_is_spoken_to() -> None:
    status, page = await get(signs(settings(organisation=block("organisation") | {"name": "<b>Us</b>"})), "/")
    assert status == 200 and "&lt;b&gt;Us&lt;/b&gt;’s service desk" in page and "<code>/ticket</code>" in page


async def test_an_address_that_leads_nowhere_says_so_to_a_person_and_to_a_program() -> None:
    app = signs(settings())
    status, page = await get(app, "/<script>", "text/html,*/*")
    assert (
        status == 404 and "<main>" in page and "There is nothing at this address</h1>" in page and "script" not in page
    )
    assert await get(app, "/nothing/here") == (404, "There is nothing at this address.\n")
