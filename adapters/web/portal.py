"""The portal: somebody's own tickets, the form to ask for help, and a ticket's page. Plain pages; scripts only help."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from adapters.contract import Desk
from adapters.web import show
from adapters.web.articles import FIGURES, REPORT, Articles
from adapters.web.chat import Chat
from adapters.web.documents import download
from adapters.web.frame import Frame
from adapters.web.guard import sent_form
from adapters.web.places import CHANNEL, Persona
from adapters.web.posted import Posted, ask, posted
from adapters.web.read import sender
from adapters.web.suggesting import suggested
from adapters.web.visitor import HOME, own_page, remember, to_page
from bot.requests import Junk
from bot.words import WORKSPACE, Card, Dialog, Reply
from bot.words_json import card_to_json

QUEUE = f"{HOME}/queue"

ENTRIES = "200"
"""How many of a ticket's newest entries its page shows."""


def routes(chat: Chat, desk: Desk) -> list[BaseRoute]:
    """The portal's pages: /portal, /tickets and /kb."""
    portal = Portal(chat, desk)
    route, page_of = portal.frame.route, portal.frame.page_of
    return [
        *portal.articles.routes(),
        route(HOME, page_of(portal.tickets)),
        route(f"{HOME}/new", page_of(portal.new)),
        route(QUEUE, page_of(portal.queue)),
        route("/tickets/{number}", page_of(portal.ticket)),
        route("/tickets/{number}/transcript", page_of(portal.transcript)),
        route("/tickets", portal.to_home),
        route("/files/{id:int}", page_of(portal.file)),
        route(f"{HOME}/who", portal.who),
        route(f"{HOME}/be", portal.be, "POST"),
        route(f"{HOME}/act", portal.act, "POST"),
        route(f"{HOME}/suggest", portal.suggest, "POST"),
    ]


class Portal:
    """The pages over one chat and one desk. What somebody may see and do, the desk decides."""

    def __init__(self, chat: Chat, desk: Desk) -> None:
        self._chat, self._desk = chat, desk
        self.frame = Frame(chat)
        self.articles = Articles(self.frame, desk)

    async def tickets(self, request: Request, who: Persona) -> Response:
        """Somebody's own tickets, open ones first."""
        reply = await self._desk.receive(ask(who, "tickets", {}))
        return self.frame.shown(
            "portal/tickets.html", who, HOME, card=_card_of(reply), notice=self.frame.notice(request, who)
        )

    async def queue(self, request: Request, who: Persona) -> Response:
        """What nobody has yet, and what one has oneself: for those who work here."""
        if not who.staff:
            return self.frame.nothing(who, "There is no such page that you may see.", 404)
        reply = await self._desk.receive(ask(who, "queue", {}, submitted=True))
        if reply.card is None or reply.failed:
            return self._nothing(who, reply)
        notice = self.frame.notice(request, who)
        return self.frame.shown(
            "portal/queue.html", who, QUEUE, version=_version(reply.card), card=reply.card, notice=notice
        )

    async def new(self, request: Request, who: Persona) -> Response:
        """The form to ask for help, as the desk declares it."""
        reply = await self._desk.receive(ask(who, "ticket", {}))
        if reply.form is None:
            return self.frame.nothing(who, _card_of(reply).body, 503)
        return self._form(who, f"{HOME}/new", reply.form)

    async def ticket(self, request: Request, who: Persona) -> Response:
        """A ticket's page. Who may not see it is told the same as if there were none."""
        number = request.path_params["number"]
        asked = {"ticket": number, "last": ENTRIES}
        reply = await self._desk.receive(ask(who, "tickets status", asked, submitted=True))
        if reply.card is None or reply.failed:
            return self._nothing(who, reply)
        story = [entry for section in reply.sections for entry in section.cards]
        notice = self.frame.notice(request, who, reply.card)
        values = {"card": reply.card, "story": story, "number": number, "notice": notice}
        return self.frame.shown("portal/ticket.html", who, request.url.path, version=_version(reply.card), **values)

    async def transcript(self, request: Request, who: Persona) -> Response:
        """A ticket's talk with its files, for who may see its page."""
        number = request.path_params["number"]
        reply = await self._desk.receive(ask(who, "transcript", {"ticket": number}, submitted=True))
        return download(reply.documents[0]) if reply.documents else self._nothing(who, reply)

    def _nothing(self, who: Persona, reply: Reply) -> Response:
        words = next(iter(reply.form.errors.values()), "") if reply.form else _card_of(reply).body
        return self.frame.nothing(who, words, 404 if reply.form else 503)

    async def file(self, request: Request, who: Persona) -> Response:
        """A ticket's file, to be stored and never shown in place: it may be anything."""
        id = min(request.path_params["id"], 2**31 - 1)
        kept = await self._desk.attachment(WORKSPACE, CHANNEL, sender(who), id)
        if kept is None:
            return self.frame.nothing(who, "There is no such file that you may see.", 404)
        return download(kept)

    async def to_home(self, request: Request) -> Response:
        """Where the list of tickets might be looked for."""
        return RedirectResponse(HOME)

    async def who(self, request: Request) -> Response:
        """The question who it is, for who wants to be somebody else."""
        return self.frame.chooser(request.query_params.get("page", ""))

    async def be(self, request: Request) -> Response:
        """Somebody has said who they are."""
        sent = await sent_form(request)
        who = self._chat.places.person(sent.get("_as", ""))
        response = to_page(sent.get("_page", ""), who)
        remember(response, who)
        return response

    async def act(self, request: Request) -> Response:
        """A pressed button or a form that was filled in: on to a form, back to it with what was wrong, or to a page."""
        fields = await sent_form(request)
        sent = posted(fields)
        who = self._chat.places.person(sent.person)
        if sent.verb == "kb show" and sent.answers.keys() <= {"article", "ticket"}:
            id = sent.answers.get("article", "")
            if "_part" in fields:
                return await self.articles.part(who, id)
            return to_page(show.article_path(id), who, ticket=sent.answers.get("ticket", ""))
        if sent.verb == REPORT:
            return to_page(FIGURES, who, period=sent.answers.get("period", ""))
        if "_look" in fields:
            return await self._look(sent, who)
        reply = await self._desk.receive(sent.incoming(who))
        if sent.submitted and (reply.form or reply.failed):
            return await self._again(sent, who, reply)
        return self._form(who, sent.page, reply.form) if reply.form else await self._on(sent, who, reply)

    async def suggest(self, request: Request) -> Response:
        """What may help with the words of a form that is being filled in, as a part of its page."""
        fields = await sent_form(request)
        who = self._chat.places.person(fields.get("_as", ""))
        found = await suggested(self._desk, who, fields.get("text", ""))
        return self.frame.shown("portal/suggestions.html", who, f"{HOME}/new", found=found)

    async def _look(self, sent: Posted, who: Persona) -> Response:
        """The form once more, as it was filled in, with what may help: for a browser without scripts."""
        form = (await self._desk.receive(ask(who, sent.verb, sent.kept))).form
        if form is None:
            raise Junk("That form is not one of this page's.")
        found = await suggested(self._desk, who, sent.answers.get(form.suggests, ""))
        filled = replace(form, answers={**sent.kept, **sent.answers})
        return self._form(who, sent.page, filled, found=found, looked=True)

    async def _again(self, sent: Posted, who: Persona, reply: Reply) -> Response:
        """The whole form once more, with all that was typed, and beside it what was wrong."""
        whole = (await self._desk.receive(ask(who, sent.verb, sent.kept))).form or reply.form
        if whole is None:
            return await self._on(sent, who, reply)
        errors = reply.form.errors if reply.form else {"": _card_of(reply).body}
        form = replace(whole, answers={**sent.kept, **sent.answers}, errors=errors)
        return self._form(who, sent.page, form, 422)

    async def _on(self, sent: Posted, who: Persona, reply: Reply) -> Response:
        """To the page where it goes on, with the desk's answer; what follows it is asked at once."""
        card, page = reply.card, sent.page
        if reply.follow:
            page = f"/tickets/{reply.follow.answers.get('ticket', '')}"
            card = (await self._desk.receive(reply.follow)).card or card
            card = replace(card, facts=()) if card else None  # they stand on the ticket's page
        if card:
            self.frame.notices.keep(who.id, sent.id, card)
        return to_page(page, who, sent.id if card else "")

    def _form(
        self,
        who: Persona,
        page: str,
        form: Dialog,
        status: int = 200,
        *,
        found: Card | None = None,
        looked: bool = False,
    ) -> Response:
        return self.frame.shown("portal/form.html", who, own_page(page), status, form=form, found=found, looked=looked)


def _card_of(reply: Reply) -> Card:
    return reply.card or Card()


def _version(card: Card) -> str:
    """Changes when anything on the card does."""
    plain: Mapping[str, Any] = card_to_json(card)
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:16]
