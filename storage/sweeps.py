"""Queries of the heartbeat: what is due.

Each costs what is due and not what is stored; on PostgreSQL two replicas never take the same row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, select, update
from sqlmodel import Session, col
from sqlmodel import select as pick

from storage.failpoints import reach
from storage.knowledge import ArticleRow
from storage.prepared import Insert, Prepared
from storage.tables import Chore, Clock, Cycle, Escalation, Ticket

_CLOCK = Clock.__table__  # type: ignore[attr-defined]
_LADDER = Escalation.__table__  # type: ignore[attr-defined]
_CYCLE = Cycle.__table__  # type: ignore[attr-defined]
_CHORE = Chore.__table__  # type: ignore[attr-defined]
_DUE_TABLES = (_CLOCK, _LADDER, _CHORE)
_DUE_CLOCKS = Prepared(
    select(_CLOCK.c.workspace, _CLOCK.c.ticket, _CLOCK.c.kind)
    .where(_CLOCK.c.next_at.is_not(None), _CLOCK.c.next_at <= bindparam("now"))
    .order_by(_CLOCK.c.next_at, _CLOCK.c.ticket)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def due_clocks(db: Session, now: datetime, most: int) -> list[tuple[str, int, str]]:
    """(workspace, ticket, kind) of the clocks to look at, longest due first."""
    due = [(workspace, ticket, kind) for workspace, ticket, kind in _DUE_CLOCKS.run(db, {"now": now, "most": most})]
    reach("clocks claimed")
    return due


_LOOK_AGAIN = Prepared(
    update(_CLOCK)
    .where(_CLOCK.c.workspace == bindparam("w"), _CLOCK.c.ticket == bindparam("t"), _CLOCK.c.kind == bindparam("k"))
    .values(next_at=bindparam("at"), breached=bindparam("b"))
)


def look_again(db: Session, key: tuple[str, int, str], at: datetime | None, *, breached: bool) -> None:
    """When to look at a clock next."""
    workspace, ticket, kind = key
    _LOOK_AGAIN.run_all(db, [{"w": workspace, "t": ticket, "k": kind, "at": at, "b": breached}])


def look_later(db: Session, key: tuple[str, int, str], at: datetime) -> None:
    """Look at a clock then, whatever it is by now."""
    mine = zip((Clock.workspace, Clock.ticket, Clock.kind), key, strict=True)
    db.execute(update(Clock).where(*(col(column) == value for column, value in mine)).values(next_at=at))


def due_escalations(db: Session, now: datetime, most: int) -> list[Escalation]:
    """The ladders whose next level is due, longest due first."""
    due = db.exec(
        pick(Escalation)
        .where(col(Escalation.next_at).is_not(None), col(Escalation.next_at) <= now)
        .order_by(col(Escalation.next_at), col(Escalation.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    reach("ladders claimed")
    return list(due)


def urgent_escalations(db: Session, now: datetime, most: int) -> list[Escalation]:
    """Of the ladders whose next level is due those of critical tickets, longest due first. Costs all that is due."""
    ticket_of = and_(col(Ticket.workspace) == Escalation.workspace, col(Ticket.number) == Escalation.ticket)
    return list(
        db.exec(
            pick(Escalation)
            .join(Ticket, ticket_of)
            .where(col(Escalation.next_at).is_not(None), col(Escalation.next_at) <= now, Ticket.priority == "critical")
            .order_by(col(Escalation.next_at), col(Escalation.id))
            .limit(most)
            .with_for_update(skip_locked=True, of=Escalation)
        ).all()
    )


def climb_later(db: Session, row: Escalation, at: datetime) -> None:
    """Look at a ladder again then."""
    db.execute(update(Escalation).where(col(Escalation.id) == row.id).values(next_at=at))


def due_chores(db: Session, now: datetime, most: int) -> list[Chore]:
    """Reminders and closings that are due, longest due first."""
    due = db.exec(
        pick(Chore)
        .where(Chore.next_at <= now)
        .order_by(col(Chore.next_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    reach("chores claimed")
    return list(due)


def take(db: Session, chore: Chore) -> bool:
    """Strike a chore off; False when it is off already."""
    db.expunge(chore)
    key = (col(Chore.workspace) == chore.workspace, col(Chore.ticket) == chore.ticket, col(Chore.kind) == chore.kind)
    gone = db.execute(delete(Chore).where(*key, col(Chore.next_at) == chore.next_at))
    return bool(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts its rows


def do_later(db: Session, chore: Chore, at: datetime) -> None:
    """Do a chore then."""
    key = (col(Chore.workspace) == chore.workspace, col(Chore.ticket) == chore.ticket, col(Chore.kind) == chore.kind)
    db.execute(update(Chore).where(*key, col(Chore.step) == chore.step).values(next_at=at))


def _set_chore(insert: Insert) -> Any:
    return insert(_CHORE).values({c.name: bindparam(c.name) for c in _CHORE.columns}).on_conflict_do_nothing()


_SET_CHORE = Prepared(_set_chore)


def set_chore(db: Session, workspace: str, ticket: int, kind: str, at: datetime) -> None:
    """Something to do for a ticket then; nothing where it has such a chore already."""
    _SET_CHORE.run_all(db, [{"workspace": workspace, "ticket": ticket, "kind": kind, "next_at": at, "step": 0}])


def _beaten(insert: Insert) -> Any:
    beat = insert(_CYCLE).values({name: bindparam(name) for name in ("name", "ran_at", "error")})
    later = case((_CYCLE.c.ran_at > beat.excluded.ran_at, _CYCLE.c.ran_at), else_=beat.excluded.ran_at)
    return beat.on_conflict_do_update(index_elements=["name"], set_={"ran_at": later, "error": beat.excluded.error})


_BEATEN = Prepared(_beaten)


def beaten(db: Session, name: str, at: datetime, error: str) -> None:
    """A cycle has run. All replicas keep one row for it, with the latest instant of any."""
    _BEATEN.run_all(db, [{"name": name, "ran_at": at, "error": error}])


def last_beat(db: Session) -> datetime | None:
    """The newest instant that the heartbeat has written down."""
    return db.scalar(select(func.max(Cycle.ran_at)))


def due(db: Session, now: datetime) -> dict[str, int]:
    """How many clocks, ladders and chores are due now, by table."""
    counts = {}
    for table in _DUE_TABLES:
        asked = select(func.count()).select_from(table).where(table.c.next_at.is_not(None), table.c.next_at <= now)
        counts[table.name] = db.scalar(asked) or 0
    return counts


def oldest_due(db: Session) -> datetime | None:
    """The earliest next look of any clock: how late the sweep is."""
    return _earliest(db, _CLOCK.c.next_at)


def oldest_escalation(db: Session) -> datetime | None:
    """The same of any ladder."""
    return _earliest(db, _LADDER.c.next_at)


def next_due(db: Session, after: datetime | None = None) -> datetime | None:
    """The earliest instant, `after` another, at which any clock, ladder, chore or article is to be looked at."""
    columns = [*(table.c.next_at for table in _DUE_TABLES), col(ArticleRow.remind_at)]
    return min((look for column in columns if (look := _earliest(db, column, after))), default=None)


def _earliest(db: Session, column: Any, after: datetime | None = None) -> datetime | None:
    which = column.is_not(None) if after is None else column > after  # says that the index will do
    found: datetime | None = db.scalar(select(func.min(column)).where(which))
    return found


def _exists(column: Any) -> Prepared:
    return Prepared(select(column).where(column.is_not(None), column <= bindparam("now")).limit(1))


_ANY_CLOCK, _ANY_LADDER, _ANY_CHORE = (_exists(table.c.next_at) for table in _DUE_TABLES)


def anything_clocks(db: Session, now: datetime) -> bool:
    """Whether any clock is to be looked at."""
    return bool(_ANY_CLOCK.run(db, {"now": now}))


def anything_escalations(db: Session, now: datetime) -> bool:
    """Whether any ladder is to be climbed."""
    return bool(_ANY_LADDER.run(db, {"now": now}))


def anything_chores(db: Session, now: datetime) -> bool:
    """Whether any chore is to be done."""
    return bool(_ANY_CHORE.run(db, {"now": now}))
