"""/reply, /ask, /note: the talk about a ticket. Only what is sent by reply or ask reaches the requester."""

from __future__ import annotations

from typing import Annotated, Any

from bot import attachments, cards, moves, people, places
from bot.context import Context
from bot.courtesy import agrees, confirms, courtesy, names
from bot.forms import Ask, Form, TicketNumber, Wrong
from bot.lifecycle import MOVES, Move, Refused, Status
from bot.people import PARTIES, WORKERS, Role
from bot.registry import command
from bot.timeline import record
from bot.words import Address, Button, Card, Reply, blank, clean, quote, tell
from commands import intake
from commands.merge import last_of
from commands.watch import joined
from storage import tickets
from storage.tables import Person, Ticket

CARRIED = 300
"""Characters of somebody's words that a button takes along."""


class Said(Form):
    ticket: TicketNumber
    text: Annotated[str, Ask("Your words", "long", limit=100_000)]


class Question(Form):
    ticket: TicketNumber
    text: Annotated[str, Ask("What do you need to know?", "long", limit=100_000)]


class Noted(Form):
    ticket: TicketNumber
    text: Annotated[str, Ask("Internal note", "long", hint="The requester never sees this", limit=100_000)]


@command(
    "reply",
    "Answer: an agent to the requester, or the requester to the agents",
    needs=PARTIES,
    group="Working on tickets",
    form=Said,
    sample="IT-1042 please try again now",
    files=True,
)
def reply(ctx: Context, asked: Said) -> Reply:
    if ctx.works and ctx.the_ticket.requester != ctx.sender.id:
        return answer(ctx, asked.text)
    return from_requester(ctx, asked.text)


@command(
    "ask",
    "Ask the requester; the clocks wait for the answer",
    needs=WORKERS,
    group="Working on tickets",
    form=Question,
    sample="IT-1042 which floor are you on?",
    files=True,
)
def ask(ctx: Context, asked: Question) -> Reply:
    return answer(ctx, asked.text, Move.ASK)


@command(
    "note",
    "Write an internal note",
    needs=WORKERS,
    group="Working on tickets",
    form=Noted,
    sample="IT-1042 the switch was replaced yesterday",
    files=True,
)
def note(ctx: Context, asked: Noted) -> Reply:
    add_note(ctx, _words(ctx, asked.text))
    return tell(f"Noted on {cards.reference(ctx.the_ticket, ctx.settings)}. Only agents see it.")


def add_note(ctx: Context, text: str, message: str = "") -> None:
    """Internal talk into the timeline, and into the agents' thread where it was not said there."""
    entry = record(ctx, ctx.the_ticket, "note", text, author=ctx.sender.id, by_agent=True, place=_place(ctx, message))
    _keep_files(ctx, entry)
    moves.settle(ctx, ctx.the_ticket, worked=True)
    if not (message and places.with_the_team(ctx, ctx.the_ticket, ctx.at)):
        more = cards.read_all(ctx.the_ticket, entry, text)
        moves.line(ctx, ctx.the_ticket, entry, f"{ctx.sender.name} noted:\n{quote(text)}", *more)


def _keep_files(ctx: Context, entry: int) -> None:
    attachments.keep(ctx, ctx.the_ticket, entry, ctx.incoming.files, ctx.at.channel)


def _place(ctx: Context, message: str) -> tuple[str, str, str]:
    return (ctx.at.channel, ctx.at.room, message) if message else ("", "", "")


def _words(ctx: Context, text: str) -> str:
    cleaned = clean(text, ctx.settings.limits.text)
    if blank(cleaned):
        raise Wrong("Your words are empty: please write something.", "text")
    return cleaned


def answer(ctx: Context, text: str, how: Move = Move.ANSWER, *, message: str = "") -> Reply:
    """An agent's public words: to the requester, the watchers and the agents' thread. They reopen nothing.

    `message`: where it stands already.
    """
    ticket, text = ctx.the_ticket, _words(ctx, text)
    if Status(ticket.status) not in MOVES[how]:
        if ticket.merged_into:
            moves.must_be_open(ctx, ticket)
        raise Refused(f"{cards.reference(ticket, ctx.settings)} is {Status(ticket.status).label}; reopen it first")
    moves.adopt(ctx, ticket, ctx.sender.id, "answered it")
    works = ctx.sender.id != ticket.requester  # nobody gives themselves the first response
    asked = how is Move.ASK
    entry = record(
        ctx,
        ticket,
        "reply",
        text,
        author=ctx.sender.id,
        by_agent=works,
        public=True,
        data={"asks": True} if asked else None,
        place=_place(ctx, message),
    )
    _keep_files(ctx, entry)
    moves.move(ctx, ticket, how, author=ctx.sender.id, by_agent=works)
    if works:
        ticket.first_reply_at = ticket.first_reply_at or ticket.resolved_at or ctx.now
    moves.settle(ctx, ticket, worked=works)
    told = bool(message) or _tell_requester(ctx, ticket, entry, text, asked=asked)
    verb = "asked" if asked else "replied"
    whole = cards.read_all(ticket, entry, text)
    moves.line(ctx, ticket, entry, f"{ctx.sender.name} {verb}:\n{quote(text)}", *whole)
    card = Card(f"{cards.title(ticket, ctx.settings)}", f"{ctx.sender.name} {verb}:\n{quote(text)}", buttons=whole)
    others = places.to_watchers(ctx, ticket, entry, card, without=(ctx.sender.id,))
    name = places.their_name(ctx, ticket.requester)
    if not told:
        return tell(f"Kept, but no channel knows {name}: please tell them.")
    more = f" and {others} {'other' if others == 1 else 'others'}" if others else ""
    return tell(f"{'Asked' if asked else 'Sent to'} {name}{more}.")


def _tell_requester(ctx: Context, ticket: Ticket, entry: int, text: str, *, asked: bool) -> bool:
    words = f"**{ctx.sender.name}**{' asks' if asked else ''}:\n{quote(text)}"
    answers = (Button("Answer", "reply", cards.about(ticket), "primary"),) if asked else ()
    buttons = (*answers, *cards.read_all(ticket, entry, text))
    card = Card(body=words, buttons=buttons, mentions=(ticket.requester,), tone="warning" if asked else "plain")
    return places.to_requester(ctx, ticket, entry, card)


def from_requester(ctx: Context, text: str, *, message: str = "", apart: bool = False) -> Reply:
    """The requester's (or a watcher's) words: to the agents' thread.

    After the end they reopen or open anew; thanks do neither, nor do the words of a bystander, who only reads along in
    the room. Who filed the ticket for its requester speaks for them. `message`: where they stand already; `apart`: that
    is not in the ticket's thread.
    """
    about, outside = ctx.the_ticket, ctx.roles is Role.OUTSIDER
    whose = about.requester if ctx.sender.id == about.submitter else ctx.sender.id
    _follow_merge(ctx)
    here, text, bystander = ctx.the_ticket, _words(ctx, text), outside and ctx.roles is Role.OUTSIDER
    polite = courtesy(text, names(ctx.settings))
    if not (bystander or polite):
        _go_on(ctx, whose)
        if Status(ctx.the_ticket.status) is Status.CLOSED:
            return _linked(ctx, ctx.the_ticket, text, message, whose)
    ticket, place = ctx.the_ticket, _place(ctx, message)
    data: dict[str, Any] = {"aside": True} if bystander else {}
    if ticket is not about:
        data["about"] = about.number
    entry = record(ctx, ticket, "reply", text, author=ctx.sender.id, public=True, place=place, data=data)
    _keep_files(ctx, entry)
    _follow_words(ctx, text, whose, polite=polite)
    moves.settle(ctx, ticket)
    more, whom = cards.read_all(ticket, entry, text), moves.concerned(ctx, ticket, ctx.sender.id)
    moves.line(ctx, ticket, entry, f"{ctx.sender.name} wrote:\n{quote(text)}", *more, mentions=whom)
    if (apart or not message or ticket is not here) and ctx.roles & Role.REQUESTER:
        places.to_requester(ctx, ticket, entry, Card(body=f"You wrote:\n{quote(text)}", buttons=more))
    return _added(ctx, text, here)


def _added(ctx: Context, text: str, here: Ticket) -> Reply:
    """What is told of words that were added, where they were written in the thread of the ticket `here`."""
    ticket, called = ctx.the_ticket, names(ctx.settings)
    added = f"Added to {cards.reference(ticket, ctx.settings)}"
    if ticket is not here:
        told = f"{added}, which follows {cards.reference(here, ctx.settings)}."
        return Reply(Card(cards.title(ticket, ctx.settings), told))
    if ticket.status != Status.RESOLVED:
        return tell(f"{added}.")
    if ctx.roles & Role.REQUESTER and confirms(text, called):
        return ask_to_close(ctx, ticket)
    if ctx.sender.id in (ticket.requester, ticket.submitter) or courtesy(text, called):
        return tell(f"{added}.")
    own = Button("Open a ticket", "ticket", {"text": text} if len(text) <= CARRIED else {})
    return tell(f"{added}, which is resolved for the others. Is it still broken for you?", own)


def _follow_words(ctx: Context, text: str, whose: str, *, polite: bool) -> None:
    """The status follows the words, `whose` they are. Of courtesies only a yes reopens, where an answer was wanted."""
    ticket, by = ctx.the_ticket, ctx.sender.id
    status, may_move = Status(ticket.status), whose in (ticket.requester, ticket.submitter)
    answers = ticket.outcome == "unanswered" and agrees(text, names(ctx.settings))
    if status is Status.RESOLVED and may_move and (answers or not polite):
        moves.move(ctx, ticket, Move.REOPEN, author=by)
        moves.reopened(ctx, ticket, "", by=by)
    elif status.open and (may_move or (joined(ctx, ticket, whose) and not polite)):
        moves.move(ctx, ticket, Move.HEAR, author=by)


def ask_to_close(ctx: Context, ticket: Ticket) -> Reply:
    """Who only writes that it works may have answered something else: the click is theirs."""
    ref = cards.reference(ticket, ctx.settings)
    buttons = tuple(cards.verdict_buttons(ticket))
    return Reply(Card(f"{ref} is resolved", f"Good to hear. **Fixed** closes {ref}.", buttons=buttons, tone="good"))


def _follow_merge(ctx: Context) -> None:
    """Words about a duplicate are words about what it has become part of, as long as that is open."""
    _turn_to(ctx, last_of(ctx, ctx.the_ticket))


def _go_on(ctx: Context, whose: str) -> None:
    """Words about a closed ticket are words about the one that was opened after it for the person `whose` they are."""
    while Status(ctx.the_ticket.status) is Status.CLOSED:
        number = tickets.follower(ctx.db, ctx.workspace, ctx.the_ticket.number, whose)
        follower = tickets.locked(ctx.db, ctx.workspace, number) if number else None
        if follower is None:
            return
        _turn_to(ctx, last_of(ctx, follower))


def _turn_to(ctx: Context, ticket: Ticket) -> None:
    if ticket is not ctx.the_ticket:
        ctx.ticket, ctx.roles = ticket, people.ticket_roles(ctx.db, ctx.sender.id, ticket, ctx.settings, ctx.now)


def _linked(ctx: Context, ticket: Ticket, text: str, message: str, whose: str) -> Reply:
    """A reply to a closed ticket opens a new one that is linked to it (BEHAVIOUR 20), for the person `whose` it is."""
    request = intake.Request(
        text=text,
        requester=ctx.db.get_one(Person, (ctx.workspace, whose)),
        submitter=ctx.sender.id,
        via=ctx.at.channel,
        origin=Address(ctx.at.channel, ctx.at.room),
        category=ticket.category if ticket.category in ctx.settings.categories else "",
        message=message,
        files=ctx.incoming.files,
        follows=ticket.number,
    )
    opened = intake.open_ticket(ctx, request)
    old, new = cards.reference(ticket, ctx.settings), cards.reference(opened.ticket, ctx.settings)
    record(ctx, ticket, "merged", f"{new} follows it", author=ctx.sender.id, data={"followed_by": opened.ticket.number})
    ended = f"\n{cards.resolution(ticket)}" if ticket.resolution else " no resolution was written"
    moves.line(ctx, opened.ticket, "follows", f"It follows {old}, which is closed:{ended}")
    whom = "" if whose == ctx.sender.id else f" for {places.their_name(ctx, whose)}"
    return intake.told(ctx, opened, f"{old} is closed, so this is a new ticket{whom}, linked to it.")
