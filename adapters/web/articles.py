"""The portal's pages of the knowledge base: an article with its files, the list of all, and what came of them."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from adapters.contract import Desk
from adapters.web.documents import download, shown_in_place
from adapters.web.frame import Frame
from adapters.web.places import CHANNEL, Persona
from adapters.web.posted import ask
from adapters.web.read import sender
from adapters.web.visitor import HOME
from bot.words import WORKSPACE, Reply

SHELF, FIGURES = "/kb", f"{HOME}/knowledge"
REPORT = "report kb"
"""The verb of the figures, which is for those who work here."""

A_PAGE = 50
"""Articles on a page of the list."""

NO_ARTICLE = "There is no such article that you may read."
_NUMBER = re.compile(r"\d{1,6}")


class Articles:
    """The pages. What somebody may read, the desk decides."""

    def __init__(self, frame: Frame, desk: Desk) -> None:
        self._frame, self._desk = frame, desk

    def routes(self) -> list[BaseRoute]:
        """GET only: what is done on them goes to the portal's own."""
        page, route = self._frame.page_of, self._frame.route
        return [
            route(SHELF, page(self.shelf)),
            route(FIGURES, page(self.figures)),
            route(f"{SHELF}/{{article}}", page(self.article)),
            route(f"{SHELF}/{{article}}/files/{{name:path}}", page(self.file)),
        ]

    async def shelf(self, request: Request, who: Persona) -> Response:
        """All articles by title, or those about some words (`?q=`), the likeliest first."""
        words = request.query_params.get("q", "").strip()[:500]
        asked = request.query_params.get("page", "")
        number = max(1, int(asked)) if _NUMBER.fullmatch(asked) else 1
        answers = {"words": words, "page": str(number), "most": str(A_PAGE)}
        reply = await self._desk.receive(ask(who, "kb browse", answers, submitted=True))
        if not reply.sections:
            return self._nothing(who, reply, 404 if reply.form else 503)
        section = reply.sections[0]
        return self._frame.shown(
            "portal/articles.html",
            who,
            SHELF,
            section=section,
            words=words,
            number=number,
            pages=-(-section.total // A_PAGE),
            works=await self._works(who),
            notice=self._frame.notice(request, who),
        )

    async def article(self, request: Request, who: Persona) -> Response:
        """An article, whole. Who may not read it is told the same as if there were none."""
        id, ticket = str(request.path_params["article"]), request.query_params.get("ticket", "")
        reply = await self._read(who, id, ticket)
        if reply.card is None or reply.failed:
            return self._nothing(who, reply, 404 if reply.form or reply.failed else 503)
        page, notice = request.url.path, self._frame.notice(request, who)
        return self._frame.shown("portal/article.html", who, page, card=reply.card, id=id, ticket=ticket, notice=notice)

    async def part(self, who: Persona, id: str) -> Response:
        """An article as it is read inside of another page."""
        reply = await self._read(who, id)
        if reply.card is None or reply.failed:
            return self._nothing(who, reply, 404)
        return self._frame.shown("portal/article_part.html", who, f"{HOME}/new", card=reply.card, id=id)

    async def _read(self, who: Persona, id: str, ticket: str = "") -> Reply:
        answers = {"article": id} | ({"ticket": ticket} if ticket else {})
        return await self._desk.receive(ask(who, "kb page", answers, submitted=True))

    async def file(self, request: Request, who: Persona) -> Response:
        """A file of an article's: a picture is shown in its place, all else is a download."""
        asked = request.path_params
        kept = await self._desk.article_file(WORKSPACE, CHANNEL, sender(who), asked["article"], asked["name"])
        if kept is None:
            return self._frame.nothing(who, "There is no such file that you may see.", 404)
        return shown_in_place(kept) or download(kept)

    async def figures(self, request: Request, who: Persona) -> Response:
        """What came of the articles, where none is, and which are out of date: for those who work here."""
        if not await self._works(who):
            return self._frame.nothing(who, "There is no such page that you may see.", 404)
        period = request.query_params.get("period", "")
        reply = await self._desk.receive(ask(who, REPORT, {"period": period} if period else {}, submitted=True))
        if reply.card is None:
            return self._nothing(who, reply, 404 if reply.form else 503)
        card, sections, notice = reply.card, reply.sections, self._frame.notice(request, who)
        return self._frame.shown("portal/knowledge.html", who, FIGURES, card=card, sections=sections, notice=notice)

    async def _works(self, who: Persona) -> bool:
        return REPORT in await self._desk.verbs(WORKSPACE, CHANNEL, sender(who))

    def _nothing(self, who: Persona, reply: Reply, status: int) -> Response:
        words = next(iter(reply.form.errors.values()), NO_ARTICLE) if reply.form else ""
        return self._frame.nothing(who, words or (reply.card.body if reply.card else NO_ARTICLE), status)
