"""Measure one system and print figures as JSON: `python -m benchmarks.peers.kb_measure NAME FOLDER found`, or a number
of articles in place of "found": how fast it is among so many."""

from __future__ import annotations

import importlib
import json
import os
import random
import sys
import time
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from benchmarks.measure import resident
from benchmarks.peers.kb_systems import Docs, Searcher, systems

PROTOCOLS = ["short", "full", "help", "qa", "slip-short", "slip-help", "hint3"]
QUERIES = 300
SEED = 1


def main(name: str, folder: str, what: str) -> None:
    sys.path.insert(0, os.environ["KB_DATA"])
    harness: Any = importlib.import_module("evaluate")
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    print(f"== {name}, {what}", file=sys.stderr)
    if what == "found":
        with redirect_stdout(sys.stderr):
            figures = harness.run(systems(place)[name], "dev", PROTOCOLS)
    else:
        figures = _timed(harness, name, int(what), place)
    print(json.dumps(figures))


def _timed(harness: Any, name: str, size: int, place: Path) -> dict[str, float]:
    """Milliseconds of a title query at so many articles, and the process's megabytes."""
    if name in ("meaning", "minilm"):
        _embed_by_lot()
    docs = _padded(harness, size)
    searcher = systems(place / "timed")[name](docs) if name != "meaning" else _unsaved(docs)
    questions = [query["title"] for query in harness.load("ooo/queries.dev")[:QUERIES]]
    searcher.search("warm up", "", 3)
    times = sorted(_milliseconds(searcher, question) for question in questions)
    return {"p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100], "MB": resident(os.getpid())["rss"]}


def _milliseconds(searcher: Searcher, question: str) -> float:
    start = time.perf_counter()
    searcher.search(question, "", 3)
    return (time.perf_counter() - start) * 1e3


def _unsaved(docs: Docs) -> Searcher:
    from benchmarks.peers.kb_systems import Ours
    from kb import Article, Index

    return Ours(Index.build((Article(str(n), doc["title"], doc["body"]) for n, doc in enumerate(docs)), True))


def _embed_by_lot() -> None:
    """Draw articles' vectors by lot, since a hundred thousand articles take hours to embed; questions' are real."""
    import numpy as np

    from kb.embedding import Model, unit

    real, draw = Model.embed, np.random.default_rng(SEED)

    def embed(self: Model, texts: Iterable[str]) -> Any:
        several = list(texts)
        return real(self, several) if len(several) == 1 else unit(draw.normal(size=(len(several), 384)).astype("f4"))

    Model.embed = embed  # type: ignore[method-assign,assignment]


def _padded(harness: Any, size: int) -> list[dict[str, Any]]:
    """The corpora together, and beyond them articles made of titles and sentences drawn from them."""
    docs = [
        {"title": d["title"], "body": d["body"]} for name in ("ooo", "lohelp") for d in harness.load(f"{name}/corpus")
    ]
    draw = random.Random(SEED)
    sentences = [part for doc in docs for part in doc["body"].split(". ") if 3 < len(part.split()) < 60]
    titles = [doc["title"] for doc in docs]
    while len(docs) < size:
        title = f"{draw.choice(titles)} {draw.choice(titles).split(' ')[0]}"
        docs.append({"title": title, "body": ". ".join(draw.sample(sentences, 4))})
    return docs[:size]


if __name__ == "__main__":
    main(*sys.argv[1:])
