"""Whom it concerns that something has happened, for pages that are kept current."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlmodel import Session

from bot.settings import Settings, staff
from storage import news as rows
from storage.database import Database
from storage.tables import Ticket

AT_ONCE = 200
"""Entries that are looked at in one go; what is behind them comes with the next question."""


class Told(NamedTuple):
    """`until` is where to go on from; `people` are those whom it concerns, by their ids on the channel asked about."""

    until: int
    people: frozenset[str]


class News:
    """Reads the timelines of all tickets as one. On PostgreSQL what is written side by side may come out of order:
    whoever must miss nothing looks for themselves now and then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self) -> int:
        """Where to go on from, for whoever has just seen how things stand."""
        return await self._database.read(rows.newest)

    async def since(self, workspace: str, channel: str, until: int, settings: Settings) -> Told:
        """What has happened in a workspace since `until`. Where nothing has, this costs one look."""

        def look(db: Session) -> Told:
            last = min(rows.newest(db), until + AT_ONCE)
            if last <= until:
                return Told(until, frozenset())
            happened = rows.between(db, workspace, until, last)
            concerned = set(_concerned(happened, settings))
            return Told(last, rows.ids(db, workspace, channel, concerned) if concerned else frozenset())

        return await self._database.read(look)


def _concerned(happened: Iterable[tuple[rows.Happened, Ticket]], settings: Settings) -> Iterator[str]:
    for entry, ticket in happened:
        before = entry.data.get("from") if entry.kind == "owner" else None
        yield from filter(None, (ticket.requester, ticket.owner, before, *settings.admins))
        teams = settings.teams.values() if entry.kind == "category" else [settings.team_for(ticket.team)]
        for team in teams:  # one that a ticket has left is not named any more
            yield from staff(team)
