"""Rows to test with: one workspace "w", one requester "ann"."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from storage import clocks, posts, tickets, timeline
from storage.tables import Identity, Person, Ticket

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def add_person(db: Session, handle: str = "ann") -> None:
    db.add(Person(workspace="w", id=handle, name=handle.capitalize(), created_at=NOW))
    db.flush()
    db.add(Identity(workspace="w", channel="web", external=f"web-{handle}", person=handle))
    db.flush()


def ticket(number: int, **changes: Any) -> dict[str, Any]:
    """All columns of a new ticket."""
    given = {
        "workspace": "w", "number": number, "title": "Printer on fire", "status": "new", "team": "it",
        "urgency": "high", "impact": "low", "priority": "normal", "requester": "ann", "submitter": "ann", "via": "web",
        "created_at": NOW, "updated_at": NOW, "origin_channel": "web", "origin_room": "lobby",
    }  # fmt: skip
    return Ticket(**given).model_dump() | changes


def add_ticket(db: Session, **changes: Any) -> int:
    """A ticket with the next number, of somebody who is known already."""
    number = tickets.next_number(db, "w", 1000)
    tickets.add(db, ticket(number, **changes))
    return number


def entry(number: int, kind: str = "opened", **changes: Any) -> dict[str, Any]:
    return {"workspace": "w", "ticket": number, "at": NOW, "kind": kind, **changes}


def clock(number: int, kind: str = "first", **changes: Any) -> dict[str, Any]:
    given = {
        "workspace": "w", "ticket": number, "kind": kind, "state": "running", "policy": "usual", "target": 3600.0,
        "started_at": NOW, "warn_at": NOW + HOUR, "due_at": NOW + 2 * HOUR, "met_at": None, "breached": False,
        "next_at": NOW + HOUR,
    }  # fmt: skip
    return given | changes


def post(key: str, card: str = '{"title": "Hello"}', **changes: Any) -> dict[str, Any]:
    place = {"workspace": "w", "key": key, "channel": "web", "room": "lobby"}
    return {**place, "card": card, "created_at": NOW, "wanted_at": NOW, **changes}


def whole_ticket(db: Session) -> int:
    """A ticket with all that an intake writes: two entries, three clocks, two posts."""
    number = add_ticket(db)
    timeline.add_all(db, [entry(number), entry(number, "owner")])
    clocks.write(db, [clock(number, kind) for kind in ("first", "next", "resolution")])
    posts.want(db, [post(f"agents:{number}", ticket=number), post(f"requester:{number}", ticket=number)])
    return number
