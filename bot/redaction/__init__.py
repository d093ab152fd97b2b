"""Personal data and secrets taken out of a text, so that others may read it. Pure.

What it finds has a shape (an address, a number with a check digit, a token with its prefix, "my password is …") or is
the name of somebody known. It cannot find what only a reader understands: so a person reads before anything is shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.redaction.kinds import KINDS
from bot.redaction.names import Known, Names

__all__ = ["NOBODY_KNOWN", "Found", "Known", "Names", "Redacted", "find", "redact"]

NOBODY_KNOWN = Names()
NAME = "name"
ROUNDS = 10
"""What was glued to something else may be found when that has gone; ordinary texts take two rounds."""
WORDS = frozenset({kind.word for kind in KINDS} | {NAME})
_TAKEN = re.compile(rf"\[(?:{'|'.join(sorted(WORDS))})\]")


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """text[start:end] is of the kind that `word` says."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without them, and how many of each kind were taken out."""

    text: str
    counts: Counter[str] = field(default_factory=Counter)


def redact(text: str, names: Names = NOBODY_KNOWN) -> Redacted:
    """The text with a word in brackets for all that `find` finds; done again, it changes nothing."""
    counts: Counter[str] = Counter()
    for _ in range(ROUNDS):
        found = find(text, names)
        if not found:
            break
        counts.update(one.word for one in found)
        text = _without(text, found)
    return Redacted(text, counts)


def find(text: str, names: Names = NOBODY_KNOWN) -> list[Found]:
    """Where there is something to take out, in order, without overlaps. What was taken out before is not found."""
    taken = [match.span() for match in _TAKEN.finditer(text)]
    return _clear_of(taken, _apart(sorted(_all(text, names))))


def _all(text: str, names: Names) -> Iterator[tuple[int, int, int]]:
    """Start, end, and the place in the table of kinds; names stand behind them all."""
    for rank, kind in enumerate(KINDS):
        for match in kind.pattern.finditer(text):
            if kind.fits(match):
                yield *match.span("it" if "it" in kind.pattern.groupindex else 0), rank
    yield from ((start, end, len(KINDS)) for start, end in names.find(text))


def _apart(found: list[tuple[int, int, int]]) -> list[Found]:
    """Of those that overlap, the one whose kind stands first in the table; what is left of another is found later."""
    words = (*(kind.word for kind in KINDS), NAME)
    kept: list[tuple[int, int, int]] = []
    for start, end, rank in found:
        if kept and start < kept[-1][1]:
            if rank >= kept[-1][2]:
                continue
            kept.pop()
        kept.append((start, end, rank))
    return [Found(start, end, words[rank]) for start, end, rank in kept]


def _clear_of(taken: list[tuple[int, int]], found: list[Found]) -> list[Found]:
    """Those that touch nothing which was taken out before."""
    clear, before = [], iter(taken)
    hole = next(before, None)
    for one in found:
        while hole and hole[1] <= one.start:
            hole = next(before, None)
        if hole is None or one.end <= hole[0]:
            clear.append(one)
    return clear


def _without(text: str, found: list[Found]) -> str:
    parts, at = [], 0
    for one in found:
        parts += [text[at : one.start], f"[{one.word}]"]
        at = one.end
    return "".join([*parts, text[at:]])
