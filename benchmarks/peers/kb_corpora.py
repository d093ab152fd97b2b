"""The knowledge bases that are searched: evaluate.py's corpora, and as many articles beside them as are wanted."""

from __future__ import annotations

import random
from typing import Any

CORPORA = ("ooo", "lohelp", "nlu")
CHATS = ("curekart", "powerplay11", "sofmattress")
SEED = 1


def together(harness: Any, size: int) -> list[dict[str, Any]]:
    """6,193 articles from all sets, without those that are asked for questions; the others, up to `size`, are made of
    three of their sentences each, under a fourth as a title. They answer nothing, in the very words of those that do.
    """
    docs = [doc for name in CORPORA for doc in corpus(harness, name)]
    chats = [row["text"] for name in CHATS for row in harness.load(f"hint3/{name}.train")]
    docs += [{"id": f"chat-{n}", "title": text, "body": ""} for n, text in enumerate(chats)]
    draw = random.Random(SEED)
    sentences = [part for doc in docs for part in _pieces(doc["body"])]
    while len(docs) < size:
        title, *body = draw.sample(sentences, 4)
        docs.append({"id": f"made-{len(docs)}", "title": title, "body": ". ".join(body)})
    return docs[:size]


def corpus(harness: Any, name: str) -> list[dict[str, Any]]:
    """A set's articles; a question is never among them."""
    asked = {query["id"] for query in harness.load(f"{name}/queries.dev")}
    return [{**doc, "id": f"{name}-{doc['id']}"} for doc in harness.load(f"{name}/corpus") if doc["id"] not in asked]


def _pieces(text: str, words: int = 10) -> list[str]:
    """A text's sentences; where it has no stops, runs of ten words."""
    parts = [part.split() for part in text.split(". ")]
    runs = [part[n : n + words] for part in parts for n in range(0, len(part), words)]
    return [" ".join(run) for run in runs if len(run) > 3]
