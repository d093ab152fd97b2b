"""Which articles have which stems, and BM25 over them."""

import math
from array import array
from collections import defaultdict
from collections.abc import Mapping

K1, B = 1.0, 0.5  # how soon a repeated word stops to count, how much a long article is held back
PRIOR = 30  # in a small knowledge base a word is taken to be as rare as among so many articles


class Postings:
    """An inverted index that can be changed. Twelve bytes for each distinct stem of an article, in two arrays."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._counts: defaultdict[str, array[float]] = defaultdict(lambda: array("f"))
        self._lengths: dict[int, float] = {}
        self._held_back: list[float] = []  # by number; empty when out of date

    def __len__(self) -> int:
        return len(self._lengths)

    def __contains__(self, term: str) -> bool:
        return term in self._numbers

    def put(self, number: int, counts: Mapping[str, float]) -> None:
        """Add article `number` (small, and not in use), with how often it has each stem."""
        for term, count in counts.items():
            self._numbers[term].append(number)
            self._counts[term].append(count)
        self._lengths[number] = sum(counts.values())
        self._held_back = []

    def drop(self, number: int, terms: frozenset[str]) -> None:
        """Take article `number` out, which has these stems."""
        for term in terms:
            at = self._numbers[term].index(number)
            del self._numbers[term][at], self._counts[term][at]
            if not self._numbers[term]:
                del self._numbers[term], self._counts[term]
        del self._lengths[number]
        self._held_back = []

    def rarity(self, term: str) -> float:
        """BM25's idf as Lucene has it: log(1 + (N - n + ½) / (n + ½)), in which n of N articles have the term."""
        having = len(self._numbers.get(term, ()))
        return math.log(1 + (self.most() - having + 0.5) / (having + 0.5))

    def most(self) -> int:
        return max(len(self), PRIOR)

    def scores(self, weights: Mapping[str, float]) -> dict[int, float]:
        """For each article with one of the terms, the sum over them of weight × count / (count + k₁(1 - b + b·l/m)),
        in which l is the article's length and m the mean length.

        Source: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with the idf in the weight and
        without the constant factor k₁ + 1.
        """
        held_back = self._held_back = self._held_back or self._hold_back()
        scores: defaultdict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            if term in self._numbers:
                for number, count in zip(self._numbers[term], self._counts[term], strict=True):
                    scores[number] += weight * count / (count + held_back[number])
        return scores

    def _hold_back(self) -> list[float]:
        mean = sum(self._lengths.values()) / max(len(self), 1) or 1.0
        by_number = [0.0] * (max(self._lengths, default=-1) + 1)
        for number, length in self._lengths.items():
            by_number[number] = K1 * (1 - B + B * length / mean)
        return by_number
