"""The smallest pieces of Discord's Markdown: text, code, links and instants, in which nothing of a person's is live.

Pure. Format: docs.discord.com/developers/reference, "Message Formatting", and Discord's help page "Markdown Text 101".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from adapters.discord import limits
from bot.words import MOMENT

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

# What pings, or looks as if it did, wherever it stands: Discord reads mentions before anything else.
_LIVE = re.compile(r"@(?=everyone|here)|<(?=@[!&]?\d|#\d|/[^<>\n]*:\d|a?:\w+:\d|t:-?\d|id:)")
_SPECIAL = re.compile(r"[\\*_~`\[|]|<(?=\S)|:(?=//|[\w+-]+:)")
_LINE_START = re.compile(r"^([ \t]*)(?:([#>-])|(\d+)(?=\.(?:\s|\Z)))", re.MULTILINE)
_PIECE = re.compile(rf"{MOMENT.pattern}|(https?://[^\s<>\"'⟦⟧]*[^\s<>\"'⟦⟧.,;:!?)\]}}*_])")
_HOST = re.compile(r"\W*(?:\w+://)?(?:[^\s/@]*@)?((?:[\w-]+\.)+[^\W\d_]{2,})")
_UNSAFE_IN_LINK = str.maketrans({character: f"%{ord(character):02X}" for character in " \t\n<>()\"'\\`|*"})


def tidy(text: str) -> str:
    """The text without control characters and lone surrogates, which no request could carry."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def inert(text: str) -> str:
    """The text in which nothing is a mention, a command, a server's emoji or a date: a space of no width parts it."""
    return _LIVE.sub("\\g<0>\u200b", tidy(text))


def escape(text: str) -> str:
    """A person's text so that Discord shows it as it was written: no styles, no links, no lists, no mentions."""
    marked = _SPECIAL.sub(r"\\\g<0>", tidy(text))
    return _LIVE.sub("\\g<0>\u200b", _LINE_START.sub(_at_line_start, marked))


def _at_line_start(match: re.Match[str]) -> str:
    space, mark, number = match.groups()
    return f"{space}\\{mark}" if mark else f"{space}{number}\\"


def moment(instant: datetime | str, style: str = "f") -> str:
    """An aware instant (or its ISO text) in each reader's own zone; what is no instant is shown as it was written."""
    try:
        at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        return f"<t:{int(at.timestamp())}:{style}>"
    except (ValueError, OverflowError):
        return escape(str(instant))


def in_utc(text: str) -> str:
    """The text with its MOMENT marks in UTC, for where Discord reads no dates."""
    return MOMENT.sub(lambda mark: _utc(mark[1]), text)


def _utc(instant: str) -> str:
    try:
        return datetime.fromisoformat(instant).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError):
        return instant


def line(text: str) -> str:
    """Plain text: nothing in it means anything but web addresses and MOMENT marks."""
    made, end = [], 0
    for match in _PIECE.finditer(text):
        made += [escape(text[end : match.start()]), moment(match[1]) if match[1] else bare_link(match[2])]
        end = match.end()
    return "".join([*made, escape(text[end:])])


def code(text: str) -> str:
    """A span of code. Two backticks beside each other would open a block of it: they are shown as others."""
    words = " ".join(inert(in_utc(text)).split("\n"))
    if "``" in words:
        words = words.replace("`", "ˋ")
    return f"`` {words} ``" if "`" in words else f"`{words}`"


def block(text: str, language: str = "") -> str:
    """A block of code, "" where there is none to be seen."""
    words = inert(in_utc(text)).strip("\n").replace("```", "``\u200b`")
    if not words.strip():
        return ""
    named = language if re.fullmatch(r"[a-z0-9_+.#-]{1,20}", language) else ""
    return f"```{named}\n{words}{chr(8203) if words.endswith('`') else ''}\n```"


def link(url: str, label: str) -> str:
    """A link of a person's: a label that names another host than the link leads to is followed by the true one.

    Discord makes no links of labels that hold an address, so these are written out before it.
    """
    words, address = " ".join(in_utc(tidy(label)).split()), _encoded(url)
    if url.startswith("mailto:"):
        mailbox = url.removeprefix("mailto:")
        return escape(mailbox if words in ("", mailbox) else f"{words} ({mailbox})")
    if not words or words in (url, address):
        return bare_link(url)
    if "://" in words:
        return f"{escape(words)} ({bare_link(url)})"
    shown = escape(words.replace("[", "(").replace("]", ")"))
    return f"[{shown}{_led_to(words, url)}]({address})"


def bare_link(url: str) -> str:
    """A link that is its own label."""
    return f"<{_encoded(url)}>"


def safe_link(url: str) -> bool:
    """Whether a link of a person's may lead there: the web or mail."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "mailto" or (parts.scheme in ("http", "https") and bool(parts.hostname))


def _encoded(url: str) -> str:
    return re.sub("@(?=everyone|here)", "%40", tidy(url).translate(_UNSAFE_IN_LINK))


def _led_to(label: str, url: str) -> str:
    host = (urlsplit(url).hostname or "").casefold()
    shown = "".join(character for character in label[:1_000] if unicodedata.category(character) != "Cf")
    named = {match[1].casefold().removeprefix("www.") for word in shown.split() if (match := _HOST.search(word))}
    return "" if named <= {host.removeprefix("www.")} else f" ({escape(host)})"


def fitted(text: str, limit: int, render: Callable[[str], str]) -> tuple[str, int]:
    """The text as `render` shows it in at most `limit` characters, and how many of its own were left out.

    The text is cut and not what is shown, so that no link, style or block of code is left open.
    """
    kept = text if len(text) <= 2 * limit else _behind_word(text, 2 * limit)
    shown = render(kept if kept == text else kept + "…")
    while limits.length(shown) > limit:
        kept = _behind_word(kept, len(kept) * limit * 95 // (limits.length(shown) * 100))
        shown = render(kept + "…")
    return shown, len(text) - len(kept)


def _behind_word(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` characters, up to the end of a word where one is near."""
    kept = text[:limit]
    space = max(kept.rfind(" "), kept.rfind("\n"))
    return re.sub(r"⟦[^⟧]*\Z", "", kept[:space] if space > limit // 2 else kept).rstrip()
