"""Where a link to a ticket leads while no pages are served: it says how to read the ticket where people are known."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.cards import reference
from bot.settings import Settings

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{ticket}</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.25rem">
<h1 style="font-size: 1.5rem">{ticket} is in your chat</h1>
<p>Tickets are shown where {desk} knows who you are. Say <code>/tickets status {ticket}</code> in your chat
(on Discord <code>/tickets-status</code>): if you may see it, you get it with all that was said.</p>
</body>
</html>
"""


def routes(settings: Callable[[], Settings]) -> list[Route]:
    """GET /tickets/NUMBER, for any number: whether there is such a ticket is nobody's business here."""

    async def page(request: Request) -> HTMLResponse:
        ticket, desk = reference(request.path_params["number"], settings()), settings().organisation.name
        return HTMLResponse(PAGE.format(ticket=escape(ticket), desk=escape(f"{desk}’s service desk")))

    return [Route("/tickets/{number:int}", page)]
