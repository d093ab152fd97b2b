"""Plain words, and their edits and deletions: what people say without a command becomes replies, notes, tickets."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from bot import cards, lifecycle, moves, people, places
from bot.context import Context
from bot.courtesy import courtesy, names
from bot.forms import Ask, Form
from bot.people import ANYONE, WORKERS, Role
from bot.registry import NoForm, command
from bot.routing import Route, route
from bot.timeline import record
from bot.words import Address, Button, Reply, clean, left_out, quote, tell
from commands.drafts import confirmation, keep, offer, offer_again, redraft
from commands.intake import Request, first_time, open_and_tell
from commands.reply import add_note, answer, from_requester
from storage import hearing, tickets, timeline
from storage.tables import Link, Ticket


class Changed(Form):
    text: Annotated[str, Ask("The message now", "long", limit=100_000)] = ""


@command("said", "Plain words", needs=ANYONE, group="Asking for help", hidden=True)
def said(ctx: Context, asked: NoForm) -> Reply:
    """One message has one effect, however often and under whatever delivery it comes."""
    if ctx.incoming.sender.bot or _heard_before(ctx):
        return Reply()
    link = ctx.link or _below_what_was_told(ctx)
    fresh = _fresh_ticket(ctx)
    what = route(
        ctx.incoming.text,
        side=link.side if link else None,
        threaded=bool(ctx.at.thread),
        direct=ctx.at.direct,
        watched=ctx.at.room in ctx.settings.watched(ctx.at.channel),
        staff=people.works_here(ctx.sender.id, ctx.settings),
        fresh_ticket=fresh is not None,
        names=names(ctx.settings),
    )
    if what is Route.NOTHING:
        return Reply(early=bool(ctx.at.thread) and link is None)  # what makes it a ticket's thread may still come
    if not first_time(ctx, "heard", ctx.incoming.message):
        return offer_again(ctx) if what is Route.DRAFT else Reply()
    match what:
        case Route.REPLY | Route.NOTE if link:
            return _in_thread(ctx, link)
        case Route.FOLLOW_UP if fresh:
            return _join(ctx, fresh)
        case Route.TICKET:
            return _from_room(ctx)
        case Route.CONFIRMATION:
            return confirmation(ctx)
        case Route.GREETING:
            return Reply(cards.panel(ctx.settings), private=False)
        case _:
            return offer(ctx)


def _heard_before(ctx: Context) -> bool:
    message = ctx.incoming.message
    return (
        bool(message) and timeline.by_message(ctx.db, ctx.workspace, ctx.at.channel, ctx.at.room, message) is not None
    )


def _below_what_was_told(ctx: Context) -> Link | None:
    """What is said below something that the desk told somebody of a ticket is about that, as in the ticket's thread."""
    at = ctx.at
    if not (at.thread and at.direct):
        return None
    number = hearing.told_of(ctx.db, ctx.workspace, at.channel, at.room, at.thread)
    ticket = ctx.db.get(Ticket, (ctx.workspace, number)) if number else None
    if ticket is None:
        return None
    roles = people.ticket_roles(ctx.db, ctx.sender.id, ticket, ctx.settings, ctx.now)
    theirs = roles & WORKERS and ctx.sender.id != ticket.requester
    side = "agents" if theirs else "requester"
    place = {"channel": at.channel, "room": at.room, "thread": at.thread}
    return None if roles is Role.OUTSIDER else Link(workspace=ctx.workspace, ticket=ticket.number, side=side, **place)


def _fresh_ticket(ctx: Context) -> Ticket | None:
    if ctx.at.thread or ctx.at.direct:
        return None
    since = ctx.now - ctx.settings.limits.follow_up
    return tickets.latest_of(ctx.db, ctx.workspace, ctx.sender.id, since, ctx.at.channel, ctx.at.room)


def _in_thread(ctx: Context, link: Link) -> Reply:
    """Talk in a ticket's thread. It stands there already, so that nothing is answered unless something went wrong."""
    ticket = tickets.locked(ctx.db, ctx.workspace, link.ticket)
    assert ticket is not None
    ctx.ticket, ctx.roles = ticket, people.ticket_roles(ctx.db, ctx.sender.id, ticket, ctx.settings, ctx.now)
    text, message = ctx.incoming.text, ctx.incoming.message
    if link.side == "agents":
        if not (ctx.works or people.works_here(ctx.sender.id, ctx.settings)):
            return Reply()
        add_note(ctx, clean(text, ctx.settings.limits.text), message)
        return _kept(ctx)
    if ctx.works and ctx.sender.id != ticket.requester:
        closed = ticket.status == lifecycle.Status.CLOSED
        add_note(ctx, clean(text, ctx.settings.limits.text), message) if closed else answer(ctx, text, message=message)
        return _kept(ctx)
    beside = ctx.roles is Role.OUTSIDER and lifecycle.Status(ticket.status) is lifecycle.Status.CLOSED
    reply = from_requester(ctx, text, message=message)
    if beside and not courtesy(text, names(ctx.settings)):
        return replace(offer(ctx), private=True)  # nobody looks at a closed ticket: it may be a request of their own
    return reply if reply.card and reply.card.title else _kept(ctx)


def _kept(ctx: Context) -> Reply:
    """Nothing, or what the desk then says more of: words that it did not keep whole."""
    whole = len(ctx.incoming.text) <= ctx.settings.limits.text
    return Reply() if whole else tell(f"Added to {cards.reference(ctx.the_ticket, ctx.settings)}.")


def _join(ctx: Context, ticket: Ticket) -> Reply:
    """A further message right after the first belongs to the ticket just made (BEHAVIOUR 4), unless its writer says
    that it does not.
    """
    ctx.ticket, ctx.roles = ticket, Role.REQUESTER
    from_requester(ctx, ctx.incoming.text, message=ctx.incoming.message)
    known = {"draft": keep(ctx).id, "added": str(ticket.number)}
    other = Button("It is something else: open a ticket", "confirm", known)
    return tell(f"Added to {cards.reference(ticket, ctx.settings)}.", other)


def _from_room(ctx: Context) -> Reply:
    if not first_time(ctx, "ticket", ctx.incoming.message):
        return Reply()
    origin = Address(ctx.at.channel, ctx.at.room, ctx.incoming.message)
    request = Request(
        text=ctx.incoming.text,
        requester=ctx.sender,
        submitter=ctx.sender.id,
        via=ctx.at.channel,
        origin=origin,
        message=ctx.incoming.message,
        files=ctx.incoming.files,
    )
    return open_and_tell(ctx, request)


@command("edited", "A message was changed", needs=ANYONE, group="Asking for help", form=Changed, hidden=True)
def edited(ctx: Context, asked: Changed) -> Reply:
    return _changed(ctx, "edited", clean(asked.text, ctx.settings.limits.text))


@command("deleted", "A message was deleted", needs=ANYONE, group="Asking for help", hidden=True)
def deleted(ctx: Context, asked: NoForm) -> Reply:
    return _changed(ctx, "deleted", "")


def _changed(ctx: Context, kind: str, text: str) -> Reply:
    """Edits and deletions are added to the timeline; what was said before stays there (BEHAVIOUR 10, 11).

    One that leaves the words as they are is known already: it is told again when the desk catches up. Nothing is
    answered, unless words were not kept whole.
    """
    known = redraft(ctx, text)
    entry = timeline.by_message(ctx.db, ctx.workspace, ctx.at.channel, ctx.at.room, ctx.incoming.message)
    if entry is None:
        return Reply(early=not known)
    ticket = tickets.locked(ctx.db, ctx.workspace, entry.ticket)
    assert ticket is not None
    # What a ticket was made of by a reaction is its requester's, not the reactor's.
    if ctx.sender.id != (ticket.requester if entry.kind == "opened" else entry.author):
        return Reply()
    if timeline.words_now(ctx.db, entry) == text:
        return Reply()
    added = record(
        ctx,
        ticket,
        kind,
        text,
        author=ctx.sender.id,
        by_agent=entry.by_agent,
        public=entry.public,
        data={"entry": entry.id},
    )
    words = (
        f"{ctx.sender.name} changed what they wrote to:\n{quote(text)}"
        if text
        else f"{ctx.sender.name} deleted a message; it stays in the timeline."
    )
    if entry.public or not places.with_the_team(ctx, ticket, ctx.at):
        moves.line(ctx, ticket, added, words, *cards.read_all(ticket, entry.id or 0, text))
    if entry.kind == "opened":
        places.stand(ctx, ticket)
    return tell(f"Changed in {cards.reference(ticket, ctx.settings)}.") if left_out(text) else Reply()
