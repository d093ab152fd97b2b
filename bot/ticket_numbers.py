"""A ticket's number, as people write it."""

from __future__ import annotations

import re
from functools import cache

LIKE_ONE = re.compile(r"(?:[A-Za-z][A-Za-z0-9]{0,9}[- ]?|#)?\d{1,9}[.:,;]*\Z")
"""What may be meant as a number, where it can be nothing else, and the settings are not at hand."""


def number_in(text: str, prefix: str = "") -> int | None:
    """`IT-1042`, `#1042` and `1042` all name ticket 1042, and so they do with a sign behind: `IT-1042:`.

    `prefix` is that of the settings, with which `IT1042` and `it 1042` name it too. A longer number is none: no
    database's integer holds it.
    """
    match = _written(prefix).match(text.strip())
    return int(match["number"]) if match and not match["behind"] else None


def unlinked(words: str, address: str) -> str:
    """The words with the link to a ticket's page that they begin with as `#1042`, as chats write links."""
    link = rf"(?:<|\[[^\]]*\]\()?{re.escape(address)}/tickets/(\d{{1,9}})\b[^\s>)]*[>)]?"
    return re.sub(rf"\A{link}", r"#\1", words)


def mentioned(text: str, prefix: str) -> list[int]:
    """The numbers that a text says with the prefix or `#`, each once, in order."""
    found = re.finditer(rf"(?:\b{re.escape(prefix)}[- ]?|#)(\d{{1,9}})\b", text, re.IGNORECASE)
    return list(dict.fromkeys(int(match[1]) for match in found))


def leading(words: str, prefix: str) -> tuple[str, str, bool] | None:
    """The number that the words begin with, and what is behind it; whether it can only be a number, as a bare `3`
    or `it 3` is not. None where they begin with none.
    """
    match = _written(prefix).match(words)
    if match is None:
        return None
    called, number = match["called"] or "", match["number"]
    sure = bool(called) and not called[-1].isspace()
    return (called if called[-1:] in ("-", "#", "") else f"{prefix}-") + number, match["behind"], sure


@cache
def _written(prefix: str) -> re.Pattern[str]:
    own = rf"|{re.escape(prefix)}\s?" if prefix else ""
    called = rf"(?P<called>[A-Za-z][A-Za-z0-9]{{0,9}}-|#{own})"
    return re.compile(rf"{called}?(?P<number>\d{{1,9}})[.:,;]*(?:\s+(?P<behind>.*)|\Z)", re.IGNORECASE | re.DOTALL)
