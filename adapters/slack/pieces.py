"""Long mrkdwn in pieces that sections can hold: broken where paragraphs and lines end, and no code left open. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adapters.slack.escaping import LINK, behind_word
from adapters.slack.markup import FENCE

SMALLEST = LINK + 1
"""A piece must be able to hold a link."""

_OPEN, _CLOSE = "```\n", "\n```"


def pieces(paragraphs: Sequence[str], limit: int) -> list[str]:
    """The paragraphs (as markup.paragraphs gives them) in texts of at most `limit` characters, SMALLEST or more."""
    return _packed((part for paragraph in paragraphs for part in _fitting(paragraph, limit)), "\n\n", limit)


def _fitting(paragraph: str, limit: int) -> Iterator[str]:
    if len(paragraph) <= limit:
        yield paragraph
        return
    for place, part in enumerate(FENCE.split(paragraph)):
        if place % 2:
            yield from _fences(part, limit)
        else:
            yield from _packed(_lines(part.strip("\n"), limit), "\n", limit)


def _fences(fence: str, limit: int) -> Iterator[str]:
    room = limit - len(_OPEN) - len(_CLOSE)
    for code in _packed(_lines(fence[len(_OPEN) : -len(_CLOSE)], room), "\n", room):
        yield f"{_OPEN}{code}{_CLOSE}"


def _lines(text: str, limit: int) -> Iterator[str]:
    for line in text.split("\n"):
        left = line
        while len(left) > limit:
            head = behind_word(left, limit)
            yield head
            left = left[len(head) :]
        yield left


def _packed(parts: Iterable[str], between: str, limit: int) -> list[str]:
    made: list[str] = []
    for part in parts:
        if made and len(made[-1]) + len(between) + len(part) <= limit:
            made[-1] += between + part
        else:
            made.append(part)
    return [piece for piece in made if piece.strip()]
