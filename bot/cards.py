"""The desk's standing cards: a ticket as its team sees it and as its requester sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import sla
from bot.choices import stars
from bot.context import Scene
from bot.deadlines import CLOCK_LABELS, nearest_deadline
from bot.lifecycle import SOLVED, Status
from bot.people import name_of
from bot.settings import ClockKind, Settings
from bot.words import PRIORITY, STATUS, TOLD, Button, Card, Fact, Tone, one_line, quote
from storage.statuses import SELF_SERVED
from storage.tables import Ticket
from storage.timeline import last_question

UNCATEGORISED = "uncategorised"
TITLE_SHOWN = 90
REQUEST_SHOWN = 600
RESOLUTION_SHOWN = 1_000
QUESTION_SHOWN = 200
"""Characters of these on a card that stands; the whole of the latter two is told when it is written."""


def reference(ticket: Ticket | int, settings: Settings) -> str:
    """`IT-1042`."""
    return f"{settings.organisation.prefix}-{ticket if isinstance(ticket, int) else ticket.number}"


def title(ticket: Ticket, settings: Settings) -> str:
    return f"{reference(ticket, settings)} · {one_line(ticket.title, TITLE_SHOWN)}"


def in_prose(ticket: Ticket, settings: Settings) -> str:
    """Number and title within a sentence."""
    return f"{reference(ticket, settings)} “{one_line(ticket.title, TITLE_SHOWN)}”"


def linked(ticket: Ticket, settings: Settings) -> str:
    """The ticket's number, which leads to its page."""
    return f"[{reference(ticket, settings)}]({settings.organisation.address}/tickets/{ticket.number})"


def in_list(ticket: Ticket, settings: Settings, longest: int) -> str:
    """How a ticket begins its line in a list, with so many characters of its title."""
    return f"- **{linked(ticket, settings)}** {one_line(ticket.title, longest)}"


def about(ticket: Ticket) -> dict[str, str]:
    """The answers that name the ticket behind a button."""
    return {"ticket": str(ticket.number)}


def resolution(ticket: Ticket) -> str:
    """How the ticket ended, quoted as long as a card takes it: what is not closed in it ends there; "" where nobody
    said.
    """
    return quote(ticket.resolution, RESOLUTION_SHOWN)


def read_all(ticket: Ticket, entry: int, text: str) -> tuple[Button, ...]:
    """What leads to the whole of an entry's text, where it is too long to be told at once."""
    known = about(ticket) | {"entry": str(entry)}
    return (Button("Read it all", "tickets read", known),) if too_long(text) else ()


def too_long(text: str) -> bool:
    """Whether a text is cut where it is told: by `quote`, or as it has so many lines, which two signs mark each."""
    return len(text) > TOLD or len(text) + 2 * text.count("\n") > TOLD + 500


def priority_words(ticket: Ticket) -> str:
    return f"{ticket.priority.capitalize()} (urgency {ticket.urgency}, impact {ticket.impact})"


def team_name(scene: Scene, team: str) -> str:
    entry = scene.settings.teams.get(team)
    return entry.name if entry else team


def owner_or_team(scene: Scene, ticket: Ticket) -> str:
    if ticket.owner:
        return name_of(scene.db, scene.workspace, ticket.owner, scene.settings)
    return team_name(scene, ticket.team) + (" (not claimed yet)" if Status(ticket.status).open else "")


def triage_card(scene: Scene, ticket: Ticket, clocks: tuple[sla.Clock, ...], request: str, may_help: str = "") -> Card:
    """The one live card in the team's room.

    `request` is the requester's own text, `may_help` what was found for the agents.
    """
    status = Status(ticket.status)
    body = [
        ticket.resolution and f"**Resolution:**\n{resolution(ticket)}",
        "" if request == one_line(ticket.title, TITLE_SHOWN) else quote(request, REQUEST_SHOWN),
        f"_{ticket.why}_" if ticket.why and _still_new(ticket, status) else "",
        may_help,
    ]
    mark = "🔥 Major incident · " if ticket.major else ""
    more = [Button("Read it all", "tickets read", about(ticket))] if len(request) > REQUEST_SHOWN else []
    return Card(
        title=mark + title(ticket, scene.settings),
        body="\n\n".join(part for part in body if part),
        facts=tuple(_work_facts(scene, ticket, clocks)),
        buttons=(*_work_buttons(ticket, status, clocks), *more),
        tone=_tone(scene, ticket, clocks),
        over=status is Status.CLOSED,
    )


def _still_new(ticket: Ticket, status: Status) -> bool:
    """Whether why it is sorted as it is tells its agents something: with its first ones, or where it has just come to
    (BEHAVIOUR 14).
    """
    return status is Status.NEW or (status.open and ticket.why.startswith("owner: "))


def _work_facts(scene: Scene, ticket: Ticket, clocks: tuple[sla.Clock, ...]) -> list[Fact]:
    facts = [
        Fact(STATUS, Status(ticket.status).label),
        Fact(PRIORITY, priority_words(ticket)),
        Fact("Owner", owner_or_team(scene, ticket)),
        Fact("Category", ticket.category or UNCATEGORISED),
        Fact("Requester", name_of(scene.db, scene.workspace, ticket.requester, scene.settings)),
        *_deadlines(scene, clocks),
        *_origin(scene, ticket),
    ]
    if ticket.stars:
        facts.append(Fact("Rated", stars(ticket.stars)))
    return facts


def _origin(scene: Scene, ticket: Ticket) -> list[Fact]:
    """The closed ticket that it goes on with, and who filed it for somebody else."""
    facts = [Fact("Follows", reference(ticket.follows, scene.settings))] if ticket.follows else []
    if ticket.submitter != ticket.requester:
        name = name_of(scene.db, scene.workspace, ticket.submitter, scene.settings)
        facts.append(Fact("Filed by", f"{name} ({ticket.via})"))
    return facts


def _deadlines(scene: Scene, clocks: tuple[sla.Clock, ...]) -> Sequence[Fact]:
    running = [
        Fact(f"{CLOCK_LABELS[c.kind]} {due(c.deadline, scene.now)}", c.deadline)
        for c in clocks
        if c.state == "running" and c.deadline
    ]
    paused = [Fact(CLOCK_LABELS[c.kind], "paused, waiting for the requester") for c in clocks if c.state == "paused"]
    return running + paused


def due(deadline: datetime, now: datetime) -> str:
    """What is said before a running clock's deadline."""
    return "overdue since" if deadline <= now else "due"


def answer_due(scene: Scene, clocks: tuple[sla.Clock, ...]) -> list[Fact]:
    """When its requester is to hear from an agent, if somebody owes them an answer."""
    nearest = nearest_deadline(tuple(clock for clock in clocks if clock.kind is not ClockKind.RESOLUTION))
    deadline = nearest and nearest.deadline
    return [Fact(f"Answer {due(deadline, scene.now)}", deadline)] if deadline else []


def _work_buttons(ticket: Ticket, status: Status, clocks: tuple[sla.Clock, ...]) -> list[Button]:
    known = about(ticket)
    if not status.open:
        again = [Button("Reopen", "reopen", known)] if status is Status.RESOLVED else []
        return again + ([Button("Write an article", "kb draft", known)] if ticket.outcome in SOLVED else [])
    unanswered = any(clock.kind is ClockKind.FIRST and clock.state == "running" for clock in clocks)
    first = ("reply" if unanswered else "resolve") if ticket.owner else "claim"
    work = [
        Button("Reply", "reply", known, "primary" if first == "reply" else "plain"),
        Button("Ask", "ask", known),
        Button("Note", "note", known),
        Button("Resolve", "resolve", known, "primary" if first == "resolve" else "plain"),
        Button("Impact", "impact", known),
        Button("Assign", "assign", known),
    ]
    if ticket.owner:
        return [*work, Button("Take over", "takeover", known)]
    return [Button("Claim", "claim", known, "primary"), *work]


def _tone(scene: Scene, ticket: Ticket, clocks: tuple[sla.Clock, ...]) -> Tone:
    if not Status(ticket.status).open:
        return tone_of_end(ticket)
    if any(clock.breached_at(scene.now) for clock in clocks):
        return "danger"
    nearest = nearest_deadline(clocks)
    near = nearest is not None and nearest.warn_at is not None and nearest.warn_at <= scene.now
    return "warning" if near or ticket.priority == "critical" else "plain"


def tone_of_end(ticket: Ticket) -> Tone:
    """Good is only what somebody says is solved."""
    return "good" if ticket.outcome in (*SOLVED, SELF_SERVED) else "plain"


def requester_card(scene: Scene, ticket: Ticket, clocks: tuple[sla.Clock, ...]) -> Card:
    """The ticket as its requester sees it: where it stands, who has it, when to expect an answer, what they can do."""
    status = Status(ticket.status)
    facts = [
        Fact(STATUS, status.label),
        Fact(PRIORITY, ticket.priority.capitalize()),
        Fact("With", owner_or_team(scene, ticket)),
    ]
    if status is not Status.PENDING:
        facts += answer_due(scene, clocks)
    facts += _origin(scene, ticket)
    return Card(
        title=title(ticket, scene.settings),
        body=_requester_words(scene, ticket, status),
        facts=tuple(facts),
        buttons=tuple(_requester_buttons(ticket, status)),
        tone="warning" if status is Status.PENDING else "plain" if status.open else tone_of_end(ticket),
        over=status is Status.CLOSED and not ticket.merged_into,  # a duplicate's talk goes on in the main ticket
    )


def _requester_words(scene: Scene, ticket: Ticket, status: Status) -> str:
    match status:
        case Status.NEW:
            return "We have your request. Reply to this message to add to it."
        case Status.IN_PROGRESS:
            waits = f"It waits for somebody of {team_name(scene, ticket.team)}"
            working = f"{owner_or_team(scene, ticket)} is working on it" if ticket.owner else waits
            return f"{working}. Reply to this message to add to it."
        case Status.PENDING:
            asked = asked_last(scene, ticket)
            return "**We need something from you**: please reply to this message." + (asked and f"\n\n{asked}")
        case Status.RESOLVED:
            said = f"**Resolved:**\n{resolution(ticket)}" if ticket.resolution else "**Resolved.**"
            return f"{said}\n\nIs it fixed for you?"
        case Status.CLOSED:
            said = f" {ticket.resolution}" if ticket.merged_into else f"\n{resolution(ticket)}"
            asks = ticket.outcome == "fixed" and not ticket.stars
            return f"**Closed.**{said}".rstrip() + ("\n\nHow did we do?" if asks else "")


def asked_last(scene: Scene, ticket: Ticket) -> str:
    """What an agent asked last, quoted as far as there is room; "" where that is not known any more."""
    return quote(one_line(last_question(scene.db, scene.workspace, ticket.number), QUESTION_SHOWN))


def _requester_buttons(ticket: Ticket, status: Status) -> list[Button]:
    known = about(ticket)
    if status.open:
        return [Button("Add information", "reply", known), Button("It is solved", "fixed", known)]
    if status is Status.RESOLVED:
        return verdict_buttons(ticket)
    if ticket.stars or ticket.outcome != "fixed":
        return []
    return star_buttons(ticket)


def verdict_buttons(ticket: Ticket) -> list[Button]:
    """Fixed or not. They are about this resolution, and about no later one."""
    known = about(ticket) | {"reopened": str(ticket.reopened)}
    return [Button("Fixed", "fixed", known, "primary"), Button("Not fixed", "notfixed", known)]


def announcement(ticket: Ticket, settings: Settings) -> Card:
    """A major incident, as it is said where people ask."""
    name = title(ticket, settings)
    if Status(ticket.status).open:
        return Card(
            f"Known problem: {name}",
            "We are working on it. Does it affect you too? One click joins you, and its progress reaches you.",
            (Fact(PRIORITY, ticket.priority.capitalize()),),
            (Button("Me too", "metoo", about(ticket), "primary"),),
            tone="warning",
        )
    if ticket.merged_into:
        return Card(f"Known problem: {name}", f"It is part of {reference(ticket.merged_into, settings)} now.")
    return Card(f"Over: {name}", "Is it still broken for you? Ask for help with `/ticket`.", tone="good")


def panel(settings: Settings) -> Card:
    """What stands in a room for everybody who needs help."""
    return Card(
        f"Need help? Ask {settings.organisation.name}’s service desk",
        "Say what is wrong, and you get a ticket with a number. Only you and those who help you read it.",
        buttons=(Button("Ask for help", "ticket", style="primary"), Button("My tickets", "tickets")),
    )


def star_buttons(ticket: Ticket) -> list[Button]:
    """One to five stars."""
    return [Button("★" * n + f" {n} of 5", "rate", about(ticket) | {"stars": str(n)}) for n in range(1, 6)]
