"""Markdown of people and of the desk, as HTML that can hold nothing but what stands here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from bot.markdown import PLAIN_FROM, parser
from bot.plain_text import pieces
from bot.reading import parts

Moment = Callable[[datetime], Markup]

Link = Callable[[str], Mapping[str, str]]
"""The attributes of the `<a>` that leads to an address."""


def elsewhere(address: str) -> Mapping[str, str]:
    """A link out of here: into a new tab, and its target is told nothing."""
    return {"href": address, "rel": "noopener noreferrer", "target": "_blank"}


def markdown(text: str, moment: Moment, link: Link = elsewhere, *, joined: bool = False) -> Markup:
    """The text as HTML: no raw HTML, no pictures, links to the web only, MOMENT marks as `moment` shows them.

    `joined`: a paragraph's lines are wrapped prose; but lines that are quoted, or wholly emphasised, stand alone.
    """
    if len(text) > PLAIN_FROM:
        return Markup('<div class="plain">{}</div>').format(line(text, moment, link))
    return Markup(_MARKDOWN.render(text, {"moment": moment, "link": link, "joined": joined}))


def line(text: str, moment: Moment, link: Link = elsewhere) -> Markup:
    """Plain text, nothing in it means anything but web addresses and MOMENT marks."""
    return Markup("").join(
        pieces(text, escape, lambda instant: _moment(instant, moment), lambda address: _link(address, link))
    )


def _moment(instant: str, shown: Moment) -> Markup:
    try:
        return shown(datetime.fromisoformat(instant))
    except (ValueError, OverflowError):
        return escape(f"⟦{instant}⟧")


def _link(address: str, link: Link) -> Markup:
    return Markup("<a {}>{}</a>").format(_attributes(link(address)), address)


def _attributes(given: Mapping[str, str]) -> Markup:
    return Markup(" ").join(Markup('{}="{}"').format(*pair) for pair in given.items())


def may_lead_to(address: str) -> bool:
    """Whether a link may lead there: the web, mail, or a page of the desk's own."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in ("http", "https", "mailto")
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def relative(address: str) -> bool:
    """Whether it is the name of an article's file, as `images/tray.png`: nothing that leads to another place."""
    plain = not re.search(r"[\\:?#%\s]|//|(^|/)\.\.?(/|$)|^/", address)
    return bool(address) and plain


def article(text: str, moment: Moment, link: Link) -> Markup:
    """An article's Markdown as HTML, with the pictures that belong to it; `link` also says where its files are."""
    return _in_parts(_ARTICLE, text, {"moment": moment, "link": link, "joined": True})


def sections(text: str, moment: Moment, link: Link) -> Markup:
    """The desk's lists as a page's sections: a line that begins in bold is the heading of what is below it."""
    return _in_parts(_SECTIONS, _TITLE.sub("## ", text), {"moment": moment, "link": link, "joined": False})


def _in_parts(written: MarkdownIt, text: str, env: Mapping[str, Any]) -> Markup:
    """What is long is written in parts, so that hostile nesting costs little."""
    return Markup("").join(Markup(written.render(part, dict(env))) for part in parts(text, PLAIN_FROM))


_TITLE = re.compile(r"^(?=\*\*)", re.MULTILINE)


class _Html(RendererHTML):
    """Headings small enough for a message; links and text pieces as the reader is shown them."""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        # A link in a link would be torn apart by the browser.
        words = tokens[idx].content
        return str(escape(words) if env.get("in_link") else line(words, env["moment"], env["link"]))

    def blockquote_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["quoted"] = env.get("quoted", 0) + 1
        return "<blockquote>\n"

    def blockquote_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["quoted"] -= 1
        return "</blockquote>\n"

    def softbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        alone = tokens[idx + 1].type == "em_open" and tokens[-1].type == "em_close"
        return "\n" if env["joined"] and not env.get("quoted") and not alone else "<br />\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["in_link"] = True
        for name, value in env["link"](str(tokens[idx].attrGet("href") or "")).items():
            tokens[idx].attrSet(name, value)
        return str(self.renderToken(tokens, idx, options, env))

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["in_link"] = False
        return "</a>"

    def td_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        # A column's alignment would come as a style of its own, which the page's policy does not take.
        return f"<{tokens[idx].tag}>"

    th_open = td_open

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "<h4>" if tokens[idx].tag in ("h1", "h2") else "<h5>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</h4>\n" if tokens[idx].tag in ("h1", "h2") else "</h5>\n"


class _Page(_Html):
    """Headings of a page, whose own title is the first."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<{_LEVELS.get(tokens[idx].tag, 'h4')}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"</{_LEVELS.get(tokens[idx].tag, 'h4')}>\n"


class _Article(_Page):
    """The article's own pictures; another site's picture is a link to it."""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        address, words = str(tokens[idx].attrGet("src") or ""), tokens[idx].content
        if urlsplit(address).scheme:
            return str(Markup("<a {}>{}</a>").format(_attributes(elsewhere(address)), words or address))
        own = env["link"](address)["href"]
        return str(Markup('<img src="{}" alt="{}" loading="lazy">').format(own, words))


_LEVELS = {"h1": "h2", "h2": "h2", "h3": "h3"}

_MARKDOWN = parser(may_lead_to, breaks=True, renderer=_Html)
_SECTIONS = parser(may_lead_to, breaks=True, renderer=_Page)
_ARTICLE = parser(lambda address: may_lead_to(address) or relative(address), renderer=_Article).enable("image")
