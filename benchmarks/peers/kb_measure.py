"""Measure one system and print figures as JSON: `python -m benchmarks.peers.kb_measure NAME FOLDER found`, or a number
of articles in place of "found": what is found among so many, and how fast."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from time import thread_time
from typing import Any

from benchmarks.measure import resident, timed
from benchmarks.peers.kb_corpora import SEED, together
from benchmarks.peers.kb_systems import Ours, Searcher, systems
from kb import Article

PROTOCOLS = ["short", "full", "help", "qa", "slip-short", "slip-help", "hint3"]
# Among many: the set, how its titles are damaged, and whether the question's body is asked too.
AMONG = {
    "short": ("ooo", "", False),
    "full": ("ooo", "", True),
    "help": ("lohelp", "", False),
    "qa": ("nlu", "", False),
    "slip-short": ("ooo", "slip", False),
    "slip-help": ("lohelp", "slip", False),
}
EMBEDDED = 10_000  # articles; of more the vectors are drawn by lot
QUERIES, CHANGES = 300, 50


def main(name: str, folder: str, what: str) -> None:
    sys.path.insert(0, os.environ["KB_DATA"])
    harness: Any = importlib.import_module("evaluate")
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    print(f"    {name}, {what} …", file=sys.stderr, flush=True)
    with redirect_stdout(sys.stderr):
        figures = (
            harness.run(systems(place)[name], "dev", PROTOCOLS)
            if what == "found"
            else _among(harness, name, int(what), place)
        )
    print(json.dumps(figures))


def _among(harness: Any, name: str, size: int, place: Path) -> dict[str, Any]:
    """Milliseconds of a title query and of a change among so many articles, the process's megabytes; and what is found,
    where the vectors are real."""
    if size > EMBEDDED and name == "meaning":
        _embed_by_lot()
        place = place / "drawn"
    docs = together(harness, size)
    searcher = systems(place)[name](docs)
    questions = [query["title"] for query in harness.load("ooo/queries.dev")[:QUERIES]]
    searcher.search("warm up", "", 3)
    times = sorted(_milliseconds(partial(searcher.search, q, "", 3)) for q in questions)
    figures: dict[str, Any] = {"p50": _at(times, 50), "p99": _at(times, 99), "MB": resident(os.getpid())["rss"]}
    if isinstance(searcher, Ours):
        figures |= _changes(searcher, docs)
    places = {doc["id"]: n for n, doc in enumerate(docs)}
    if size <= EMBEDDED:
        figures |= {protocol: _hits(harness, searcher, places, *how) for protocol, how in AMONG.items()}
    return figures


def _hits(harness: Any, searcher: Searcher, places: dict[str, int], name: str, level: str, body: bool) -> Any:
    """The share of questions with a right article among the first three."""
    found = []
    for query in harness.load(f"{name}/queries.dev"):
        title = harness.damage(query["title"], level) if level else query["title"]
        right = {places[f"{name}-{id}"] for id in query["rel"]}
        found.append(any(n in right for n, _ in searcher.search(title, query["body"] if body else "", 3)))
    return {"hit@3": sum(found) / len(found)}


def _changes(searcher: Ours, docs: list[dict[str, Any]]) -> dict[str, float]:
    """Milliseconds until a changed article is in the index, and until one is out of it."""
    changed = [Article(str(n), docs[n]["title"], docs[n]["body"]) for n in range(CHANGES)]
    put = sorted(_milliseconds(partial(searcher.index.put, a)) for a in changed)
    drop = sorted(_milliseconds(partial(searcher.index.drop, a.id)) for a in changed)
    for article in changed:
        searcher.index.put(article)
    return {"put p50": _at(put, 50), "put p99": _at(put, 99), "drop p50": _at(drop, 50), "drop p99": _at(drop, 99)}


def _milliseconds(work: Callable[[], object]) -> float:
    """Of this thread, not of the clock: others may be using the machine."""
    return timed(work, thread_time) * 1e3


def _at(times: list[float], percent: int) -> float:
    return times[len(times) * percent // 100]


def _embed_by_lot() -> None:
    """Draw articles' vectors by lot, since a hundred thousand articles take hours to embed; questions' are real."""
    import numpy as np

    from kb.embedding import Model, unit

    real, draw = Model.embed, np.random.default_rng(SEED)

    def embed(self: Model, texts: Iterable[str]) -> Any:
        several = list(texts)
        return real(self, several) if len(several) == 1 else unit(draw.normal(size=(len(several), 384)).astype("f4"))

    Model.embed = embed  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    main(*sys.argv[1:])
