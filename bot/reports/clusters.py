"""Texts that are about the same, found with the knowledge base's own index: misspelt words count too. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

from bot.keywords import keywords
from kb import Article, Index

NEAR = 8
"""So many nearest texts of each are looked at."""
ALIKE = 0.5
"""Two texts are about the same when each scores at least this part of what the other scores with itself. Chosen on
1,228 labelled questions to three shops: in a group, 86 % have its most common label (at 0.4: 79 %, at 0.55: 88 %)."""


def clusters(texts: Mapping[int, str]) -> list[list[int]]:
    """The numbers of texts about the same, by number within each; the largest first, and of two the one with the
    smallest number. What is like nothing else stands alone.

    Texts that are each other's neighbours are put together, and so are those they have in common (connected
    components of the mutual neighbours). A search a text: 500 titles take half a second.
    """
    index = Index.build((Article(str(number), text, "") for number, text in texts.items()), semantic=False)
    near = {number: _neighbours(index, number, text) for number, text in texts.items()}
    leader = {number: number for number in texts}
    for number in sorted(texts):
        for other in near[number]:
            if number < other and number in near[other]:
                _join(leader, number, other)
    found: dict[int, list[int]] = {}
    for number in sorted(texts):
        found.setdefault(_root(leader, number), []).append(number)
    return sorted(found.values(), key=lambda group: (-len(group), group[0]))


def _neighbours(index: Index, number: int, text: str) -> frozenset[int]:
    hits = {int(hit.article_id): hit.score for hit in index.search(text, limit=NEAR + 1)}
    itself = hits.get(number, 0.0)
    return frozenset(other for other, score in hits.items() if other != number and itself and score >= ALIKE * itself)


def _join(leader: dict[int, int], one: int, other: int) -> None:
    low, high = sorted((_root(leader, one), _root(leader, other)))
    leader[high] = low


def _root(leader: dict[int, int], number: int) -> int:
    while leader[number] != number:
        leader[number] = leader[leader[number]]
        number = leader[number]
    return number


def telling(group: Sequence[str], everything: Sequence[str], most: int = 4) -> tuple[str, ...]:
    """The words that most tell a group of texts from all: those that many of it hold, and few of the others."""
    inside = Counter(word for text in group for word in set(keywords(text)))
    outside = Counter(word for text in everything for word in set(keywords(text)))
    worth = {word: count * log(1 + len(everything) / outside[word]) for word, count in inside.items() if outside[word]}
    shared = {word: value for word, value in worth.items() if inside[word] > 1 or len(group) == 1}
    ranked = sorted(shared or worth, key=lambda word: (-worth[word], word))
    return tuple(ranked[:most])
