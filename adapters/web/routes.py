"""The playground's HTTP routes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.contract import Desk
from adapters.web import panes, portal, read, show
from adapters.web.acts import Acts, private_id
from adapters.web.chat import Chat
from adapters.web.documents import download
from adapters.web.guard import as_json, field, guarded, guarded_app, sent_json
from adapters.web.guide import guide
from adapters.web.read import Act
from adapters.web.stream import stream
from adapters.web.suggesting import WORDS, suggested
from bot.requests import Junk
from bot.words import Reply
from bot.words_json import card_to_json

BASE = "/playground"
FARTHEST = timedelta(days=31)


def routes(chat: Chat, desk: Desk, acts: Acts) -> list[BaseRoute]:
    """All of them: the playground's, and the portal's pages."""
    site = _Site(chat, desk, acts)
    gets = {"": site.page, "/pane": site.pane, "/talk": site.talk, "/events": site.events, "/document": site.document}
    posts = {
        "/act": site.act,
        "/seen": site.seen,
        "/dismiss": site.dismiss,
        "/suggest": site.suggest,
        "/travel": site.travel,
    }
    return [
        *(Route(BASE + path, guarded(endpoint), methods=["POST"]) for path, endpoint in posts.items()),
        *(Route(BASE + path, guarded(endpoint), methods=["GET"]) for path, endpoint in gets.items()),
        Route("/", guarded(site.home), methods=["GET"]),
        *portal.routes(chat, desk),
        Mount(BASE + "/static", guarded_app(StaticFiles(directory=Path(__file__).parent / "static"))),
    ]


class _Site:
    """The endpoints over one chat and one desk."""

    def __init__(self, chat: Chat, desk: Desk, acts: Acts) -> None:
        self._chat, self._desk, self._acts = chat, desk, acts

    async def act(self, request: Request) -> Response:
        """An act (see read.act). The reply as JSON, or as HTML for a browser that asks for it."""
        done = read.act(await sent_json(request))
        reply = await self._acts.do(done)
        if "text/html" in request.headers.get("accept", ""):
            return self._as_html(done, reply)
        return as_json(_as_plain(done, reply))

    def _as_html(self, done: Act, reply: Reply) -> Response:
        """What is to be put on the page: a dialog, or the private message; the header `Reply` says which."""
        reader = self._chat.reader(self._chat.places.person(done.person))
        private = self._chat.rooms.message(private_id(done.id), done.person) if reply.card and reply.private else None
        kind = "form" if reply.form else "failed" if reply.failed else "card" if private else "none"
        html = show.dialog(reply.form, reader) if reply.form else show.message(private, reader) if private else ""
        return Response(html.encode("utf-8", "replace"), media_type="text/html", headers={"Reply": kind})

    async def home(self, request: Request) -> Response:
        """Where nothing else is at home, the playground is."""
        return RedirectResponse(BASE)

    async def page(self, request: Request) -> Response:
        """The page itself; its panes are filled by the browser."""
        settings = self._chat.settings()
        people = list(self._chat.places.people.values())
        html = show.page(
            "page.html",
            organisation=settings.organisation,
            people=people,
            steps=guide(settings),
            start=panes.start(settings),
            now=self._chat.now().isoformat(),
        )
        return Response(html, media_type="text/html")

    async def pane(self, request: Request) -> Response:
        """Somebody's rooms with what is new in them, their verbs, and the time."""
        who = self._chat.places.person(request.query_params.get("as", ""))
        return as_json(await panes.pane(self._chat, self._desk, who))

    async def talk(self, request: Request) -> Response:
        """The messages of a room or thread as HTML, the newest, or those before a place in the order."""
        asked = request.query_params
        who = self._chat.places.person(asked.get("as", ""))
        try:
            before = float(asked.get("before", 1e15))
        except ValueError:
            raise Junk("'before' has to be a number.") from None
        return as_json(panes.talk(self._chat, who, asked.get("room", ""), asked.get("thread", ""), before))

    async def events(self, request: Request) -> Response:
        """Server-sent events for one pane."""
        who = self._chat.places.person(request.query_params.get("as", ""))
        body = stream(self._chat, who.id, request.headers.get("last-event-id", ""))
        return StreamingResponse(body, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def document(self, request: Request) -> Response:
        """A file that was made for an answer, for the person whose answer it was."""
        asked = request.query_params
        who = self._chat.places.person(asked.get("as", ""))
        found = self._chat.documents.of(who.id, asked.get("message", ""), asked.get("name", ""))
        if found is None:
            raise Junk("That file is not kept any more. Please ask for it again.", 404)
        return download(found)

    async def seen(self, request: Request) -> Response:
        """Somebody has looked at a room."""
        sent = await sent_json(request)
        who, room = self._chat.places.person(field(sent, "as")), field(sent, "room")
        if not self._chat.places.sees(who.id, room):
            raise Junk("There is no such room for them.", 403)
        self._chat.rooms.mark_seen(who.id, room)
        return as_json({})

    async def dismiss(self, request: Request) -> Response:
        """Somebody has done with a private message."""
        sent = await sent_json(request)
        self._chat.dismiss(self._chat.places.person(field(sent, "as")).id, field(sent, "message", 300))
        return as_json({})

    async def suggest(self, request: Request) -> Response:
        """Fixes for what is being typed, as HTML ("" when there are none)."""
        sent = await sent_json(request)
        who = self._chat.places.person(field(sent, "as"))
        found = await suggested(self._desk, who, field(sent, "text", WORDS))
        return as_json({"html": show.card(found, self._chat.reader(who)) if found else ""})

    async def travel(self, request: Request) -> Response:
        """Move the desk's clock: `{"minutes": 15}`, or null to the next working day."""
        now = await self._desk.travel(_distance(await sent_json(request)))
        self._chat.feed.publish("clock")
        return as_json({"now": now.isoformat()})


def _distance(sent: Any) -> timedelta | None:
    if not isinstance(sent, dict) or "minutes" not in sent:
        raise Junk("Send an object with 'minutes'.")
    minutes = sent["minutes"]
    if minutes is None:
        return None
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 < minutes <= FARTHEST / timedelta(minutes=1):
        raise Junk("'minutes' has to be a whole number from 1 to 44,640.")
    return timedelta(minutes=minutes)


def _as_plain(done: Act, reply: Reply) -> dict[str, Any]:
    return {
        "card": card_to_json(reply.card) if reply.card else None,
        "form": asdict(reply.form) if reply.form else None,
        "private": reply.private,
        "failed": reply.failed,
        "follows": reply.follow is not None,
        "shown": private_id(done.id) if reply.card and reply.private else "",
    }
