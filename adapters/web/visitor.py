"""Who looks at a page of the portal: named in its address, or remembered by the browser.

The playground has no sign-in, on loopback among made-up people: anybody may be anybody, as in its panes.
"""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.places import Persona, Places
from bot.words import Card

COOKIE = "firstline_person"
HOME = "/portal"
NOTICES_KEPT = 200

_PAGES = re.compile(r"/portal(/new|/queue|/knowledge)?|/kb(/[^/?#\\\s]{1,200})?|/tickets/[^/?#\\\s]{1,60}")


def visitor(places: Places, request: Request) -> Persona | None:
    """Who it is; None when nobody says. `Junk` (403) for a name that nobody here has."""
    named = request.query_params.get("as")
    if named is None:
        return places.people.get(request.cookies.get(COOKIE, ""))
    return places.person(named)


def own_page(path: str) -> str:
    """The path if it is one of the portal's pages, else its first page: no link leads out of here."""
    return path if _PAGES.fullmatch(path) else HOME


def to_page(page: str, who: Persona, told: str = "", **more: str) -> Response:
    """On to a page, after something was done; `told` is the notice to be shown there."""
    asked = {"as": who.id} | ({"told": told} if told else {}) | {name: value for name, value in more.items() if value}
    return RedirectResponse(f"{own_page(page)}?{urlencode(asked)}", 303)


def remember(response: Response, who: Persona) -> None:
    """Have the browser say next time who it is."""
    response.set_cookie(COOKIE, who.id, httponly=True, samesite="lax")


class Notices:
    """What the desk answered to each person, until the page after it has shown it. In memory, like private messages."""

    def __init__(self) -> None:
        self._kept: deque[tuple[str, str, Card]] = deque(maxlen=NOTICES_KEPT)

    def keep(self, person: str, id: str, card: Card) -> None:
        self._kept.append((person, id, card))

    def of(self, person: str, id: str) -> Card | None:
        """The newest of this id, for the person it was for."""
        return next((card for owner, kept, card in reversed(self._kept) if (owner, kept) == (person, id)), None)
