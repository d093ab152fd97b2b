"""Markdown as Discord reads it, and (from spoken.py) back. Nothing that a person wrote comes out as a mention. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from adapters.discord import escaping
from adapters.discord.commands import name
from adapters.discord.escaping import escape, fitted, in_utc, inert, line, moment, safe_link, tidy
from adapters.discord.spoken import markdown
from bot.registry import REGISTRY

__all__ = ["discord", "escape", "fitted", "in_utc", "inert", "line", "markdown", "moment", "tidy"]

PLAIN_FROM = 12_000
"""Texts with more characters are shown as they are: no message holds so much, and hostile nesting costs time."""

_NOTHING_MEANT = re.compile(r"[^\W\d_](?:[^\n\\*_~`\[\]<>#|&@:⟦]|:(?= ))*")
_COLUMN = 40
_SHOWN_COMMAND = re.compile(r"^/(\w+ \w+)(?!\S)")


def _as_a_name(command: re.Match[str]) -> str:
    """`/kb show`, as people are told to type it, is `/kb-show` in Discord's menu."""
    return f"/{name(command[1])}" if command[1] in REGISTRY.commands else command[0]


def discord(markdown: str, *, joined: bool = False) -> str:
    """Markdown as Discord's, with MOMENT marks in each reader's own zone.

    `joined`: a paragraph's lines are wrapped prose; but lines that are quoted, or wholly emphasised, stand alone.
    """
    text = tidy(markdown)
    if len(text) > PLAIN_FROM:
        return line(text)
    if _NOTHING_MEANT.fullmatch(text):  # as most of what is said is
        return text.rstrip()
    return _Writer(joined).below(SyntaxTreeNode(_MARKDOWN.parse(text)), "\n\n")


class _Writer:
    """One method for each kind of node, named as markdown-it names it; what is not named shows what is in it."""

    def __init__(self, joined: bool) -> None:
        self.joined = joined
        self.styles: list[str] = []
        self.lists = self.quotes = 0

    def write(self, node: SyntaxTreeNode) -> str:
        named: Callable[[SyntaxTreeNode], str] = getattr(self, node.type, self.inside)
        return named(node)

    def inside(self, node: SyntaxTreeNode) -> str:
        made = ""
        for written in map(self.write, node.children):
            # Two marks beside each other would be read as one.
            apart = made[-1:] in ("*", "~", "`") and made[-1:] == written[:1]
            made += ("\u200b" if apart else "") + written
        return made

    def below(self, node: SyntaxTreeNode, between: str) -> str:
        return between.join(filter(None, map(self.write, node.children)))

    def text(self, node: SyntaxTreeNode) -> str:
        return line(node.content)

    def strong(self, node: SyntaxTreeNode) -> str:
        return self.styled("**", node)

    def em(self, node: SyntaxTreeNode) -> str:
        return self.styled("*", node)

    def s(self, node: SyntaxTreeNode) -> str:
        return self.styled("~~", node)

    def heading(self, node: SyntaxTreeNode) -> str:
        if self.quotes or self.lists or node.tag > "h2":
            return self.strong(node)
        words = " ".join(self.inside(node).split())
        return f"### {words}" if words else ""

    def styled(self, mark: str, node: SyntaxTreeNode) -> str:
        if mark in self.styles:
            return self.inside(node)
        self.styles.append(mark)
        words = self.inside(node)
        self.styles.pop()
        return f"{mark}{words}{mark}" if words.strip() else words

    def softbreak(self, node: SyntaxTreeNode) -> str:
        return " " if self.joined and not self.quotes and not _alone(node) else "\n"

    def hardbreak(self, node: SyntaxTreeNode) -> str:
        return "\n"

    def code_inline(self, node: SyntaxTreeNode) -> str:
        return escaping.code(_SHOWN_COMMAND.sub(_as_a_name, node.content))

    def link(self, node: SyntaxTreeNode) -> str:
        return escaping.link(str(node.attrs.get("href", "")), _label(node))

    def fence(self, node: SyntaxTreeNode) -> str:
        return escaping.block(node.content, (node.info.split() or [""])[0].lower())

    def code_block(self, node: SyntaxTreeNode) -> str:
        return escaping.block(node.content)

    def table(self, node: SyntaxTreeNode) -> str:
        rows = [[_label(cell, led=True) for cell in row.children] for part in node.children for row in part.children]
        return escaping.block("\n".join(_aligned(rows)))

    def hr(self, node: SyntaxTreeNode) -> str:
        return "─" * 12

    def blockquote(self, node: SyntaxTreeNode) -> str:
        self.quotes += 1
        words = self.below(node, "\n\n")
        self.quotes -= 1
        mark = "" if self.quotes else "> "  # Discord has no quotation inside a quotation
        return "\n".join(mark + written for written in words.split("\n"))

    def bullet_list(self, node: SyntaxTreeNode) -> str:
        return self.items(node, ["-"] * len(node.children))

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
    return f"{mark} {words}".replace("\n", "\n" + " " * (len(mark) + 1))


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
