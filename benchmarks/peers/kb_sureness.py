"""How honest the confidence is, and where its numbers come from: `python -m benchmarks.peers.kb_sureness NAME FOLDER`
fits those of kb/ranking.py anew, once on all sets of questions, and for each set on the others.

Half of a set's weight is on questions that an article answers, a quarter on the same questions where those articles may
not be found, a quarter on questions of other sets, which nothing answers. The chats have their own: messages that mean
none of the shop's intents take the place of the second kind.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.kb_corpora import CHATS, CORPORA, SEED, corpus
from benchmarks.peers.kb_systems import Docs, indexed
from kb.ranking import BY_MEANING, BY_WORDS, Floats, signs

SHOWN = 3  # hits of a question
STRANGERS = 150  # questions of each other set
WEIGHTS = {"answered": 0.5, "removed": 0.25, "stranger": 0.25}
FITTED = {"words": [0, 1], "meaning": [0, 1, 2]}  # what stands out by words stands out in some sets only
BINS = 10


@dataclass(frozen=True)
class Hits:
    """Of one question: the signs of the hits that are shown, whether each is right, and what it weighs in its set."""

    signs: Floats
    right: NDArray[np.bool_]
    weight: float


class Asking:
    """A knowledge base, and what its hits for each kind of question are like."""

    def __init__(self, docs: Docs, semantic: bool, place: Path) -> None:
        self._matcher = indexed(docs, semantic, place)._matcher()
        self._all = frozenset(self._matcher.ids)
        self._kinds: dict[str, list[tuple[Floats, NDArray[np.bool_]]]] = {kind: [] for kind in WEIGHTS}

    def ask(self, kind: str, title: str, body: str, right: Collection[str], without: Collection[str] = ()) -> None:
        only = self._all.difference(without) if without else None
        ids, scores, telling = self._matcher.ranked(title, body, SHOWN, only)
        flags = np.array([id in right for id in ids[:SHOWN]], np.bool_)
        self._kinds[kind].append((signs(scores, telling)[:SHOWN], flags))

    def hits(self) -> Iterator[Hits]:
        for kind, several in self._kinds.items():
            for rows, right in several:
                yield Hits(rows, right, WEIGHTS[kind] / len(several))


def asked(harness: Any, semantic: bool, place: Path) -> dict[str, list[Hits]]:
    """The hits for all questions, by set; the chats are one."""
    titles = {name: [query["title"] for query in harness.load(f"{name}/queries.dev")] for name in CORPORA}
    titles["hint3"] = [row["text"] for name in CHATS for row in harness.load(f"hint3/{name}.dev")]
    sets = {name: list(_desk(harness, name, semantic, place, titles)) for name in CORPORA}
    return sets | {"hint3": [hits for name in CHATS for hits in _chat(harness, name, semantic, place, titles)]}


def _desk(harness: Any, name: str, semantic: bool, place: Path, titles: dict[str, list[str]]) -> Iterator[Hits]:
    docs = corpus(harness, name)
    places = {doc["id"]: str(n) for n, doc in enumerate(docs)}
    asking = Asking(docs, semantic, place)
    for query in harness.load(f"{name}/queries.dev"):
        right = {places[f"{name}-{id}"] for id in query["rel"]}
        for body in {"", query["body"]}:
            asking.ask("answered", query["title"], body, right)
            asking.ask("removed", query["title"], body, (), right)
    return _with_strangers(asking, name, titles)


def _chat(harness: Any, name: str, semantic: bool, place: Path, titles: dict[str, list[str]]) -> Iterator[Hits]:
    phrases = harness.load(f"hint3/{name}.train")
    asking = Asking([{"title": row["text"], "body": ""} for row in phrases], semantic, place)
    for row in harness.load(f"hint3/{name}.dev"):
        right = {str(n) for n, phrase in enumerate(phrases) if phrase["label"] == row["label"]}
        asking.ask("answered" if right else "removed", row["text"], "", right)
    return _with_strangers(asking, "hint3", titles)


def _with_strangers(asking: Asking, name: str, titles: dict[str, list[str]]) -> Iterator[Hits]:
    draw = random.Random(SEED)
    for other in sorted(titles.keys() - {name}):
        for title in draw.sample(titles[other], min(STRANGERS, len(titles[other]))):
            asking.ask("stranger", title, "", ())
    return asking.hits()


def _flat(hits: Collection[Hits]) -> tuple[Floats, Floats, Floats]:
    """Signs, right or not, and weights, of all hits."""
    weights = np.concatenate([np.full(len(h.right), h.weight) for h in hits])
    return np.concatenate([h.signs for h in hits]), np.concatenate([h.right for h in hits]).astype(float), weights


def fit(sets: Collection[list[Hits]], columns: list[int]) -> Floats:
    """Logistic regression by Newton's method; each set weighs the same."""
    rows, right, weights = map(np.concatenate, zip(*map(_flat, sets), strict=True))
    rows, numbers = rows[:, columns], np.zeros(len(columns))
    for _ in range(30):
        sure = 1 / (1 + np.exp(-rows @ numbers))
        curve = (rows * (weights * sure * (1 - sure))[:, None]).T @ rows
        numbers -= np.linalg.solve(curve, rows.T @ (weights * (sure - right)))
    fitted = np.zeros(len(BY_WORDS))
    fitted[columns] = numbers
    return fitted


def reliability(hits: Collection[Hits], numbers: Floats) -> dict[str, Any]:
    """How often hits are right that are said to be so with 0-10 %, 10-20 % …, in per cent, None where there are none;
    the expected calibration error in points (Naeini et al., 2015); and the log loss."""
    rows, right, weights = _flat(hits)
    sure = 1 / (1 + np.exp(-rows @ numbers))
    at = np.minimum((sure * BINS).astype(int), BINS - 1)
    weight, said, seen = (np.bincount(at, weights * values, BINS) for values in (1.0, sure, right))
    loss = -np.average(np.log(np.where(right > 0, sure, 1 - sure)), weights=weights)
    observed = [round(100 * s / w, 1) if w else None for s, w in zip(seen, weight, strict=True)]
    return {"observed": observed, "ECE": 100 * float(np.abs(said - seen).sum() / weight.sum()), "loss": float(loss)}


def _show(name: str, found: dict[str, Any]) -> None:
    cells = " ".join("   –" if part is None else f"{part:4.0f}" for part in found["observed"])
    print(f"  {name:7} ECE {found['ECE']:4.1f}  loss {found['loss']:.3f}  right of each tenth, %: {cells}")


def main(name: str, folder: str) -> None:
    sys.path.insert(0, os.environ["KB_DATA"])
    sets = asked(importlib.import_module("evaluate"), name == "meaning", Path(folder))
    as_they_are = np.array(BY_MEANING if name == "meaning" else BY_WORDS)
    for says, numbers in (("as they are", as_they_are), ("on all sets", fit(sets.values(), FITTED[name]))):
        print(says, np.round(numbers, 2))
        for one, hits in sets.items():
            _show(one, reliability(hits, numbers))
    for one, hits in sets.items():
        numbers = fit([others for other, others in sets.items() if other != one], FITTED[name])
        print(f"without {one}", np.round(numbers, 2))
        _show(one, reliability(hits, numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
