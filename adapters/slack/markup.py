"""Markdown as Slack's mrkdwn, and (from spoken.py) back. Nothing that a person wrote comes out as a mention. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from adapters.slack import plain_prose
from adapters.slack.escaping import code, cut, escape, inert, line, link, moment, safe_link, tidy, verbatim
from adapters.slack.spoken import markdown

__all__ = ["FENCE", "cut", "escape", "inert", "line", "markdown", "moment", "mrkdwn", "paragraphs", "tidy", "verbatim"]

PLAIN_FROM = 12_000
"""Texts with more characters are shown as they are: no message holds so much, and hostile nesting costs time."""

FENCE = re.compile(r"(```\n.*?\n```)", re.DOTALL)
"""A block of code in what `paragraphs` gives. No text of a person's holds three backticks there."""

# Where a style begins or ends, until it is known what stands beside it; `tidy` lets none of these through.
_EDGE = "\x02"
_EDGES = re.compile(rf"{_EDGE}{_EDGE}|(?<=[^\W_]){_EDGE}|{_EDGE}(?=[^\W_])")
_BULLETS = "•◦▪"
_COLUMN = 40


def mrkdwn(markdown: str, zone_free: bool = False, *, joined: bool = False) -> str:
    """Markdown as mrkdwn, with MOMENT marks in each reader's own zone (`zone_free`: in UTC).

    `joined`: a paragraph's lines are wrapped prose; but lines that are quoted, or wholly emphasised, stand alone.
    """
    return "\n\n".join(paragraphs(markdown, zone_free, joined=joined))


def paragraphs(markdown: str, zone_free: bool = False, *, joined: bool = False) -> list[str]:
    """The same, a paragraph, list, quotation or block of code each."""
    text = tidy(markdown)
    if len(text) > PLAIN_FROM:
        return line(text, zone_free=zone_free).split("\n\n")
    if (plain := plain_prose.paragraphs(text, zone_free, joined)) is not None:
        return plain
    writer = _Writer(zone_free, joined)
    made = (writer.write(node) for node in SyntaxTreeNode(_MARKDOWN.parse(text)).children)
    return [_EDGES.sub("\u200b", words).replace(_EDGE, "") for words in made if words]


class _Writer:
    """One method for each kind of node, named as markdown-it names it; what is not named shows what is in it."""

    def __init__(self, zone_free: bool, joined: bool) -> None:
        self.zone_free, self.joined = zone_free, joined
        self.styles: list[str] = []
        self.lists = self.quotes = 0

    def write(self, node: SyntaxTreeNode) -> str:
        named: Callable[[SyntaxTreeNode], str] = getattr(self, node.type, self.inside)
        return named(node)

    def inside(self, node: SyntaxTreeNode) -> str:
        return "".join(self.write(child) for child in node.children)

    def below(self, node: SyntaxTreeNode, between: str) -> str:
        return between.join(filter(None, map(self.write, node.children)))

    def text(self, node: SyntaxTreeNode) -> str:
        return line(node.content, zone_free=self.zone_free)

    def strong(self, node: SyntaxTreeNode) -> str:
        return self.styled("*", node)

    def em(self, node: SyntaxTreeNode) -> str:
        return self.styled("_", node)

    def s(self, node: SyntaxTreeNode) -> str:
        return self.styled("~", node)

    heading = strong

    def styled(self, mark: str, node: SyntaxTreeNode) -> str:
        if mark in self.styles:
            return self.inside(node)
        self.styles.append(mark)
        words = self.inside(node)
        self.styles.pop()
        return f"{_EDGE}{mark}{words}{mark}{_EDGE}" if words.strip() else words

    def softbreak(self, node: SyntaxTreeNode) -> str:
        return " " if self.joined and not self.quotes and not _alone(node) else self.hardbreak(node)

    def hardbreak(self, node: SyntaxTreeNode) -> str:
        # Slack's styles end with the line.
        return "".join(reversed(self.styles)) + "\n" + "".join(self.styles)

    def code_inline(self, node: SyntaxTreeNode) -> str:
        return f"{_EDGE}`{code(node.content)}`{_EDGE}"

    def link(self, node: SyntaxTreeNode) -> str:
        return link(str(node.attrs.get("href", "")), _label(node))

    def fence(self, node: SyntaxTreeNode) -> str:
        return self.block(node.content.strip("\n").split("\n"))

    code_block = fence

    def table(self, node: SyntaxTreeNode) -> str:
        return self.block(
            _aligned(
                [[_label(cell, led=True) for cell in row.children] for part in node.children for row in part.children]
            )
        )

    def block(self, lines: Sequence[str]) -> str:
        if not any(written.strip() for written in lines):
            return ""
        if self.quotes:  # a block of code would end the quotation
            return "\n".join(f"`{code(written)}`" for written in lines if written.strip())
        return "```\n" + "\n".join(map(verbatim, lines)) + "\n```"

    def hr(self, node: SyntaxTreeNode) -> str:
        return "─" * 12

    def blockquote(self, node: SyntaxTreeNode) -> str:
        self.quotes += 1
        words = self.below(node, "\n\n")
        self.quotes -= 1
        mark = "&gt; " if self.quotes else "> "  # Slack has no quotation inside a quotation
        return "\n".join((mark + written).rstrip() for written in words.split("\n"))

    def bullet_list(self, node: SyntaxTreeNode) -> str:
        mark = _BULLETS[min(self.lists, len(_BULLETS) - 1)]
        return self.items(node, [mark] * len(node.children))

    def ordered_list(self, node: SyntaxTreeNode) -> str:
        first = int(node.attrs.get("start", 1))
        return self.items(node, [f"{first + place}." for place in range(len(node.children))])

    def items(self, node: SyntaxTreeNode, marks: Sequence[str]) -> str:
        self.lists += 1
        made = [_item(mark, self.below(item, "\n")) for mark, item in zip(marks, node.children, strict=True)]
        self.lists -= 1
        return "\n".join(made)


def _alone(node: SyntaxTreeNode) -> bool:
    behind = node.next_sibling
    return behind is not None and behind.type == "em" and behind.next_sibling is None


def _item(mark: str, words: str) -> str:
    parts = FENCE.split(words)
    parts[::2] = [part.replace("\n", "\n    ").removesuffix("    ") for part in parts[::2]]
    return f"{mark}{chr(10) if words.startswith('```') else ' '}{''.join(parts)}"


def _label(node: SyntaxTreeNode, *, led: bool = False) -> str:
    """The words of a node on one line; `led`: and where its links lead to."""
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    words = "".join(_label(child, led=led) for child in node.children)
    target = str(node.attrs.get("href", ""))
    return f"{words} ({target})" if led and target not in ("", words) else words


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows of a table below each other, with a rule under its head. A cell over 40 characters juts out."""
    widths = [min(_COLUMN, max(map(len, column))) for column in zip(*rows, strict=True)]
    made = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [made[0], "  ".join("─" * width for width in widths), *made[1:]]


class _Markdown(MarkdownIt):
    """Its documented way to say which links are links."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return safe_link(url)


def _made() -> MarkdownIt:
    made = _Markdown("commonmark", {"html": False, "maxNesting": 12})
    return made.enable(["strikethrough", "table"]).disable(["image", "html_block", "html_inline"])


_MARKDOWN = _made()
