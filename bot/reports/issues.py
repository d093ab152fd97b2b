"""What tickets are about, in people's own words: the most common ones. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from storage.figures import Case

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WORDS = """
a about after again all also always am an and any are as asks at be because been before but by can can't cannot
could couldn day did didn do does doesn doing don each even every for from get gets getting give go got had has hasn
have haven having hello help her hey hi his how if in into is isn issue issues it its just keep keeps like longer
make may me more my need needed needs never new no not nothing now of off on once one only or other our out over
please problem problems request same says set she should since so some still stop stopped stops such suddenly than
thank thanks that the their them then there these they this those time to today tomorrow too trying under up us use
used using very want wants was wasn way we were what when where which while who why will with won work working works
would wouldn yesterday yet you your
"""
EMPTY_WORDS = frozenset(_WORDS.split())


@dataclass(frozen=True, slots=True)
class Issue:
    """A category ("" for none), how many tickets came in, and the words that most of them hold, with in how many."""

    category: str
    tickets: int
    words: tuple[tuple[str, int], ...]


def common(
    cases: Iterable[Case], may_read: Callable[[Case], bool], most: int = 5, words_each: int = 4
) -> tuple[Issue, ...]:
    """The most common categories of these cases. A word counts once a ticket, and only from two tickets on."""
    tickets: Counter[str] = Counter()
    words: dict[str, Counter[str]] = {}
    for case in cases:
        tickets[case.category] += 1
        words.setdefault(case.category, Counter()).update(telling_words(case.title) if may_read(case) else ())
    ranked = sorted(tickets.items(), key=lambda item: (-item[1], item[0]))[:most]
    return tuple(Issue(category, count, _frequent(words[category], words_each)) for category, count in ranked)


def _frequent(words: Counter[str], most: int) -> tuple[tuple[str, int], ...]:
    ranked = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    return tuple((word, count) for word, count in ranked[:most] if count > 1)


def telling_words(text: str) -> set[str]:
    """The words of a text that say something: of three letters or more, no numbers, none that every text holds."""
    found = (match[0].casefold() for match in WORD.finditer(text))
    return {word for word in found if len(word) > 2 and word not in EMPTY_WORDS and not word.isdigit()}
