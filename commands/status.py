"""/tickets status: where a ticket stands, and the way it took, as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from bot import attachments, cards, places
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber
from bot.people import PARTIES, Role
from bot.registry import REGISTRY, command
from bot.timeline import read_clocks
from bot.words import Card, Fact, Reply, Section, cut, moment, quote
from commands.happenings import happened
from storage import timeline
from storage.attachments import Kept
from storage.tables import Entry

LOOK, MOST = 15, 200
"""Entries of a look in a chat, and the most of them."""
GIST = 700
"""Characters of each text in a chat; who wants more than a look, as on a page, reads it whole."""
WHOLE, ALL_WHOLE_TO = 10_000, 300_000
"""Characters of a text on a page, where all of them together are more than so many."""

CHANGED = ("edited", "deleted")
SPOKEN = {"opened": "asked", "reply": "wrote", "note": "noted (internal)"}


class Followed(Form):
    ticket: TicketNumber
    last: Annotated[int, Ask("How many entries", "number", positional=False)] = LOOK


@command(
    "tickets status",
    "Show where a ticket stands and what was said",
    needs=PARTIES,
    group="Asking for help",
    form=Followed,
    reads=True,
    sample="IT-1042",
    also=("ticket status",),
)
def status(ctx: Context, asked: Followed) -> Reply:
    """The requester's side sees public entries only, whatever else there is (BEHAVIOUR 17)."""
    ticket = ctx.the_ticket
    clocks = read_clocks(ctx, ticket)
    entries = readable(ctx)
    base = cards.triage_card(ctx, ticket, clocks, "") if ctx.works else cards.requester_card(ctx, ticket, clocks)
    facts = base.facts if ctx.works else (*base.facts, Fact("Opened", ticket.created_at))
    buttons = tuple(button for button in base.buttons if REGISTRY.commands[button.verb].needs & ctx.roles)
    story = _story(ctx, entries, asked.last, attachments.of_entries(ctx.db, ticket))
    if ticket.resolution and not any(entry.text == ticket.resolution for entry in entries if entry.kind == "status"):
        story.append(Card(body=f"**Resolution:** {cut(ticket.resolution, WHOLE if asked.last > LOOK else GIST)}"))
    body = "\n\n".join(entry.body for entry in story)
    card = Card(base.title, body, facts, buttons, tone=base.tone, over=base.over and not ctx.works)
    return Reply(card, sections=(Section("What was said", tuple(story), len(story)),))


def readable(ctx: Context) -> list[Entry]:
    """What the sender may read of the ticket's timeline, in order: internal entries for its workers alone."""
    ticket = ctx.the_ticket
    entries = timeline.entries(ctx.db, ctx.workspace, ticket.number, public_only=not ctx.works)
    if ctx.roles is Role.WATCHER and ctx.sender.id != ticket.submitter:
        return [entry for entry in entries if _for_the_joined(ctx, entry)]
    return entries


def _for_the_joined(ctx: Context, entry: Entry) -> bool:
    """Whom somebody else's ticket affects reads what the desk says of it, and their own words: not the others'."""
    return entry.by_agent or entry.author in ("", ctx.sender.id) or entry.kind in ("status", "major")


def _story(ctx: Context, entries: list[Entry], last: int, files: Mapping[int, Sequence[Kept]]) -> list[Card]:
    """The newest entries: what people wrote as quotations, the rest on a line each. An internal note is a warning."""
    later = changes(entries)
    entries = [entry for entry in entries if entry.kind not in CHANGED]
    left_out = max(len(entries) - min(max(last, 1), MOST), 0)
    shown = entries[left_out:]
    limit = GIST if last <= LOOK else WHOLE if sum(len(entry.text) for entry in shown) > ALL_WHOLE_TO else None
    story = [
        Card(
            body=_told(ctx, entry, limit, files.get(entry.id or 0, ()), later.get(entry.id or 0, ())),
            tone="warning" if entry.kind == "note" else "plain",
        )
        for entry in shown
    ]
    if left_out:
        words = "1 earlier entry is" if left_out == 1 else f"{left_out} earlier entries are"
        story.insert(0, Card(body=f"_{words} left out._"))
    if limit is not None and any(spoken(ctx, entry) and len(entry.text) > limit for entry in shown):
        story.append(Card(body=f"_`/transcript {cards.reference(ctx.the_ticket, ctx.settings)}` has all of it._"))
    return story


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


def _told(ctx: Context, entry: Entry, limit: int | None, files: Iterable[Kept], later: Sequence[Entry]) -> str:
    who = f"**{places.their_name(ctx, entry.author) if entry.author else 'The desk'}**"
    did = spoken(ctx, entry)
    if not did:
        return f"- {who} {happened(ctx, entry)} {moment(entry.at)}"
    deleted = next((change.at for change in later if change.kind == "deleted"), None)
    mark = f" _(deleted {moment(deleted)})_" if deleted else " _(changed)_" if later else ""
    text = [entry, *(change for change in later if change.kind == "edited")][-1].text
    if deleted and not ctx.works:
        text = ""
    with_files = "".join(f"\n- {attachments.told(file, ctx.settings)}" for file in files)
    return f"{who} {did} {moment(entry.at)}{mark}\n{quote(text, len(text) if limit is None else limit)}{with_files}"
