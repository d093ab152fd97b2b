"""A ticket's talk as a document to keep: what was said and done, in order, as Markdown. Pure.

The same as a page is made in transcript_page.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from bot.markdown import plain
from bot.words import MOMENT, Fact, one_line, weight

DESK = "The desk"
"""Who does what nobody did."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of the talk, of `size` bytes. `link` leads to it ("" when it is nowhere), as seen from the transcript.

    `missing` tells why it does not lie beside the transcript.
    """

    name: str
    size: int
    link: str
    missing: str = ""

    @property
    def told(self) -> str:
        """Its size, and why it is not here."""
        parts = weight(self.size) if self.size else "", self.missing
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Later:
    """What became of something that was said: other words, or "" when it was deleted where it was said.

    None: it was changed to the words that the entry has.
    """

    at: datetime
    words: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was said (`words`), or done (`did` alone). `who` is a name, "" for the desk itself."""

    at: datetime
    who: str
    did: str
    words: str | None = None
    internal: bool = False
    by_agent: bool = False
    later: tuple[Later, ...] = ()
    files: tuple[Enclosed, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """The talk as one reader may see it, at an instant, with times of their zone. `whole`: internal talk is in it."""

    title: str
    facts: tuple[Fact, ...]
    resolution: str
    entries: tuple[Entry, ...]
    reader: str
    made: datetime
    zone: ZoneInfo
    whole: bool

    def day(self, instant: datetime) -> str:
        """`Monday 23 November 2026`."""
        local = instant.astimezone(self.zone)
        return f"{local:%A} {local.day} {local:%B %Y}"

    def clock(self, instant: datetime) -> str:
        """`09:30`."""
        return f"{instant.astimezone(self.zone):%H:%M}"

    def moment(self, instant: datetime) -> str:
        """`Mon 23 Nov 2026, 09:30`."""
        local = instant.astimezone(self.zone)
        return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"

    def near(self, instant: datetime, beside: datetime) -> str:
        """The time alone where it is the same day as beside it."""
        same = self.day(instant) == self.day(beside)
        return self.clock(instant) if same else self.moment(instant)

    def value(self, fact: Fact) -> str:
        """A fact's value as words."""
        return self.words(fact.value) if isinstance(fact.value, str) else self.moment(fact.value)

    def words(self, text: str) -> str:
        """A text with its moments as times."""
        return MOMENT.sub(self._moment, text)

    def _moment(self, match: re.Match[str]) -> str:
        try:
            return self.moment(datetime.fromisoformat(match[1]))
        except (ValueError, OverflowError):
            return match[0]

    def days(self) -> Iterator[tuple[str, list[Entry]]]:
        """The entries by day."""
        for day, entries in groupby(self.entries, lambda entry: self.day(entry.at)):
            yield day, list(entries)

    @property
    def about(self) -> str:
        """When and for whom it was made."""
        return f"Made on {self.moment(self.made)} for {self.reader}. Times are those of {self.zone.key}."


INTERNAL = "It holds the internal talk of those who work on the ticket: it is not for its requester."


def markdown(of: Transcript) -> str:
    """The transcript as a Markdown document. What people wrote is quoted, and nothing in it is HTML or a picture."""
    facts = "\n".join(f"- **{fact.label}:** {plain(one_line(of.value(fact), 500))}" for fact in of.facts)
    parts = [f"# {plain(one_line(of.title, 500))}", facts]
    if of.resolution:
        parts.append(f"**Resolution**\n\n{_quoted(of.words(of.resolution))}")
    parts.append(f"_{plain(one_line(of.about, 500))}_" + (f"\n\n**{INTERNAL}**" if of.whole else ""))
    for day, entries in of.days():
        parts += [f"## {day}", *(_entry(of, entry) for entry in entries)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry(of: Transcript, entry: Entry) -> str:
    who = f"**{plain(one_line(entry.who) or DESK)}**"
    if entry.words is None:
        mark = " _(internal)_" if entry.internal else ""
        return f"- {who} {plain(one_line(of.words(entry.did), 1000))}, {of.clock(entry.at)}{mark}"
    parts = [f"{who} {entry.did}, {of.clock(entry.at)}", _quoted(of.words(entry.words))]
    parts += [_later(of, entry, later) for later in entry.later]
    parts.append("\n".join(f"- {listed(file)}" for file in entry.files))
    return "\n\n".join(part for part in parts if part)


def _later(of: Transcript, entry: Entry, later: Later) -> str:
    at = of.near(later.at, entry.at)
    if later.words is None:
        return f"_Changed, {at}._"
    if not later.words:
        return f"_Deleted in the chat, {at}.{' The words above are what stood there.' if entry.words else ''}_"
    return f"_Changed, {at}, to:_\n\n{_quoted(of.words(later.words))}"


def listed(file: Enclosed) -> str:
    """A file in a list, as Markdown."""
    name = plain(one_line(file.name, 200))
    return f"📎 {f'[{name}]({file.link})' if file.link else name}{f' ({plain(file.told)})' if file.told else ''}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in harmless(text).splitlines())


def harmless(text: str) -> str:
    """Somebody's Markdown in which nothing is HTML or a picture, and every link leads to the web.

    A backslash takes a sign its meaning; inside of code it is seen, and changes nothing.
    """
    text = _TAG.sub(_escaped, text)
    return _REFERENCE.sub("]\\:", _LINK.sub("]\\(", text.replace("![", "!\\[")))


_TAG = re.compile(r"(\\*)<")
_LINK = re.compile(r"\](\((?!https?://))")
_REFERENCE = re.compile(r"\]:(?!\s*https?://)")


def _escaped(match: re.Match[str]) -> str:
    return f"{match[1]}<" if len(match[1]) % 2 else f"{match[1]}\\<"


def unique(names: Sequence[str]) -> list[str]:
    """File names that can stand beside each other in a folder of any system's, in the same order."""
    taken: set[str] = set()
    made = []
    for name in names:
        stem, ending = _parted(_FORBIDDEN.sub("_", name).strip(" .") or "file")
        number, free = 1, f"{stem}{ending}"
        while free.casefold() in taken:
            number += 1
            free = f"{stem} ({number}){ending}"
        taken.add(free.casefold())
        made.append(free)
    return made


def _parted(name: str) -> tuple[str, str]:
    """The name and its ending, neither too long for any system."""
    path = PurePosixPath(name)
    ending = path.suffix if len(path.suffix) <= 20 else ""
    stem = name.removesuffix(ending)[:100].rstrip(" .") or "file"
    return (f"_{stem}" if stem.upper() in _RESERVED else stem), ending


_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
"""Names that Windows keeps for devices."""
