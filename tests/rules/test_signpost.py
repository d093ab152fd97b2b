"""A link to a ticket leads somewhere, also where the desk serves no pages."""

from typing import Any

from starlette.applications import Starlette

from bot import signpost
from tests.rules.desk_stories import block, settings


async def get(app: Starlette, path: str) -> tuple[int, str]:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app({"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}, receive, send)
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]).decode()


async def test_a_link_says_where_the_ticket_is_read_and_nothing_of_the_ticket() -> None:
    """Every number is answered alike: nobody is known here, and learns nothing."""
    named = settings(organisation=block("organisation") | {"name": "<b>Us</b>"})
    app = Starlette(routes=signpost.routes(lambda: named))
    status, page = await get(app, "/tickets/1042")
    assert status == 200 and "<code>/tickets status IT-1042</code>" in page
    assert "&lt;b&gt;Us&lt;/b&gt;" in page and "<b>" not in page
    assert await get(app, "/tickets/7") == (200, page.replace("IT-1042", "IT-7"))
    assert (await get(app, "/tickets/none"))[0] == 404
