"""A message somebody else wrote becomes a ticket: by a reaction or a shortcut."""

from __future__ import annotations

from bot import attachments, cards, people
from bot.context import Context
from bot.forms import Wrong
from bot.people import ANYONE
from bot.registry import NoForm, command
from bot.timeline import record
from bot.words import Address, Reply, Said, clean, one_line, quote, tell
from commands.drafts import spend, waiting
from commands.intake import Request, first_time, open_ticket, told
from storage import timeline
from storage.tables import Draft, Link, Ticket


@command("react", "Make a ticket from a message", needs=ANYONE, group="Asking for help", hidden=True)
def react(ctx: Context, asked: NoForm) -> Reply:
    """One ticket a message, whoever and however many react; its author is the requester (BEHAVIOUR 3)."""
    messages = ctx.incoming.thread
    if not messages:
        raise Wrong("That message is not there any more.")
    root = messages[0]
    first_time(ctx, "ticket", root.message)
    draft = waiting(ctx, root.message)
    if number := _ticket_of(ctx, root):
        return tell(f"There is a ticket for this already: {cards.reference(number, ctx.settings)}.")
    if root.sender.bot:
        raise Wrong("That is a message of the desk itself: no ticket is made of it.")
    return _from_message(ctx, draft)


def _ticket_of(ctx: Context, root: Said) -> int | None:
    """The ticket that a message became, or in whose thread it stands first: where it stands, or in its writer's talk
    with the desk, where they were asked about it.
    """
    at = ctx.at
    for room in (at.room, f"@{root.sender.id}"):
        entry = timeline.by_message(ctx.db, ctx.workspace, at.channel, room, root.message)
        link = ctx.db.get(Link, (ctx.workspace, at.channel, room, root.message))
        if entry or link:
            return entry.ticket if entry else link.ticket if link else None
    return None


def _from_message(ctx: Context, draft: Draft | None) -> Reply:
    """The requester is answered below their message; where the desk is not, in its talk with them."""
    root, *rest = ctx.incoming.thread
    at = ctx.at
    requester = people.known(ctx.db, ctx.workspace, at.channel, root.sender, ctx.settings, ctx.now)
    request = Request(
        text=root.text,
        requester=requester,
        submitter=ctx.sender.id,
        via=at.channel,
        origin=Address(at.channel, at.room, "" if ctx.incoming.apart else root.message),
        message=root.message,
        files=root.files,
    )
    opened = open_ticket(ctx, request)
    if draft and draft.person == requester.id:
        spend(ctx, draft, root, opened.ticket.number)
    for message in rest:
        if not message.sender.bot:
            _keep(ctx, opened.ticket, message)
    whose = "your" if requester.id == ctx.sender.id else f"{requester.name}'s"
    return told(ctx, opened, f"Made from {whose} message:\n{quote(one_line(root.text, 200))}")


def _keep(ctx: Context, ticket: Ticket, message: Said) -> None:
    """What was said behind the message belongs to the ticket too."""
    at = ctx.at
    author = people.known(ctx.db, ctx.workspace, at.channel, message.sender, ctx.settings, ctx.now)
    entry = record(
        ctx,
        ticket,
        "reply",
        clean(message.text, ctx.settings.limits.text),
        author=author.id,
        public=True,
        data={"said_at": message.at.isoformat()},
        place=(at.channel, at.room, message.message),
    )
    attachments.keep(ctx, ticket, entry, message.files, at.channel)
