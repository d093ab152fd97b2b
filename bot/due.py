"""What is done about what is due: warnings, breaches, ladders, reminders, closings. Each sweep is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot import cards, climb, digests, escalation, ladders, moves, places, responders, sla, surge, warning
from bot.context import Scene, Stage
from bot.deadlines import CLOCK_LABELS, read_clocks
from bot.installations import workspaces
from bot.lifecycle import Move, Refused, Status
from bot.timeline import record
from bot.words import Button, Card, moment
from storage import announcements, stale, sweeps, tickets
from storage.failures import took_too_long
from storage.tables import Chore, Escalation, Ticket

log = structlog.get_logger()
BATCH = 50
LADDERS = 500
"""More at once than of the rest, so that a flood is seen as one and folded."""
LATER = timedelta(minutes=15)
"""When something is tried again that could not be done."""


class Apart(NamedTuple):
    """How many of those that were due could be done, each by itself, and how many could not."""

    done: int
    put_off: int


def clocks(db: Session, stage: Stage, now: datetime) -> int:
    """Look at the clocks that are due; how many there were.

    State is read again now, and not trusted from when the look was set.
    """
    return _clocks(db, stage, now, sweeps.due_clocks(db, now, BATCH))


def clocks_apart(db: Session, stage: Stage, now: datetime) -> Apart:
    """The same where one of them cannot be looked at."""
    return _counted(
        _apart(
            db,
            partial(_clocks, db, stage, now, [key]),
            partial(sweeps.look_later, db, key, now + LATER),
            ticket=key[1],
            clock=key[2],
        )
        for key in sweeps.due_clocks(db, now, BATCH)
    )


def _counted(outcomes: Iterable[bool]) -> Apart:
    done = list(outcomes)
    return Apart(sum(done), done.count(False))


def _apart(db: Session, do: Callable[[], object], put_off: Callable[[], None], **what: object) -> bool:
    """Do one thing of many: when that raises it is undone, and put off, so that it does not hold up the others."""
    try:
        with db.begin_nested():
            do()
    except Exception as error:
        if _of_all(error):
            raise
        log.exception("put off: it cannot be done", **what)
        put_off()
        return False
    return True


def _clocks(db: Session, stage: Stage, now: datetime, due: Sequence[tuple[str, int, str]]) -> int:
    warnings: list[warning.Warn] = []
    looked = sum(_look(db, stage, key, now, warnings) for key in due)
    warning.say(warnings)
    return looked


def _look(db: Session, stage: Stage, key: tuple[str, int, str], now: datetime, warnings: list[warning.Warn]) -> bool:
    """Look at one clock, adding to what is to be warned of.

    False when its ticket is being changed by somebody else, and the look has to come again.
    """
    workspace, number, kind = key
    ticket = tickets.locked(db, workspace, number, wait=False)
    if ticket is None:
        return False
    scene = stage(db, workspace)
    clock = _clock(scene, ticket, kind)
    if clock is None:
        sweeps.look_again(db, key, None, breached=False)
        return True
    match sla.due(clock, now):
        case "warn":
            warnings.append(warning.warn(scene, ticket, clock))
        case "breach":
            _breach(scene, ticket, clock)
    sweeps.look_again(db, key, sla.next_look(clock, now), breached=clock.breached_at(now))
    return True


def stale_cards(db: Session, stage: Stage, now: datetime) -> int:
    """Draw the cards anew of tickets that have changed; how many tickets these were."""
    taken = stale.take(db, BATCH)
    for workspace, number, since in taken:
        ticket = db.get(Ticket, (workspace, number))
        assert ticket is not None
        scene = stage(db, workspace)
        _draw(scene, partial(places.draw, scene, ticket, since), [number])
        if warnings := warning.said(scene, ticket):
            _draw(scene, partial(warning.follow, scene, ticket, warnings), [number])
    for workspace in {workspace for workspace, _, _ in taken}:
        scene, changed = stage(db, workspace), {number for where, number, _ in taken if where == workspace}
        _draw(scene, partial(digests.follow, scene, changed), sorted(changed))
    return len(taken)


def _draw(scene: Scene, draw: Callable[[], None], numbers: Sequence[int]) -> None:
    """A card that cannot be drawn must not hold back the pings of its ticket, nor other cards: it is drawn later."""
    try:
        with scene.db.begin_nested():
            draw()
    except Exception as error:
        if _of_all(error):
            raise
        log.exception("card not drawn: it is tried again", tickets=numbers)
        for number in numbers:
            sweeps.set_chore(scene.db, scene.workspace, number, moves.DRAW, scene.now + LATER)


def _of_all(error: Exception) -> bool:
    """Whether it is no fault of the one thing that was done: the whole sweep is tried again."""
    return isinstance(error, OperationalError) and not took_too_long(error)


def _clock(scene: Scene, ticket: Ticket, kind: str) -> sla.Clock | None:
    return next((c for c in read_clocks(scene, ticket) if c.kind == kind), None)


def _breach(scene: Scene, ticket: Ticket, clock: sla.Clock) -> None:
    assert clock.deadline is not None
    # Not only the first time: the clock may have stopped since, and its ladder with it.
    ladders.begin(scene, ticket, clock)
    announced = f"breached:{escalation.key(ticket.number, clock.kind.value, clock.deadline, 1)}"
    if not announcements.announce(scene.db, scene.workspace, announced, scene.now):
        return
    ladders.broken(scene, ticket, clock)
    entry = record(scene, ticket, "breached", data={"clock": clock.kind.value, "deadline": clock.deadline.isoformat()})
    label = CLOCK_LABELS[clock.kind].lower()
    owner = responders.owner_now(scene, ticket)
    mentions = (owner,) if owner else ()
    moves.line(scene, ticket, entry, f"The {label} deadline has passed ({moment(clock.deadline)}).", mentions=mentions)
    places.stand(scene, ticket)


def escalations(db: Session, stage: Stage, now: datetime) -> int:
    """Climb the ladders that are due; how many there were."""
    return _escalations(db, stage, _due_escalations(db, now))


def escalations_apart(db: Session, stage: Stage, now: datetime) -> Apart:
    """The same where one of them cannot be climbed."""
    return _counted(
        _apart(
            db,
            partial(_escalations, db, stage, [row]),
            partial(sweeps.climb_later, db, row, now + LATER),
            ticket=row.ticket,
            clock=row.clock,
        )
        for row in _due_escalations(db, now)
    )


def _due_escalations(db: Session, now: datetime) -> list[Escalation]:
    """None of a critical ticket waits behind lesser ones."""
    found = sweeps.due_escalations(db, now, LADDERS)
    if len(found) < LADDERS:
        return found
    known = {row.id for row in found}
    return found + [row for row in sweeps.urgent_escalations(db, now, LADDERS) if row.id not in known]


def _escalations(db: Session, stage: Stage, found: Sequence[Escalation]) -> int:
    due = [row for row in found if tickets.locked(db, row.workspace, row.ticket, wait=False)]
    for workspace in sorted({row.workspace for row in due}):
        climb.advance(stage(db, workspace), [row for row in due if row.workspace == workspace])
    return len(due)


def surges(db: Session, stage: Stage, now: datetime) -> int:
    """Look for surges among the tickets that have come since the last look, in each workspace; how many these were."""
    return sum(surge.look(stage(db, workspace)) for workspace in workspaces(db))


def chores(db: Session, stage: Stage, now: datetime) -> int:
    """Remind silent requesters, give up on them, close what was resolved long ago, try again what could not be drawn;
    how many chores there were.
    """
    return sum(_chore(db, stage, chore) for chore in sweeps.due_chores(db, now, BATCH))


def chores_apart(db: Session, stage: Stage, now: datetime) -> Apart:
    """The same where one of them cannot be done."""
    return _counted(
        _apart(
            db,
            partial(_chore, db, stage, chore),
            partial(sweeps.do_later, db, chore, now + LATER),
            ticket=chore.ticket,
            chore=chore.kind,
        )
        for chore in sweeps.due_chores(db, now, BATCH)
    )


def _chore(db: Session, stage: Stage, chore: Chore) -> bool:
    ticket = tickets.locked(db, chore.workspace, chore.ticket, wait=False)
    # What was done for the ticket a moment ago may have made this one needless.
    if ticket is None or not sweeps.take(db, chore):
        return False
    _do(stage(db, chore.workspace), ticket, chore)
    return True


def _do(scene: Scene, ticket: Ticket, chore: Chore) -> None:
    try:
        match chore.kind:
            case moves.REMIND:
                _remind(scene, ticket, chore.step)
            case moves.GIVE_UP:
                _give_up(scene, ticket)
            case moves.CLOSE:
                _close(scene, ticket)
            case moves.DRAW:
                places.stand(scene, ticket)
    except Refused:
        log.info("chore is out of date", ticket=ticket.number, kind=chore.kind, status=ticket.status)


def _remind(scene: Scene, ticket: Ticket, step: int) -> None:
    if Status(ticket.status) is not Status.PENDING:
        return
    entry = record(scene, ticket, "reminded", data={"step": step + 1})
    asked = cards.asked_last(scene, ticket)
    words = "We still need your answer to go on. Please reply here." + (asked and f"\n\n{asked}")
    card = Card(
        f"A reminder: {cards.title(ticket, scene.settings)}",
        words,
        buttons=(Button("Answer", "reply", cards.about(ticket), "primary"),),
        mentions=(ticket.requester,),
        tone="warning",
    )
    places.to_requester(scene, ticket, entry, card)
    moves.line(scene, ticket, entry, f"{places.their_name(scene, ticket.requester)} was reminded.")
    if step + 1 < len(scene.settings.reminders.pending):
        moves.chore(scene, ticket, moves.REMIND, step + 1)


def _give_up(scene: Scene, ticket: Ticket) -> None:
    moves.move(scene, ticket, Move.GIVE_UP)
    moves.ended(scene, ticket, "We did not hear from you, so we take it that this is settled.", "", "unanswered")
    moves.settle(scene, ticket)
    card = Card(
        f"{cards.reference(ticket, scene.settings)} is resolved as unanswered",
        "Answer here if it is not settled: that opens it again.",
        buttons=tuple(button for button in cards.verdict_buttons(ticket) if button.verb == "notfixed"),
    )
    places.to_requester(scene, ticket, places.question(ticket), card)
    moves.line(scene, ticket, f"gave-up:{ticket.version}", "Resolved as unanswered: the requester was silent.")


def _close(scene: Scene, ticket: Ticket) -> None:
    moves.move(scene, ticket, Move.CLOSE)
    moves.settle(scene, ticket)
    places.closed(scene, ticket)
    moves.line(scene, ticket, f"auto-closed:{ticket.version}", "Closed: nobody objected to the resolution.")
