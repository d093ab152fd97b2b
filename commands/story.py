"""A ticket's story: what was said and done about it, as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot import places
from bot.context import Context
from bot.timeline import may_read
from commands.happenings import happened
from storage import timeline
from storage.tables import Entry

CHANGED = ("edited", "deleted")
SPOKEN = {"opened": "asked", "reply": "wrote", "note": "noted (internal)"}


def readable(ctx: Context) -> list[Entry]:
    """What the sender may read of the ticket's timeline, in order; of an entry they may read also what became of it."""
    ticket = ctx.the_ticket
    entries = timeline.entries(ctx.db, ctx.workspace, ticket.number, public_only=not ctx.works)
    theirs = {entry.id for entry in entries if may_read(ctx.roles, ctx.sender.id, ticket, entry)}
    return [entry for entry in entries if entry.data.get("entry", entry.id) in theirs]


def spoken(ctx: Context, entry: Entry) -> str:
    """How somebody came to write an entry's words; "" where it has none that stand for themselves."""
    if entry.kind == "opened" and entry.author != ctx.the_ticket.requester:
        name = places.their_name(ctx, ctx.the_ticket.requester)
        return f"made a ticket of what {name} wrote" if entry.message else f"filed for {name}"
    if entry.kind == "status" and entry.text:
        return happened(ctx, entry)
    return SPOKEN.get(entry.kind, "")


def changes(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """What was written of somebody's words later, by the entry that holds them: others, or that they are deleted."""
    later: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.kind in CHANGED:
            later.setdefault(entry.data["entry"], []).append(entry)
    return later


def taken_back(ctx: Context, later: Sequence[Entry]) -> bool:
    """Whether an entry was deleted where it was said: its words and files are for the ticket's workers alone."""
    return not ctx.works and any(change.kind == "deleted" for change in later)


def words(ctx: Context, entry: Entry, later: Sequence[Entry]) -> str:
    """An entry's words as they were changed last; "" where they were taken back."""
    if taken_back(ctx, later):
        return ""
    return [entry, *(change for change in later if change.kind == "edited")][-1].text
