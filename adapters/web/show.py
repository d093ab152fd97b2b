"""The desk's words as HTML for one reader. Pure: nothing is looked up here."""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.web import markup, moments
from adapters.web.message import Message
from adapters.web.places import BOT, Persona
from bot.choices import chosen, without_label
from bot.pictures_png import in_words
from bot.words import Button, Card, Dialog, Mention

REACTIONS = {
    "🎫": ("ticket", "Make it a ticket"),
    "👍": ("thumb", "Thumbs up"),
    "✅": ("check", "Done"),
    "👀": ("eyes", "Looking"),
    "🎉": ("party", "Hooray"),
}
"""The reactions one can give: their icon in static/icons.svg, and what they are called."""

VERDICTS = ("helped", "kb helped", "unhelped", "kb unhelped")
"""The verbs of what came of an article, which its page asks for; what else can be done with one is for its keepers."""

_ARTICLE = re.compile(r"/kb/[^\s/?#]{1,200}")
_NUMBER = re.compile(r"[\w-]{1,24}")


@dataclass(frozen=True)
class Reader:
    """Who reads, when, and whom they know.

    `address` is where the settings say that the desk's own pages are; `page` the path of the portal's page they are on,
    "" in a pane.
    """

    me: Persona
    now: datetime
    people: Mapping[str, Persona]
    address: str = ""
    page: str = ""

    @cached_property
    def moment(self) -> markup.Moment:
        """How an instant is shown to them."""
        return lambda instant: moments.shown(instant, self.me.zone, self.now)

    def link(self, address: str) -> Mapping[str, str]:
        """How a link is written: a ticket's page is opened as this person, and where this page was served from."""
        behind = address.removeprefix(f"{self.address}/tickets/") if self.address else address
        if behind == address or not _NUMBER.fullmatch(behind):
            return markup.elsewhere(address)
        own = {"href": f"/tickets/{behind}?as={quote(self.me.id)}"}
        return own if self.page else own | {"target": "_blank"}

    def article_link(self, article: str) -> markup.Link:
        """The same in an article: its files are beside its page, and other articles have pages of their own."""

        def link(address: str) -> Mapping[str, str]:
            if markup.relative(address):
                return {"href": f"{article_path(article)}/files/{quote(address)}?as={quote(self.me.id)}"}
            if _ARTICLE.fullmatch(address):
                return {"href": f"{address}?as={quote(self.me.id)}"}
            return self.link(address)

        return link

    def persona(self, handle: str) -> Persona:
        """Somebody by handle; one who is not in the settings any more is shown by the handle alone."""
        return self.people.get(handle) or Persona(handle, handle, "", self.me.zone)


def article_path(article: str) -> str:
    """The path of an article's page on the portal."""
    return f"/kb/{quote(article, safe='')}"


def page(name: str, **values: Any) -> str:
    """A template filled in."""
    return _TEMPLATES.get_template(name).render(**values)


def message(shown: Message, reader: Reader) -> str:
    """One message as an `<article>`, as this reader sees it."""
    return page("message.html", m=shown, reader=reader, mine=shown.author == reader.me.id)


def talk(messages: Sequence[Message], reader: Reader) -> str:
    """Messages one below the other."""
    return "".join(message(m, reader) for m in messages)


def card(shown: Card, reader: Reader, mentions: Sequence[Mention] = ()) -> Markup:
    """A card: who is pinged, title, body, facts, picture, buttons."""
    return Markup(page("card.html", card=shown, reader=reader, mentions=mentions))


def dialog(form: Dialog, reader: Reader) -> str:
    """A form to fill in, with what was typed before and what was wrong with it."""
    return page("dialog.html", form=form, reader=reader)


def new_id() -> str:
    """What names a delivery that a page without scripts will make, so that sending it twice does nothing more."""
    return secrets.token_hex(12)


def _stands(card: Card) -> Card:
    """What stands beside the talk on a ticket's page, which has a title and a box for replies of its own."""
    buttons = tuple(button for button in card.buttons if button.verb != "reply")
    return replace(card, title="", body="", buttons=buttons)


def _pressed(button: Button) -> str:
    """What a button of a page without scripts sends; see posted.py."""
    return json.dumps({"id": new_id(), "verb": button.verb, "answers": dict(button.answers)})


def _picture(svg: str) -> str:
    # As an <img> it can neither run a script nor load anything.
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8", "replace")).decode()


def _size(svg: str) -> Markup:
    """The attributes that keep the picture's place before it has loaded."""
    box = _VIEW_BOX.search(svg[:2000])
    return Markup('width="{}" height="{}"').format(*(round(float(side)) for side in box.groups())) if box else Markup()


_VIEW_BOX = re.compile(r'viewBox="[-\d.]{1,9} [-\d.]{1,9} (\d{1,5}(?:\.\d{1,9})?) (\d{1,5}(?:\.\d{1,9})?)"')


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "markdown": lambda text, reader: markup.markdown(text, reader.moment, reader.link),
        "joined": lambda text, reader: markup.markdown(text, reader.moment, reader.link, joined=True),
        "sections": lambda text, reader: markup.sections(text, reader.moment, reader.link),
        "article": lambda text, reader, id: markup.article(text, reader.moment, reader.article_link(id)),
        "line": lambda text, reader: markup.line(text, reader.moment, reader.link),
        "moment": lambda instant, reader: reader.moment(instant),
        "clock": lambda instant, reader: moments.clock(instant, reader.me.zone),
        "day": lambda instant, reader: moments.day(instant, reader.me.zone),
        "distance": lambda instant, reader: moments.distance(instant, reader.now),
        "picture": _picture,
        "size": _size,
        "in_words": in_words,
        "without_label": without_label,
        "answers": lambda answers: json.dumps(dict(answers)),
        "pressed": _pressed,
        "stands": _stands,
        "untitled": lambda card: replace(card, title=""),
    }
    made.globals |= {"reactions": REACTIONS, "desk": BOT, "chosen": chosen, "new_id": new_id}
    made.globals |= {"article_path": article_path, "verdicts": VERDICTS}
    return made


_TEMPLATES = _environment()
