"""Many articles at once, with progress, and a file to go on from."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kb.article import Article
from kb.extra import Unreadable
from kb.matcher import Matcher
from kb.meaning import Meaning
from kb.shipped import shipped
from kb.store import load, save

FEWEST, PARTS = 64, 50  # a step is a fiftieth, and at least so many articles
SAVED = 5  # every so many steps


def put_all(matcher: Matcher, articles: list[Article], known: Meaning | None, file: Path | None) -> Iterator[int]:
    """Add them to a new matcher; says after each step how many are done. `known` and `file` are as in Index.build."""
    unfinished = file.with_name(f"{file.name}.unfinished") if file and matcher.meaning else None
    sources = _sources(known, file, unfinished) if matcher.meaning else []
    step = max(FEWEST, -(-len(articles) // PARTS))
    for number, start in enumerate(range(0, len(articles), step), 1):
        matcher.put(articles[start : start + step], sources)
        if unfinished and number % SAVED == 0:
            save(matcher, unfinished)
        yield min(start + step, len(articles))
    matcher.settle()
    if file:
        save(matcher, file)
    if unfinished:
        unfinished.unlink(missing_ok=True)


def _sources(known: Meaning | None, file: Path | None, unfinished: Path | None) -> list[Meaning]:
    """Whatever may have embedded the same texts before."""
    return [meaning for meaning in (known, _saved(file), _saved(unfinished), shipped()) if meaning]


def _saved(file: Path | None) -> Meaning | None:
    with suppress(Unreadable, OSError):
        return load(file)[0].meaning if file else None
    return None
