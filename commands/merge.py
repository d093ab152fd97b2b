"""/merge: two tickets about one thing become one."""

from __future__ import annotations

from typing import Annotated

from bot import cards, moves, people, places
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber, Wrong
from bot.lifecycle import Move
from bot.people import WORKERS, Role
from bot.registry import command
from bot.timeline import record
from bot.words import Card, Reply, tell
from commands.watch import join
from storage import tickets
from storage.tables import Ticket


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
)
def merge(ctx: Context, asked: Merged) -> Reply:
    duplicate, main = ctx.the_ticket, other(ctx, asked.into)
    if main.number == duplicate.number:
        raise Wrong("A ticket cannot be merged into itself.", "into")
    moves.must_be_open(ctx, main)
    fold(ctx, duplicate, main)
    return tell(f"{cards.reference(duplicate, ctx.settings)} is part of {cards.reference(main, ctx.settings)} now.")


def other(ctx: Context, number: int) -> Ticket:
    """A second ticket that a command names; the sender must be allowed to work on it too."""
    found = tickets.locked(ctx.db, ctx.workspace, number)
    roles = people.ticket_roles(ctx.db, ctx.sender.id, found, ctx.settings, ctx.now) if found else Role.OUTSIDER
    if found is None or not roles & WORKERS:
        raise Wrong(f"There is no ticket {cards.reference(number, ctx.settings)} that you may work on.", "into")
    return found


def fold(ctx: Context, duplicate: Ticket, main: Ticket) -> None:
    """Close the duplicate; its requester hears of the main ticket's progress from now on."""
    ref, into = cards.reference(duplicate, ctx.settings), cards.reference(main, ctx.settings)
    moves.move(ctx, duplicate, Move.MERGE, author=ctx.sender.id, by_agent=True)
    duplicate.merged_into = main.number
    moves.resolved(duplicate, f"Part of {into}.", ctx.sender.id, "duplicate")
    record(
        ctx,
        duplicate,
        "merged",
        f"into {into}",
        author=ctx.sender.id,
        by_agent=True,
        public=True,
        data={"into": main.number},
    )
    entry = record(
        ctx, main, "merged", f"took in {ref}", author=ctx.sender.id, by_agent=True, data={"from": duplicate.number}
    )
    join(ctx, main, duplicate.requester)
    moves.settle(ctx, duplicate, worked=True)
    moves.settle(ctx, main, worked=True)
    moves.line(ctx, main, entry, f"{ctx.sender.name} merged {ref} into it: {duplicate.title}")
    moves.line(ctx, duplicate, "merged", f"{ctx.sender.name} merged it into {into}.")
    words = f"We work on this together with others' reports, as {into}. You will hear of its progress."
    places.to_requester(ctx, duplicate, "merged", Card(f"{ref} is part of {into} now", words))
