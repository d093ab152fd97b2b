"""The articles by meaning: vectors of their passages, and which are nearest to a question."""

import hashlib
from collections.abc import Container, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.adapter import FEWEST, learn
from kb.article import Article
from kb.embedding import DIMENSIONS, Vectors, model, unit

PASSAGE, PASSAGES = 60, 8  # words in a passage of an article's text, and how many of them are looked at
LONGEST_TITLE = 300  # characters
SHORTLIST = 400  # passages whose exact distance is computed, after a look at the signs of their numbers alone
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
        self.lengths = np.zeros(0, np.float32)  # of the rows
        self.signs = np.zeros((DIMENSIONS // 64, 0), np.uint64)  # one bit for each of a row's numbers: is it positive
        self.owners = np.zeros(0, np.int64)  # articles of the rows, in order
        self.alive = np.zeros(0, np.bool_)  # by article: not dropped

    def put(self, articles: Sequence[Article], known: "Sequence[Meaning]" = ()) -> None:
        """Add articles. What `known` has of their texts is not computed again."""
        texts = [texts_of(article) for article in articles]
        keys = np.array([_key(text) for several in texts for text in several], np.uint64)
        given = _embedded([text for several in texts for text in several], keys, [*known, self])
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
        self.rows, self.lengths, self.signs, self.owners = (
            self.rows[:0],
            self.lengths[:0],
            self.signs[:, :0],
            self.owners[:0],
        )
        self._fit(self.given, self.sizes, 0)

    def adapted(self, vectors: Vectors) -> Vectors:
        return unit((vectors - self.mean) @ self.adapter)

    def vector(self, question: str) -> Vectors:
        """A question's 384 numbers, fitted as the rows are; shorter than 1 if the model reads its language badly."""
        fitted: Vectors = self.adapted(model().embed([question]))[0] * model().fluency(question)
        return fitted

    @property
    def words(self) -> Container[str]:
        """Words that the model knows."""
        return model().words

    def nearest(self, question: Vectors, most: int, among: NDArray[np.bool_] | None = None) -> list[int]:
        """About the `most` articles, `among` those (by number), that are nearest to a question's vector."""
        rows = self._shortlist(question, self.alive if among is None else self.alive & among)
        best = rows[np.argsort(-self._cosines(question, rows), kind="stable")]
        return list(dict.fromkeys(self.owners[best].tolist()))[:most]

    def cosines(self, question: Vectors, numbers: Sequence[int]) -> Vectors:
        """Of the angle between a question's vector and each of these articles' nearest passage, times its length."""
        first = np.searchsorted(self.owners, numbers)
        sizes = np.searchsorted(self.owners, numbers, "right") - first
        starts = np.cumsum(sizes) - sizes
        rows = np.arange(sizes.sum()) + np.repeat(first - starts, sizes)
        nearest: Vectors = np.maximum.reduceat(self._cosines(question, rows), starts) if len(rows) else np.zeros(0)
        return nearest

    def _cosines(self, question: Vectors, rows: NDArray[np.int64]) -> Vectors:
        cosines: Vectors = (self.rows[rows].astype(np.float32) @ question) / self.lengths[rows]
        return cosines

    def _shortlist(self, question: Vectors, among: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The rows, of articles `among` those, whose signs agree most with the question's."""
        count = self.signs.shape[1]
        differing = np.zeros(count, np.uint16)
        for plane, own in zip(self.signs, _signs(question[None])[:, 0], strict=True):
            differing += np.bitwise_count(plane ^ own)
        if not among.all():
            differing[~among[self.owners]] = DIMENSIONS + 1
        rows = np.argpartition(differing, SHORTLIST)[:SHORTLIST] if count > SHORTLIST else np.arange(count)
        return rows[differing[rows] <= DIMENSIONS]

    def _fit(self, given: Rows, sizes: NDArray[np.int64], first: int) -> None:
        """Make the rows of articles from number `first` on."""
        starts = np.cumsum(sizes) - sizes
        owners = np.repeat(np.arange(len(sizes)), np.maximum(sizes - 1, 1))
        vectors = self.adapted(_read(given))
        passages = np.delete(np.arange(len(given)), starts[sizes > 1])
        rows = unit(vectors[passages] + vectors[starts[owners]])
        self.rows = np.concatenate([self.rows, _bytes(rows)])
        self.lengths = np.concatenate([self.lengths, _lengths(_bytes(rows))])
        self.signs = np.concatenate([self.signs, _signs(rows)], axis=1)
        self.owners = np.concatenate([self.owners, owners + first])


def _embedded(texts: list[str], keys: NDArray[np.uint64], known: Sequence[Meaning]) -> Rows:
    rows = np.zeros((len(texts), DIMENSIONS), np.int8)
    missing = np.ones(len(texts), np.bool_)
    for meaning in known:
        order = np.argsort(meaning.keys)
        at = np.searchsorted(meaning.keys, keys, sorter=order)
        found = missing & (at < len(order))
        found[found] = meaning.keys[order[at[found]]] == keys[found]
        rows[found] = meaning.given[order[at[found]]]
        missing &= ~found
    rows[missing] = _bytes(model().embed([texts[n] for n in np.flatnonzero(missing)]))
    return rows


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest(), "little")


def _bytes(vectors: Vectors) -> Rows:
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    rows: Rows = np.rint(vectors * (LEVELS / largest)).astype(np.int8)
    return rows


def _lengths(rows: Rows) -> Vectors:
    lengths: Vectors = np.maximum(np.linalg.norm(rows.astype(np.float32), axis=1), 1.0)
    return lengths


def _read(rows: Rows) -> Vectors:
    return unit(rows.astype(np.float32))


def _signs(vectors: Vectors) -> NDArray[np.uint64]:
    """A column of six numbers for each vector."""
    return np.packbits(vectors > 0, axis=1).view(np.uint64).T.copy()
