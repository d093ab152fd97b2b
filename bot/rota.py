"""A rotation as it stands in a workspace: the settings' turns, and those who were said in chat to stand in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import oncall
from bot.oncall import Shift
from bot.settings import Settings, staff
from storage import standins
from storage.tables import StandIn

A_TURN = timedelta(days=15)
"""More than any turn is long, wherever in it one looks."""


def who(db: Session, workspace: str, name: str, settings: Settings, now: datetime) -> str:
    """Who is on call in a rotation of the settings, at this instant."""
    standing = standing_in(db, workspace, name, settings, now, now)
    return oncall.on_call(settings.on_call[name], now, settings.organisation.zone, standing)


def standing_in(
    db: Session, workspace: str, name: str, settings: Settings, start: datetime, end: datetime
) -> list[Shift]:
    """Who stands in at some instant of [start, end], in the order in which it was said.

    Who is in no team any more, and in no turn of the rotation's, could do nothing: for them nobody stands in.
    """
    can = settings.on_call[name].takers().union(settings.admins, *map(staff, settings.teams.values()))
    rows = standins.overlapping(db, workspace, name, start, end)
    return [Shift(row.person, row.start, row.end) for row in rows if row.person in can]


def handovers(
    db: Session, workspace: str, name: str, settings: Settings, start: datetime, end: datetime
) -> list[Shift]:
    """The shifts in [start, end), cut to it."""
    standing = standing_in(db, workspace, name, settings, start, end)
    return oncall.handovers(settings.on_call[name], start, end, settings.organisation.zone, standing)


def shifts(db: Session, workspace: str, name: str, settings: Settings, start: datetime, end: datetime) -> list[Shift]:
    """The shifts that overlap [start, end), whole: for that, those around are looked at as well."""
    standing = standing_in(db, workspace, name, settings, start - A_TURN, end + A_TURN)
    return oncall.shifts(settings.on_call[name], start, end, settings.organisation.zone, standing)


def end(db: Session, workspace: str, name: str, settings: Settings, now: datetime) -> bool:
    """Nobody stands in from now on who was said in chat to do so at this instant; whether anybody was.

    Whole turns were exchanged for others, and stay so.
    """
    turns = oncall.shifts(settings.on_call[name], now - A_TURN, now + A_TURN, settings.organisation.zone)
    whole = {(turn.start, turn.end) for turn in turns}
    rows = [r for r in standins.overlapping(db, workspace, name, now, now) if (r.start, r.end) not in whole]
    for row in rows:
        row.end = now
        db.add(row)
    db.flush()
    return bool(rows)


def stand_in(db: Session, workspace: str, name: str, shifts: Sequence[Shift]) -> None:
    """From now on these people are on call at these times."""
    for shift in shifts:
        db.add(StandIn(workspace=workspace, rotation=name, person=shift.person, start=shift.start, end=shift.end))
    db.flush()
