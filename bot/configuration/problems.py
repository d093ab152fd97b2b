"""What is wrong in settings.yaml, said so that its owner can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz, process

KeyPath = tuple[str | int, ...]
"""The way to a value: keys and, in lists, positions from 0."""

NEAR = 60
LISTED = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong (or, as a warning, odd).

    path: dotted, with positions from 0: `teams.it-help.memmbers`, `sla[2].when.team[0]`; "" for the file as a whole.
    text: what is wrong. hint: the way out, or "". place: where it was written ("line 12", or a variable's name), or "".
    """

    path: str
    text: str
    hint: str = ""
    place: str = ""

    def __str__(self) -> str:
        where = self.path or self.place
        place = f" ({self.place})" if self.path and self.place else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}{place}: {self.text}{hint}" if where else f"{self.text}{hint}"


class Finding(NamedTuple):
    """A problem of settings that are no longer (or never were) text: it knows the path, but no place."""

    path: KeyPath
    text: str
    hint: str = ""


class SettingsError(Exception):
    """Settings that cannot be used. `problems` is all that is wrong, in the order of the file; never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


def dotted(path: KeyPath) -> str:
    """`teams.it-help.triage[0]`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def nearest(wrong: str, known: Iterable[str], cutoff: int = NEAR) -> str:
    """The known word that `wrong` was most likely meant to be; "" when none is near."""
    found = process.extractOne(wrong, list(known), scorer=fuzz.ratio, processor=_plain, score_cutoff=cutoff)
    return str(found[0]) if found else ""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`did you mean members?`, or what there is to choose from, or "" when that is nothing or too much."""
    words = list(known)
    best = nearest(wrong, words)
    if best:
        return f"did you mean {best}?"
    return f"there is {', '.join(words)}" if 0 < len(words) <= LISTED else ""


def _plain(word: str) -> str:
    return word.casefold().replace("_", "-").replace(" ", "-")
