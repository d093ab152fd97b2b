"""What differs between two versions of an article, in a few lines. Pure."""

from __future__ import annotations

import re
from difflib import unified_diff
from itertools import islice

from bot.words import one_line
from storage.knowledge import ArticleRow

WIDE = 160
"""Characters of a line of text that are shown."""

MANY = 10_000
"""Lines of both texts, from which only the lines that the other one lacks are told: to compare them takes minutes."""


def differences(before: ArticleRow | None, after: ArticleRow, lines: int = 12) -> str:
    """Markdown: the fields that changed, and at most so many changed lines of the text. "" where nothing differs."""
    if before is None:
        return ""
    told = [f"{name}: {old or '–'} → {new or '–'}" for name, old, new in _fields(before, after) if old != new]
    changed = _changed(before.body, after.body)
    if changed:
        shown = [one_line(line, WIDE) for line in islice(changed, lines)]
        more = [f"… {len(changed) - lines:,} more lines"] if len(changed) > lines else []
        told.append(_fenced("\n".join(shown + more)))
    return "\n".join(told)


def _fields(before: ArticleRow, after: ArticleRow) -> list[tuple[str, str, str]]:
    plain = ("title", "category", "audience", "owner")
    fields = [(name.capitalize(), getattr(before, name), getattr(after, name)) for name in plain]
    return [*fields, ("Tags", ", ".join(before.tags), ", ".join(after.tags))]


def _changed(before: str, after: str) -> list[str]:
    """The lines that went (-) and came (+), without what is around them."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > MANY:
        kept, known = set(new), set(old)
        return [*(f"-{line}" for line in old if line not in kept), *(f"+{line}" for line in new if line not in known)]
    found = unified_diff(old, new, n=0, lineterm="")
    return [line for line in islice(found, 2, None) if not line.startswith("@@")]


def _fenced(text: str) -> str:
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`+", text))])
    return f"{fence}diff\n{text}\n{fence}"
