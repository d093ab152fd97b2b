"""/tickets status: where a ticket stands, and the way it took, as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from bot import attachments, cards, places
from bot.context import Context
from bot.deadlines import read_clocks
from bot.forms import Ask, Form, TicketNumber
from bot.people import PARTIES
from bot.registry import REGISTRY, command
from bot.words import Card, Fact, Reply, Section, cut, moment, quote
from commands.happenings import happened
from commands.story import CHANGED, changes, readable, spoken, taken_back, words
from storage.attachments import Kept
from storage.tables import Entry

LOOK, MOST = 15, 200
"""Entries of a look in a chat, and the most of them."""
QUOTED = 700
"""Characters of each text in a chat; who wants more than a look, as on a page, reads it whole."""
WHOLE, ALL_WHOLE_TO = 10_000, 300_000
"""Characters of a text on a page, where all of them together are more than so many."""


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
    title="Ticket status",
    phrases=("ticket status",),
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
        story.append(Card(body=f"**Resolution:** {cut(ticket.resolution, WHOLE if asked.last > LOOK else QUOTED)}"))
    body = "\n\n".join(part.body for part in story)
    card = Card(base.title, body, facts, buttons, tone=base.tone, over=base.over and not ctx.works)
    return Reply(card, sections=(Section("What was said", tuple(story), len(story)),))


def _story(ctx: Context, entries: list[Entry], last: int, files: Mapping[int, Sequence[Kept]]) -> list[Card]:
    """The newest entries: what people wrote as quotations, the rest on a line each. An internal note is a warning."""
    later = changes(entries)
    entries = [entry for entry in entries if entry.kind not in CHANGED]
    left_out = max(len(entries) - min(max(last, 1), MOST), 0)
    shown = [(entry, later.get(entry.id or 0, [])) for entry in entries[left_out:]]
    texts = [words(ctx, entry, changed) for entry, changed in shown]
    limit = _limit(texts, last)
    story = [
        Card(
            body=_told(ctx, entry, text, limit, files.get(entry.id or 0, ()), changed),
            tone="warning" if entry.kind == "note" else "plain",
        )
        for (entry, changed), text in zip(shown, texts, strict=True)
    ]
    if left_out:
        earlier = "1 earlier entry is" if left_out == 1 else f"{left_out} earlier entries are"
        story.insert(0, Card(body=f"_{earlier} left out._"))
    if limit is not None and any(len(text) > limit for text in texts):
        story.append(Card(body=f"_`/transcript {cards.reference(ctx.the_ticket, ctx.settings)}` has all of it._"))
    return story


def _limit(texts: Sequence[str], last: int) -> int | None:
    """How many characters of each text are shown; None: all."""
    if last <= LOOK:
        return QUOTED
    return WHOLE if sum(map(len, texts)) > ALL_WHOLE_TO else None


def _told(
    ctx: Context, entry: Entry, text: str, limit: int | None, files: Iterable[Kept], later: Sequence[Entry]
) -> str:
    who = f"**{places.their_name(ctx, entry.author) if entry.author else 'The desk'}**"
    did = spoken(ctx, entry)
    if not did:
        return f"- {who} {happened(ctx, entry)} {moment(entry.at)}"
    deleted = next((change.at for change in later if change.kind == "deleted"), None)
    mark = f" _(deleted {moment(deleted)})_" if deleted else " _(changed)_" if later else ""
    kept = () if taken_back(ctx, later) else files
    with_files = "".join(f"\n- {attachments.told(file, ctx.settings)}" for file in kept)
    return f"{who} {did} {moment(entry.at)}{mark}\n{quote(text, len(text) if limit is None else limit)}{with_files}"
