"""/tickets, /tickets find, /tickets of: lists of tickets; /queue: a team's open ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot import cards, people, places
from bot.context import Context
from bot.forms import Ask, Form, Wrong, number_in
from bot.lifecycle import Status
from bot.people import ANYONE, LEADS, WORKERS, Role
from bot.registry import NoForm, command
from bot.settings import ClockKind
from bot.words import Button, Card, Reply, moment, one_line
from commands.choices import team_choices
from storage import tickets as rows
from storage import worklists
from storage.tables import Clock, Ticket
from storage.worklists import Listed

SHOWN = 15
"""Tickets that a list shows."""
LOOKED_AT = 100
"""Somebody's tickets that are looked at for whom a ladder may call, for no query knows who is called when."""
MINE = "@me"
"""What stands for one's own tickets, where a team is asked for."""
MORE = "… and more: `/tickets find` finds them by their words."
NONE_YOURS, NONE_WAITS = "\nYou have none.", "\nNothing waits. Well done."
"""In the place of a list, on a line of their own below its heading."""


class Sought(Form):
    words: Annotated[str, Ask("Words", hint="For example: printer third floor", limit=200)]


class Whose(Form):
    person: Annotated[str, Ask("Person", "person", hint="@ana", limit=120)]


class Queued(Form):
    team: Annotated[str, Ask("Team", "choice", choices=team_choices, also=((MINE, "mine"), (MINE, "me")))] = ""


@command(
    "tickets",
    "Show my tickets",
    needs=ANYONE,
    group="Asking for help",
    reads=True,
    phrases=("ticket mine", "ticket list", "mine", "list"),
)
def mine(ctx: Context, asked: NoForm) -> Reply:
    asked_for = rows.of_requester(ctx.db, ctx.workspace, ctx.sender.id, SHOWN + 1)
    affecting = rows.joined(ctx.db, ctx.workspace, ctx.sender.id, SHOWN + 1)
    own = asked_for[:SHOWN]
    mains = {_worked_on(ctx, ticket).number for ticket in own}
    joined = [ticket for ticket in affecting[:SHOWN] if ticket.number not in mains]
    if not own and not joined:
        return Reply(
            Card(
                "Your tickets",
                "You have none. Ask for help, and what you asked stands here with all that was said about it.",
                buttons=(Button("Ask for help", "ticket", style="primary"),),
            )
        )
    done = [ticket for ticket in own if not Status(_worked_on(ctx, ticket).status).open]
    open_ = sorted((t for t in own if t not in done), key=lambda ticket: ticket.status != Status.PENDING)
    parts = (("Open", open_), ("Joined: they affect you too", joined), ("Done", done))
    told = [f"**{name}**\n{_listed(ctx, found, asked=True)}" for name, found in parts if found]
    more = [MORE] if max(len(asked_for), len(affecting)) > SHOWN else []
    return Reply(Card("Your tickets", "\n\n".join(told + more), buttons=status_buttons(ctx, [*open_, *joined, *done])))


def _worked_on(ctx: Context, ticket: Ticket) -> Ticket:
    """The ticket, or what it has become part of."""
    return rows.chain(ctx.db, ticket, lock=False)[-1]


def _listed(ctx: Context, found: Sequence[Ticket], *, owners: bool = True, asked: bool = False) -> str:
    """`asked`: as who asked reads it: when an answer is due, and nothing of when it is to be solved."""
    running = worklists.running(ctx.db, ctx.workspace, found)
    lines = []
    for ticket in found:
        clocks = running.get(ticket.number, [])
        told = [clock for clock in clocks if clock.kind != ClockKind.RESOLUTION] if asked else clocks
        lines.append(_line(ctx, ticket, told, owner=owners))
    return "\n".join(lines)


def _first(ctx: Context, listed: Listed, *, owners: bool = True) -> str:
    """The first of a list, and whether there are more.

    `owners`: whether they are told, where the list's heading does not say whose all of them are.
    """
    more = f"\n- {MORE}" if listed.total > len(listed.tickets) else ""
    return _listed(ctx, listed.tickets, owners=owners) + more


def _line(ctx: Context, ticket: Ticket, clocks: Sequence[Clock], *, owner: bool = True) -> str:
    """A ticket in a list: its number, which leads to its page, its title, and below where it stands."""
    has_it = places.their_name(ctx, ticket.owner) if ticket.owner else "not claimed"
    status = Status(ticket.status)
    due = _due(ctx, clocks) if status.open and status is not Status.PENDING else ""
    there = () if ticket.merged_into else (ticket.priority.capitalize(), has_it if owner else "", due)
    parts = [_standing(ctx, ticket), *there]
    stands = " · ".join(part for part in parts if part)
    return f"{cards.in_list(ticket, ctx.settings, 70)}\n  _{stands}_"


def _standing(ctx: Context, ticket: Ticket) -> str:
    if ticket.merged_into:
        main = _worked_on(ctx, ticket)
        return f"Part of {cards.reference(main, ctx.settings)} · {Status(main.status).label}"
    if ticket.status == Status.PENDING and ticket.requester == ctx.sender.id:
        return "Waiting for you"
    return Status(ticket.status).label


def _due(ctx: Context, clocks: Sequence[Clock]) -> str:
    """When the first of the running clocks ends, or since when that is overdue; "" where nothing is promised."""
    kind, due = next(((clock.kind, clock.due_at) for clock in clocks), ("", None))
    if due is None:
        return ""
    what = "resolution" if kind == ClockKind.RESOLUTION else "answer"
    told = f"{what} {cards.due(due, ctx.now)} {moment(due)}"
    return f"**{told}**" if due <= ctx.now else told


def status_buttons(ctx: Context, found: Sequence[Ticket]) -> tuple[Button, ...]:
    """What opens the first five."""
    return tuple(Button(cards.reference(t, ctx.settings), "tickets status", cards.about(t)) for t in found[:5])


@command(
    "tickets find",
    "Find tickets by number or by words of their title",
    needs=ANYONE,
    group="Asking for help",
    form=Sought,
    reads=True,
    sample="printer",
    title="Find tickets",
)
def find(ctx: Context, asked: Sought) -> Reply:
    """Only what the sender may see is searched: their own and their teams' tickets, or all for an admin."""
    found = rows.find(ctx.db, ctx.workspace, asked.words.split(), _seen(ctx), SHOWN + 1)
    more = "\n- … and more: further words tell them apart." if len(found) > SHOWN else ""
    found = found[:SHOWN]
    number = number_in(asked.words, ctx.settings.organisation.prefix)
    named = ctx.db.get(Ticket, (ctx.workspace, number)) if number is not None else None
    if named:
        found = [named, *(ticket for ticket in found if ticket.number != number)]
    found = _visible(ctx, found)
    if not found:
        return Reply(Card(f"No tickets with “{one_line(asked.words, 60)}”", "Fewer or shorter words find more."))
    body = _listed(ctx, found, asked=not ctx.works) + more
    return Reply(Card(f"Tickets with “{one_line(asked.words, 60)}”", body, buttons=status_buttons(ctx, found)))


def _seen(ctx: Context) -> rows.Seen:
    return rows.Seen(ctx.sender.id, ctx.settings.teams_of(ctx.sender.id), bool(ctx.roles & Role.ADMIN))


def _visible(ctx: Context, found: Sequence[Ticket]) -> list[Ticket]:
    """A query narrows; what somebody is to a ticket is decided in one place only."""
    roles = (people.ticket_roles(ctx.db, ctx.sender.id, ticket, ctx.settings, ctx.now) for ticket in found)
    return [ticket for ticket, role in zip(found, roles, strict=True) if role is not Role.OUTSIDER]


@command(
    "tickets of",
    "Show somebody’s tickets",
    needs=WORKERS,
    group="Working on tickets",
    form=Whose,
    reads=True,
    sample="@ana",
    title="Somebody’s tickets",
)
def of_somebody(ctx: Context, asked: Whose) -> Reply:
    """Only those that the sender may see are shown."""
    who = people.named(ctx, asked.person)
    found = _visible(ctx, rows.of_requester(ctx.db, ctx.workspace, who.id, SHOWN + 1, _seen(ctx)))
    if people.called_of_any(ctx.sender.id, ctx.settings) and len(found) <= SHOWN:
        latest = _visible(ctx, rows.of_requester(ctx.db, ctx.workspace, who.id, LOOKED_AT))
        found += [ticket for ticket in latest if ticket not in found]
    if not found:
        return Reply(Card(f"No tickets of {one_line(who.name, 60)}", "None of theirs that you may see."))
    body = _first(ctx, Listed(found[:SHOWN], len(found)))
    return Reply(Card(f"Tickets of {one_line(who.name, 60)}", body, buttons=status_buttons(ctx, found)))


@command(
    "queue",
    "Show what nobody has yet, what is mine, and to leads what others have",
    needs=WORKERS,
    group="Working on tickets",
    form=Queued,
    reads=True,
    sample="",
)
def queue(ctx: Context, asked: Queued) -> Reply:
    own = worklists.owned(ctx.db, ctx.workspace, ctx.sender.id, SHOWN)
    if asked.team == MINE:
        return Reply(Card("Queue", f"**Yours**\n{_first(ctx, own, owners=False) or NONE_YOURS}"))
    teams = visible_teams(ctx, asked.team)
    free = worklists.unclaimed(ctx.db, ctx.workspace, teams, SHOWN)
    names = ", ".join(cards.team_name(ctx, team) for team in teams)
    body = f"**Nobody has these** ({names})\n{_first(ctx, free, owners=False) or NONE_WAITS}"
    if own.total:
        body += f"\n\n**Yours**\n{_first(ctx, own, owners=False)}"
    others = worklists.in_work(ctx.db, ctx.workspace, teams, ctx.sender.id, SHOWN) if ctx.roles & LEADS else None
    if others and others.total:
        body += f"\n\n**Others have these**\n{_first(ctx, others)}"
    first = free.tickets[:5]
    buttons = tuple(Button(f"Claim {cards.reference(t, ctx.settings)}", "claim", cards.about(t)) for t in first)
    return Reply(Card("Queue", body, buttons=buttons))


def visible_teams(ctx: Context, asked: str = "") -> tuple[str, ...]:
    """The team that was asked for, or the sender's own; an admin without a team sees all."""
    own = ctx.settings.teams_of(ctx.sender.id)
    every = tuple(ctx.settings.teams) if ctx.roles & Role.ADMIN else own
    if asked and asked not in every:
        names = ", ".join(cards.team_name(ctx, team) for team in own)
        raise Wrong(f"You are not in {cards.team_name(ctx, asked)}. Your teams: {names}.", "team")
    return (asked,) if asked else own or every
