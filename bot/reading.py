"""An article as it is read: in parts that a message of any chat holds, its links and pictures in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from bot.markdown import parser
from bot.plain_text import safe_link
from bot.words import TOLD
from kb.links import outside_code, without_code

PART = TOLD
"""Characters of Markdown in a part."""

WHOLE_FROM = 60_000
"""Longer texts are parted between lines only: to parse them would take long."""

_PICTURE = re.compile(r"!\[([^\[\]]*+)\]\([ \t]*+<?([^()<>\n\"]++)>?(?:[ \t]*+\"[^\"\n]*+\")?[ \t]*+\)")
_LINK = re.compile(r"\[([^\[\]]+)\]\(kb:([^\s()<>#]+)(?:#[^()\s]*)?\)")
_WITHIN = re.compile(r"(?<!!)\[([^\[\]]+)\]\([^\s()<>:\\]+\)")
"""A link to another file, or to a heading: a target without `http:`, `kb:` and the like, and no `\\\\server\\share`."""
_BLOCKS = parser(safe_link).disable(["inline", "fences"])  # whose lines are those of the text


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that belong together, and what has to stand before and behind each piece of them."""

    text: str
    head: str = ""
    foot: str = ""


@lru_cache(maxsize=128)  # whoever reads on asks for the same again
def parts(body: str, most: int = PART) -> tuple[str, ...]:
    """The body in texts of at most `most` characters, at least one: broken between blocks where it can be.

    No heading stands at an end; a block of code or a table that is broken goes on as one.
    """
    if len(body) <= most:
        return (body,)
    made: list[str] = []
    for piece in (piece for block in _blocks(body) for piece in _pieces(block, most)):
        if made and len(made[-1]) + 1 + len(piece.rstrip()) <= most:
            made[-1] += "\n" + piece
        else:
            made.append(piece)
    return tuple(text.strip("\n") for text in made if text.strip()) or ("",)


def within(part: int, pages: Sequence[str]) -> int:
    """The part that is meant, counted from 1; the nearest where there is none such."""
    return max(1, min(part, len(pages)))


def named(body: str) -> list[str]:
    """The ids of the articles that an article links to (`[words](kb:id)`), each once."""
    links = (match[2] for text in without_code(body) for match in _LINK.finditer(text))
    return list(dict.fromkeys(links))


def in_words(body: str, title: Callable[[str], str]) -> str:
    """The body for a chat: a link to an article is its words and how to read it, a picture what it shows.

    `title` tells an article's title, "" for one that the reader may not read, of which the words stay; they do of what
    leads nowhere in a chat (`nowhere.md`, `#windows`), too.
    """

    def link(match: re.Match[str]) -> str:
        return f"{match[1]} (`/kb show {match[2]}`)" if title(match[2]) else match[1]

    def words(text: str) -> str:
        return _LINK.sub(link, _WITHIN.sub(r"\1", _PICTURE.sub(_picture, text)))

    return outside_code(body, words)


def on_page(body: str, title: Callable[[str], str]) -> str:
    """The body for a page of the portal: the same link leads to the article's page, and a picture stays one."""
    return outside_code(body, lambda text: _LINK.sub(lambda m: f"[{m[1]}](/kb/{m[2]})" if title(m[2]) else m[1], text))


def _picture(match: re.Match[str]) -> str:
    shown, target = match[1].strip() or "Picture", match[2].strip()
    if safe_link(target):
        return f"[{shown}]({target})"
    return f"*{shown} (picture: {target.rpartition('/')[2]})*"


def _blocks(body: str) -> Iterator[_Block]:
    """Blocks of the top level, and items of its lists; a heading with what follows it."""
    lines = body.split("\n")
    if len(body) > WHOLE_FROM:
        yield from map(_Block, lines)
        return
    starts, kinds = [0], {0: ""}
    headed = False
    for token in _BLOCKS.parse(body):
        inside = token.type == "list_item_open" and token.level == 1
        if token.map and (token.level == 0 or inside) and token.type not in ("bullet_list_open", "ordered_list_open"):
            if not headed and token.map[0] > starts[-1]:
                starts.append(token.map[0])
            kinds[starts[-1]] = "" if headed else token.type
            headed = token.type == "heading_open"
    for start, end in pairwise([*starts, len(lines)]):
        yield _block(lines[start:end], kinds[start])


def _block(lines: list[str], kind: str) -> _Block:
    match kind:
        case "fence":
            opened = lines[0].strip()
            fence = opened[: len(opened) - len(opened.lstrip(opened[0]))]
            return _Block("\n".join(lines), lines[0] + "\n", f"\n{fence}")
        case "table_open":
            return _Block("\n".join(lines), "\n".join(lines[:2]) + "\n")
        case _:
            return _Block("\n".join(lines))


def _pieces(block: _Block, most: int) -> Iterator[str]:
    """A block, in pieces where it is too long: broken between its lines, or within one that is too long itself."""
    text = block.text.rstrip("\n")
    if len(text) <= most:
        yield block.text
        return
    text = text.removeprefix(block.head).removesuffix(block.foot) if block.head else text
    room = most - len(block.head) - len(block.foot)
    if room < most // 2:  # what would have to be said again is itself too long
        block, room = _Block(block.text), most
    piece = ""
    for line in chain.from_iterable(_fitting(line, room) for line in text.split("\n")):
        if piece and len(piece) + 1 + len(line) > room:
            yield f"{block.head}{piece}{block.foot}\n"
            piece = line
        else:
            piece = f"{piece}\n{line}" if piece else line
    yield f"{block.head}{piece}{block.foot}\n"


def _fitting(line: str, room: int) -> Iterator[str]:
    """A line in pieces, broken behind a word where there is one."""
    while len(line) > room:
        head = line[:room].rpartition(" ")[0] or line[:room]
        yield head
        line = line[len(head) :].lstrip(" ")
    yield line
