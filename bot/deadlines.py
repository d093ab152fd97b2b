"""The clocks of a ticket, as its timeline and the settings make them, and their rows (the rules: sla.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any, NamedTuple

from bot import sla
from bot.context import Scene
from bot.settings import ClockKind, SlaPolicy, Targets
from storage import clocks as rows
from storage.tables import Clock, Ticket

CHANGES = ("opened", "priority", "category", "major")
"""The kinds of entries after which another policy may be a ticket's; their data say what it is about from then on."""


def events(scene: Scene, ticket: Ticket) -> list[sla.Event]:
    """The part of a ticket's timeline that its clocks are made of, in the order in which it was written down.

    What was written later did not happen earlier, even if the machine's clock was set back in between.
    """
    found = rows.events(scene.db, scene.workspace, ticket.number)
    instants = accumulate((at for at, *_ in found), max)
    happened, subject = [], Subject(ticket.priority, ticket.category, ticket.team)
    for at, (_, kind, by_agent, public, data) in zip(instants, found, strict=True):
        subject = _changed(subject, kind, data)
        terms = terms_of(scene, subject) if kind in CHANGES else None
        heard = bool(public) and not data.get("aside")  # nobody waits for an answer to a bystander's words
        happened.append(sla.Event(at, kind, bool(by_agent), heard, data.get("to", ""), terms))
    return happened


class Subject(NamedTuple):
    """What decides which policy is a ticket's."""

    priority: str
    category: str
    team: str


def _changed(subject: Subject, kind: str, data: Mapping[str, Any]) -> Subject:
    """What a ticket was about after an entry; entries of older versions say less, and then it is what it is now."""
    match kind:
        case "opened":
            return Subject(*(data.get(name, value) for name, value in subject._asdict().items()))
        case "priority" | "major":
            return subject._replace(priority=data.get("to", subject.priority))
        case "category":
            return subject._replace(category=data.get("to", subject.category), team=data.get("team", subject.team))
    return subject


def opening(now: datetime) -> list[sla.Event]:
    """The events of a ticket that has just been opened."""
    return [sla.Event(now, "opened", public=True)]


def retime(scene: Scene, ticket: Ticket, happened: list[sla.Event] | None = None) -> tuple[sla.Clock, ...]:
    """Work the ticket's clocks out anew and write them down with when to look next.

    `happened` spares reading the timeline.
    """
    clocks = _clocks(scene, ticket, happened)
    before = {} if happened is not None else rows.of_ticket(scene.db, scene.workspace, ticket.number)
    told = clocks if happened is None else [clock for clock in clocks if clock.state != "idle"]
    wanted = [_row(scene, ticket, clock) for clock in told]
    gone = [_ended(row) for kind, row in before.items() if kind not in {clock.kind for clock in clocks}]
    if wanted or gone:
        rows.write(scene.db, wanted + gone)
    return clocks


def policy_of(scene: Scene, ticket: Ticket) -> SlaPolicy | None:
    """The policy that counts for a ticket as it stands."""
    return scene.settings.policy_of(ticket.priority, ticket.category, ticket.team)


def terms_of(scene: Scene, subject: Subject) -> sla.Terms:
    """What the settings promise such tickets; nothing without a policy."""
    calendar = scene.settings.calendar_of(subject.team)
    policy = scene.settings.policy_of(*subject)
    if policy is None:
        return sla.Terms(Targets(), scene.worktime.of(calendar))
    return sla.Terms(
        policy.targets,
        scene.worktime.of(policy.calendar or calendar),
        policy.warn_at,
        policy.on_priority_change,
        policy.on_reopen,
        policy.enforce_from,
        policy.name,
    )


def read_clocks(scene: Scene, ticket: Ticket) -> tuple[sla.Clock, ...]:
    """The ticket's clocks as its timeline and the settings' policies make them."""
    return _clocks(scene, ticket, None)


def _clocks(scene: Scene, ticket: Ticket, happened: list[sla.Event] | None) -> tuple[sla.Clock, ...]:
    happened = events(scene, ticket) if happened is None else happened
    return sla.clocks(happened, terms_of(scene, Subject(ticket.priority, ticket.category, ticket.team)))


def _row(scene: Scene, ticket: Ticket, clock: sla.Clock) -> dict[str, Any]:
    return {
        "workspace": scene.workspace,
        "ticket": ticket.number,
        "kind": clock.kind.value,
        "state": clock.state,
        "policy": clock.policy,
        "target": clock.target.total_seconds(),
        "started_at": clock.started,
        "warn_at": clock.warn_at,
        "due_at": clock.deadline,
        "met_at": clock.met_at,
        "breached": clock.breached_at(scene.now),
        # At once when that has passed: the next sweep announces what was not announced yet, and sets the look after it.
        "next_at": max(clock.warn_at, scene.now) if clock.state == "running" and clock.warn_at else None,
    }


def _ended(row: Clock) -> dict[str, Any]:
    return row.model_dump() | {"state": "idle", "next_at": None}


def nearest_deadline(clocks: tuple[sla.Clock, ...]) -> sla.Clock | None:
    """The running clock that ends first."""
    running = [(c.deadline, c) for c in clocks if c.state == "running" and c.deadline]
    return min(running, key=lambda pair: pair[0], default=(None, None))[1]


CLOCK_LABELS = {
    ClockKind.FIRST: "First response",
    ClockKind.NEXT: "Next response",
    ClockKind.RESOLUTION: "Resolution",
}
