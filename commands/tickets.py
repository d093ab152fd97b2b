"""/tickets, /tickets status, /tickets find: one's own tickets and the way one of them took.

/queue: a team's open ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from bot import attachments, cards, people, places
from bot.context import Context
from bot.forms import Ask, Form, TicketNumber, Wrong
from bot.lifecycle import Status
from bot.people import ANYONE, LEADS, PARTIES, WORKERS, Role
from bot.registry import REGISTRY, NoForm, command
from bot.timeline import nearest_deadline, read_clocks
from bot.words import Button, Card, Fact, Reply, Section, moment, one_line, quote
from commands.choices import team_choices
from commands.happenings import happened
from storage import tickets as rows
from storage import timeline
from storage.attachments import Kept
from storage.tables import Entry, Ticket

SHOWN = 15
MOST_SHOWN = 200
GIST = 700
WHOLE = 10_000


class Followed(Form):
    ticket: TicketNumber
    last: Annotated[int, Ask("How many entries", "number", positional=False)] = SHOWN


class Sought(Form):
    words: Annotated[str, Ask("Words", hint="printer third floor", limit=200)]


class Whose(Form):
    person: Annotated[str, Ask("Person", "person", hint="@ana", limit=120)]


class Queued(Form):
    team: Annotated[str, Ask("Team", "choice", choices=team_choices)] = ""


@command("tickets", "Show my tickets", needs=ANYONE, group="Asking for help", reads=True)
def mine(ctx: Context, asked: NoForm) -> Reply:
    own = rows.of_requester(ctx.db, ctx.workspace, ctx.sender.id)
    if not own:
        return Reply(
            Card(
                "Your tickets",
                "You have none. Ask for help, and what you asked stands here with all that was said about it.",
                buttons=(Button("Ask for help", "ticket", style="primary"),),
            )
        )
    done = [ticket for ticket in own if not Status(ticket.status).open]
    open_ = sorted(own[: len(own) - len(done)], key=lambda ticket: ticket.status != Status.PENDING)
    own = [*open_, *done]
    parts = (("Open", open_), ("Done", done))
    body = "\n\n".join(f"**{name}**\n{_listed(ctx, found)}" for name, found in parts if found)
    return Reply(Card("Your tickets", body, buttons=status_buttons(ctx, own)))


def _listed(ctx: Context, found: Iterable[Ticket]) -> str:
    return "\n".join(line(ctx, ticket) for ticket in found)


def line(ctx: Context, ticket: Ticket) -> str:
    """A ticket in a list: its number, which leads to its page, its title, and below where it stands."""
    owner = places.their_name(ctx, ticket.owner) if ticket.owner else "not claimed"
    status = Status(ticket.status)
    due = _due(ctx, ticket) if status.open and status is not Status.PENDING else ""
    parts = [_standing(ctx, ticket), ticket.priority.capitalize(), owner, due]
    stands = " · ".join(part for part in parts if part)
    return f"- **{linked(ctx, ticket)}** {one_line(ticket.title, 70)}\n  _{stands}_"


def _standing(ctx: Context, ticket: Ticket) -> str:
    if ticket.merged_into:
        return f"Part of {cards.reference(ticket.merged_into, ctx.settings)}"
    if ticket.status == Status.PENDING and ticket.requester == ctx.sender.id:
        return "Waiting for you"
    return Status(ticket.status).label


def linked(ctx: Context, ticket: Ticket) -> str:
    """The ticket's number, which leads to its page."""
    address = f"{ctx.settings.organisation.address}/tickets/{ticket.number}"
    return f"[{cards.reference(ticket, ctx.settings)}]({address})"


def _due(ctx: Context, ticket: Ticket) -> str:
    """When the next thing is due, or since when it is overdue; "" where nothing is promised."""
    due = nearest_deadline(read_clocks(ctx, ticket))
    if due is None or due.deadline is None:
        return ""
    what = "solution" if due.kind == "resolution" else "answer"
    over = due.deadline <= ctx.now
    return f"**{what} overdue since {moment(due.deadline)}**" if over else f"{what} due {moment(due.deadline)}"


def status_buttons(ctx: Context, found: Sequence[Ticket]) -> tuple[Button, ...]:
    """What opens the first five."""
    return tuple(Button(cards.reference(t, ctx.settings), "tickets status", cards.about(t)) for t in found[:5])


@command(
    "tickets status",
    "Show where a ticket stands and what was said",
    needs=PARTIES,
    group="Asking for help",
    form=Followed,
    reads=True,
    sample="IT-1042",
)
def status(ctx: Context, asked: Followed) -> Reply:
    """The requester's side sees public entries only, whatever else there is (BEHAVIOUR 17)."""
    ticket = ctx.the_ticket
    clocks = read_clocks(ctx, ticket)
    entries = readable(ctx)
    base = cards.triage_card(ctx, ticket, clocks, "") if ctx.works else cards.requester_card(ctx, ticket, clocks)
    facts = base.facts if ctx.works else (*base.facts, Fact("Opened", ticket.created_at))
    buttons = tuple(button for button in base.buttons if REGISTRY.commands[button.verb].needs & ctx.roles)
    story = _story(ctx, entries, asked.last, attachments.of_entries(ctx.db, ticket))
    if ticket.resolution:
        story.append(Card(body=f"**Resolution:** {ticket.resolution}"))
    body = "\n\n".join(entry.body for entry in story)
    card = Card(base.title, body, facts, buttons, tone=base.tone, over=base.over and not ctx.works)
    return Reply(card, sections=(Section("What was said", tuple(story), len(story)),))


def readable(ctx: Context) -> list[Entry]:
    """What the sender may read of the ticket's timeline, in order: internal entries for its workers alone."""
    ticket = ctx.the_ticket
    entries = timeline.entries(ctx.db, ctx.workspace, ticket.number, public_only=not ctx.works)
    if ctx.roles is Role.WATCHER and ctx.sender.id != ticket.submitter:
        return [entry for entry in entries if _for_the_joined(ctx, entry)]
    return entries


def _for_the_joined(ctx: Context, entry: Entry) -> bool:
    """Whom somebody else's ticket affects reads what the desk says of it, and their own words: not the others'."""
    return entry.by_agent or entry.author in ("", ctx.sender.id) or entry.kind in ("status", "major")


def _story(ctx: Context, entries: list[Entry], last: int, files: Mapping[int, Sequence[Kept]]) -> list[Card]:
    """The newest entries: what people wrote as quotations, the rest on a line each. An internal note is a warning."""
    limit = GIST if last <= SHOWN else WHOLE  # who wants more than a look reads it whole
    left_out = len(entries) - min(max(last, 1), MOST_SHOWN)
    told = [
        Card(
            body=_told(ctx, entry, limit, files.get(entry.id or 0, ())),
            tone="warning" if entry.kind == "note" else "plain",
        )
        for entry in entries[max(left_out, 0) :]
    ]
    words = "1 earlier entry is" if left_out == 1 else f"{left_out} earlier entries are"
    return [Card(body=f"_{words} left out._"), *told] if left_out > 0 else told


SPOKEN = {"opened": "asked", "reply": "wrote", "note": "noted (internal)"}


def _told(ctx: Context, entry: Entry, limit: int, files: Iterable[Kept]) -> str:
    who = f"**{places.their_name(ctx, entry.author) if entry.author else 'The desk'}**"
    if entry.kind in SPOKEN:
        with_files = "".join(f"\n- {attachments.told(file, ctx.settings)}" for file in files)
        return f"{who} {SPOKEN[entry.kind]} {moment(entry.at)}\n{quote(entry.text, limit)}{with_files}"
    return f"- {who} {happened(ctx, entry)} {moment(entry.at)}"


@command(
    "tickets find",
    "Find tickets by words of their title",
    needs=ANYONE,
    group="Asking for help",
    form=Sought,
    reads=True,
    sample="printer",
)
def find(ctx: Context, asked: Sought) -> Reply:
    """Only what the sender may see is searched: their own and their teams' tickets, or all for an admin."""
    teams = ctx.settings.teams_of(ctx.sender.id)
    found = rows.find(
        ctx.db,
        ctx.workspace,
        asked.words.split(),
        person=ctx.sender.id,
        teams=teams,
        everything=bool(ctx.roles & Role.ADMIN),
        limit=SHOWN,
    )
    # The query narrows; what somebody is to a ticket is decided in one place only.
    found = [
        t for t in found if people.ticket_roles(ctx.db, ctx.sender.id, t, ctx.settings, ctx.now) is not Role.OUTSIDER
    ]
    if not found:
        return Reply(Card(f"No tickets with “{one_line(asked.words, 60)}”", "Fewer or shorter words find more."))
    return Reply(
        Card(f"Tickets with “{one_line(asked.words, 60)}”", _listed(ctx, found), buttons=status_buttons(ctx, found))
    )


@command(
    "tickets of",
    "Show somebody’s tickets",
    needs=WORKERS,
    group="Working on tickets",
    form=Whose,
    reads=True,
    sample="@ana",
)
def theirs(ctx: Context, asked: Whose) -> Reply:
    """Only those that the sender may see are shown."""
    who = people.named(ctx, asked.person)
    found = [
        ticket
        for ticket in rows.of_requester(ctx.db, ctx.workspace, who.id)
        if people.ticket_roles(ctx.db, ctx.sender.id, ticket, ctx.settings, ctx.now) is not Role.OUTSIDER
    ]
    if not found:
        return Reply(Card(f"No tickets of {one_line(who.name, 60)}", "None of theirs that you may see."))
    return Reply(Card(f"Tickets of {one_line(who.name, 60)}", _listed(ctx, found), buttons=status_buttons(ctx, found)))


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
    teams = visible_teams(ctx, asked.team)
    free = rows.queue(ctx.db, ctx.workspace, teams, SHOWN)
    own = rows.of_owner(ctx.db, ctx.workspace, ctx.sender.id, SHOWN)
    names = ", ".join(cards.team_name(ctx, team) for team in teams)
    body = f"**Nobody has these** ({names})\n{_listed(ctx, free) or 'Nothing waits. Well done.'}"
    if own:
        body += f"\n\n**Yours**\n{_listed(ctx, own)}"
    if ctx.roles & LEADS and (others := rows.in_work(ctx.db, ctx.workspace, teams, ctx.sender.id, SHOWN)):
        body += f"\n\n**Others have these**\n{_listed(ctx, others)}"
    buttons = tuple(Button(f"Claim {cards.reference(t, ctx.settings)}", "claim", cards.about(t)) for t in free[:5])
    return Reply(Card("Queue", body, buttons=buttons))


def visible_teams(ctx: Context, asked: str = "") -> tuple[str, ...]:
    """The team that was asked for, or the sender's own; an admin without a team sees all."""
    own = ctx.settings.teams_of(ctx.sender.id)
    every = tuple(ctx.settings.teams) if ctx.roles & Role.ADMIN else own
    if asked and asked not in every:
        names = ", ".join(cards.team_name(ctx, team) for team in own)
        raise Wrong(f"You are not in {cards.team_name(ctx, asked)}. Your teams: {names}.", "team")
    return (asked,) if asked else own or every
