"""The articles by meaning: vectors of their passages, and which are nearest to a question."""

import hashlib
import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb.adapter import FEWEST, learn
from kb.article import Article
from kb.embedding import DIMENSIONS, Vectors, model, unit

PASSAGE, PASSAGES = 60, 8  # words in a passage of an article's text, and how many of them are looked at
LONGEST_TITLE = 300  # characters
SHORTLIST = 600  # passages whose exact distance is computed, after a look at the signs of their numbers alone
LEVELS = 127  # a number is kept in eight bits, the largest of its row as ±127

Rows = NDArray[np.int8]


def texts_of(article: Article) -> list[str]:
    """What is embedded of an article: its title, then its text's passages."""
    words = article.body[: PASSAGES * PASSAGE * 20].split()
    passages = [" ".join(words[n : n + PASSAGE]) for n in range(0, len(words), PASSAGE)]
    return [article.title[:LONGEST_TITLE], *passages[:PASSAGES]]


class Meaning:
    """Vectors of passages, each with its article's title mixed in, as bytes; and those of titles and passages as the
    model gave them, to learn from. Articles are numbered from 0, as they come. Rows may lie in a file."""

    def __init__(self) -> None:
        self.given = np.zeros((0, DIMENSIONS), np.int8)  # a title, then its passages; then the next article's
        self.keys = np.zeros(0, np.uint64)  # hashes of these texts
        self.sizes = np.zeros(0, np.int64)  # by article: how many of these rows
        self.mean = np.zeros(DIMENSIONS, np.float32)
        self.adapter = np.eye(DIMENSIONS, dtype=np.float32)
        self.rows = np.zeros((0, DIMENSIONS), np.int8)  # by passage; an article without one has its title here
        self.signs = np.zeros((DIMENSIONS // 64, 0), np.uint64)  # one bit for each of a row's numbers: is it positive
        self.owners = np.zeros(0, np.int64)  # articles of the rows, in order
        self.alive = np.zeros(0, np.bool_)  # by article: not dropped

    def put(self, articles: Sequence[Article], known: "Meaning | None" = None) -> None:
        """Add articles. What `known` has of their texts is not computed again."""
        texts = [texts_of(article) for article in articles]
        keys = np.array([_key(text) for several in texts for text in several], np.uint64)
        given = _embedded([text for several in texts for text in several], keys, known or self)
        sizes = np.array([len(several) for several in texts], np.int64)
        self._fit(given, sizes, len(self.sizes))
        self.given = np.concatenate([self.given, given])
        self.keys = np.concatenate([self.keys, keys])
        self.sizes = np.concatenate([self.sizes, sizes])
        self.alive = np.concatenate([self.alive, np.ones(len(sizes), np.bool_)])

    def drop(self, number: int) -> None:
        """Take an article out."""
        self.alive[number] = False

    def learn(self) -> None:
        """Fit everything to what the articles say: where their middle is, and which words go together."""
        starts = np.cumsum(self.sizes) - self.sizes
        paired = starts[(self.sizes > 1) & self.alive]
        titles, texts = _read(self.given[paired]), _read(self.given[paired + 1])
        both = np.concatenate([titles, texts]) if len(paired) >= FEWEST else _read(self.given)
        self.mean = both.mean(axis=0) if len(both) >= FEWEST else np.zeros(DIMENSIONS, np.float32)
        self.adapter = learn(titles - self.mean, texts - self.mean)
        self.rows, self.signs, self.owners = self.rows[:0], self.signs[:, :0], self.owners[:0]
        self._fit(self.given, self.sizes, 0)

    def adapted(self, vectors: Vectors) -> Vectors:
        return unit((vectors - self.mean) @ self.adapter)

    def near(self, question: str) -> "Near":
        return Near(self, self.adapted(model().embed([question]))[0])

    def _fit(self, given: Rows, sizes: NDArray[np.int64], first: int) -> None:
        """Make the rows of articles from number `first` on."""
        starts = np.cumsum(sizes) - sizes
        owners = np.repeat(np.arange(len(sizes)), np.maximum(sizes - 1, 1))
        vectors = self.adapted(_read(given))
        passages = np.delete(np.arange(len(given)), starts[sizes > 1])
        rows = unit(vectors[passages] + vectors[starts[owners]])
        self.rows = np.concatenate([self.rows, _bytes(rows)])
        self.signs = np.concatenate([self.signs, _signs(rows)], axis=1)
        self.owners = np.concatenate([self.owners, owners + first])


class Near:
    """How near articles are to a question."""

    def __init__(self, meaning: Meaning, question: Vectors) -> None:
        self._meaning, self._question = meaning, question
        self._best: dict[int, float] = {}
        self._look(self._shortlist())

    def best(self, most: int) -> list[int]:
        """The nearest articles."""
        return heapq.nlargest(most, self._best, key=lambda number: (self._best[number], -number))

    def to(self, articles: Sequence[int]) -> list[float]:
        """The cosine of the question's angle to each article's nearest passage, -1 to 1."""
        missing = [number for number in articles if number not in self._best]
        if missing:
            owners = self._meaning.owners
            first, last = np.searchsorted(owners, missing), np.searchsorted(owners, missing, "right")
            self._look(np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)]))
        return [self._best.get(number, 0.0) for number in articles]

    def _shortlist(self) -> NDArray[np.int64]:
        """The rows whose signs agree most with the question's."""
        signs = self._meaning.signs
        if signs.shape[1] <= SHORTLIST:
            return np.arange(signs.shape[1])
        differing = np.zeros(signs.shape[1], np.uint16)
        for plane, own in zip(signs, _signs(self._question[None])[:, 0], strict=True):
            differing += np.bitwise_count(plane ^ own)
        return np.argpartition(differing, SHORTLIST)[:SHORTLIST]

    def _look(self, rows: NDArray[np.int64]) -> None:
        meaning = self._meaning
        rows = rows[meaning.alive[meaning.owners[rows]]]
        cosines = unit(meaning.rows[rows].astype(np.float32)) @ self._question
        for number, cosine in zip(meaning.owners[rows].tolist(), cosines.tolist(), strict=True):
            self._best[number] = max(cosine, self._best.get(number, -1.0))


def _embedded(texts: list[str], keys: NDArray[np.uint64], known: Meaning) -> Rows:
    order = np.argsort(known.keys)
    rows = np.zeros((len(texts), DIMENSIONS), np.int8)
    at = order[np.minimum(np.searchsorted(known.keys, keys, sorter=order), len(order) - 1)] if len(order) else order
    old = known.keys[at] == keys if len(order) else np.zeros(len(texts), np.bool_)
    rows[old] = known.given[at[old]] if len(order) else 0
    new = np.flatnonzero(~old)
    rows[new] = _bytes(model().embed([texts[n] for n in new]))
    return rows


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest(), "little")


def _bytes(vectors: Vectors) -> Rows:
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    rows: Rows = np.rint(vectors * (LEVELS / largest)).astype(np.int8)
    return rows


def _read(rows: Rows) -> Vectors:
    return unit(rows.astype(np.float32))


def _signs(vectors: Vectors) -> NDArray[np.uint64]:
    """A column of six numbers for each vector."""
    return np.packbits(vectors > 0, axis=1).view(np.uint64).T.copy()
