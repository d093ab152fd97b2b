"""Where the desk's own address leads while no pages are served: it says how to speak to the desk in the chat."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.cards import reference
from bot.settings import Settings

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.25rem">
<main>
<h1 style="font-size: 1.5rem">{title}</h1>
<p>{words}</p>
</main>
</body>
</html>
"""
IN_CHAT = (
    "It is spoken to in your chat: <code>/ticket</code> asks for help, <code>/help</code> lists all that you can do."
)
TICKET = (
    "Tickets are shown where {desk} knows who you are. Say <code>/tickets status {ticket}</code> in your chat "
    "(on Discord <code>/tickets-status</code>): if you may see it, you get it with all that was said."
)
FILE = (
    "Files are given out where {desk} knows who you are. This one stands with its ticket in your chat; "
    "<code>/transcript</code> with the ticket’s number gives you all that was said there, and its files."
)
NOWHERE = "There is nothing at this address"


def routes(settings: Callable[[], Settings]) -> list[Route]:
    """GET /, /tickets/NUMBER and /files/NUMBER, for any number: whether there is one is nobody's business here."""

    async def desk(_: Request) -> HTMLResponse:
        return _page(_name(settings()), IN_CHAT)

    async def ticket(request: Request) -> HTMLResponse:
        number = reference(request.path_params["number"], settings())
        words = TICKET.format(ticket=escape(number), desk=escape(_name(settings())))
        return _page(f"{number} is in your chat", words)

    async def file(_: Request) -> HTMLResponse:
        return _page("This file is in your chat", FILE.format(desk=escape(_name(settings()))))

    return [Route("/", desk), Route("/tickets/{number:int}", ticket), Route("/files/{id:int}", file)]


async def nowhere(request: Request, _: Exception) -> Response:
    """The answer to an address that leads nowhere: a page for who reads, a line for all others."""
    if "text/html" in request.headers.get("accept", ""):
        return _page(NOWHERE, 'The <a href="/">service desk</a> is here.', 404)
    return PlainTextResponse(f"{NOWHERE}.\n", 404)


def _name(settings: Settings) -> str:
    return f"{settings.organisation.name}’s service desk"


def _page(title: str, words: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(PAGE.format(title=escape(title), words=words), status)
