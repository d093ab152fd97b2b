"""Links between the articles of a folder, and to files beside them: in files as paths, elsewhere by id and name.

`[text](../vpn.md#setup)` is `[text](kb:vpn#setup)` in an article, and `![shot](img/a b.png)` is `![shot](a-b.png)`.
"""

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote

_CODE = re.compile(  # a block ends with as many of its marks, or more: https://spec.commonmark.org/0.31.2/#fenced-code-blocks
    r"^[ ]{0,3}(?P<run>(?P<mark>[`~])(?P=mark){2,}+)(?:(?<=~)|(?![^`\n]*`))"
    r".*?(?:^[ ]{0,3}(?P=run)(?P=mark)*+[ \t]*+$|\Z)|`[^`\n]+`",
    re.DOTALL | re.MULTILINE,
)
_LINK = re.compile(
    r"(?P<open>!?\[(?:[^\[\]]|!?\[[^\[\]]*\](?:\([^()\n]*\))?)*+\]\()[ \t]*"
    r"(?:<(?P<pointed>[^<>\n]*)>|(?P<plain>[^\s()<>]+))(?P<title>[ \t]+\"[^\"\n]*\")?[ \t]*\)"
)
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//|/|#", re.IGNORECASE)

Target = Callable[[str], str | None]
"""Another target for one; None to leave the link as it is."""


def retargeted(body: str, target: Target) -> str:
    """Markdown with other targets of its links and pictures. What stands in code stays."""

    def change(match: re.Match[str]) -> str:
        new = target(match["plain"] or match["pointed"] or "")
        return match[0] if new is None else f"{match['open']}{new}{match['title'] or ''})"

    return outside_code(body, lambda text: _LINK.sub(change, text))


def targets(body: str) -> set[str]:
    """Where the links and pictures of Markdown lead, without #anchors; those in code lead nowhere."""
    links = [match for text in without_code(body) for match in _LINK.finditer(text)]
    within = (match for link in links for match in _LINK.finditer(link["open"].lstrip("!")[1:]))
    return {(match["plain"] or match["pointed"] or "").partition("#")[0] for match in (*links, *within)}


def outside_code(body: str, change: Callable[[str], str]) -> str:
    """Markdown with what is no code changed, a stretch between two pieces of code at a time."""
    found = _parted(body)
    found[::2] = map(change, found[::2])
    return "".join(found)


def without_code(body: str) -> list[str]:
    """The stretches of Markdown that are no code."""
    return _parted(body)[::2]


def _parted(body: str) -> list[str]:
    """Text and code by turns, text first and last."""
    found, end = [], 0
    for code in _CODE.finditer(body):
        found += [body[end : code.start()], code[0]]
        end = code.end()
    return [*found, body[end:]]


def within(target: str, place: str) -> tuple[str, str] | None:
    """(path within the folder, #anchor) of a link in the file at `place`; None for one that leads out of the folder."""
    if not target or _OUTSIDE.match(target):
        return None
    path, mark, anchor = target.partition("#")
    joined = normpath(str(PurePosixPath(place).parent / unquote(path)))
    return None if joined.startswith("..") else (joined, mark + anchor)


def name_of(path: str, taken: dict[str, str]) -> str:
    """The name that a file has in an article: its own, of letters, digits, dots and dashes. `taken`: path by name."""
    name = re.sub(r"[^\w.-]+", "-", PurePosixPath(path).name).strip("-.") or "file"
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    number = 1
    while taken.get(name, path) != path:
        number += 1
        name = f"{stem}-{number}{suffix}"
    return name
