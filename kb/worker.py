"""Builds an index in a process of its own: articles come in on standard input as lines of JSON, how many are done goes
out, and the index stands in a file in the end: `python -m kb.worker FILE`."""

import fcntl
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from kb.article import Article
from kb.index import Index

POLITE = 10  # how much it lets the desk go first


def lines(articles: Iterable[Article]) -> bytes:
    """Articles as the worker reads them."""
    return b"".join(json.dumps(asdict(article)).encode() + b"\n" for article in articles)


def read(texts: Iterable[bytes]) -> list[Article]:
    """The same articles again."""
    return [Article(**{**parts, "tags": tuple(parts["tags"])}) for parts in map(json.loads, texts)]


def build(articles: list[Article], file: Path) -> None:
    """Build by meaning into the file, alone; a second worker waits, and then finds most of its work done.
    ModelMissing without the model.

    Who started it and has died reads no more: the next print ends it, and the next worker goes on from what is saved.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(f"{file.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Index.build(articles, True, progress=lambda done, total: print(done, total, flush=True), file=file)


if __name__ == "__main__":
    os.nice(POLITE)
    build(read(sys.stdin.buffer), Path(sys.argv[1]))
