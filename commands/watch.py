"""/watch and /unwatch: hear of a ticket's progress."""

from __future__ import annotations

from bot import cards, people
from bot.context import Context, Scene
from bot.forms import AboutTicket
from bot.people import PARTIES, WORKERS
from bot.registry import command
from bot.timeline import record
from bot.words import Reply, tell
from storage import tickets
from storage.tables import Ticket, Watcher


@command(
    "watch",
    "Hear of a ticket's progress",
    needs=WORKERS,
    group="Working on tickets",
    form=AboutTicket,
    sample="IT-1042",
)
def watch(ctx: Context, asked: AboutTicket) -> Reply:
    ref = cards.reference(ctx.the_ticket, ctx.settings)
    if not add(ctx, ctx.the_ticket, ctx.sender.id, joined=False):
        return tell(f"You watch {ref} already.")
    record(ctx, ctx.the_ticket, "watching", author=ctx.sender.id)
    return tell(f"You watch {ref}: public replies and its resolution reach you. `/unwatch {ref}` ends it.")


@command(
    "unwatch",
    "Hear no more of a ticket",
    needs=PARTIES,
    group="Working on tickets",
    form=AboutTicket,
    sample="IT-1042",
    title="Stop watching",
)
def unwatch(ctx: Context, asked: AboutTicket) -> Reply:
    """Who leaves a ticket leaves what it has become part of as well."""
    chain = tickets.chain(ctx.db, ctx.the_ticket)
    ref, main = (cards.reference(ticket, ctx.settings) for ticket in (chain[0], chain[-1]))
    named = ref if main == ref else f"{ref}, which is part of {main}"
    left = [ticket for ticket in chain if _leave(ctx, ticket)]
    if not left:
        return tell(f"You do not watch {named}.")
    return tell(f"You no longer watch {named}.")


def _leave(ctx: Context, ticket: Ticket) -> bool:
    """Watch a ticket no more; False for who did not."""
    row = ctx.db.get(Watcher, (ctx.workspace, ticket.number, ctx.sender.id))
    if row is None:
        return False
    ctx.db.delete(row)
    record(ctx, ticket, "watching", "no longer", author=ctx.sender.id)
    return True


def add(scene: Scene, ticket: Ticket, person: str, *, joined: bool) -> bool:
    """Make somebody a watcher; False when they are one."""
    row = scene.db.get(Watcher, (scene.workspace, ticket.number, person))
    if row and (row.joined or not joined):
        return False
    scene.db.merge(Watcher(workspace=scene.workspace, ticket=ticket.number, person=person, joined=joined, at=scene.now))
    scene.db.flush()
    return True


def joined(scene: Scene, ticket: Ticket, person: str) -> bool:
    """Whether it affects somebody too, so that what is asked about it is asked of them as well."""
    return people.affects(scene.db, person, ticket)


def join(scene: Scene, ticket: Ticket, person: str) -> bool:
    """The ticket affects somebody else too; False when they are joined already, or it is their own."""
    return person != ticket.requester and add(scene, ticket, person, joined=True)
