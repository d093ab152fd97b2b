"""A direct message becomes a ticket after one click: its words wait as a draft until their writer has decided."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated

from bot import cards, moves
from bot.context import Context
from bot.forms import Ask, Form, Wrong, number_in
from bot.lifecycle import Status
from bot.people import ANYONE, Role
from bot.registry import command
from bot.ticket_numbers import mentioned
from bot.words import Address, Button, Card, File, Reply, Said, Style, clean, one_line, quote, tell
from commands.intake import Request, open_ticket, told
from commands.reply import ask_to_close, from_requester
from storage import tickets
from storage.posts import link
from storage.tables import Draft, Link, Ticket

OFFERED, NAMED_IN = 2, 10_000
"""Tickets that a direct message may be added to, and the characters in which their numbers are looked for."""


class Drafted(Form):
    draft: Annotated[str, Ask("Draft", limit=200)]
    ticket: Annotated[str, Ask("Ticket", positional=False)] = ""
    added: Annotated[str, Ask("Was added to", positional=False)] = ""


def offer(ctx: Context) -> Reply:
    """A direct message becomes a ticket after one click (BEHAVIOUR 5)."""
    draft = keep(ctx)
    own = _candidates(ctx, draft.text)
    asked = [_add(ctx, draft, ticket, "Answer", "primary") for ticket in own if _waits(ticket)]
    anew = Button("Open a ticket", "confirm", {"draft": draft.id}, "plain" if asked else "primary")
    more = [_add(ctx, draft, ticket, "Add to") for ticket in own if not _waits(ticket)]
    buttons = (*asked, anew, *more, Button("Never mind", "discard", {"draft": draft.id}))
    title = "Is this your answer?" if asked else "Shall I open a ticket for this?"
    return Reply(Card(title, quote(one_line(draft.text, 300)), buttons=buttons), private=False)


def _add(ctx: Context, draft: Draft, ticket: Ticket, what: str, style: Style = "plain") -> Button:
    label = one_line(f"{what} {cards.title(ticket, ctx.settings)}", 60)
    return Button(label, "confirm", {"draft": draft.id, "ticket": str(ticket.number)}, style)


def _waits(ticket: Ticket) -> bool:
    """Whether its requester was asked something."""
    return ticket.status == Status.PENDING


def confirmation(ctx: Context) -> Reply:
    """A yes belongs to a ticket of its writer's: to one that is resolved, as the desk has asked whether it is fixed,
    unless another waits for an answer. Who has none is just polite.
    """
    mine = tickets.of_requester(ctx.db, ctx.workspace, ctx.sender.id)
    resolved = next((ticket for ticket in mine if ticket.status == Status.RESOLVED), None)
    if resolved and not any(ticket.status == Status.PENDING for ticket in mine):
        return ask_to_close(ctx, resolved)
    return offer(ctx) if any(Status(ticket.status).open for ticket in mine) else Reply()


def keep(ctx: Context) -> Draft:
    """What was said, kept until its writer has decided what it is to be; `confirm` makes a ticket of it."""
    draft = Draft(
        workspace=ctx.workspace,
        id=ctx.incoming.message or ctx.incoming.id,
        person=ctx.sender.id,
        text=clean(ctx.incoming.text, ctx.settings.limits.text),
        at=ctx.now,
        files=[asdict(file) for file in ctx.incoming.files],
    )
    ctx.db.merge(draft)
    return draft


def offer_again(ctx: Context) -> Reply:
    """The same while it waits for its answer: the desk may have ended before it had asked."""
    draft = ctx.db.get(Draft, (ctx.workspace, ctx.incoming.message))
    return offer(ctx) if draft else Reply()


def _candidates(ctx: Context, text: str) -> list[Ticket]:
    """The sender's own tickets that a text may belong to: named in it, waiting for an answer, or changed last."""
    numbers = mentioned(text[:NAMED_IN], ctx.settings.organisation.prefix)[:OFFERED]
    named = [ctx.db.get(Ticket, (ctx.workspace, number)) for number in numbers]
    mine = tickets.of_requester(ctx.db, ctx.workspace, ctx.sender.id)
    own = [ticket for ticket in named if ticket and ticket.requester == ctx.sender.id]
    open_ = [ticket for ticket in mine if Status(ticket.status).open and ticket.number not in numbers]
    return [*own, *sorted(open_, key=_likely, reverse=True)][:OFFERED]


def _likely(ticket: Ticket) -> tuple[bool, datetime, int]:
    return _waits(ticket), ticket.updated_at, ticket.number


def _draft(ctx: Context, name: str) -> Draft:
    draft = waiting(ctx, name)
    if draft is not None and draft.person == ctx.sender.id:
        return draft
    known = ctx.db.get(Link, (ctx.workspace, ctx.at.channel, ctx.at.room, name))
    ticket = ctx.db.get(Ticket, (ctx.workspace, known.ticket)) if known else None
    if ticket and ticket.requester == ctx.sender.id:
        raise Wrong(f"It belongs to {cards.reference(ticket, ctx.settings)} already.", said_wrong=False)
    raise Wrong("This was answered already, or the message was deleted. `/ticket` opens a ticket.")


def waiting(ctx: Context, message: str) -> Draft | None:
    """What waits for the writer of a message to decide; whoever decides at the same moment waits here."""
    return ctx.db.get(Draft, (ctx.workspace, message), with_for_update=True)


def spend(ctx: Context, draft: Draft, root: Said, number: int) -> None:
    """It became a ticket without its writer's click, which comes too late then."""
    ctx.db.delete(draft)
    _link(ctx, f"@{root.sender.id}", draft, number)


@command(
    "confirm", "Open a ticket for a direct message", needs=ANYONE, group="Asking for help", form=Drafted, hidden=True
)
def confirm(ctx: Context, asked: Drafted) -> Reply:
    draft = _draft(ctx, asked.draft)
    text = draft.text
    ctx.incoming = replace(ctx.incoming, files=tuple(File(**file) for file in draft.files or ()))
    ctx.db.delete(draft)
    if asked.ticket:
        number = number_in(asked.ticket)
        ticket = tickets.locked(ctx.db, ctx.workspace, number) if number is not None else None
        if ticket is None or ticket.requester != ctx.sender.id:
            raise Wrong("There is no such ticket of yours.")
        ctx.ticket, ctx.roles = ticket, Role.REQUESTER
        reply = from_requester(ctx, text, message=draft.id, apart=True)
        _link(ctx, ctx.at.room, draft, int(reply.follow.answers["ticket"]) if reply.follow else ctx.the_ticket.number)
        return reply
    request = Request(
        text=text,
        requester=ctx.sender,
        submitter=ctx.sender.id,
        via=ctx.at.channel,
        origin=Address(ctx.at.channel, ctx.at.room),
        message="" if asked.added else draft.id,  # what was added to a ticket is that one's
        files=ctx.incoming.files,
    )
    opened = open_ticket(ctx, request)
    if not asked.added:
        _link(ctx, ctx.at.room, draft, opened.ticket.number)
    _tell_where_it_was(ctx, asked.added, opened.ticket)
    return told(ctx, opened)


def _link(ctx: Context, room: str, draft: Draft, number: int) -> None:
    """What is said below the message is about the ticket, too."""
    link(ctx.db, ctx.workspace, ctx.at.channel, room, draft.id, number, "requester")


def redraft(ctx: Context, text: str) -> bool:
    """The message was changed, or deleted (""), before its writer has decided what it is to be; whether it was one."""
    draft = ctx.db.get(Draft, (ctx.workspace, ctx.incoming.message))
    if draft is None or draft.person != ctx.sender.id:
        return False
    if text:
        draft.text = text
        ctx.db.add(draft)
    else:
        ctx.db.delete(draft)
    return True


def _tell_where_it_was(ctx: Context, added: str, opened: Ticket) -> None:
    """In the thread of the ticket that it was taken for a part of: what was said there is about something else."""
    number = number_in(added) if added else None
    ticket = ctx.db.get(Ticket, (ctx.workspace, number)) if number is not None else None
    if ticket and ticket.requester == ctx.sender.id:
        new = cards.reference(opened, ctx.settings)
        moves.line(
            ctx, ticket, f"instead:{new}", f"{ctx.sender.name}: the last message is about something else, {new}."
        )


@command("discard", "Forget a direct message", needs=ANYONE, group="Asking for help", form=Drafted, hidden=True)
def discard(ctx: Context, asked: Drafted) -> Reply:
    ctx.db.delete(_draft(ctx, asked.draft))
    return tell("Forgotten.")
