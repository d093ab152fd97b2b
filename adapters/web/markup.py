"""Markdown of people and of the desk, as HTML that can hold nothing but what stands here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from bot.words import MOMENT

PLAIN_FROM = 12_000
"""Texts with more characters are shown as they are: nobody formats so much, and hostile nesting costs time."""

_PIECE = re.compile(rf"{MOMENT.pattern}|(https?://[^\s<>\"'⟦⟧]*[^\s<>\"'⟦⟧.,;:!?)\]}}*_])")

Moment = Callable[[datetime], Markup]


def markdown(text: str, moment: Moment) -> Markup:
    """The text as HTML: no raw HTML, no pictures, links to the web only, MOMENT marks as `moment` shows them."""
    if len(text) > PLAIN_FROM:
        return Markup('<div class="plain">{}</div>').format(line(text, moment))
    return Markup(_MARKDOWN.render(text, {"moment": moment}))


def line(text: str, moment: Moment) -> Markup:
    """Plain text, nothing in it means anything but web addresses and MOMENT marks."""
    made, end = [], 0
    for match in _PIECE.finditer(text):
        made += [escape(text[end : match.start()]), _piece(match, moment)]
        end = match.end()
    return Markup("").join([*made, escape(text[end:])])


def _piece(match: re.Match[str], moment: Moment) -> Markup:
    if not match[1]:
        return Markup('<a href="{0}" rel="noopener noreferrer" target="_blank">{0}</a>').format(match[2])
    try:
        return moment(datetime.fromisoformat(match[1]))
    except (ValueError, OverflowError):
        return escape(match[0])


def safe_link(address: str) -> bool:
    """Whether a link may lead there: the web, mail, or a page of the desk's own."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in ("http", "https", "mailto")
    return address.startswith("/") and not address.startswith(("//", "/\\"))


class _Html(RendererHTML):
    """Headings small enough for a message; links that tell their target nothing; text pieces as `line` shows them."""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        # A link in a link would be torn apart by the browser.
        return str(escape(tokens[idx].content) if env.get("in_link") else line(tokens[idx].content, env["moment"]))

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["in_link"] = True
        tokens[idx].attrSet("rel", "noopener noreferrer")
        tokens[idx].attrSet("target", "_blank")
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


class _Markdown(MarkdownIt):
    """Its documented way to say which links are links."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return safe_link(url)


def _made() -> MarkdownIt:
    made = _Markdown("commonmark", {"html": False, "breaks": True, "maxNesting": 12}, renderer_cls=_Html)
    return made.enable(["strikethrough", "table"]).disable(["image", "html_block", "html_inline"])


_MARKDOWN = _made()
