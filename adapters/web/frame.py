"""What every page of the portal stands in: who looks at it, what they were just told, and what is not there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.web import show
from adapters.web.chat import Chat
from adapters.web.guard import FORM_HEADERS, Endpoint, guarded
from adapters.web.places import Persona
from adapters.web.visitor import HOME, Notices, own_page, visitor
from bot.requests import Junk
from bot.words import Card

Page = Callable[[Request, Persona], Awaitable[Response]]


class Frame:
    """Makes pages over one chat. `notices` are what the desk answered."""

    def __init__(self, chat: Chat) -> None:
        self._chat, self.notices = chat, Notices()

    def route(self, path: str, endpoint: Endpoint, method: str = "GET") -> Route:
        """A page behind the checks of what is let in."""
        return Route(path, guarded(endpoint, self.refused, FORM_HEADERS), methods=[method])

    def page_of(self, page: Page) -> Endpoint:
        """The page for who it is, whom its address names; for who does not say, the question who it is."""

        async def shown(request: Request) -> Response:
            try:
                who = visitor(self._chat.places, request)
            except Junk as unknown:
                return self.chooser(request.url.path, str(unknown), unknown.status)
            if who is None:
                return self.chooser(request.url.path)
            if "as" not in request.query_params:  # Back would show it to whom the browser then takes its reader for
                return RedirectResponse(request.url.include_query_params(**{"as": who.id}), 303)
            return await page(request, who)

        return shown

    def shown(self, template: str, who: Persona, page: str, status: int = 200, **values: Any) -> Response:
        """A template for its reader; `page` is where its links lead back to."""
        reader = self._chat.reader(who, page)
        settings = self._chat.places.settings
        return _html(show.page(template, reader=reader, organisation=settings.organisation, **values), status)

    def nothing(self, who: Persona, words: str, status: int) -> Response:
        """The page in place of what is not there, or not for them."""
        return self.shown("portal/nothing.html", who, HOME, status, words=words)

    def refused(self, junk: Junk) -> Response:
        """What could not be used, as a page."""
        return _html(show.page("portal/junk.html", words=str(junk)), junk.status)

    def notice(self, request: Request, who: Persona, beside: Card | None = None) -> Card | None:
        """What the last act was answered with, without what leads here and the buttons that stand here anyway."""
        card = self.notices.of(who.id, request.query_params.get("told", ""))
        if card is None or beside is None:
            return card
        known = [(button.verb, button.answers) for button in beside.buttons]
        here = f"{self._chat.places.settings.organisation.address}{request.url.path}"
        body = re.sub(rf"\[[^\]\n]*\]\({re.escape(here)}\)\.? ?", "", card.body)
        return replace(card, body=body, buttons=tuple(b for b in card.buttons if (b.verb, b.answers) not in known))

    def chooser(self, page: str, words: str = "", status: int = 200) -> Response:
        """The question who it is; then it goes on to `page`."""
        people = list(self._chat.places.people.values())
        return _html(show.page("portal/who.html", people=people, page=own_page(page), words=words), status)


def _html(text: str, status: int = 200) -> Response:
    """A page. Back finds it in the browser's history with what was typed, also where it answered a form."""
    kept = {"Cache-Control": "private, no-cache"}
    return Response(text.encode("utf-8", "replace"), status, kept, "text/html")
