"""Moving a ticket through its life: status, timeline, clocks, ladders, chores, cards."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select

from bot import cards, ladders, lifecycle, places, responders
from bot.context import Scene
from bot.deadlines import retime
from bot.lifecycle import Move, Status
from bot.settings import Level
from bot.timeline import record
from bot.words import Button, Card, quote
from storage import timeline
from storage.tables import Chore, Ticket

REMIND, GIVE_UP, CLOSE, DRAW = "remind", "give up", "close", "draw"


def move(scene: Scene, ticket: Ticket, what: Move, *, author: str = "", by_agent: bool = False, words: str = "") -> int:
    """Make the move, with the words that end a ticket; the entry's id, 0 where the status did not change. Whoever is
    asked again has as long for an answer as at first.

    `lifecycle.Refused` when the status does not allow it.
    """
    before = Status(ticket.status)
    after = lifecycle.after(what, before)
    if after is before:
        if what is Move.ASK:
            _set_chores(scene, ticket, after)
        return 0
    if what is Move.REOPEN:
        places.answered(scene, ticket, "It is open again.", reopened=True)
    if before is Status.PENDING:
        places.asked_no_more(scene, ticket)
    ticket.status = after.value
    _stamp(scene, ticket, before, after)
    entry = record(
        scene,
        ticket,
        "status",
        words,
        author=author,
        by_agent=by_agent,
        public=True,
        data={"from": before.value, "to": after.value, "move": what.value},
    )
    if after.open and ticket.team not in scene.settings.teams:
        rehome(scene, ticket)
    _set_chores(scene, ticket, after)
    return entry


def rehome(scene: Scene, ticket: Ticket) -> None:
    """The ticket's team is in the settings no more: the team that has its category now takes it over, and its owner
    has it no longer who works here no more.
    """
    gone, new = ticket.team, scene.settings.team_key_of(ticket.category)
    name = cards.team_name(scene, new)
    places.replace_triage(scene, ticket, Card(cards.title(ticket, scene.settings), f"Moved to {name}."))
    ticket.team = new
    entry = record(scene, ticket, "category", f"team {gone} → {name}", data={"team": new})
    if ticket.owner and not responders.owner_now(scene, ticket):
        words = f"took it from {places.their_name(scene, ticket.owner)}, who is in no team any more"
        ticket.owner = None
        record(scene, ticket, "owner", words, data={"to": None})
    line(scene, ticket, entry, f"The team {gone} is no more: {name} has this ticket now.")


def adopt(scene: Scene, ticket: Ticket, agent: str, how: str) -> None:
    """Who first speaks for the desk has a ticket that nobody has: its requester's next words must reach somebody."""
    if ticket.owner is None:
        ticket.owner = agent
        record(scene, ticket, "owner", how, author=agent, by_agent=True, public=True, data={"to": agent})


def rename(scene: Scene, ticket: Ticket, title: str, by: str) -> None:
    """Give the ticket another title; nothing where it is its own already."""
    if ticket.title == title:
        return
    ticket.title = title
    entry = record(scene, ticket, "renamed", title, author=by, by_agent=True, public=True)
    line(scene, ticket, entry, f"{places.their_name(scene, by)} calls it “{title}”.")


def make_major(scene: Scene, ticket: Ticket, by: str) -> int:
    """Make it a major incident, which touches many; the entry's id."""
    ticket.major, ticket.impact = True, Level.HIGH.value
    ticket.priority = scene.settings.priority(ticket.urgency, ticket.impact)
    return record(scene, ticket, "major", author=by, by_agent=True, public=True, data={"to": ticket.priority})


def must_be_open(scene: Scene, ticket: Ticket) -> None:
    """`lifecycle.Refused` for a ticket that is finished."""
    status = Status(ticket.status)
    if status.open:
        return
    ref = cards.reference(ticket, scene.settings)
    if ticket.merged_into:
        raise lifecycle.Refused(f"{ref} is part of {cards.reference(ticket.merged_into, scene.settings)} now")
    raise lifecycle.Refused(f"{ref} is {status.label}")


def _stamp(scene: Scene, ticket: Ticket, before: Status, after: Status) -> None:
    if after is Status.RESOLVED:
        ticket.resolved_at = scene.now
    if after is Status.CLOSED:
        ticket.closed_at = scene.now
        ticket.resolved_at = ticket.resolved_at or scene.now
    if after.open and not before.open:
        ticket.resolved_at = ticket.closed_at = None
        ticket.reopened += 1
        ticket.resolution = ticket.outcome = ticket.resolved_by = ""
        ticket.stars = ticket.merged_into = None


def settle(scene: Scene, ticket: Ticket, *, worked: bool = False) -> None:
    """What follows every change: clocks anew, ladders that follow them, cards brought up to date.

    `worked`: by an agent.
    """
    ticket.updated_at = scene.now
    ticket.version += 1
    scene.db.add(ticket)
    scene.db.flush()
    clocks = retime(scene, ticket)
    ladders.follow_clocks(scene, ticket, clocks, worked=worked)
    places.stand(scene, ticket)
    if ticket.major:
        places.announce(scene, ticket)


def _set_chores(scene: Scene, ticket: Ticket, status: Status) -> None:
    scene.db.execute(delete(Chore).where(*_chores_of(scene, ticket)))
    if status is Status.PENDING:
        if scene.settings.reminders.pending:
            chore(scene, ticket, REMIND)
        chore(scene, ticket, GIVE_UP)
    if status is Status.RESOLVED:
        chore(scene, ticket, CLOSE)


def chore(scene: Scene, ticket: Ticket, kind: str, step: int = 0) -> None:
    """Something to be done when so much of the team's working time has passed as the settings say."""
    at = _due(scene, ticket, kind, step, scene.now)
    scene.db.add(Chore(workspace=scene.workspace, ticket=ticket.number, kind=kind, next_at=at, step=step))
    scene.db.flush()


def put_off_chores(scene: Scene, ticket: Ticket) -> None:
    """What was set to be done comes later where the settings or holidays say so by now, and never earlier: nobody is
    given up on because a setting has changed.
    """
    for row in scene.db.exec(select(Chore).where(*_chores_of(scene, ticket), col(Chore.kind) != DRAW)):
        began = ("status", "reminded") if row.kind == REMIND else ("status",)
        since = timeline.asked_at(scene.db, scene.workspace, ticket.number, began)
        if since and (row.kind != REMIND or row.step < len(scene.settings.reminders.pending)):
            row.next_at = max(row.next_at, _due(scene, ticket, row.kind, row.step, since))


def _chores_of(scene: Scene, ticket: Ticket) -> tuple[ColumnElement[bool], ...]:
    return col(Chore.workspace) == scene.workspace, col(Chore.ticket) == ticket.number


def _due(scene: Scene, ticket: Ticket, kind: str, step: int, since: datetime) -> datetime:
    rules = scene.settings.reminders
    match kind:
        case "remind":
            work = rules.pending[step] - (rules.pending[step - 1] if step else timedelta())
        case "give up":
            work = rules.give_up
        case _:
            work = rules.close
    return scene.worktime.of(scene.settings.calendar_of(ticket.team)).add(since, work)


def line(
    scene: Scene, ticket: Ticket, entry: int | str, text: str, *buttons: Button, mentions: tuple[str, ...] = ()
) -> None:
    """Say a line in the thread of the ticket's card, since an edited card notifies nobody."""
    places.to_agents(scene, ticket, entry, Card(body=text, buttons=buttons, mentions=mentions))


def ended(scene: Scene, ticket: Ticket, words: str, by: str, outcome: str, *, told: Card | None = None) -> None:
    """Mark who ended the ticket, how, and with what words; whom else it affects hears of it, however it ended.

    `told`: what they read in place of these words.
    """
    ticket.resolution, ticket.resolved_by, ticket.outcome = words, by, outcome
    title = f"{Status(ticket.status).label}: {cards.title(ticket, scene.settings)}"
    whole = places.whole_resolution(scene, ticket)
    card = Card(title, quote(words), buttons=whole, tone=cards.tone_of_end(ticket))
    places.to_watchers(scene, ticket, f"ended:{ticket.reopened}", told or card)


def reopened(scene: Scene, ticket: Ticket, words: str, *buttons: Button, by: str) -> None:
    """Whom else it affects hears that it is not over: with `words` for everybody, if there are any."""
    card = Card(f"Open again: {cards.title(ticket, scene.settings)}", words, buttons=buttons)
    places.to_watchers(scene, ticket, f"reopened:{ticket.reopened}", card, without=(by,))


def concerned(scene: Scene, ticket: Ticket, by: str) -> tuple[str, ...]:
    """Who is called to what somebody says about the ticket: its owner; its lead, where that one works here no more."""
    who = responders.owner_now(scene, ticket) or (responders.lead_now(scene, ticket.team) if ticket.owner else None)
    return (who,) if who and who != by else ()
