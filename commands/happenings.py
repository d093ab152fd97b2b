"""What an entry of a timeline that is no talk says that somebody did, in words that stand behind their name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot import cards, places, readers
from bot.choices import stars
from bot.context import Context
from bot.deadlines import CLOCK_LABELS
from bot.lifecycle import Status
from bot.settings import ClockKind
from bot.words import one_line
from storage.knowledge import ArticleRow
from storage.tables import Entry


def happened(ctx: Context, entry: Entry) -> str:
    """What was done. Of an article that the sender may not read, no title is told."""
    if words := WORDS.get(entry.kind):
        return words(ctx, entry)
    text, before = one_line(entry.text, 300), BEFORE_TEXT.get(entry.kind, "")
    return ": ".join(part for part in (before, text) if part) or entry.kind


BEFORE_TEXT = {
    "acknowledged": "acknowledged the escalation",
    "category": "set the category",
    "deleted": "deleted a message",
    "edited": "changed it to",
    "held": "holds the next level back: quiet hours",
    "major": "made it a major incident",
    "priority": "set the priority",
    "renamed": "calls it",
    "reminded": "reminded the requester",
    "retimed": "worked the deadlines out anew",
    "snoozed": "let the escalation wait",
    "unowned": "found nobody to give it to",
}
"""What stands before an entry's text, or alone where it has none."""


def _owner(ctx: Context, entry: Entry) -> str:
    new = entry.data.get("to")
    if not new:
        return entry.text or "gave it back"
    if new == entry.author:
        return entry.text or "has it"
    why = f": {entry.text}" if entry.text and not entry.by_agent else ""  # an agent's reason is that they did it
    return f"gave it to {places.their_name(ctx, new)}{why}"


def _merged(ctx: Context, entry: Entry) -> str:
    if "followed_by" in entry.data:
        return f"wrote again: {entry.text}"
    return f"merged it {entry.text}" if "into" in entry.data else entry.text


def _suggested(ctx: Context, entry: Entry) -> str:
    offered = [f"{row.title} (`/kb show {row.id}`)" for row in _articles(ctx, entry.data.get("articles", ()))]
    offered += [cards.reference(number, ctx.settings) for number, _ in entry.data.get("similar", ())]
    return f"suggests: {one_line('; '.join(offered), 300)}" if offered else "suggested articles"


def _of_article(words: str) -> Callable[[Context, Entry], str]:
    def told(ctx: Context, entry: Entry) -> str:
        found = _articles(ctx, [entry.data.get("article", "")])
        return f"{words}: {found[0].title}" if found else words

    return told


def _helped(ctx: Context, entry: Entry) -> str:
    did = "helped" if entry.data.get("helped") else "did not help"
    return _of_article(f"said that an article {did}")(ctx, entry)


def _articles(ctx: Context, ids: Iterable[str]) -> list[ArticleRow]:
    """Those that the sender may read: the ticket, or an article, may have been another team's when they were named."""
    found = (readers.article(ctx.db, ctx.workspace, id, ctx.sender.id, ctx.settings) for id in ids if id)
    return [row for row in found if row]


def _warned(ctx: Context, entry: Entry) -> str:
    whom = f" {_names(ctx, [entry.data['told']])}" if entry.data.get("told") else ""
    return f"warned{whom}: the {_clock(entry)} is soon due"


def _escalated(ctx: Context, entry: Entry) -> str:
    if "level" not in entry.data:
        return "escalated it by hand"
    whom = _names(ctx, entry.data.get("told", ())) or "the escalation channel"
    return f"told {whom} of the {_clock(entry)}: level {entry.data['level']}"


def _clock(entry: Entry) -> str:
    kind = entry.data.get("clock")
    return CLOCK_LABELS[ClockKind(kind)].lower() if kind else "ticket"


def _names(ctx: Context, people: Iterable[str]) -> str:
    return ", ".join(places.their_name(ctx, person) for person in people)


WORDS: Mapping[str, Callable[[Context, Entry], str]] = {
    "answered": _of_article("answered with an article"),
    "breached": lambda ctx, entry: f"saw the deadline of the {_clock(entry)} pass",
    "drafted": _of_article("wrote an article from it"),
    "ending": lambda ctx, entry: f"reminded {_names(ctx, [entry.data['who']])} that the acknowledgement ends soon",
    "escalated": _escalated,
    "helped": _helped,
    "joined": lambda ctx, entry: entry.text or "is affected too",
    "lapsed": lambda ctx, entry: f"saw the acknowledgement of {_names(ctx, [entry.data['who']])} end without progress",
    "merged": _merged,
    "owner": _owner,
    "rated": lambda ctx, entry: f"rated it {stars(int(entry.data['stars']))}",
    "status": lambda ctx, entry: f"moved it to {Status(entry.data['to']).label}",
    "suggested": _suggested,
    "warned": _warned,
    "watching": lambda ctx, entry: "watches it no longer" if entry.text else "watches it",
}
