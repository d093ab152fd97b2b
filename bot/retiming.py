"""Bringing open tickets in line with other settings, holidays or time zones: once, and told (BEHAVIOUR 26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from bot import grounds, ladders, moves, places, side_by_side, sla
from bot.context import Scene, Stage
from bot.deadlines import CLOCK_LABELS, retime
from bot.grounds import BEGUN, KEPT, TEAMS, Grounds
from bot.lifecycle import Status
from bot.posts import Wanted, say
from bot.settings import ClockKind
from bot.timeline import record
from bot.words import WORKSPACE, Card
from storage import clocks as rows
from storage import retimings, state, tickets
from storage.retimings import Progress
from storage.tables import Ticket

log = structlog.get_logger()
BATCH = 50
NAMED = 10


@dataclass(frozen=True)
class Change:
    """What the deadlines rested on, and what they rest on now. `again`: another process went by others until now."""

    before: Grounds
    now: Grounds
    again: bool = False

    @property
    def after(self) -> str:
        return grounds.key(self.now)

    @property
    def wanted(self) -> bool:
        return self.before != self.now or self.again

    @property
    def name(self) -> str:
        """Tells this change from others, so that replicas with other settings do not take each other's place in it."""
        return f"retiming:{self.after}"

    @property
    def gone(self) -> list[str]:
        """The teams that are no more."""
        return sorted(set(self.before.get(TEAMS, "").split()) - set(self.now.get(TEAMS, "").split()))

    @property
    def why(self) -> list[str]:
        """What is another, in words; nothing where there was nothing to compare with."""
        if not grounds.plain(self.before):
            return []
        cut_off = self.before.get(BEGUN, self.after) != self.after
        return [
            *grounds.changes(self.before, self.now),
            *["a change before this one was cut off"] * cut_off,
            *["a process with other settings, holidays or time zones was there until now"] * self.again,
        ]


def kept(db: Session) -> Grounds:
    """What the open tickets' deadlines were last worked out by."""
    return grounds.read(state.get(db, WORKSPACE, KEPT))


def begin(db: Session, change: Change) -> None:
    """Keep that it has begun, so that it is made good by whatever counts at the next start, and nothing goes on that
    was cut off before it. What another replica or an earlier start has begun goes on.
    """
    found = grounds.read(state.hold(db, WORKSPACE, KEPT, ""))
    if found.get(BEGUN) != change.after and (found != change.now or change.again):
        retimings.drop(db, WORKSPACE)
        state.keep(db, WORKSPACE, KEPT, grounds.written({**found, BEGUN: change.after}))


def step(db: Session, stage: Stage, change: Change) -> bool:
    """Look at the next open tickets; whether there may be more. Where a replica has begun another change since, that
    one is for all of them.

    How far this has come is kept with what was done, so that a kill between two steps neither loses a ticket of the
    count nor counts one twice. The last step tells of it.
    """
    held = grounds.read(state.hold(db, WORKSPACE, KEPT, ""))  # one step at a time, whoever does it
    if held.get(BEGUN) != change.after:  # another replica was the last, or the next
        return False
    done = retimings.progress(db, WORKSPACE)
    batch = tickets.open_behind(db, done.workspace, done.number, BATCH)
    for ticket in batch:
        _count(done, ticket, _bring_in_line(db, stage, ticket, change))
    if batch:
        retimings.keep(db, WORKSPACE, done)
        return True
    for gone in change.gone:
        settings = stage(db, WORKSPACE).settings
        for category in ("", *settings.categories):  # what has none was the default team's
            tickets.inherit(db, gone, category, settings.team_key_of(category))
    state.keep(db, WORKSPACE, KEPT, grounds.written(change.now))
    retimings.drop(db, WORKSPACE)
    side_by_side.forget(db, change.after, stage(db, WORKSPACE).now)
    for workspace in done.seen:
        _tell(stage(db, workspace), change, done)
    return False


def _count(done: Progress, ticket: Ticket, moved: bool) -> None:
    workspace = done.workspace = ticket.workspace
    done.number = ticket.number
    done.seen[workspace] = done.seen.get(workspace, 0) + 1
    if moved:
        done.moved[workspace] = done.moved.get(workspace, 0) + 1
        done.first.setdefault(workspace, [])
        done.first[workspace] = [*done.first[workspace], ticket.number][:NAMED]


def _bring_in_line(db: Session, stage: Stage, found: Ticket, change: Change) -> bool:
    """Set the clocks of an open ticket anew; whether a deadline that counts has moved."""
    ticket, scene = tickets.locked(db, found.workspace, found.number), stage(db, found.workspace)
    if ticket is None:
        return False
    found_rows = rows.of_ticket(db, ticket.workspace, ticket.number)
    before = {ClockKind(kind): (row.state, row.due_at) for kind, row in found_rows.items()}
    if ticket.team not in scene.settings.teams:
        moves.rehome(scene, ticket)
        moves.settle(scene, ticket)
    after = retime(scene, ticket)
    moved = _moved(before, after)
    if moved:
        ticket.updated_at = scene.now
        _note(scene, ticket, moved, change)
    ladders.follow_clocks(scene, ticket, after, worked=False)
    if ticket.status == Status.PENDING:
        moves.put_off_chores(scene, ticket)
    if moved or any(before.get(clock.kind, ("", None))[1] != clock.deadline for clock in after):
        places.stand(scene, ticket)
    return bool(moved)


Moved = dict[ClockKind, tuple[datetime | None, datetime | None]]


def _moved(before: Mapping[ClockKind, tuple[str, datetime | None]], after: tuple[sla.Clock, ...]) -> Moved:
    """The deadlines that people wait for, as they were and as they are: of clocks that run, or did until now."""
    now = {clock.kind: clock.deadline for clock in after if clock.state == "running"}
    then = {kind: due_at for kind, (state, due_at) in before.items() if state == "running"}
    return {
        kind: (then.get(kind), now.get(kind))
        for kind in ClockKind
        if (kind in then or kind in now) and then.get(kind) != now.get(kind)
    }


def _note(scene: Scene, ticket: Ticket, moved: Moved, change: Change) -> None:
    """Write it into the ticket's timeline: whoever asks why a deadline is another finds it there."""
    told = [f"{CLOCK_LABELS[kind].lower()} {_due(then)} → {_due(now)}" for kind, (then, now) in moved.items()]
    data = {kind.value: [at and at.isoformat() for at in pair] for kind, pair in moved.items()}
    why = f" ({'; '.join(change.why)})" if change.why else ""
    record(scene, ticket, "retimed", f"{', '.join(told)}{why}", data=data)


def _due(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "none"


def _tell(scene: Scene, change: Change, done: Progress) -> None:
    """Say it in the log, and where deadlines have moved once in the escalation rooms."""
    seen, moved = done.seen[scene.workspace], done.moved.get(scene.workspace, 0)
    log.info("deadlines worked out anew", workspace=scene.workspace, open=seen, moved=moved, changed=change.why)
    if not moved:
        return
    prefix = scene.settings.organisation.prefix
    named = ", ".join(f"{prefix}-{number}" for number in done.first[scene.workspace])
    more = f" and {moved - NAMED} more" if moved > NAMED else ""
    which = "1 open ticket has another deadline" if moved == 1 else f"{moved} open tickets have another deadline"
    words = "\n".join([f"{which} (of {seen}): {named}{more}.", *(f"- {why}" for why in change.why)])
    card = Card("Deadlines were worked out anew", words, tone="warning")
    for at in scene.settings.own_escalation_rooms():
        say(scene, Wanted(f"{change.name}:{scene.now.isoformat()}:{at.channel}", at, card))
