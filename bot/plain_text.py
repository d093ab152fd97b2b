"""What people write, as every chat has to take it: characters that can be sent, web addresses, and where links lead.

Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

from bot.words import MOMENT

T = TypeVar("T")

DUNDER = r"__[a-z][a-z0-9_]{1,60}__(?!\w)"
"""A name such as `__init__`, in which nobody means Markdown."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PIECE = re.compile(rf"{MOMENT.pattern}|(https?://[^\s<>\"'⟦⟧]*[^\s<>\"'⟦⟧.,;:!?)\]}}*_])")
_HOST = re.compile(r"(?<![\w-])((?:[\w-]++\.)+[^\W\d_]{2,})")
_USER = re.compile(r"[^\s/@]*+@")
_FILE = re.compile(
    r"[^\w-]*+(?:[\w-]++\.)+"
    r"(?:7z|bmp|cfg|conf|csv|dmg|docm|docx?|eml|evtx|exe|gif|gz|har|heic|html?|ics|ini|jpe?g|json|log|mp[34]|msg|msi|odp|ods|odt"
    r"|ova|pcap|pdf|pem|png|pptx?|ps1|rar|rdp|reg|rtf|svg|tar|tgz|tiff?|toml|txt|vsdx|wav|webp|xlsm|xlsx?|xml|ya?ml)\W*",
    re.IGNORECASE,
)
"""A file's name, by an ending that is no top-level domain: zip, md and mov are some."""
_LABEL = 1_500
"""Characters of a link's label in which a host is looked for."""


def tidy(text: str) -> str:
    """The text without control characters and lone surrogates, which no request could carry."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def pieces(text: str, words: Callable[[str], T], instant: Callable[[str], T], address: Callable[[str], T]) -> list[T]:
    """Plain text in its pieces, each shown by its kind: words, the ISO text of a MOMENT mark, a web address."""
    made, end = [], 0
    for match in _PIECE.finditer(text):
        made += [words(text[end : match.start()]), instant(match[1]) if match[1] else address(match[2])]
        end = match.end()
    return [*made, words(text[end:])]


def as_many(words: Iterable[str], most: int, length: Callable[[str], int] = len) -> str:
    """The words one behind the other, in about `most` characters; those too many are counted, blank ones left out."""
    told, made = [word for word in words if word], ""
    for place, word in enumerate(told):
        if length(made) + length(word) > most:
            return f"{made} and {len(told) - place} more"
        made = f"{made} {word}".lstrip()
    return made


def utc(instant: str) -> str:
    """An instant's ISO text as `2026-11-23 15:00 UTC`; what is none stays as it is."""
    try:
        return f"{datetime.fromisoformat(instant).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return instant


def safe_link(url: str) -> bool:
    """Whether a link of a person's may lead there: the web or mail."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "mailto" or (parts.scheme in ("http", "https") and bool(parts.hostname))


def true_host(label: str, url: str) -> str:
    """The host that a link leads to where its label names another one; "" where it names none, or this one."""
    parts = urlsplit(url)
    host = (parts.hostname or parts.path.rpartition("@")[2]).casefold()
    shown = "".join(character for character in label[:_LABEL] if unicodedata.category(character) != "Cf")
    words = (word for word in shown.split() if not _FILE.fullmatch(word))
    named = {match[1].casefold().removeprefix("www.") for word in words if (match := _HOST.search(_USER.sub("", word)))}
    return "" if named <= {host.removeprefix("www.")} else host
