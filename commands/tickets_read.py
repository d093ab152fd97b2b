"""Reading on in what somebody wrote, where it was too long to be told at once."""

from __future__ import annotations

from typing import Annotated

from bot import cards, places, reading
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber
from bot.people import PARTIES
from bot.registry import command
from bot.words import Button, Card, Reply, tell
from commands.story import CHANGED, changes, readable, spoken, words


class Reading(Form):
    ticket: TicketNumber
    entry: Annotated[int, Ask("Entry", "number", positional=False)] = 0
    part: Annotated[int, Ask("Part", "number", positional=False)] = 1


@command(
    "tickets read",
    "Read on in what somebody wrote",
    needs=PARTIES,
    group="Asking for help",
    form=Reading,
    hidden=True,
    reads=True,
    turns=True,
)
def tickets_read(ctx: Context, asked: Reading) -> Reply:
    """A part of the words as they are now, for who may read the entry (BEHAVIOUR 17); 0: of the request itself."""
    entries = readable(ctx)
    said = (entry for entry in entries if entry.kind not in CHANGED)
    entry = next((entry for entry in said if asked.entry in (entry.id, 0)), None)
    if entry is None:
        return tell("There is no such entry that you may read.")
    pages = reading.parts(words(ctx, entry, changes(entries).get(entry.id or 0, ())))
    part = reading.within(asked.part, pages)
    who = places.their_name(ctx, entry.author) if entry.author else "The desk"
    did = spoken(ctx, entry) or "wrote"
    title = f"{cards.reference(ctx.the_ticket, ctx.settings)} · {who} {did} · {part} of {len(pages)}"
    known = cards.about(ctx.the_ticket) | {"entry": str(entry.id)}
    buttons = []
    if part < len(pages):
        on = known | {"part": str(part + 1)}
        buttons.append(Button(f"Read on ({part + 1} of {len(pages)})", "tickets read", on, "primary"))
    if part > 1:
        buttons.append(Button("Back", "tickets read", known | {"part": str(part - 1)}))
    return Reply(Card(title, pages[part - 1], buttons=tuple(buttons)))
