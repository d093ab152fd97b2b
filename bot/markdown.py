"""Markdown, parsed as the desk reads it, and walked for chats whose own notation is not HTML. Pure."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from bot.plain_text import DUNDER

PLAIN_FROM = 12_000
"""Texts with more characters are shown as they are: nobody formats so much, and hostile nesting costs time."""

TABLE = 40
"""Characters of a table's lines, as a phone shows them; a wider one is a list, where that is not too long."""


_LANGUAGE = re.compile(
    r"bash|bat|batch|c|cmd|conf|console|cpp|cs|csharp|css|csv|diff|dockerfile|go|html|http|ini|java|javascript|"
    r"js|json|kotlin|log|lua|makefile|markdown|md|nginx|perl|php|plain|plaintext|powershell|properties|ps1|pwsh|"
    r"py|python|r|reg|rb|rest|ruby|rust|scala|sh|shell|sql|swift|text|toml|ts|txt|typescript|vb|vba|xml|yaml|"
    r"yml|zsh",
    re.IGNORECASE,
)
"""What names the language of a block of code where it stands alone behind the opening marks; else it is words."""

_FENCED = re.compile(
    r"([ \t]*(?:>[ \t]*|(?:[-*+]|\d{1,9}[.)])[ \t]+)*)"
    r"([^`]*(?:`{1,2}(?!`)[^`]*)*)"
    r"(`{3,})(.*)"
)
"""A line with a block's marks: what it stands in, the words before the marks, the marks, and what is behind them."""


LISTS = ("bullet_list", "ordered_list", "table")
"""What may be written as a list."""

_UNLED = r"(?<![\\\w.:;)])"
_LITERAL = re.compile(
    rf"(?:(?<=\b[A-Za-z]:)\\(?!\\)|{_UNLED}\\\\(?=\w))(?:[^\s<>|\"*?`~\]]|~(?!~))*"
    rf"|(?<!\w){DUNDER}"
)
r"""What people at a help desk write without meaning Markdown: `C:\temp\_old`, `\\server\share$` and `__init__`."""

_SIGN = re.compile(rf"({_UNLED}\\(?=\w|\Z)|(?<=\b[A-Za-z]:)[\[\]*_~`<>()])|[\\\[\]*_~`<>()]|&(?=#?\w+;)")
"""What means something to Markdown; first what with a backslash before it would be read as a path."""


class _Parser(MarkdownIt):
    """Its documented way to say which links are links."""

    safe: Callable[[str], bool]

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return self.safe(url)


def parser(
    safe: Callable[[str], bool],
    *,
    breaks: bool = False,
    tables: bool = True,
    renderer: type[RendererHTML] = RendererHTML,
) -> MarkdownIt:
    """CommonMark with strikethrough, without raw HTML and pictures; `safe` says which addresses may be links."""
    made = _Parser("commonmark", {"html": False, "breaks": breaks, "maxNesting": 12}, renderer_cls=renderer)
    made.safe = safe
    made.enable(["strikethrough", *(["table"] if tables else [])])
    made.inline.ruler.before("escape", "literal", _literal)
    made.core.ruler.before("block", "fences", _fences)
    made.core.ruler.after("block", "worded", _worded)
    made.core.ruler.after("block", "numbered", _numbered)
    return made.disable(["image", "html_block", "html_inline"])


def _literal(state: StateInline, silent: bool) -> bool:
    found = _LITERAL.match(state.src, state.pos, state.posMax) if state.src[state.pos] in "\\_" else None
    if not found:
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


def _fences(state: StateCore) -> None:
    if "```" in state.src:
        state.src = fences_apart(state.src)


def fences_apart(text: str) -> str:
    """The text with the marks of its blocks of code on lines of their own, as chats take them and CommonMark does not.

    Blocks that CommonMark closes stay as they are, and so do marks that open and close on one line.
    """
    lines = text.split("\n")
    found = [_FENCED.fullmatch(line) if "```" in line else None for line in lines]
    marked = [place for place, match in enumerate(found) if match]
    bare = {
        len(match[3]): place for place, match in enumerate(found) if match and not match[2] and not match[4].strip()
    }
    made: list[str] = []
    opened, common = "", False
    for place, (line, match) in enumerate(zip(lines, found, strict=True)):
        if not match or (opened and len(match[3]) < len(opened)):
            made.append(line)
            continue
        within, before, marks, behind = match.groups()
        if opened and common:
            opened = "" if not before and not behind.strip() else opened
            made.append(line)
        elif opened:
            opened = ""
            made += _below(within, before, marks, behind.strip())
        elif "```" in behind or (before and place == marked[-1]):
            made.append(line)
        else:
            opened = marks
            alone = not before and (not behind.strip() or _language(behind))
            common = alone and any(size >= len(marks) and last > place for size, last in bare.items())
            made += [line] if alone else _below(within, before.rstrip(), marks, behind)
    return "\n".join(made)


def _below(within: str, *parts: str) -> list[str]:
    """The parts on lines of their own, in the same quotation and item of a list."""
    first, *rest = filter(str.strip, parts)
    return [within + first, *(re.sub(r"[^>\s]", " ", within) + part for part in rest)]


def _worded(state: StateCore) -> None:
    """What stands behind a block's opening marks and names no language is its first line."""
    for token in state.tokens:
        words = token.info.strip() if token.type == "fence" else ""
        if words and (not _language(words) or not token.content.strip()):
            token.content, token.info = f"{words}\n{token.content}", ""


def _numbered(state: StateCore) -> None:
    """A list's items keep the numbers they were given, unless all have the same: then Markdown is to count."""
    lists: list[list[Token]] = []
    for token in state.tokens:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append([])
        elif token.type == "list_item_open":
            lists[-1].append(token)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            items = lists.pop()
            numbers = [int(item.info or 0) for item in items]
            if len(set(numbers)) > 1 and numbers != list(range(numbers[0], numbers[0] + len(numbers))):
                for item, number in zip(items, numbers, strict=True):
                    item.attrSet("value", str(number))


def _language(info: str) -> bool:
    return bool(_LANGUAGE.fullmatch(info.strip()))


class Writer(ABC):
    """One method for each kind of node, named as markdown-it names it; what is not named shows what is in it.

    `joined`: a paragraph's lines are wrapped prose; but lines that are quoted, or wholly emphasised, stand alone.
    """

    def __init__(self, *, joined: bool) -> None:
        self.joined = joined
        self.styles: list[str] = []
        self.lists = self.quotes = 0

    @abstractmethod
    def marked(self, mark: str, words: str) -> str:
        """Words between two marks of a style."""

    @abstractmethod
    def block(self, text: str, language: str = "") -> str:
        """A block of code; "" where there is none to be seen."""

    @abstractmethod
    def quoted(self, words: str) -> str:
        """A quotation; inside of another one while `quotes` is not 0."""

    @abstractmethod
    def strong(self, node: SyntaxTreeNode) -> str:
        """What is in a node, in bold letters."""

    @abstractmethod
    def bullet(self) -> str:
        """The mark of an item without a number; inside of another list while `lists` is not 0."""

    @abstractmethod
    def item(self, mark: str, words: str) -> str:
        """An item of a list."""

    def write(self, node: SyntaxTreeNode) -> str:
        named: Callable[[SyntaxTreeNode], str] = getattr(self, node.type, self.inside)
        return named(node)

    def inside(self, node: SyntaxTreeNode) -> str:
        return "".join(self.write(child) for child in node.children)

    def parts(self, node: SyntaxTreeNode) -> list[str]:
        """The blocks in a node. Those that no blank line parts are one part, but for a quotation in a quotation, and
        for two lists, which chats would read as one.
        """
        made: list[str] = []
        end, before = -1, ""
        for child in node.children:
            if not (written := self.write(child)):
                continue
            apart = child.type in LISTS if before in LISTS else self.quotes and child.type == "blockquote"
            if child.map and child.map[0] == end and not apart:
                made[-1] += f"\n{written}"
            else:
                made.append(written)
            end, before = _end(child), child.type
        return made

    def styled(self, mark: str, node: SyntaxTreeNode) -> str:
        if mark in self.styles:
            return self.inside(node)
        self.styles.append(mark)
        words = self.inside(node)
        self.styles.pop()
        return self.marked(mark, words) if words.strip() else words

    def softbreak(self, node: SyntaxTreeNode) -> str:
        return " " if self.joined and not self.quotes and not _alone(node) else self.hardbreak(node)

    def hardbreak(self, node: SyntaxTreeNode) -> str:
        return "\n"

    def fence(self, node: SyntaxTreeNode) -> str:
        return self.block(node.content, (node.info.split() or [""])[0].lower())

    def code_block(self, node: SyntaxTreeNode) -> str:
        return self.block(node.content)

    def table(self, node: SyntaxTreeNode) -> str:
        rows = [row.children for part in node.children for row in part.children]
        lines = _aligned([[label(cell, led=True) for cell in row] for row in rows])
        if max(map(len, lines)) <= TABLE or len(rows) * len(lines[0]) > PLAIN_FROM:
            return self.block("\n".join(lines))
        return self.listed(*rows)

    def listed(self, heads: Sequence[SyntaxTreeNode], *rows: Sequence[SyntaxTreeNode]) -> str:
        """A table as a list of what its first column holds, with the rest behind it."""
        first, *others = map(self.inside, heads)
        if not rows:
            return " · ".join(filter(None, [first, *others]))
        mark, made = self.bullet(), [f"{first}:"] if first else []
        for name, *cells in rows:
            told = [
                f"{head}: {self.inside(cell) or '–'}" if head else self.inside(cell)
                for head, cell in zip(others, cells, strict=True)
            ]
            made.append(self.item(mark, " · ".join(filter(None, [self.strong(name), *told]))))
        return "\n".join(made)

    def hr(self, node: SyntaxTreeNode) -> str:
        return "─" * 12

    def blockquote(self, node: SyntaxTreeNode) -> str:
        self.quotes += 1
        words = "\n\n".join(self.parts(node))
        self.quotes -= 1
        return self.quoted(words)

    def bullet_list(self, node: SyntaxTreeNode) -> str:
        return self.items(node, [self.bullet()] * len(node.children))

    def ordered_list(self, node: SyntaxTreeNode) -> str:
        first = int(node.attrs.get("start", 1))
        numbers = [item.attrs.get("value", first + place) for place, item in enumerate(node.children)]
        return self.items(node, [f"{number}." for number in numbers])

    def items(self, node: SyntaxTreeNode, marks: Sequence[str]) -> str:
        self.lists += 1
        made = [self.item(mark, "\n".join(self.parts(item))) for mark, item in zip(marks, node.children, strict=True)]
        self.lists -= 1
        return "\n".join(made)


def plain(words: str) -> str:
    """Words inside of Markdown, where they are nothing but words."""
    return _SIGN.sub(lambda sign: f"&#{ord(sign[0])};" if sign[1] else f"\\{sign[0]}", words)


def label(node: SyntaxTreeNode, *, led: bool = False) -> str:
    """The words of a node on one line; `led`: and where its links lead to."""
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    words = "".join(label(child, led=led) for child in node.children)
    target = str(node.attrs.get("href", ""))
    return f"{words} ({target})" if led and target not in ("", words) else words


def _end(node: SyntaxTreeNode) -> int:
    """The line behind a block. What markdown-it takes for a list's includes the blank lines behind it."""
    if node.type in ("bullet_list", "ordered_list", "list_item") and node.children:
        return _end(node.children[-1])
    begin, end = node.map or (-1, -1)
    return begin + 1 if node.type == "list_item" else end


def _alone(node: SyntaxTreeNode) -> bool:
    behind = node.next_sibling
    return behind is not None and behind.type == "em" and behind.next_sibling is None


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows of a table below each other, with a rule under its head."""
    widths = [min(TABLE, max(map(len, column))) for column in zip(*rows, strict=True)]
    made = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [made[0], "  ".join("─" * width for width in widths), *made[1:]]
