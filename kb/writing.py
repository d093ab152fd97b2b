"""Articles as a folder of Markdown files, which `read_folder` reads as the same articles again."""

import hashlib
from collections.abc import Iterable, Iterator
from math import inf
from pathlib import Path

import yaml

from kb.article import Article
from kb.folder import HEADING, slug

LONGEST_NAME = 80  # characters of a file's name


def write_folder(articles: Iterable[Article], folder: Path) -> Iterator[bool]:
    """Write a file for each article, and say after each whether it was new or changed. OSError where that fails.

    Files that are there for other reasons stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for article in articles:
        file, text = folder / f"{_name(article.id)}.md", markdown(article).encode()
        changed = not file.exists() or file.read_bytes() != text
        if changed:
            file.write_bytes(text)
        yield changed


def markdown(article: Article) -> str:
    """An article's file: front matter with what is not as it is anyway, then the text."""
    about = {
        "id": "" if _name(article.id) == article.id else article.id,
        "title": article.title,
        "tags": list(article.tags),
        "category": article.category,
        "audience": "" if article.audience == "everyone" else article.audience,
        "source": article.source,
        "license": article.license,
    }
    front = yaml.safe_dump({k: v for k, v in about.items() if v}, allow_unicode=True, sort_keys=False, width=inf)
    heading = HEADING.match(article.body)
    again = f"# {article.title}\n\n" if heading and heading[1] == article.title else ""  # reading takes one away
    return f"---\n{front}---\n\n{again}{article.body}\n"


def _name(id: str) -> str:
    """A file's name that gives the id, or a name of its own where there is none."""
    if id == slug(id) and len(id) <= LONGEST_NAME and id != "readme":
        return id
    return f"{slug(id)[:LONGEST_NAME]}-{hashlib.sha256(id.encode()).hexdigest()[:8]}".strip("-")
