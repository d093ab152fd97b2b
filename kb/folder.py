"""Articles from a folder: Markdown files, each with YAML front matter (or a first heading) for its title; and files of
many articles, each a line of JSON with the same keys and the body."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kb.article import Article
from kb.front import page_of, parts
from kb.links import name_of, retargeted, within
from kb.page import Page

LARGEST = 1_000_000  # bytes; a larger file (or line) is no article
_PLAIN = re.compile(r"[^\s()<>#]+")  # an id that a link can hold


Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Problem:
    """A file (or a line of one) that could not be read as an article, by its path within the folder, and why.

    id: the article that it is about; "" where nobody knows.
    """

    file: str
    says: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.says}"


def read_folder(path: Path) -> tuple[list[Article], list[Problem]]:
    """The articles of `read_pages` that are published, as an index takes them."""
    pages, problems = read_pages(path)
    return [page.article for page in pages if page.status == "published"], problems


def read_pages(path: Path, progress: Progress = lambda done, total: None) -> tuple[list[Page], list[Problem]]:
    """The articles in all *.md and *.jsonl files at and below `path`, in order of their paths, and what was wrong with
    the others.

    An article's id is what its front matter says, or made from the file's name: "VPN & Wi-Fi.md" is vpn-wi-fi.
    README.md is about the folder and no article. What cannot be read as an article is left out; the rest is imported.
    Beside an article there may be a draft of it. `progress` hears how many files (or lines) are read, of how many.
    NotADirectoryError if `path` is no folder.
    """
    if not path.is_dir():
        raise NotADirectoryError(f"no such folder: {path}")
    pages: dict[tuple[str, bool], Page] = {}
    problems = []
    places = list(_places(path))
    for done, (place, read) in enumerate(places, 1):
        progress(done, len(places))
        try:
            page = replace(read(), place=place)
        except (ValueError, OSError) as error:
            problems.append(Problem(place, str(error)))
            continue
        id, key = page.article.id, (page.article.id, page.status == "draft")
        if key in pages:
            problems.append(Problem(place, f"{pages[key].place} gives the same id, {id}: rename one of them", id))
        else:
            pages[key] = page
    ids = {page.place: page.article.id for page in pages.values()}
    return [_linked(page, path, ids) for page in pages.values()], problems


def _linked(page: Page, folder: Path, ids: dict[str, str]) -> Page:
    """The page with links to articles by their ids, and to files by names of its own."""
    taken: dict[str, str] = {}
    notes = [*page.notes]

    def target(old: str) -> str | None:
        leads = within(old, page.place)
        if leads is None:
            return None
        place, anchor = leads
        if place in ids:
            return f"kb:{ids[place]}{anchor}" if _PLAIN.fullmatch(ids[place]) else None
        if place.endswith(".md") or not _is_file(folder, place):
            notes.append(f"links to {old}, which is not in the folder, or was left out")
            return None
        name = name_of(place, taken)
        taken[name] = place
        return f"{name}{anchor}"

    body = retargeted(page.article.body, target)
    files = {name: folder / place for name, place in taken.items()}
    return replace(page, article=replace(page.article, body=body), files=files, notes=tuple(notes))


def _is_file(folder: Path, place: str) -> bool:
    """Whether a file is there and can be read, in the folder itself: a symbolic link might lead anywhere."""
    file = folder / place
    try:
        return file.is_file() and file.resolve().is_relative_to(folder.resolve()) and os.access(file, os.R_OK)
    except OSError:  # a name that no file can have, or a folder that is closed to us
        return False


def _places(folder: Path) -> Iterator[tuple[str, Callable[[], Page]]]:
    """Where there should be an article, and what reads it."""
    for file in sorted(file for file in folder.rglob("*") if file.suffix in (".md", ".jsonl")):
        name = file.relative_to(folder).as_posix()
        if not _is_file(folder, name):
            yield name, _no_file
        elif file.suffix == ".jsonl":
            yield from _lines(file, name)
        elif file.name.casefold() != "readme.md":
            yield name, partial(_from_markdown, file)


def _no_file() -> Page:
    raise ValueError("no file that can be read, or a link to one outside of the folder")


def _lines(file: Path, name: str) -> Iterator[tuple[str, Callable[[], Page]]]:
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        yield name, partial(_from_markdown, file)  # which says the same of it
        return
    yield from ((f"{name}, line {n}", partial(_from_json, line)) for n, line in enumerate(lines, 1) if line.strip())


def _from_json(line: bytes) -> Page:
    _limit(len(line))
    try:
        about = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(about, dict):
        raise ValueError('must be an object such as {"id": "vpn", "title": "Use the VPN", "body": "…"}')
    return page_of(about, str(about.get("body") or ""), name="")


def _from_markdown(file: Path) -> Page:
    _limit(file.stat().st_size)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 text: byte {error.start}") from error
    return page_of(*parts(text), name=file.stem)


def _limit(size: int) -> None:
    if size > LARGEST:
        raise ValueError(f"larger than {LARGEST:,} bytes")
