"""What people say on Discord, as Markdown for the record: mentions become names that ping nobody. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from bot.plain_text import tidy
from bot.words import one_line

NOBODY: Mapping[str, str] = MappingProxyType({})

_CODE = re.compile(r"(```.+?```|``.+?``|`[^`\n]+`)", re.DOTALL)
_FENCE = re.compile(r"```(?:([A-Za-z0-9_+.#-]+)\n)?\n*(.*?)\n*```", re.DOTALL)
_MENTION = re.compile(r"<(?:@[!&]?|(#))(\d{1,20})>")
_COMMAND = re.compile(r"<(/[^<>:\n]{1,120}):\d{1,20}>")
_EMOJI = re.compile(r"<a?(:\w{1,40}:)\d{1,20}>")
_DATE = re.compile(r"<t:(-?\d{1,13})(?::[a-zA-Z])?>")
_SMALL = re.compile(r"^-# +", re.MULTILINE)
_REST_QUOTED = re.compile(r"^>>> ", re.MULTILINE)
_UNDERLINE = re.compile(r"^(?=[=-]+[ \t]*$)", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BEHIND_QUOTE = re.compile(r"^(>.*\n)(?=[^>\n])", re.MULTILINE)


def markdown(content: str, names: Mapping[str, str] = NOBODY) -> str:
    """A message's content as Markdown; `names` are those of people, roles and channels by their Discord id."""
    parts = _CODE.split(_quoted(tidy(content)))
    parts[::2] = [_prose(part, names) for part in parts[::2]]
    parts[1::2] = [_code(part, parts[2 * place]) for place, part in enumerate(parts[1::2])]
    return "".join(parts).strip()


def _quoted(text: str) -> str:
    """What stands behind `>>> ` is quoted up to the end, unless that stands in code."""
    rest = _REST_QUOTED.search(_CODE.sub(lambda code: "\x02" * len(code[0]), text))
    if rest is None:
        return text
    return text[: rest.start()] + "\n".join(f"> {line}" for line in text[rest.end() :].split("\n"))


def _code(part: str, before: str) -> str:
    """A block of code on lines of its own, unless it stands in a quotation, whose marks are in its lines."""
    fence = _FENCE.fullmatch(part)
    if not fence or before.rpartition("\n")[2].startswith(">"):
        return part
    return f"\n```{fence[1] or ''}\n{fence[2]}\n```\n"


def _prose(text: str, names: Mapping[str, str]) -> str:
    text = _MENTION.sub(lambda match: _named(match[1] or "@", match[2], names), text)
    text = _ENTITY.sub("&amp;", text)
    text = _EMOJI.sub(r"\1", _COMMAND.sub(r"\1", _DATE.sub(_date, text)))
    # Markdown would make a heading of a line above dashes, and take the line behind a quotation into it.
    text = _UNDERLINE.sub(r"\\", text)
    return _BEHIND_QUOTE.sub(r"\1\n", _SMALL.sub("", text))


def _named(sign: str, id: str, names: Mapping[str, str]) -> str:
    return f"{sign}{one_line(names.get(id) or id, 80)}"


def _date(match: re.Match[str]) -> str:
    try:
        return datetime.fromtimestamp(int(match[1]), UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return match[0]
