"""Knowledge bases to compare, each as evaluate.py wants it: build(docs) gives search(title, body, k)."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kb import Article, Index, Unreadable

Found = list[tuple[int, float]]
Docs = Sequence[dict[str, Any]]


class Searcher(Protocol):
    def search(self, title: str, body: str, k: int) -> Found: ...


@dataclass
class Ours:
    index: Index

    def search(self, title: str, body: str, k: int) -> Found:
        return [(int(hit.article_id), hit.confidence) for hit in self.index.search(title, body, min(k, 3000))]


def indexed(docs: Docs, semantic: bool, place: Path) -> Index:
    """What the model made of any texts is kept, and found again for others' indexes."""
    articles = [Article(str(n), doc["title"], doc.get("body", "")) for n, doc in enumerate(docs)]
    if not semantic:
        return Index.build(articles, semantic=False)
    place.mkdir(exist_ok=True)
    file, largest = place / f"{_name(docs)}.index", place / "largest.index"
    known = _readable(largest)
    Index.build(articles, semantic=True, known=known, file=file, progress=_progress)
    if not largest.exists() or largest.stat().st_size < file.stat().st_size:
        shutil.copy(file, largest)
    return Index.load(file)


def _readable(file: Path) -> Index | None:
    """An index of an earlier run, if it is of this version."""
    with suppress(OSError, Unreadable):
        return Index.load(file)
    return None


def _progress(done: int, total: int) -> None:
    if total > 1000 and done * 10 // total > (done - total // 50) * 10 // total:
        print(f"      {done:,} of {total:,} articles read by the model", flush=True)


def _name(docs: Docs) -> str:
    """Of what texts these are."""
    return hashlib.sha256("".join(d["title"] for d in docs).encode(errors="replace")).hexdigest()[:16]


class Rapidfuzz:
    """`process.extract` with its default scorer, on titles; of articles without one, on their text."""

    def __init__(self, docs: Docs) -> None:
        from rapidfuzz.utils import default_process

        self._texts = [default_process(doc["title"] or doc["body"][:1000]) for doc in docs]
        self._read = default_process

    def search(self, title: str, body: str, k: int) -> Found:
        from rapidfuzz import process

        found = process.extract(self._read(title), self._texts, limit=min(k, len(self._texts)))
        return [(number, score) for _, score, number in found]


class Bm25s:
    def __init__(self, docs: Docs) -> None:
        import bm25s
        import Stemmer

        self._tokens = lambda texts: bm25s.tokenize(
            texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False
        )
        self._index = bm25s.BM25()
        self._index.index(self._tokens([f"{doc['title']} {doc['body']}" for doc in docs]), show_progress=False)
        self._many = len(docs)

    def search(self, title: str, body: str, k: int) -> Found:
        tokens = self._tokens([f"{title} {body}"])
        numbers, scores = self._index.retrieve(tokens, k=min(k, self._many), show_progress=False)
        return [(int(n), float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if s > 0]


class MiniLm:
    """all-MiniLM-L6-v2 with weights of eight bits, a vector for each article: its title and text, 128 pieces."""

    def __init__(self, docs: Docs, place: Path) -> None:
        import numpy as np

        from kb.embedding import model

        self._model = model()
        file = place / f"{_name(docs)}.npy"
        if not file.exists():
            np.save(file, self._model.embed([f"{doc['title']} {doc['body'][:3000]}" for doc in docs]))
        self._vectors = np.load(file)

    def search(self, title: str, body: str, k: int) -> Found:
        import numpy as np

        scores = self._vectors @ self._model.embed([f"{title} {body[:3000]}"])[0]
        best = np.argsort(-scores)[:k]
        return [(int(n), float(scores[n])) for n in best]


def systems(place: Path) -> dict[str, Callable[[Docs], Searcher]]:
    return {
        "words": lambda docs: Ours(indexed(docs, False, place)),
        "meaning": lambda docs: Ours(indexed(docs, True, place)),
        "rapidfuzz": Rapidfuzz,
        "bm25s": Bm25s,
        "minilm": lambda docs: MiniLm(docs, place),
    }
