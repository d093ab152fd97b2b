"""How often the nearest past tickets tell a category, and the right one: by words, and by meaning (BEHAVIOUR 12).

OpenOffice's reports are tickets with the product as category: new ones, and ones that are about an earlier one's
matter. The chats of three shops have intents, and messages that have none: there the right answer is to say nothing.
The texts are not part of this repository: KB_DATA names the folder that holds them.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process, utils

from benchmarks.kb import DATA
from benchmarks.measure import Result
from bot.knowledge import LONGEST, question
from bot.precedents import article
from bot.settings import Category, Hours, Settings, Team
from bot.triage import NEAREST, nearest
from kb import Index
from kb.extra import installed
from storage.precedents import Precedent

SHOPS = ("curekart", "powerplay11", "sofmattress")
NONE = "NO_NODES_DETECTED"
ASKED = 600
LEAST, AIM = 80, 90
"""Per cent of the categories that are told."""


@dataclass(frozen=True)
class Trial:
    """Past tickets with the category of each; and of those that come the words, the category, and which past one it
    is."""

    past: Mapping[str, tuple[Precedent, str]]
    asked: list[tuple[str, str, str]]

    @property
    def settings(self) -> Settings:
        categories = {category: Category(team="it") for _, category in self.past.values()}
        return Settings(calendars={"office": Hours()}, teams={"it": Team(name="IT")}, categories=categories)


def run(place: Path) -> list[Result]:
    if not (DATA / "ooo").exists():
        print(f"    no texts in {DATA}: set KB_DATA")
        return []
    return [result for meaning in (False, True) if installed() or not meaning for result in _results(meaning)]


def _results(meaning: bool) -> Iterator[Result]:
    how = "by meaning" if meaning else "by words"
    for name, trial in _trials():
        told = list(_told(trial, meaning))
        known = [(right, said) for right, said in told if right != NONE]
        said = [(right, said) for right, said in known if said]
        right = 100 * sum(a == b for a, b in said) / max(len(said), 1)
        none = [said for right, said in told if right == NONE]
        notes = [f"told for {len(said)} of {len(known)}"]
        notes += [f"told for {sum(map(bool, none))} of {len(none)} that have none"] if none else []
        other = f"likest title: {_likest(trial):.1f}, told for all"
        yield Result(
            work=f"{name}, {how}, right",
            ours=f"{right:.1f}",
            other=other,
            ratio=right,
            least=LEAST,
            aim=AIM,
            notes=notes,
        )


def _told(trial: Trial, meaning: bool) -> Iterator[tuple[str, str]]:
    """(right, told) of each that comes; "" for uncategorised."""
    index = Index.build((article(past) for past, _ in trial.past.values()), meaning)
    settings = trial.settings
    for words, category, itself in trial.asked:
        hits = index.search(*question(words), NEAREST + 1)
        near = [(trial.past[hit.article_id][1], hit.confidence) for hit in hits if hit.article_id != itself]
        guess = nearest(near[:NEAREST], settings)
        yield category, guess.category if guess else ""


def _likest(trial: Trial) -> float:
    """Per cent right by the title that rapidfuzz finds most alike."""
    titles = {id: utils.default_process(past.title) for id, (past, _) in trial.past.items()}
    known = [(words, category, itself) for words, category, itself in trial.asked if category != NONE]
    right = 0
    for words, category, itself in known:
        title = utils.default_process(words.partition("\n")[0])
        found = process.extract(title, titles, scorer=fuzz.token_set_ratio, limit=2)
        best = next(id for _, _, id in found if id != itself)
        right += trial.past[best][1] == category
    return 100 * right / len(known)


def _trials() -> Iterator[tuple[str, Trial]]:
    reports = {report["id"]: report for report in _load("ooo/corpus")}
    past = {id: (_past(int(id), _words(report)), report["product"]) for id, report in reports.items()}
    some = random.Random(1).sample(sorted(reports), ASKED)
    yield "new reports", Trial(past, [(_words(reports[id]), reports[id]["product"], id) for id in some])
    again = _load("ooo/queries.dev")[:ASKED]
    asked = [(_words(query), reports[query["rel"][0]]["product"], "") for query in again]
    yield "reports of a known matter", Trial(past, asked)
    for shop in SHOPS:
        phrases = enumerate(_load(f"hint3/{shop}.train"))
        known = {str(n): (_past(n, phrase["text"]), phrase["label"]) for n, phrase in phrases}
        yield f"chat, {shop}", Trial(known, [(m["text"], m["label"], "") for m in _load(f"hint3/{shop}.dev")])


def _past(number: int, words: str) -> Precedent:
    return Precedent(number, "it", words.partition("\n")[0][:200], words, "")


def _words(report: Mapping[str, Any]) -> str:
    return f"{report['title']}\n{report['body']}"[:LONGEST]


def _load(name: str) -> list[dict[str, Any]]:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
