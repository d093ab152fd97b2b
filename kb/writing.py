"""Articles as a folder of Markdown files, which `read_pages` reads as the same pages again."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from math import inf
from pathlib import Path

import yaml

from kb.front import HEADING, slug
from kb.links import retargeted
from kb.page import Page

LONGEST_NAME, MOST_BYTES = 80, 225  # characters of a file's name; no file system takes more than 255 bytes in all
FILES = ".files"
"""What is put behind an article's name for the folder of its files."""

Contents = Callable[[Page], Iterable[tuple[str, bytes]]]
"""The files of a page: (name, content)."""


def no_files(page: Page) -> Iterable[tuple[str, bytes]]:
    return ()


def write_folder(pages: Iterable[Page], folder: Path, contents: Contents = no_files) -> Iterator[bool]:
    """Write a file for each page, and those that belong to it; say after each whether anything was new or changed.

    OSError where that fails. Files that are there for other reasons stay.
    """
    pages = list(pages)
    names = {page.article.id: _name(page.article.id) for page in pages}
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages:
        files = dict(contents(page))
        beside = f"{names[page.article.id]}{FILES}"
        ending = ".draft.md" if page.status == "draft" else ".md"
        text = markdown(page, names, {name: f"{beside}/{name}" for name in files})
        changed = [_write(folder / f"{names[page.article.id]}{ending}", text.encode())]
        changed += [_write(folder / beside / name, content) for name, content in files.items()]
        yield any(changed)


def _write(file: Path, content: bytes) -> bool:
    changed = not file.exists() or file.read_bytes() != content
    if changed:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return changed


def markdown(page: Page, names: dict[str, str], files: dict[str, str]) -> str:
    """A page's file: front matter with what is not as it is anyway, then the text.

    names: the name of each article's file, by id, for the links to them; files: where the page's own stand, by name.
    """
    article = page.article
    about = {
        "id": "" if names.get(article.id) == article.id and page.status != "draft" else article.id,
        "title": article.title,
        "tags": list(article.tags),
        "category": article.category,
        "audience": "" if article.audience == "everyone" else article.audience,
        "owner": page.owner,
        "status": "" if page.status == "published" else page.status,
        "review": page.review,
        "base": page.base,
        "source": article.source,
        "license": article.license,
    }
    front = yaml.safe_dump({k: v for k, v in about.items() if v}, allow_unicode=True, sort_keys=False, width=inf)
    heading = HEADING.match(article.body)
    again = f"# {article.title}\n\n" if heading and heading[1] == article.title else ""  # reading takes one away
    body = retargeted(article.body, lambda target: _path(target, names, files))
    return f"---\n{front}---\n\n{again}{body}\n"


def _path(target: str, names: dict[str, str], files: dict[str, str]) -> str | None:
    """Where a link leads in the folder; what is not written there is named by its id still."""
    if target.startswith("kb:"):
        id, mark, anchor = target.removeprefix("kb:").partition("#")
        return f"{names[id]}.md{mark}{anchor}" if id in names else None
    name, mark, anchor = target.partition("#")
    return f"{files[name]}{mark}{anchor}" if name in files else None


def _name(id: str) -> str:
    """A file's name that gives the id, or a name of its own where there is none."""
    if id == slug(id) and len(id) <= LONGEST_NAME and len(id.encode()) <= MOST_BYTES and id != "readme":
        return id
    begins = slug(id)[:LONGEST_NAME].encode()[:MOST_BYTES].decode(errors="ignore")
    return f"{begins}-{hashlib.sha256(id.encode()).hexdigest()[:8]}".strip("-")
