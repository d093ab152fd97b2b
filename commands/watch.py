"""/watch and /unwatch: hear of a ticket's progress."""

from __future__ import annotations

from bot import cards
from bot.context import Context, Scene
from bot.forms import AboutTicket
from bot.people import PARTIES, WORKERS
from bot.registry import command
from bot.timeline import record
from bot.words import Reply, tell
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
    "unwatch", "Hear no more of a ticket", needs=PARTIES, group="Working on tickets", form=AboutTicket, sample="IT-1042"
)
def unwatch(ctx: Context, asked: AboutTicket) -> Reply:
    ref = cards.reference(ctx.the_ticket, ctx.settings)
    row = ctx.db.get(Watcher, (ctx.workspace, ctx.the_ticket.number, ctx.sender.id))
    if row is None:
        return tell(f"You do not watch {ref}.")
    ctx.db.delete(row)
    record(ctx, ctx.the_ticket, "watching", "no longer", author=ctx.sender.id)
    return tell(f"You no longer watch {ref}.")


def add(scene: Scene, ticket: Ticket, person: str, *, joined: bool) -> bool:
    """Make somebody a watcher; False when they are one."""
    row = scene.db.get(Watcher, (scene.workspace, ticket.number, person))
    if row and (row.joined or not joined):
        return False
    scene.db.merge(Watcher(workspace=scene.workspace, ticket=ticket.number, person=person, joined=joined, at=scene.now))
    scene.db.flush()
    return True


def join(scene: Scene, ticket: Ticket, person: str) -> bool:
    """The ticket affects somebody else too; False when they are joined already, or it is their own."""
    return person != ticket.requester and add(scene, ticket, person, joined=True)
