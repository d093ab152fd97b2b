"""The smallest pieces of Discord's Markdown: text, code, links and instants, in which nothing of a person's is live.

Pure. Format: docs.discord.com/developers/reference, "Message Formatting", and Discord's help page "Markdown Text 101".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from adapters.discord import limits
from bot.plain_text import pieces, tidy, true_host, utc
from bot.words import MOMENT

# What pings, or looks as if it did, wherever it stands: Discord reads mentions before anything else.
_LIVE = re.compile(r"@(?=everyone|here)|<(?=@[!&]?\d|#\d|/[^<>\n]*:\d|a?:\w+:\d|t:-?\d|id:)")
_SPECIAL = re.compile(r"[\\*_~`\[|]|<(?=\S)|:(?=//|[\w+-]+:)")
_LINE_START = re.compile(r"^([ \t]*)(?:([#>-])|(\d+)(?=\.(?:\s|\Z)))", re.MULTILINE)
_WHOLE = re.compile(r"\[[^\[\]\n]*\]\(\S*|https?://\S+|⟦[^⟦⟧]*⟧")
"""What is shown whole or not at all: links and instants."""
_UNSAFE_IN_LINK = str.maketrans({character: f"%{ord(character):02X}" for character in " \t\n<>()\"'\\`|*"})


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
    return MOMENT.sub(lambda mark: utc(mark[1]), text)


def line(text: str) -> str:
    """Plain text: nothing in it means anything but web addresses and MOMENT marks."""
    return "".join(pieces(text, escape, moment, bare_link))


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


def _encoded(url: str) -> str:
    return re.sub("@(?=everyone|here)", "%40", tidy(url).translate(_UNSAFE_IN_LINK))


def _led_to(label: str, url: str) -> str:
    host = true_host(label, url)
    return f" ({escape(host)})" if host else ""


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
    """The beginning of a text, at most `limit` characters, up to the end of a word where one is near.

    What would mean something else when it is cut, a link or an instant, is left out.
    """
    space = max(text.rfind(" ", 0, limit), text.rfind("\n", 0, limit))
    end = space if space > limit // 2 else limit
    cut = (whole.start() for whole in _WHOLE.finditer(text) if whole.start() < end < whole.end())
    return text[: next(cut, end) or end].rstrip()  # a link at the beginning may be longer than all that is shown
