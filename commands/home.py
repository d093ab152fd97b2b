"""home: a person's page, as a channel that has pages shows it: what is theirs, and what waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from bot import cards, people, places
from bot.context import Context
from bot.forms import Ask, Form
from bot.lifecycle import Status
from bot.people import ANYONE, WORKERS
from bot.registry import command
from bot.settings import ClockKind
from bot.words import Button, Card, Reply, Section, Tone, moment, one_line
from commands.tickets import visible_teams
from storage import worklists
from storage.tables import Clock, Ticket
from storage.worklists import Listed

MOST = 50
LATELY = timedelta(days=14)
"""So long what was done stays on its requester's page."""


class Looked(Form):
    most: Annotated[int, Ask("How many of each", "number", positional=False)] = 10


@command(
    "home", "What is mine and what waits for me", needs=ANYONE, group="The desk", form=Looked, reads=True, hidden=True
)
def home(ctx: Context, asked: Looked) -> Reply:
    """Only what the sender may see and do is on it, by the settings of this minute."""
    most = min(max(asked.most, 1), MOST)
    own = _own(ctx, most)
    if not ctx.works:
        return Reply(_head(ctx, _open(own[0].total)), sections=own)
    mine, risky, free = work = _work(ctx, most)
    words = f"{mine.total} in your queue, {risky.total} overdue or at risk, {free.total} that nobody has."
    return Reply(_head(ctx, words), sections=(*work, *own))


def _open(count: int) -> str:
    if not count:
        return ""
    return "1 of your tickets is open." if count == 1 else f"{count} of your tickets are open."


def _head(ctx: Context, words: str) -> Card:
    ask = Button("Ask for help", "ticket", style="plain" if ctx.works else "primary")
    return Card(body=words, buttons=(ask, Button("What can I say?", "help")))


def _own(ctx: Context, most: int) -> tuple[Section, ...]:
    """The sender's own tickets: open ones, and those done lately if there are any."""
    asked = worklists.asked(ctx.db, ctx.workspace, ctx.sender.id, most)
    done = worklists.done(ctx.db, ctx.workspace, ctx.sender.id, ctx.now - LATELY, most)
    nothing = "Nothing of yours is open. Ask for help, and it stands here with all that was said about it."
    sections = Section("Your tickets", _requests(ctx, asked), asked.total, "tickets", nothing)
    if not done.total:
        return (sections,)
    return sections, Section("Done lately", _requests(ctx, done), done.total, "tickets")


def _requests(ctx: Context, listed: Listed) -> tuple[Card, ...]:
    running = worklists.running(ctx.db, ctx.workspace, listed.tickets)
    return tuple(_request(ctx, ticket, running.get(ticket.number, [])) for ticket in listed.tickets)


def _request(ctx: Context, ticket: Ticket, clocks: Sequence[Clock]) -> Card:
    """A ticket as its requester sees it in a list: when an answer is due, and nothing of when it is to be solved."""
    status, known = Status(ticket.status), cards.about(ticket)
    pending = status is Status.PENDING
    owner = places.their_name(ctx, ticket.owner) if ticket.owner else "not claimed yet"
    due = next((c.due_at for c in clocks if c.kind != ClockKind.RESOLUTION), None)
    answer = due and f"answer {cards.due(due, ctx.now)} {moment(due)}"
    parts = (status.label, owner, "we wait for your answer" if pending else answer)
    see = Button("See", "tickets status", known)
    if not status.open:
        verdict = cards.verdict_buttons(ticket) if status is Status.RESOLVED else ()
        return Card(body=_line(ctx, ticket, (status.label,)), buttons=(see, *verdict))
    reply = Button("Answer", "reply", known, "primary" if pending else "plain")
    return Card(body=_line(ctx, ticket, parts), buttons=(see, reply), tone="warning" if pending else "plain")


def _work(ctx: Context, most: int) -> tuple[Section, Section, Section]:
    teams = visible_teams(ctx)
    owned = worklists.owned(ctx.db, ctx.workspace, ctx.sender.id, most)
    risky = worklists.at_risk(ctx.db, ctx.workspace, teams, ctx.now, most)
    free = worklists.unclaimed(ctx.db, ctx.workspace, teams, most)
    return (
        _section(ctx, "My queue", owned, "queue", "Nothing is yours to do.", owners=False),
        _section(ctx, "Overdue or at risk", risky, "", "No deadline is near."),
        _section(ctx, "Nobody has these", free, "queue", "Nothing waits. Well done.", owners=False),
    )


def _section(ctx: Context, title: str, listed: Listed, verb: str, empty: str, *, owners: bool = True) -> Section:
    """The query narrows; what somebody is to a ticket is decided in one place only.

    `owners`: whether they are told, where the title does not say whose all of them are.
    """
    shown = [ticket for ticket in listed.tickets if _works_on(ctx, ticket)]
    running = worklists.running(ctx.db, ctx.workspace, shown)
    made = tuple(_task(ctx, ticket, running.get(ticket.number, []), owner=owners) for ticket in shown)
    return Section(title, made, listed.total - len(listed.tickets) + len(shown), verb, empty)


def _works_on(ctx: Context, ticket: Ticket) -> bool:
    return bool(people.ticket_roles(ctx.db, ctx.sender.id, ticket, ctx.settings, ctx.now) & WORKERS)


def _task(ctx: Context, ticket: Ticket, clocks: Sequence[Clock], *, owner: bool) -> Card:
    due = clocks[0].due_at if clocks else None
    over = due is not None and due <= ctx.now
    has_it = places.their_name(ctx, ticket.owner) if ticket.owner else "not claimed"
    requester = f"for {places.their_name(ctx, ticket.requester)}"
    when = due and f"{'was due' if over else 'due'} {moment(due)}"
    parts = (Status(ticket.status).label, ticket.priority.capitalize(), has_it if owner else "", requester, when)
    return Card(body=_line(ctx, ticket, parts), buttons=_task_buttons(ctx, ticket), tone=_tone(ctx, clocks, over=over))


def _tone(ctx: Context, clocks: Sequence[Clock], *, over: bool) -> Tone:
    near = any(clock.warn_at and clock.warn_at <= ctx.now for clock in clocks)
    return "danger" if over else "warning" if near else "plain"


def _task_buttons(ctx: Context, ticket: Ticket) -> tuple[Button, ...]:
    known = cards.about(ticket)
    see, reply = Button("See", "tickets status", known), Button("Reply", "reply", known)
    resolve = Button("Resolve", "resolve", known)
    if ticket.owner is None:
        return Button("Claim", "claim", known, "primary"), reply, resolve, see
    if ticket.owner == ctx.sender.id:
        return reply, resolve, see
    return Button("Take over", "takeover", known), reply, resolve, see


def _line(ctx: Context, ticket: Ticket, parts: Sequence[object]) -> str:
    stands = " · ".join(str(part) for part in parts if part)
    return f"**{cards.linked(ticket, ctx.settings)}** {one_line(ticket.title, 90)}\n_{stands}_"
