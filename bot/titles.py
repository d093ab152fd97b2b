"""A ticket's title, made of the words it was opened with. Pure."""

from __future__ import annotations

import re
from html import unescape

from bot.plain_text import DUNDER
from bot.words import one_line

LONGEST = 200
"""Characters of a title."""
READ = 2_000
"""Characters of a text that its title is made of."""

_ANY = re.compile(r"[*_~`\[📎]|^\s*[>#+-]", re.MULTILINE)
_LINK = re.compile(r"!?\[((?:\\.|[^\[\]\\\n])+)\]\([^\s()]+\)")
_ESCAPED = re.compile(r"\\([^\sA-Za-z0-9])")
_FENCE = re.compile(r"^\s*(?:```|~~~)[\w+-]*\s*$|^📎.*$", re.MULTILINE)
_BEGINNING = re.compile(r"^\s*(?:[>#]+|[-*+])\s+", re.MULTILINE)
_MEANT = re.compile(r"^\\(?=[#=-])|\\(?=#{1,6}(?:\s|$))|(?<=&)amp;(?=#?\w+;)", re.MULTILINE)
"""What keeps Markdown from reading a sign otherwise than it was meant, where a chat's words were made Markdown."""
_AROUND = re.compile(
    rf"(?<!\w)(?!{DUNDER})"
    r"(\*{1,3}|_{1,3}|~~?|`{1,3})(?=\S)([^\n]+?)(?<=\S)\1(?!\w)"
)


def title(text: str) -> str:
    """The text on one line without Markdown's marks: a link's label, no file, and `report_2024` as it is written."""
    begins = text[:READ]
    plain = _MEANT.sub("", _without_marks(begins) if _ANY.search(begins) else begins)
    return one_line(plain if any(map(str.isalnum, plain)) else text, LONGEST)


def _without_marks(text: str) -> str:
    words = _BEGINNING.sub("", _FENCE.sub("", _LINK.sub(_label, text)))
    for _ in range(2):  # bold words within struck ones
        words = _AROUND.sub(r"\2", words)
    return words


def _label(link: re.Match[str]) -> str:
    return unescape(_ESCAPED.sub(r"\1", link[1]))
