"""A transcript as a page that needs nothing but itself: no script, no font, no picture from elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from bot.markdown import PLAIN_FROM, parser
from bot.plain_text import pieces
from bot.transcript import DESK, INTERNAL, Transcript

ALL_PLAIN_FROM = 200_000
"""The same for all texts of a talk that has more characters together: a second's work."""

_LINK = Markup('<a href="{0}" rel="noreferrer">{0}</a>')


def page(of: Transcript) -> str:
    """The transcript as an HTML document."""
    said = [text for entry in of.entries for text in (entry.words or "", *(later.words or "" for later in entry.later))]
    shown = words if sum(map(len, said)) <= ALL_PLAIN_FROM else plain
    return _TEMPLATES.get_template("transcript.html").render(of=of, shown=shown, desk=DESK, internal=INTERNAL)


def plain(text: str) -> Markup:
    """A text as it is, with its web addresses as links."""
    return Markup('<p class="plain">{}</p>').format(_linked(text))


def words(text: str) -> Markup:
    """What somebody wrote, as HTML: their Markdown without HTML and pictures, with links to the web only."""
    if len(text) > PLAIN_FROM:
        return plain(text)
    return Markup(_MARKDOWN.render(text))


def _linked(text: str) -> Markup:
    return Markup().join(pieces(text, escape, escape, _LINK.format))


class _Html(RendererHTML):
    """Headings are no headings of the page's; web addresses are links."""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        # A link in a link would be torn apart by the browser.
        return str(escape(tokens[idx].content) if env.get("in_link") else _linked(tokens[idx].content))

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["in_link"] = True
        tokens[idx].attrSet("rel", "noreferrer")
        return str(self.renderToken(tokens, idx, options, env))

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["in_link"] = False
        return "</a>"

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<p class="heading">'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</p>\n"


def _leads_to_the_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _templates() -> Environment:
    folder = FileSystemLoader(Path(__file__).with_name("templates"))
    made = Environment(
        loader=folder,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return made


_MARKDOWN = parser(_leads_to_the_web, breaks=True, tables=False, renderer=_Html)
_TEMPLATES = _templates()
