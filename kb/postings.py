"""Which articles have which stems, and BM25 over them."""

import math
from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1, B = 1.0, 0.5  # how soon a repeated word stops to count, how much a long article is held back
PRIOR = 30  # in a small knowledge base a word is taken to be as rare as among so many articles
FRESH = 20_000  # postings that are looked through one by one before they are sorted in among the others
ENOUGH = 30_000  # postings of a question that are read whole; of commoner stems only those of likely articles are

Floats = NDArray[np.floating[Any]]


class Postings:
    """An inverted index that can be changed. Eight bytes for each distinct stem of an article, sorted by stem, which
    may lie in a file. What was put lately stands behind, unsorted; what was dropped counts zero times."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self.starts = np.zeros(1, np.int64)  # of each term in the two below
        self.numbers = np.zeros(0, np.uint32)
        self.counts = np.zeros(0, np.float32)
        self.having = array("i")  # by term: how many articles have it
        self.lengths = array("f")  # by article; 0: none, or dropped
        self.articles = 0
        self.length = 0.0  # of all articles together
        self._fresh = array("I"), array("I"), array("f")  # terms, numbers, counts
        self._rarities: dict[str, float] = {}  # as long as no article comes or goes

    def __len__(self) -> int:
        return self.articles

    def __contains__(self, term: str) -> bool:
        return self.articles_with(term) > 0

    def articles_with(self, term: str) -> int:
        number = self.terms.get(term)
        return 0 if number is None else self.having[number]

    def put(self, counts: Mapping[str, float]) -> int:
        """Add an article with how often it has each stem; its number is the next one."""
        number, (terms, numbers, weights) = len(self.lengths), self._fresh
        for term, count in counts.items():
            terms.append(self._note(term))
            numbers.append(number)
            weights.append(count)
        self._count(sum(counts.values()), 1)
        self.lengths.append(sum(counts.values()))
        if len(terms) > max(FRESH, len(self.numbers) // 4):
            self.settle()
        return number

    def drop(self, number: int) -> None:
        """Take article `number` out."""
        at = np.flatnonzero(self.numbers == number)
        terms, numbers, counts = map(np.asarray, self._fresh)
        fresh = np.flatnonzero(numbers == number)
        for term in (*(np.searchsorted(self.starts, at, "right") - 1), *terms[fresh]):
            self.having[term] -= 1
        self.counts[at] = 0
        counts[fresh] = 0
        self._count(-self.lengths[number], -1)
        self.lengths[number] = 0

    def settle(self) -> None:
        """Sort in what was put, and forget what was dropped."""
        old = np.repeat(np.arange(len(self.starts) - 1, dtype=np.uint32), np.diff(self.starts))
        terms, numbers, counts = (
            np.concatenate([a, np.asarray(b)])
            for a, b in zip((old, self.numbers, self.counts), self._fresh, strict=True)
        )
        order = np.argsort(terms, kind="stable")
        order = order[counts[order] > 0]
        self.starts = np.searchsorted(terms[order], np.arange(len(self.terms) + 1)).astype(np.int64)
        self.numbers, self.counts = numbers[order], counts[order]
        self._fresh = array("I"), array("I"), array("f")

    def rarity(self, term: str) -> float:
        """BM25's idf as Lucene has it: log(1 + (N - n + ½) / (n + ½)), in which n of N articles have the term."""
        if term in self._rarities:
            return self._rarities[term]
        having = self.articles_with(term)
        rarity = math.log(1 + (self.most() - having + 0.5) / (having + 0.5))
        if having:  # else people could fill the memory with words
            self._rarities[term] = rarity
        return rarity

    def most(self) -> int:
        return max(len(self), PRIOR)

    def scores(self, weights: Mapping[str, float], among: NDArray[np.bool_] | None = None) -> Floats:
        """By article number, the sum over the terms of weight × count / (count + k₁(1 - b + b·l/m)), in which l is the
        article's length and m the mean length. Give the terms in order of weight: once many postings were read, of
        the remaining terms only those of the articles that lead by then are. `among`: the articles to look at, by
        number; those of others are 0.

        Source: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with the idf in the weight and
        without the constant factor k₁ + 1.
        """
        lengths = np.asarray(self.lengths)
        mean = self.length / max(len(self), 1) or 1.0
        scores = np.zeros(len(lengths), np.float32)
        leading, read = None, 0
        for term, weight in weights.items():
            if leading is None and read > ENOUGH:
                leading = _leading(scores if among is None else scores * among)
            numbers, counts = self._postings(term, leading)
            held_back = K1 * (1 - B) + (K1 * B / mean) * lengths[numbers]
            scores[numbers] += weight * counts / (counts + held_back)
            read += len(numbers)
        return scores if among is None else scores * among

    def _postings(self, term: str, among: NDArray[np.int64] | None) -> tuple[NDArray[np.uint32], Floats]:
        """The articles that have a term and how often, of a very common one only `among` those (in order)."""
        number = self.terms.get(term, -1)
        sorted_in = slice(*self.starts[number : number + 2]) if 0 <= number < len(self.starts) - 1 else slice(0)
        numbers, counts = self.numbers[sorted_in], self.counts[sorted_in]
        if among is not None and len(numbers) > len(among):
            at = np.minimum(np.searchsorted(numbers, among), len(numbers) - 1)
            at = at[numbers[at] == among]
            numbers, counts = numbers[at], counts[at]
        terms, lately, weights = map(np.asarray, self._fresh)
        fresh = np.flatnonzero(terms == number)
        if not len(fresh):
            return numbers, counts
        return np.concatenate([numbers, lately[fresh]]), np.concatenate([counts, weights[fresh]])

    def _note(self, term: str) -> int:
        number = self.terms.setdefault(term, len(self.terms))
        if number == len(self.having):
            self.having.append(0)
        self.having[number] += 1
        return number

    def _count(self, length: float, articles: int) -> None:
        self._rarities.clear()
        self.length += length
        self.articles += articles


def _leading(scores: Floats, most: int = 1000) -> NDArray[np.int64]:
    if len(scores) <= most:
        return np.arange(len(scores))
    return np.sort(np.argpartition(scores, -most)[-most:])
