"""Markdown as Slack's mrkdwn, and (from spoken.py) back. Nothing that a person wrote comes out as a mention. Pure."""

from __future__ import annotations

import re

from markdown_it.tree import SyntaxTreeNode

from adapters.slack import plain_prose
from adapters.slack.escaping import code, cut, escape, inert, line, link, moment, verbatim
from adapters.slack.spoken import markdown
from bot.markdown import PLAIN_FROM, Writer, label, parser
from bot.plain_text import safe_link, tidy

__all__ = ["FENCE", "cut", "escape", "inert", "line", "markdown", "moment", "mrkdwn", "paragraphs", "tidy", "verbatim"]

FENCE = re.compile(r"(```\n.*?\n```)", re.DOTALL)
"""A block of code in what `paragraphs` gives. No text of a person's holds three backticks there."""

# Where a style begins or ends, until it is known what stands beside it; `tidy` lets none of these through.
_EDGE = "\x02"
_EDGES = re.compile(rf"{_EDGE}{_EDGE}|(?<=[^\W_]){_EDGE}|{_EDGE}(?=[^\W_])")
_BULLETS = "•◦▪"


def mrkdwn(markdown: str, zone_free: bool = False, *, joined: bool = False) -> str:
    """Markdown as mrkdwn, with MOMENT marks in each reader's own zone (`zone_free`: in UTC).

    `joined`: a paragraph's lines are wrapped prose; but lines that are quoted, or wholly emphasised, stand alone.
    """
    return "\n\n".join(paragraphs(markdown, zone_free, joined=joined))


def paragraphs(markdown: str, zone_free: bool = False, *, joined: bool = False) -> list[str]:
    """The same, in the parts that stand apart: a paragraph, or more than one block where no blank line parts them."""
    text = tidy(markdown)
    if len(text) > PLAIN_FROM:
        return line(text, zone_free=zone_free).split("\n\n")
    if (plain := plain_prose.paragraphs(text, zone_free, joined)) is not None:
        return plain
    writer = _Writer(zone_free, joined=joined)
    made = writer.parts(SyntaxTreeNode(_MARKDOWN.parse(text)))
    return [_EDGES.sub("\u200b", words).replace(_EDGE, "") for words in made]


class _Writer(Writer):
    """mrkdwn."""

    def __init__(self, zone_free: bool, *, joined: bool) -> None:
        super().__init__(joined=joined)
        self.zone_free = zone_free

    def text(self, node: SyntaxTreeNode) -> str:
        return line(node.content, zone_free=self.zone_free)

    def strong(self, node: SyntaxTreeNode) -> str:
        return self.styled("*", node)

    def em(self, node: SyntaxTreeNode) -> str:
        return self.styled("_", node)

    def s(self, node: SyntaxTreeNode) -> str:
        return self.styled("~", node)

    heading = strong

    def marked(self, mark: str, words: str) -> str:
        return f"{_EDGE}{mark}{words}{mark}{_EDGE}"

    def hardbreak(self, node: SyntaxTreeNode) -> str:
        # Slack's styles end with the line.
        return "".join(reversed(self.styles)) + "\n" + "".join(self.styles)

    def code_inline(self, node: SyntaxTreeNode) -> str:
        return f"{_EDGE}`{code(node.content)}`{_EDGE}"

    def link(self, node: SyntaxTreeNode) -> str:
        return link(str(node.attrs.get("href", "")), label(node))

    def block(self, text: str, language: str = "") -> str:
        lines = text.strip("\n").split("\n")
        if not any(written.strip() for written in lines):
            return ""
        if self.quotes:  # a block of code would end the quotation
            return "\n".join(f"`{code(written)}`" for written in lines if written.strip())
        return "```\n" + "\n".join(map(verbatim, lines)) + "\n```"

    def quoted(self, words: str) -> str:
        mark = "&gt; " if self.quotes else "> "  # Slack has no quotation inside a quotation
        return "\n".join((mark + written).rstrip() for written in words.split("\n"))

    def bullet(self) -> str:
        return _BULLETS[min(self.lists, len(_BULLETS) - 1)]

    def item(self, mark: str, words: str) -> str:
        parts = FENCE.split(words)
        parts[::2] = [part.replace("\n", "\n    ").removesuffix("    ") for part in parts[::2]]
        return f"{mark}{chr(10) if words.startswith('```') else ' '}{''.join(parts)}"


_MARKDOWN = parser(safe_link)
