"""A stand-in for the embedding model: what texts mean is said by a table of words."""

from collections.abc import Sequence

import numpy as np
import pytest

from kb.embedding import DIMENSIONS, Vectors, unit

MEANINGS = {
    word: n for n, words in enumerate(("car automobile", "doctor physician", "begin start")) for word in words.split()
}


class Words:
    """Words of one meaning share a direction; any other word has its own."""

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self.words = MEANINGS

    def fluency(self, text: str) -> float:
        return 1.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return unit(np.array([self._sum(text) for text in texts], np.float32).reshape(-1, DIMENSIONS))

    def _sum(self, text: str) -> Vectors:
        total = np.full(DIMENSIONS, 0.001)
        for word in text.casefold().split():
            seed = MEANINGS.get(word, sum(map(ord, word)) + 1000)
            total += np.random.default_rng(seed).normal(size=DIMENSIONS)
        return total


def installed(monkeypatch: pytest.MonkeyPatch) -> Words:
    """The stand-in, in place of the model."""
    words = Words()
    monkeypatch.setattr("kb.meaning.model", lambda: words)
    monkeypatch.setattr("kb.index.checked", lambda: None)
    monkeypatch.setattr("kb.store.installed", lambda: True)
    return words
