"""What is said of a lease: that it ends soon, to whoever acknowledged. What was not sent in time is said as over."""

from __future__ import annotations

from bot import cards, escalation, places
from bot.context import Scene
from bot.posts import URGENT, card_of, edit
from bot.timeline import record
from bot.words import Button, Card, moment
from storage import announcements, posts
from storage.tables import Escalation, Ticket

ENDS, WAS_TO_END = "Your acknowledgement ends soon", "Your acknowledgement was about to end"


def remind(scene: Scene, row: Escalation, ticket: Ticket) -> None:
    """Whoever acknowledged hears, once a lease, that it ends soon."""
    key, who = _key(row), row.acknowledged_by
    if not announcements.announce(scene.db, scene.workspace, key, scene.now):
        return
    record(scene, ticket, "ending", data={"clock": row.clock, "who": who})
    known = cards.about(ticket)
    card = Card(
        f"{ENDS}: {cards.title(ticket, scene.settings)}",
        f"Without progress on the ticket the next level is told {moment(row.lease_until or scene.now)}.",
        buttons=(Button("Reply", "reply", known, "primary"), Button("Acknowledge", "ack", known)),
        mentions=(who,),
        tone="warning",
    )
    if not places.to_person(scene, who, key, card, ticket, urgency=URGENT + 1):
        places.to_agents(scene, ticket, key, card, urgency=URGENT + 1)


def follow(scene: Scene, row: Escalation, ticket: Ticket) -> None:
    """Bring the reminders of a ladder up to date, sent or not: a lease that is over ends no more."""
    in_force = row.lease_until is not None and row.closed_at is None
    for post in posts.of_ticket(scene.db, scene.workspace, ticket.number, "lease"):
        before = card_of(post)
        if _name(row) not in post.key or (in_force and _key(row) in post.key and not before.past):
            continue
        title = before.title.replace(ENDS, WAS_TO_END, 1)  # and no newer one: they may have left the team
        card = Card(title, _became(row), mentions=before.mentions, past=True, leads_to=before.leads_to)
        edit(scene, post, card)


def _became(row: Escalation) -> str:
    if row.closed_at:
        return "Nothing is to be done about this deadline any more."
    return (
        f"It lasts until {moment(row.lease_until)} now." if row.lease_until else "It has ended: the escalation goes on."
    )


def _name(row: Escalation) -> str:
    """What the keys of a ladder's reminders have in common."""
    return escalation.key(row.ticket, row.clock, row.deadline, 0).replace("warn:", "lease:", 1) + ":"


def _key(row: Escalation) -> str:
    """What names the reminder of its lease."""
    assert row.lease_until is not None
    return f"{_name(row)}level{row.level}:{row.lease_until.isoformat()}"
