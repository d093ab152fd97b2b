"""Articles from a folder of Markdown files, each with YAML front matter (or a first heading) for its title."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from kb.article import Article

LARGEST = 1_000_000  # bytes; a larger file is no article
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)")


@dataclass(frozen=True)
class Problem:
    """A file that could not be read as an article, by its path within the folder, and why."""

    file: str
    says: str


def read_folder(path: Path) -> tuple[list[Article], list[Problem]]:
    """The articles in all *.md files at and below `path`, in order of their paths, and what was wrong with the others.

    An article's id is made from the file's name: "VPN & Wi-Fi.md" is vpn-wi-fi. README.md is about the folder and no
    article. Files that cannot be read as articles are left out; the rest is imported. NotADirectoryError if `path` is
    no folder.
    """
    if not path.is_dir():
        raise NotADirectoryError(f"no such folder: {path}")
    articles: dict[str, Article] = {}
    problems = []
    for file in sorted(path.rglob("*.md")):
        if file.name.casefold() == "readme.md":
            continue
        try:
            article = _article(file)
            if article.id in articles:
                raise ValueError(f"another file gives the same id, {article.id}: rename one of them")
            articles[article.id] = article
        except (ValueError, OSError) as error:
            problems.append(Problem(str(file.relative_to(path)), str(error)))
    return list(articles.values()), problems


def _article(file: Path) -> Article:
    if file.stat().st_size > LARGEST:
        raise ValueError(f"larger than {LARGEST:,} bytes")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 text: byte {error.start}") from error
    about, body = _parts(text)
    heading = _HEADING.match(body)
    title = _line(about, "title") or (heading[1] if heading else "")
    if not title:
        raise ValueError("no title: begin the file with ---, a line title: …, and --- again")
    return Article(
        id=_slug(file.stem),
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
    return tuple(tag for part in parts if (tag := str(part).strip()))


def _slug(name: str) -> str:
    slug = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
    if not slug:
        raise ValueError("the file's name has no letters: an article's id is made from it")
    return slug
