"""/merge: two tickets about one thing become one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated

from bot import cards, moves, people, places
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber, Wrong
from bot.lifecycle import Move, Status
from bot.people import WORKERS, Role
from bot.registry import command
from bot.settings import Priority
from bot.timeline import record
from bot.words import Card, Reply, tell
from commands.watch import add, join
from storage import tickets, timeline
from storage.tables import Entry, Ticket, Watcher

RISING = list(Priority)


class Merged(Form):
    ticket: TicketNumber
    into: Annotated[TicketNumber, Ask("Into which ticket?", "ticket", hint="IT-1001")]


@command(
    "merge",
    "Make a duplicate part of another ticket",
    needs=WORKERS,
    group="Working on tickets",
    form=Merged,
    sample="IT-1042 IT-1001",
    submit="Merge",
)
def merge(ctx: Context, asked: Merged) -> Reply:
    duplicate, main = ctx.the_ticket, other(ctx, asked.into)
    if main.number == duplicate.number:
        raise Wrong("A ticket cannot be merged into itself.", "into", said_wrong=False)
    moves.must_be_open(ctx, main)
    ref, into = cards.reference(duplicate, ctx.settings), cards.reference(main, ctx.settings)
    incident = duplicate.major and not main.major
    if incident:
        moves.rename(ctx, main, duplicate.title, ctx.sender.id)
        entry = moves.make_major(ctx, main, ctx.sender.id)
        moves.line(ctx, main, entry, f"It is the major incident now, in the place of {ref}.")
    fold(ctx, duplicate, main)
    more = f" That is the major incident from now on, and everybody reads: “{main.title}”." if incident else ""
    if RISING.index(Priority(duplicate.priority)) > RISING.index(Priority(main.priority)):
        raises = f"`/priority {into} {duplicate.urgency} {duplicate.impact}` raises it"
        more += f" {ref} was {duplicate.priority}, {into} is {main.priority}: {raises}."
    return tell(f"{ref} is part of {into} now.{more}")


def other(ctx: Context, number: int) -> Ticket:
    """A second ticket that a command names; the sender must be allowed to work on it too."""
    found = tickets.locked(ctx.db, ctx.workspace, number)
    roles = people.ticket_roles(ctx.db, ctx.sender.id, found, ctx.settings, ctx.now) if found else Role.OUTSIDER
    if found is None or not roles & WORKERS:
        unknown = f"There is no ticket {cards.reference(number, ctx.settings)} that you may work on."
        raise Wrong(unknown, "into", said_wrong=False)
    return found


def fold(ctx: Context, duplicate: Ticket, main: Ticket) -> None:
    """Close the duplicate; its requester hears of the main ticket's progress from now on."""
    ref, into = cards.reference(duplicate, ctx.settings), cards.reference(main, ctx.settings)
    moves.move(ctx, duplicate, Move.MERGE, author=ctx.sender.id, by_agent=True)
    duplicate.merged_into = main.number
    together = f"We work on this together with {{}}, as {into}. You will hear of its progress."
    goes_on = Card(f"Part of {into} now: {cards.title(duplicate, ctx.settings)}", together.format("others' reports"))
    moves.ended(ctx, duplicate, f"Part of {into}.", ctx.sender.id, "duplicate", told=goes_on)
    _bring(ctx, duplicate, main)
    data = {"into": main.number}
    told = record(ctx, duplicate, "merged", f"into {into}", author=ctx.sender.id, by_agent=True, public=True, data=data)
    entry = record(
        ctx, main, "merged", f"took in {ref}", author=ctx.sender.id, by_agent=True, data={"from": duplicate.number}
    )
    moves.settle(ctx, duplicate, worked=True)
    moves.settle(ctx, main, worked=True)
    moves.line(ctx, main, entry, f"{ctx.sender.name} merged {ref} into it: {duplicate.title}")
    moves.line(ctx, duplicate, told, f"{ctx.sender.name} merged it into {into}.")
    others = "your other ticket" if duplicate.requester == main.requester else "others' reports"
    places.to_requester(ctx, duplicate, told, Card(f"{ref} is part of {into} now", together.format(others)))


def _bring(ctx: Context, duplicate: Ticket, main: Ticket) -> None:
    """Who hears of the duplicate hears of the main ticket from now on."""
    join(ctx, main, duplicate.requester)
    for row in people.watchers(ctx.db, duplicate):
        if row.person != main.requester:
            add(ctx, main, row.person, joined=row.joined)


def split(ctx: Context, ticket: Ticket) -> None:
    """A merged ticket is opened again: whom it had brought along leaves the tickets that it was part of."""
    leaving = {ticket.requester, *(row.person for row in people.watchers(ctx.db, ticket))}
    for part, main in pairwise(tickets.chain(ctx.db, ticket)):
        leaving -= _stays(ctx, main, without=part)
        for person in leaving:
            row = ctx.db.get(Watcher, (ctx.workspace, main.number, person))
            if row:
                ctx.db.delete(row)
    ctx.db.flush()


def _stays(ctx: Context, main: Ticket, *, without: Ticket) -> set[str]:
    """Whose a ticket is, who joined it by their own word, and whom its other duplicates bring along."""
    told = timeline.entries(ctx.db, ctx.workspace, main.number)
    staying = {main.requester} | by_own_word(told)
    took_in = {entry.data["from"] for entry in told if entry.kind == "merged" and "from" in entry.data}
    return staying | tickets.brought(ctx.db, main, took_in - {without.number})


def by_own_word(told: Iterable[Entry]) -> set[str]:
    """Who has said in a ticket's timeline that it affects them, or that they watch it, and not left it since."""
    last = {entry.author: entry.text for entry in told if entry.kind in ("joined", "watching")}
    return {person for person, left in last.items() if not left}


def last_of(ctx: Context, ticket: Ticket) -> Ticket:
    """What a duplicate has become part of, as long as that is open; else the ticket itself."""
    last = tickets.chain(ctx.db, ticket)[-1]
    return last if Status(last.status).open else ticket
