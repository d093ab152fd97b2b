"""What people say in Slack, as Markdown for the record: mentions become names that ping nobody. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.markdown import plain
from bot.plain_text import tidy
from bot.words import one_line

NOBODY: Mapping[str, str] = MappingProxyType({})

_CODE = re.compile(r"(```.+?```|`[^`\n]+`)", re.DOTALL)
_TOKEN = re.compile(r"<([^<>\n]+)>")
_HELD = re.compile("\x02(\\d+)\x03")
_BOLD = re.compile(r"(?<![\w*])\*(?![\s*])([^*\n]*[^*\s])\*(?![\w*])")
_STRIKE = re.compile(r"(?<![\w~])~(?![\s~])([^~\n]*[^~\s])~(?![\w~])")
_BULLET = re.compile(r"^([ \t]*)[•◦▪] ", re.MULTILINE)
_BEHIND_QUOTE = re.compile(r"^(>.*\n)(?=[^>\n])", re.MULTILINE)
_UNDERLINE = re.compile(r"(?<=[^\n])\n(?= {0,3}(?:-+|=+)[ \t]*$)", re.MULTILINE)
_HASHES = re.compile(r"^((?:[ \t]*(?:[>*+-]|\d{1,9}[.)]))* {0,3})(?=#{1,6}(?:[ \t]|$))", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")


def markdown(mrkdwn: str, names: Mapping[str, str] = NOBODY) -> str:
    """mrkdwn of a person's as Markdown; `names` are those of people and groups by their Slack id."""
    parts = _CODE.split(tidy(mrkdwn))
    parts[::2] = [_prose(part, names) for part in parts[::2]]
    parts[1::2] = [_code(part, names) for part in parts[1::2]]
    return "".join(parts).strip()


def _code(part: str, names: Mapping[str, str]) -> str:
    """Slack makes links of addresses in code as well: they are taken back."""
    words = _unescaped(_TOKEN.sub(lambda token: _bare(token[1], names), part))
    return f"\n```\n{words[3:-3].strip(chr(10))}\n```\n" if part.startswith("```") else words


def _prose(text: str, names: Mapping[str, str]) -> str:
    held: list[str] = []

    def hold(token: re.Match[str]) -> str:
        held.append(_said(token[1], names))
        return f"\x02{len(held) - 1}\x03"

    words = _TOKEN.sub(hold, text)
    words = _STRIKE.sub(r"~~\1~~", _BOLD.sub(r"**\1**", words))
    words = _BULLET.sub(r"\1- ", _ENTITY.sub("&amp;", _unescaped(words)))
    # Markdown would make a heading of a line above dashes or behind hashes, and take the line behind a quotation into
    # it.
    words = _HASHES.sub(r"\1\\", _BEHIND_QUOTE.sub(r"\1\n", _UNDERLINE.sub("\n\n", words)))
    return _HELD.sub(lambda place: held[int(place[1])], words)


def _said(token: str, names: Mapping[str, str]) -> str:
    """What stands between `<` and `>`: an address, or a mention, which becomes the name it shows."""
    address, _, label = token.partition("|")
    if address.startswith(("@", "#", "!")):
        return _named(address, label, names)
    url, shown = _unescaped(address), one_line(_unescaped(label), 500)
    if not url.startswith(("http://", "https://", "mailto:")):
        return shown or url
    if shown in ("", url, url.removeprefix("mailto:")):
        return shown or url
    return f"[{plain(shown)}]({url.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"


def _named(address: str, label: str, names: Mapping[str, str]) -> str:
    kind, name = address[0], address[1:]
    if kind == "!" and name.startswith("date^"):
        return _unescaped(label)
    name = name.removeprefix("subteam^")
    shown = names.get(name) or _unescaped(label).removeprefix(kind).removeprefix("@") or name
    return f"{'#' if kind == '#' else '@'}{one_line(shown, 80)}"


def _bare(token: str, names: Mapping[str, str]) -> str:
    address, _, label = token.partition("|")
    return _named(address, label, names) if address.startswith(("@", "#", "!")) else label or address


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
