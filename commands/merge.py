"""/merge: two tickets about one thing become one."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves, people, places
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber, Wrong
from bot.lifecycle import Move, Status
from bot.people import WORKERS, Role
from bot.registry import command
from bot.timeline import record
from bot.words import Card, Reply, tell
from commands.watch import add, join
from storage import tickets, timeline
from storage.tables import Ticket, Watcher


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
    data = {"into": main.number, "brought": _bring(ctx, duplicate, main)}
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


def _bring(ctx: Context, duplicate: Ticket, main: Ticket) -> list[str]:
    """Who hears of the duplicate hears of the main ticket from now on: those who did not before."""
    own = [duplicate.requester] if join(ctx, main, duplicate.requester) else []
    others = [row for row in people.watchers(ctx.db, duplicate) if row.person != main.requester]
    return own + [row.person for row in others if add(ctx, main, row.person, joined=row.joined)]


def split(ctx: Context, ticket: Ticket) -> None:
    """A merged ticket is opened again: whom it had brought along leaves the tickets that it was part of."""
    leaving: set[str] | None = None
    for link in tickets.chain(ctx.db, ticket):
        if link.merged_into is None:
            break
        entries = timeline.entries(ctx.db, ctx.workspace, link.number)
        brought = next((set(e.data.get("brought", ())) for e in reversed(entries) if "into" in e.data), set())
        leaving = brought if leaving is None else leaving & brought
        for person in leaving:
            row = ctx.db.get(Watcher, (ctx.workspace, link.merged_into, person))
            if row:
                ctx.db.delete(row)
    ctx.db.flush()


def last_of(ctx: Context, ticket: Ticket) -> Ticket:
    """What a duplicate has become part of, as long as that is open; else the ticket itself."""
    last = tickets.chain(ctx.db, ticket)[-1]
    return last if Status(last.status).open else ticket
