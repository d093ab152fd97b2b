"""/ack, /take, /snooze, /escalate: what can be done about a breach."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from bot import cards, climb, escalation, ladders, moves, places
from bot.context import Context
from bot.deadlines import nearest_deadline, read_clocks
from bot.forms import AboutTicket, Ask, Form, TicketNumber, Wrong
from bot.lifecycle import Refused
from bot.people import WORKERS
from bot.pings import CALLED
from bot.registry import command
from bot.timeline import record
from bot.until import until
from bot.words import Reply, clean, cut, moment, tell
from commands.claim import take_over
from commands.reply import add_note
from storage.tables import Escalation

LONGEST_SNOOZE = timedelta(days=7)
WHY = 5
"""Lines of what was said why, as a ping has them."""


class Snoozed(Form):
    ticket: TicketNumber
    until: Annotated[str, Ask("Until when?", hint="2h, 14:00 or monday; empty: as the ladder says")] = ""


class Higher(Form):
    ticket: TicketNumber
    text: Annotated[str, Ask("Why?", "long")] = ""
    level: Annotated[int | None, Ask("Level", "number", positional=False, fixed=True)] = None


def _running(ctx: Context) -> list[Escalation]:
    """The open ladders of the ticket. `Refused` when there is none."""
    rows = ladders.open_of(ctx, ctx.the_ticket)
    if not rows:
        raise Refused(f"no escalation of {cards.reference(ctx.the_ticket, ctx.settings)} is running")
    return rows


@command(
    "ack",
    "Acknowledge an escalation: I have seen it",
    needs=WORKERS,
    group="Priorities and escalations",
    form=AboutTicket,
    sample="IT-1042",
    title="Acknowledge",
)
def acknowledge(ctx: Context, asked: AboutTicket) -> Reply:
    rows = _running(ctx)
    _acknowledge(ctx, rows)
    row = rows[-1]
    entry = record(ctx, ctx.the_ticket, "acknowledged", author=ctx.sender.id, by_agent=True, data={"clock": row.clock})
    moves.line(ctx, ctx.the_ticket, entry, f"{ctx.sender.name} acknowledged the escalation.")
    until = f" until {moment(row.lease_until)}" if row.lease_until else ""
    return tell(f"Acknowledged: the ladder waits{until} as long as the ticket makes progress. The clock goes on.")


def _acknowledge(ctx: Context, rows: list[Escalation]) -> None:
    for row in rows:
        acknowledged = escalation.acknowledge(ladders.running_of(row), ctx.sender.id, ctx.now)
        ladders.change(ctx, ctx.the_ticket, row, acknowledged)


@command(
    "take",
    "Take the ticket of an escalation",
    needs=WORKERS,
    group="Priorities and escalations",
    form=AboutTicket,
    sample="IT-1042",
)
def take(ctx: Context, asked: AboutTicket) -> Reply:
    """Claim it, and acknowledge its ladders."""
    ticket = ctx.the_ticket
    moves.must_be_open(ctx, ticket)
    already = ticket.owner == ctx.sender.id
    if not already:
        take_over(ctx, "took it from the escalation")
    rows = ladders.open_of(ctx, ticket)
    _acknowledge(ctx, rows)
    yours = f"is yours{' already' if already else ''}{', and the ladder waits for you' if rows else ''}"
    return tell(f"{cards.reference(ticket, ctx.settings)} {yours}.")


@command(
    "snooze",
    "Let an escalation wait",
    needs=WORKERS,
    group="Priorities and escalations",
    form=Snoozed,
    sample="IT-1042 2h",
)
def snooze(ctx: Context, asked: Snoozed) -> Reply:
    """Said anew it may be shorter. Where the next level comes later anyhow, or none does, nothing changes, and that is
    what is said.
    """
    rows = _running(ctx)
    ends = until(ctx, asked.until, "until") if asked.until else None
    if ends and ends > ctx.now + LONGEST_SNOOZE:
        raise Wrong(f"Until when? An escalation waits for at most {LONGEST_SNOOZE.days} days.", "until")
    put_off = [row for row in rows if _put_off(ctx, row, ends)]
    coming = [at for row in rows if (at := row.lease_until or row.next_at)]
    if not coming:
        return tell("Nobody is told any more: the ladder has ended, and there is nothing to put off. Please act.")
    if not put_off:
        return tell(f"Nobody else is told before {moment(min(coming))} anyhow: a snooze changes nothing.")
    entry = record(ctx, ctx.the_ticket, "snoozed", author=ctx.sender.id, by_agent=True)
    moves.line(ctx, ctx.the_ticket, entry, f"{ctx.sender.name} snoozed the escalation.")
    return tell(f"Snoozed: nobody else is told before {moment(min(coming))}.")


def _put_off(ctx: Context, row: Escalation, ends: datetime | None) -> bool:
    before = ladders.running_of(row)
    after = escalation.snooze(before, ctx.now, until=ends)
    if after == before or after.next_at is None:
        return False
    if after.without_snooze:
        row.plan = row.plan | {"snoozed": [ctx.sender.id, after.next_at.isoformat()]}
    ladders.change(ctx, ctx.the_ticket, row, after)
    return True


@command(
    "escalate",
    "Tell the next level now",
    needs=WORKERS,
    group="Priorities and escalations",
    form=Higher,
    sample="IT-1042 the customer waits",
)
def escalate(ctx: Context, asked: Higher) -> Reply:
    """Words why are kept as a note, and told whoever hears from now on."""
    words = clean(asked.text, ctx.settings.limits.text)
    told = _tell_next(ctx, asked.level, words)
    if words:
        add_note(ctx, words)
    return told


def _tell_next(ctx: Context, level: int | None, why: str) -> Reply:
    ticket = ctx.the_ticket
    moves.must_be_open(ctx, ticket)
    rows = ladders.open_of(ctx, ticket)
    if not rows:
        return _by_hand(ctx, why)
    levels = [row.level for row in rows]
    changed = [escalation.escalate_now(ladders.running_of(row), ctx.now, level) for row in rows]
    stale = all(new.next_at == row.next_at for new, row in zip(changed, rows, strict=True))
    if stale and level is not None:
        return tell("The next level has been told already.")
    for row, new in zip(rows, changed, strict=True):
        ladders.write_back(ctx, row, new)
    _advance(ctx, rows, why)
    return tell(f"{_told(ctx, [row for row, level in zip(rows, levels, strict=True) if row.level > level])}.")


def _told(ctx: Context, rows: list[Escalation]) -> str:
    """Whom their last levels have told."""
    told = (who for row in rows for who in row.plan["told"][str(row.level)]["who"])
    names = dict.fromkeys(places.their_name(ctx, who) for who in told)
    return f"Told: {', '.join(names) or 'the escalation channel'}"


def _advance(ctx: Context, rows: list[Escalation], why: str) -> None:
    """Say what is due now. `Refused` when that is nothing: nobody is told that somebody heard when nobody did.

    Who escalated and why is kept with the ladder; a click without words leaves earlier words there.
    """
    lines = why.splitlines()
    told = cut("\n".join(lines[:WHY] + ["…"] * (len(lines) > WHY)), cards.REQUEST_SHOWN)
    for row in rows:
        due = row.next_at is not None and row.next_at <= ctx.now
        if due and (why or not row.plan.get(CALLED, ("", ""))[1]):
            row.plan = row.plan | {CALLED: [ctx.sender.id, told]}
    if not climb.advance(ctx, rows, by_hand=True):
        raise Refused("nobody is left to be told")


def _by_hand(ctx: Context, why: str) -> Reply:
    """Escalate a ticket that is still in time: its nearest clock's ladder starts now."""
    ticket = ctx.the_ticket
    clock = nearest_deadline(read_clocks(ctx, ticket))
    if clock is None:
        raise Refused("no clock of this ticket is running, so there is nothing to escalate")
    ladders.begin_by_hand(ctx, ticket, clock)
    rows = ladders.open_of(ctx, ticket)
    for row in rows:
        ladders.write_back(ctx, row, escalation.escalate_now(ladders.running_of(row), ctx.now))
    record(ctx, ticket, "escalated", "by hand", author=ctx.sender.id, by_agent=True)
    _advance(ctx, rows, why)
    return tell(f"{cards.reference(ticket, ctx.settings)} is escalated. {_told(ctx, rows)}.")
