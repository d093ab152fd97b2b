"""Queries on tickets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, insert, literal, or_, select, true, tuple_, update
from sqlalchemy import text as sql
from sqlmodel import Session, col
from sqlmodel import select as pick

from storage.prepared import Insert, Prepared, loaded
from storage.statuses import OPEN
from storage.tables import OPEN as IS_OPEN
from storage.tables import Counter, Ticket, Watcher

_TICKET = Ticket.__table__  # type: ignore[attr-defined]
_COUNTER = Counter.__table__  # type: ignore[attr-defined]
DIGITS = 9
"""Of a ticket's number, at most."""
_IS_OPEN = sql(IS_OPEN)  # word for word as in the partial indexes: SQLite does not see it in a list of parameters

_ADD = Prepared(insert(_TICKET))


def add(db: Session, values: Mapping[str, Any]) -> None:
    """Insert a ticket: all its columns must be given."""
    _ADD.run_all(db, [values])


def made(values: Mapping[str, Any]) -> Ticket:
    """The ticket that `add` wrote, belonging to no Session: for reading only."""
    return loaded(Ticket, values, tuple(values.values()))


def _count_up(insert_: Insert) -> Any:
    new = insert_(_COUNTER).values(workspace=bindparam("workspace"), name=bindparam("name"), value=bindparam("value"))
    return new.on_conflict_do_update(
        index_elements=["workspace", "name"], set_={"value": _COUNTER.c.value + 1}
    ).returning(_COUNTER.c.value)


_COUNT_UP = Prepared(_count_up)


def next_number(db: Session, workspace: str, first: int) -> int:
    """The next ticket number; whoever asks next waits until this transaction has ended, so that none is lost or
    doubled.
    """
    number: int = _COUNT_UP.run(db, {"workspace": workspace, "name": "ticket", "value": first})[0][0]
    return number


_NTH_FILED = Prepared(
    select(_TICKET.c.number)
    .where(
        _TICKET.c.workspace == bindparam("workspace"),
        _TICKET.c.submitter == bindparam("person"),
        _TICKET.c.created_at > bindparam("since"),
    )
    .limit(1)
    .offset(bindparam("before"))
)


def filed_as_many(db: Session, workspace: str, person: str, since: datetime, count: int) -> bool:
    """Whether somebody has filed so many tickets since an instant."""
    return bool(_NTH_FILED.run(db, {"workspace": workspace, "person": person, "since": since, "before": count - 1}))


_LOAD = Prepared(
    select(_TICKET.c.priority).where(
        _TICKET.c.workspace == bindparam("workspace"),
        _TICKET.c.owner == bindparam("owner"),
        _TICKET.c.owner.is_not(None),
        _IS_OPEN,
    )
)


def load(db: Session, workspace: str, owner: str) -> list[str]:
    """The priorities of somebody's open tickets."""
    return [priority for (priority,) in _LOAD.run(db, {"workspace": workspace, "owner": owner})]


class Seen(NamedTuple):
    """The tickets that somebody may see: their own and their teams', or everything."""

    person: str
    teams: Sequence[str]
    everything: bool


def of_requester(db: Session, workspace: str, person: str, limit: int = 20, seen: Seen | None = None) -> list[Ticket]:
    """Somebody's own tickets, those that another may see: open ones first, then the newest."""
    query = (
        pick(Ticket)
        .where(Ticket.workspace == workspace, Ticket.requester == person)
        .order_by(col(Ticket.status).in_(OPEN).desc(), col(Ticket.created_at).desc())
        .limit(limit)
    )
    return list(db.exec(query.where(_visible(workspace, seen)) if seen else query).all())


def joined(db: Session, workspace: str, person: str, limit: int = 20) -> list[Ticket]:
    """The open tickets that affect somebody too, the newest first."""
    theirs = pick(Watcher.ticket).where(Watcher.workspace == workspace, Watcher.person == person, col(Watcher.joined))
    open_ = pick(Ticket).where(Ticket.workspace == workspace, col(Ticket.number).in_(theirs), _IS_OPEN)
    return list(db.exec(open_.order_by(col(Ticket.created_at).desc()).limit(limit)).all())


def latest_of(db: Session, workspace: str, person: str, since: datetime, channel: str, room: str) -> Ticket | None:
    """The open ticket that somebody made in a room since an instant, if any."""
    return db.exec(
        pick(Ticket)
        .where(
            Ticket.workspace == workspace,
            Ticket.requester == person,
            Ticket.created_at > since,
            Ticket.origin_channel == channel,
            Ticket.origin_room == room,
            _IS_OPEN,
        )
        .order_by(col(Ticket.number).desc())
    ).first()


def follower(db: Session, workspace: str, number: int, person: str) -> int | None:
    """The newest ticket that somebody has opened after one was closed, going on with it, if any."""
    mine = pick(Ticket.number).where(Ticket.workspace == workspace, Ticket.requester == person)
    return db.exec(mine.where(Ticket.follows == number).order_by(col(Ticket.created_at).desc())).first()


def find(db: Session, workspace: str, words: Sequence[str], seen: Seen, limit: int) -> list[Ticket]:
    """Tickets whose title holds all the words, among those that somebody may see."""
    matches = and_(*(col(Ticket.title).icontains(word, autoescape=True) for word in words))
    return _newest(db, matches, workspace, seen, limit)


def numbered(db: Session, workspace: str, begins: int, seen: Seen, limit: int) -> list[Ticket]:
    """Tickets whose number begins with these digits, and goes on, among those that somebody may see."""
    number = col(Ticket.number)
    longer = range(1, DIGITS - len(str(begins)) + 1)
    if not longer:
        return []
    matches = or_(*(number.between(begins * 10**more, (begins + 1) * 10**more - 1) for more in longer))
    return _newest(db, matches, workspace, seen, limit)


def _newest(db: Session, matches: ColumnElement[bool], workspace: str, seen: Seen, limit: int) -> list[Ticket]:
    query = pick(Ticket).where(Ticket.workspace == workspace, matches).order_by(col(Ticket.number).desc()).limit(limit)
    return list(db.exec(query.where(_visible(workspace, seen))).all())


def _visible(workspace: str, seen: Seen) -> ColumnElement[bool]:
    if seen.everything:
        return true()
    mine = Watcher.workspace == workspace, Watcher.person == seen.person, col(Watcher.joined)
    return or_(
        col(Ticket.requester) == seen.person,
        col(Ticket.submitter) == seen.person,
        col(Ticket.owner) == seen.person,
        col(Ticket.team).in_(seen.teams),
        col(Ticket.number).in_(pick(Watcher.ticket).where(*mine)),
    )


class Recent(NamedTuple):
    """What a surge is seen by."""

    number: int
    title: str
    merged_into: int | None
    major: bool


_RECENT = Prepared(
    select(_TICKET.c.number, _TICKET.c.title, _TICKET.c.merged_into, _TICKET.c.major)
    .where(
        _TICKET.c.workspace == bindparam("workspace"),
        _TICKET.c.created_at >= bindparam("start"),
        _TICKET.c.created_at <= bindparam("end"),
        _TICKET.c.team == bindparam("team"),
    )
    .order_by(_TICKET.c.created_at.desc())
    .limit(bindparam("most"))
)


def recent(db: Session, workspace: str, team: str, start: datetime, end: datetime, most: int) -> list[Recent]:
    """A team's newest tickets that were opened in a stretch of time, both ends included."""
    values = {"workspace": workspace, "team": team, "start": start, "end": end, "most": most}
    return [Recent(*row) for row in _RECENT.run(db, values)]


_BEHIND = Prepared(
    select(_TICKET.c.number, _TICKET.c.title, _TICKET.c.team)
    .where(_TICKET.c.workspace == bindparam("workspace"), _TICKET.c.number > bindparam("number"))
    .order_by(_TICKET.c.number)
    .limit(bindparam("most"))
)


def behind(db: Session, workspace: str, number: int, most: int) -> list[tuple[int, str, str]]:
    """(number, title, team) of the tickets behind a number, in order."""
    return [tuple(row) for row in _BEHIND.run(db, {"workspace": workspace, "number": number, "most": most})]


_ONE = pick(Ticket).where(col(Ticket.workspace) == bindparam("workspace"), col(Ticket.number) == bindparam("number"))
_ONE_FRESH = _ONE.execution_options(populate_existing=True)
_LOCKED, _FREE = _ONE_FRESH.with_for_update(), _ONE_FRESH.with_for_update(skip_locked=True)


def locked(db: Session, workspace: str, number: int, *, wait: bool = True) -> Ticket | None:
    """A ticket, to be changed: on PostgreSQL nobody else changes it before this transaction ends.

    With `wait` False one that somebody else is changing is None: sweeps come again.
    """
    return db.exec(_LOCKED if wait else _FREE, params={"workspace": workspace, "number": number}).first()


def chain(db: Session, ticket: Ticket, *, lock: bool = True) -> list[Ticket]:
    """The ticket and what it has become part of, one behind the other; with `lock`, to be changed."""
    found = {ticket.number: ticket}
    number = ticket.merged_into
    while number is not None and number not in found:
        key = ticket.workspace, number
        main = locked(db, *key) if lock else db.get(Ticket, key)
        if main is None:
            break
        found[number], number = main, main.merged_into
    return list(found.values())


def brought(db: Session, main: Ticket, numbers: Collection[int]) -> set[str]:
    """The requesters and watchers of those of these tickets that are part of another."""
    part = Ticket.workspace == main.workspace, col(Ticket.number).in_(numbers), Ticket.merged_into == main.number
    their = Watcher.workspace == main.workspace, col(Watcher.ticket).in_(pick(Ticket.number).where(*part))
    return {*db.exec(pick(Ticket.requester).where(*part)).all(), *db.exec(pick(Watcher.person).where(*their)).all()}


def open_behind(db: Session, workspace: str, number: int, limit: int) -> list[Ticket]:
    """The open tickets behind a (workspace, number), in this order."""
    key = tuple_(col(Ticket.workspace), col(Ticket.number))
    return list(
        db.exec(
            pick(Ticket)
            .where(key > tuple_(literal(workspace), literal(number)), col(Ticket.status).in_(OPEN))
            .order_by(col(Ticket.workspace), col(Ticket.number))
            .limit(limit)
        ).all()
    )


def inherit(db: Session, gone: str, category: str, team: str) -> None:
    """What a team that is no more had in a category is another team's, in every workspace."""
    db.execute(
        update(Ticket).where(col(Ticket.team) == gone, col(Ticket.category) == category).values(team=team),
        execution_options={"synchronize_session": False},
    )
