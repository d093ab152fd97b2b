"""Queries of the auditor: clocks and ladders that nobody looks after."""

from __future__ import annotations

from sqlalchemy import func, not_, or_, select
from sqlalchemy import text as sql
from sqlmodel import Session

from storage.prepared import Prepared
from storage.tables import BREACHED, BY_HAND, UNWATCHED, Clock, Escalation

_CLOCK = Clock.__table__  # type: ignore[attr-defined]
_LADDER = Escalation.__table__  # type: ignore[attr-defined]


def unwatched(db: Session) -> int:
    """Running clocks that were not breached and have no next look, or one after their deadline: there must be none."""
    return db.scalar(select(func.count()).select_from(_CLOCK).where(sql(UNWATCHED))) or 0


def stranded(db: Session) -> int:
    """Open ladders without a next look that have a level to say yet, or a lease to end: there must be none.

    Costs what is open. A ladder without a step says nothing, and is none.
    """
    levels = func.json_array_length(_LADDER.c.plan["rungs"]) + _LADDER.c.plan["repeat"].as_integer()
    to_come = (_LADDER.c.level < levels) | _LADDER.c.lease_until.is_not(None)
    open_ = _LADDER.c.closed_at.is_(None) & _LADDER.c.next_at.is_(None)
    return db.scalar(select(func.count()).select_from(_LADDER).where(open_, levels > 0, to_come)) or 0


_HEARING = (
    select(_LADDER.c.id)
    .where(
        _LADDER.c.workspace == _CLOCK.c.workspace,
        _LADDER.c.ticket == _CLOCK.c.ticket,
        _LADDER.c.clock == _CLOCK.c.kind,
        _LADDER.c.closed_at.is_(None),
        or_(_LADDER.c.deadline == _CLOCK.c.due_at, _LADDER.c.plan[BY_HAND].as_string().is_not(None)),
    )
    .exists()
)
"""An open ladder of the clock's deadline, or one that was begun by hand: it goes on wherever that moves."""

_UNHEARD = Prepared(
    select(func.count())
    .select_from(_CLOCK)
    .where(sql(BREACHED), _CLOCK.c.next_at.is_(None), not_(_HEARING))  # as its partial index says it
)


def unheard(db: Session) -> int:
    """Clocks that run over their deadline with no open ladder and no look to come: there must be none.

    Costs what is breached. A ladder without a step is a row as well, so that having nobody to tell is no finding.
    """
    return int(_UNHEARD.run(db, {})[0][0])
