"""Markdown as Discord reads it, and (from spoken.py) back. Nothing that a person wrote comes out as a mention. Pure."""

from __future__ import annotations

import re

from markdown_it.tree import SyntaxTreeNode

from adapters.discord import escaping
from adapters.discord.commands import name
from adapters.discord.escaping import escape, fitted, in_utc, inert, line, moment
from adapters.discord.spoken import markdown
from bot.markdown import PLAIN_FROM, Writer, label, parser
from bot.plain_text import safe_link, tidy
from bot.registry import REGISTRY

__all__ = ["discord", "escape", "fitted", "in_utc", "inert", "line", "markdown", "moment", "tidy"]

_NOTHING_MEANT = re.compile(r"[^\W\d_](?:[^\n\\*_~`\[\]<>#|&@:⟦]|:(?= ))*")
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
    return "\n\n".join(_Writer(joined=joined).parts(SyntaxTreeNode(_MARKDOWN.parse(text))))


class _Writer(Writer):
    """Discord's own notation."""

    def inside(self, node: SyntaxTreeNode) -> str:
        made = ""
        for written in map(self.write, node.children):
            # Two marks beside each other would be read as one.
            apart = made[-1:] in ("*", "~", "`") and made[-1:] == written[:1]
            made += ("\u200b" if apart else "") + written
        return made

    def text(self, node: SyntaxTreeNode) -> str:
        return line(node.content)

    def strong(self, node: SyntaxTreeNode) -> str:
        return self.styled("**", node)

    def em(self, node: SyntaxTreeNode) -> str:
        return self.styled("*", node)

    def s(self, node: SyntaxTreeNode) -> str:
        return self.styled("~~", node)

    def marked(self, mark: str, words: str) -> str:
        return f"{mark}{words}{mark}"

    def heading(self, node: SyntaxTreeNode) -> str:
        if self.quotes or self.lists or node.tag > "h2":
            return self.strong(node)
        words = " ".join(self.inside(node).split())
        return f"### {words}" if words else ""

    def code_inline(self, node: SyntaxTreeNode) -> str:
        return escaping.code(_SHOWN_COMMAND.sub(_as_a_name, node.content))

    def link(self, node: SyntaxTreeNode) -> str:
        return escaping.link(str(node.attrs.get("href", "")), label(node))

    def block(self, text: str, language: str = "") -> str:
        return escaping.block(text, language)

    def quoted(self, words: str) -> str:
        mark = "" if self.quotes else "> "  # Discord has no quotation inside a quotation
        return "\n".join(mark + written for written in words.split("\n"))

    def bullet(self) -> str:
        return "-"

    def item(self, mark: str, words: str) -> str:
        return f"{mark} {words}".replace("\n", "\n" + " " * (len(mark) + 1))


_MARKDOWN = parser(safe_link)
