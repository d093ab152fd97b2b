"""Plain words, edits and deletions: what people say without a command, made into replies, notes and tickets."""

from __future__ import annotations

from typing import Annotated

from sqlmodel import col, delete

from bot import cards, lifecycle, moves, people
from bot.context import Context
from bot.forms import Ask, Form, Wrong
from bot.people import ANYONE, Role
from bot.registry import command
from bot.routing import Route, route
from bot.timeline import record
from bot.words import Address, Button, Card, Reply, clean, following, one_line, quote, tell
from commands.intake import Request, open_ticket, success
from commands.reply import add_note, answer, from_requester
from storage import sweeps, tickets, timeline
from storage.tables import Draft, Link, Ticket


class Nothing(Form):
    pass


class Changed(Form):
    text: Annotated[str, Ask("The message now", "long", limit=100_000)] = ""


class Drafted(Form):
    draft: Annotated[str, Ask("Draft", limit=200)]
    ticket: Annotated[str, Ask("Ticket", positional=False)] = ""


@command("said", "Plain words", needs=ANYONE, group="Asking for help", form=Nothing, hidden=True)
def said(ctx: Context, asked: Nothing) -> Reply:
    """One message has one effect, however often and under whatever delivery it comes."""
    if ctx.incoming.sender.bot or _heard_before(ctx):
        return Reply()
    link = _link(ctx)
    fresh = _fresh_ticket(ctx)
    what = route(
        ctx.incoming.text,
        side=link.side if link else None,
        threaded=bool(ctx.at.thread),
        direct=ctx.at.direct,
        watched=ctx.at.room in _watched(ctx),
        staff=people.works_here(ctx.sender.id, ctx.settings),
        fresh_ticket=fresh is not None,
    )
    if what is Route.NOTHING or not _first_time(ctx, "heard", ctx.incoming.message):
        return Reply()
    match what:
        case Route.REPLY | Route.NOTE:
            return _in_thread(ctx, link)
        case Route.FOLLOW_UP:
            return _join(ctx, fresh)
        case Route.TICKET:
            return _from_room(ctx)
        case _:
            return _offer(ctx)


def _first_time(ctx: Context, what: str, message: str) -> bool:
    """Whether this is made of a message for the first time. Whoever comes at the same moment waits here."""
    key = f"{what}:{ctx.at.channel}:{ctx.at.room}:{message}"
    return not message or sweeps.announce(ctx.db, ctx.workspace, key, ctx.now)


def _heard_before(ctx: Context) -> bool:
    message = ctx.incoming.message
    return (
        bool(message) and timeline.by_message(ctx.db, ctx.workspace, ctx.at.channel, ctx.at.room, message) is not None
    )


def _link(ctx: Context) -> Link | None:
    at = ctx.at
    return ctx.db.get(Link, (ctx.workspace, at.channel, at.room, at.thread)) if at.thread else None


def _watched(ctx: Context) -> tuple[str, ...]:
    channel = ctx.settings.channels.get(ctx.at.channel)
    return channel.watched if channel else ()


def _fresh_ticket(ctx: Context) -> Ticket | None:
    if ctx.at.thread or ctx.at.direct:
        return None
    since = ctx.now - ctx.settings.limits.follow_up
    return tickets.latest_of(ctx.db, ctx.workspace, ctx.sender.id, since, ctx.at.channel, ctx.at.room)


def _in_thread(ctx: Context, link: Link | None) -> Reply:
    """Talk in a ticket's thread. It stands there already, so that nothing is answered unless something went wrong."""
    assert link is not None
    ticket = tickets.locked(ctx.db, ctx.workspace, link.ticket)
    assert ticket is not None
    ctx.ticket, ctx.roles = ticket, people.ticket_roles(ctx.db, ctx.sender.id, ticket, ctx.settings, ctx.now)
    text, message = ctx.incoming.text, ctx.incoming.message
    if link.side == "agents":
        if not (ctx.works or people.works_here(ctx.sender.id, ctx.settings)):
            return Reply()
        add_note(ctx, clean(text, ctx.settings.limits.text), message)
        return Reply()
    if ctx.works and ctx.sender.id != ticket.requester:
        answer(ctx, text, message=message) if lifecycle.Status(ticket.status).open else add_note(ctx, text, message)
        return Reply()
    reply = from_requester(ctx, text, message=message)
    return reply if reply.card and reply.card.title else Reply()


def _join(ctx: Context, ticket: Ticket | None) -> Reply:
    """A further message right after the first belongs to the ticket just made (BEHAVIOUR 4)."""
    assert ticket is not None
    ctx.ticket, ctx.roles = ticket, Role.REQUESTER
    from_requester(ctx, ctx.incoming.text, message=ctx.incoming.message)
    return tell(f"Added to {cards.reference(ticket, ctx.settings)}.")


def _from_room(ctx: Context) -> Reply:
    if not _first_time(ctx, "ticket", ctx.incoming.message):
        return Reply()
    origin = Address(ctx.at.channel, ctx.at.room, ctx.incoming.message)
    request = Request(
        text=ctx.incoming.text,
        requester=ctx.sender,
        submitter=ctx.sender.id,
        via=ctx.at.channel,
        origin=origin,
        message=ctx.incoming.message,
    )
    opened = open_ticket(ctx, request)
    return Reply(success(ctx, opened), follow=following(ctx.incoming, "suggest", ticket=str(opened.ticket.number)))


def _offer(ctx: Context) -> Reply:
    """A direct message becomes a ticket after one click; the words wait in the database (BEHAVIOUR 5)."""
    text = clean(ctx.incoming.text, ctx.settings.limits.text)
    draft = Draft(
        workspace=ctx.workspace, id=ctx.incoming.message or ctx.incoming.id, person=ctx.sender.id, text=text, at=ctx.now
    )
    ctx.db.merge(draft)
    buttons = [Button("Open a ticket", "confirm", {"draft": draft.id}, "primary")]
    for ticket in _open_tickets(ctx)[:2]:
        label = f"Add to {cards.reference(ticket, ctx.settings)}"
        buttons.append(Button(label, "confirm", {"draft": draft.id, "ticket": str(ticket.number)}))
    buttons.append(Button("Never mind", "discard", {"draft": draft.id}))
    return Reply(
        Card("Shall I open a ticket for this?", quote(one_line(text, 300)), buttons=tuple(buttons)), private=False
    )


def _open_tickets(ctx: Context) -> list[Ticket]:
    mine = tickets.of_requester(ctx.db, ctx.workspace, ctx.sender.id, 5)
    return [ticket for ticket in mine if lifecycle.Status(ticket.status).open]


def _draft(ctx: Context, name: str) -> Draft:
    draft = ctx.db.get(Draft, (ctx.workspace, name))
    if draft is None or draft.person != ctx.sender.id:
        raise Wrong("This was answered already. `/ticket` opens another ticket.")
    return draft


@command(
    "confirm", "Open a ticket for a direct message", needs=ANYONE, group="Asking for help", form=Drafted, hidden=True
)
def confirm(ctx: Context, asked: Drafted) -> Reply:
    draft = _draft(ctx, asked.draft)
    text = draft.text
    ctx.db.delete(draft)
    if asked.ticket.isdigit():
        ticket = tickets.locked(ctx.db, ctx.workspace, int(asked.ticket))
        if ticket is None or ticket.requester != ctx.sender.id:
            raise Wrong("There is no such ticket of yours.")
        ctx.ticket, ctx.roles = ticket, Role.REQUESTER
        return from_requester(ctx, text)
    request = Request(
        text=text,
        requester=ctx.sender,
        submitter=ctx.sender.id,
        via=ctx.at.channel,
        origin=Address(ctx.at.channel, ctx.at.room),
        direct=Address(ctx.at.channel, f"@{ctx.incoming.sender.id}"),
    )
    opened = open_ticket(ctx, request)
    return Reply(success(ctx, opened), follow=following(ctx.incoming, "suggest", ticket=str(opened.ticket.number)))


@command("discard", "Forget a direct message", needs=ANYONE, group="Asking for help", form=Drafted, hidden=True)
def discard(ctx: Context, asked: Drafted) -> Reply:
    ctx.db.execute(
        delete(Draft).where(
            col(Draft.workspace) == ctx.workspace, col(Draft.id) == asked.draft, col(Draft.person) == ctx.sender.id
        )
    )
    return tell("Forgotten.")


@command("react", "Make a ticket from a message", needs=ANYONE, group="Asking for help", form=Nothing, hidden=True)
def react(ctx: Context, asked: Nothing) -> Reply:
    """One ticket a message, whoever and however many react; its author is the requester (BEHAVIOUR 3)."""
    messages = ctx.incoming.thread
    if not messages:
        raise Wrong("That message is not there any more.")
    root = messages[0]
    _first_time(ctx, "ticket", root.message)
    if number := _ticket_of(ctx, root.message):
        return tell(f"There is a ticket for this already: {cards.reference(number, ctx.settings)}.")
    if root.sender.bot:
        raise Wrong("That is a message of the desk itself: no ticket is made of it.")
    return _from_message(ctx)


def _ticket_of(ctx: Context, message: str) -> int | None:
    """The ticket that a message became, or in whose thread it stands first."""
    at = ctx.at
    entry = timeline.by_message(ctx.db, ctx.workspace, at.channel, at.room, message)
    link = ctx.db.get(Link, (ctx.workspace, at.channel, at.room, message))
    return entry.ticket if entry else link.ticket if link else None


def _from_message(ctx: Context) -> Reply:
    root, *rest = ctx.incoming.thread
    at = ctx.at
    requester = people.known(ctx.db, ctx.workspace, at.channel, root.sender, ctx.settings, ctx.now)
    request = Request(
        text=root.text,
        requester=requester,
        submitter=ctx.sender.id,
        via=at.channel,
        origin=Address(at.channel, at.room, root.message),
        message=root.message,
    )
    opened = open_ticket(ctx, request)
    for message in rest:
        if message.sender.bot:
            continue
        author = people.known(ctx.db, ctx.workspace, at.channel, message.sender, ctx.settings, ctx.now)
        place = (at.channel, at.room, message.message)
        data = {"said_at": message.at.isoformat()}
        record(
            ctx,
            opened.ticket,
            "reply",
            clean(message.text, ctx.settings.limits.text),
            author=author.id,
            public=True,
            data=data,
            place=place,
        )
    card = success(ctx, opened)
    whose = "yours" if requester.id == ctx.sender.id else f"{requester.name}'s"
    told = Card(card.title, f"Made from {whose} message: {quote(one_line(root.text, 200))}", card.facts, tone="good")
    return Reply(told)


@command("edited", "A message was changed", needs=ANYONE, group="Asking for help", form=Changed, hidden=True)
def edited(ctx: Context, asked: Changed) -> Reply:
    return _changed(ctx, "edited", clean(asked.text, ctx.settings.limits.text))


@command("deleted", "A message was deleted", needs=ANYONE, group="Asking for help", form=Nothing, hidden=True)
def deleted(ctx: Context, asked: Nothing) -> Reply:
    return _changed(ctx, "deleted", "")


def _changed(ctx: Context, kind: str, text: str) -> Reply:
    """Edits and deletions are added to the timeline; what was said before stays there (BEHAVIOUR 10, 11)."""
    entry = timeline.by_message(ctx.db, ctx.workspace, ctx.at.channel, ctx.at.room, ctx.incoming.message)
    if entry is None or (entry.author != ctx.sender.id and kind == "edited"):
        return Reply()
    ticket = tickets.locked(ctx.db, ctx.workspace, entry.ticket)
    assert ticket is not None
    added = record(ctx, ticket, kind, text, author=ctx.sender.id, public=entry.public, data={"entry": entry.id})
    words = (
        f"{ctx.sender.name} changed what they wrote to:\n{quote(text)}"
        if text
        else f"{ctx.sender.name} deleted a message; it stays in the timeline."
    )
    if entry.public:
        moves.line(ctx, ticket, added, words)
    return Reply()
