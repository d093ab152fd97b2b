"""What tickets are about, in people's own words: the most common ones. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.keywords import keywords
from storage.figures import Case


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
        words.setdefault(case.category, Counter()).update(set(keywords(case.title)) if may_read(case) else ())
    ranked = sorted(tickets.items(), key=lambda item: (-item[1], item[0]))[:most]
    return tuple(Issue(category, count, _frequent(words[category], words_each)) for category, count in ranked)


def _frequent(words: Counter[str], most: int) -> tuple[tuple[str, int], ...]:
    ranked = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    return tuple((word, count) for word, count in ranked[:most] if count > 1)
