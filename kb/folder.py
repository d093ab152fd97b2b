"""Articles from a folder: Markdown files, each with YAML front matter (or a first heading) for its title; and files of
many articles, each a line of JSON with the same keys and the body."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

from kb.article import Article

LARGEST = 1_000_000  # bytes; a larger file (or line) is no article
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)")


@dataclass(frozen=True)
class Problem:
    """A file (or a line of one) that could not be read as an article, by its path within the folder, and why."""

    file: str
    says: str

    def __str__(self) -> str:
        return f"{self.file}: {self.says}"


def read_folder(path: Path) -> tuple[list[Article], list[Problem]]:
    """The articles in all *.md and *.jsonl files at and below `path`, in order of their paths, and what was wrong with
    the others.

    An article's id is what its front matter says, or made from the file's name: "VPN & Wi-Fi.md" is vpn-wi-fi.
    README.md is about the folder and no article. What cannot be read as an article is left out; the rest is imported.
    NotADirectoryError if `path` is no folder.
    """
    if not path.is_dir():
        raise NotADirectoryError(f"no such folder: {path}")
    articles: dict[str, Article] = {}
    problems = []
    for place, read in _places(path):
        try:
            article = read()
            if article.id in articles:
                raise ValueError(f"another file gives the same id, {article.id}: rename one of them")
            articles[article.id] = article
        except (ValueError, OSError) as error:
            problems.append(Problem(place, str(error)))
    return list(articles.values()), problems


def _places(folder: Path) -> Iterator[tuple[str, Callable[[], Article]]]:
    """Where there should be an article, and what reads it."""
    for file in sorted(file for file in folder.rglob("*") if file.suffix in (".md", ".jsonl")):
        name = str(file.relative_to(folder))
        if file.suffix == ".jsonl":
            yield from _lines(file, name)
        elif file.name.casefold() != "readme.md":
            yield name, partial(_from_markdown, file)


def _lines(file: Path, name: str) -> Iterator[tuple[str, Callable[[], Article]]]:
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        yield name, partial(_from_markdown, file)  # which says the same of it
        return
    yield from ((f"{name}, line {n}", partial(_from_json, line)) for n, line in enumerate(lines, 1) if line.strip())


def _from_json(line: bytes) -> Article:
    _limit(len(line))
    try:
        about = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(about, dict):
        raise ValueError('must be an object such as {"id": "vpn", "title": "Use the VPN", "body": "…"}')
    return _article(about, str(about.get("body") or ""), name="")


def _from_markdown(file: Path) -> Article:
    _limit(file.stat().st_size)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 text: byte {error.start}") from error
    return _article(*_parts(text), name=file.stem)


def _limit(size: int) -> None:
    if size > LARGEST:
        raise ValueError(f"larger than {LARGEST:,} bytes")


def _article(about: dict[str, object], body: str, name: str) -> Article:
    heading = HEADING.match(body)
    title = _line(about, "title") or (heading[1] if heading else "")
    if not title:
        raise ValueError("no title: begin the file with ---, a line title: …, and --- again")
    return Article(
        id=_line(about, "id") or _id(name),
        title=title,
        body=body[heading.end() :].strip() if heading and heading[1] == title else body.strip(),
        tags=_tags(about.get("tags")),
        category=_line(about, "category") or None,
        audience=_line(about, "audience") or "everyone",
        source=_line(about, "source"),
        license=_line(about, "license"),
    )


def _parts(text: str) -> tuple[dict[str, object], str]:
    """Front matter and body."""
    front = _FRONT.match(text)
    if not front:
        if text.startswith("---"):
            raise ValueError("the front matter has no end: add a line ---")
        return {}, text
    about = _yaml(front[1] or "") or {}
    if not isinstance(about, dict):
        raise ValueError("the front matter must be lines such as title: Reset a password")
    return about, text[front.end() :]


def _yaml(text: str) -> object:
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 2}: " if error.problem_mark else ""  # 2: lines count from 1, after ---
        raise ValueError(f"front matter, {line}{error.problem or error}") from error
    except Exception as error:  # on odd values PyYAML raises whatever its constructors do: KeyError, AttributeError …
        raise ValueError(f"front matter: {error}") from error


def _line(about: dict[str, object], name: str) -> str:
    value = about.get(name)
    if isinstance(value, dict | list):
        raise ValueError(f"{name} must be one line of text")
    return "" if value is None else " ".join(str(value).split())


def _tags(value: object) -> tuple[str, ...]:
    """A YAML list, or words with commas between them."""
    if isinstance(value, dict):
        raise ValueError("tags must be a list such as [vpn, remote access]")
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(tag for part in parts if (tag := " ".join(str(part).split())))


def _id(name: str) -> str:
    id = slug(name)
    if not id:
        raise ValueError("no id, and the file's name has no letters to make it from")
    return id


def slug(name: str) -> str:
    """Words with dashes between them, in small letters: "VPN & Wi-Fi" is vpn-wi-fi. "" for a name without letters."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
