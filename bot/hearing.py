"""How far each channel was heard, so that what was said while nobody listened can be read up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic_core import from_json, to_json
from sqlmodel import Session

from storage import hearing as rows
from storage import state
from storage.database import Database, StorageFailed

LATELY = timedelta(days=30)
"""In the threads of tickets that were closed earlier nobody is expected to speak."""
THREADS, PEOPLE = 500, 500


class Hearing:
    """What an adapter has to know to catch up. `until` is the instant up to which a channel was heard."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._now = database, clock

    async def until(self, workspace: str, channel: str) -> datetime | None:
        """None where it was never listened to."""
        kept = await self._database.read(lambda db: state.get(db, workspace, _until_name(channel)))
        return datetime.fromisoformat(kept) if kept else None

    async def keep(self, workspace: str, channel: str, until: datetime) -> None:
        """All replicas keep one instant, the latest."""

        def forward(db: Session) -> None:
            kept = state.get(db, workspace, _until_name(channel))
            if not kept or datetime.fromisoformat(kept) < until:
                state.keep(db, workspace, _until_name(channel), until.isoformat())

        await self._database.write(forward)

    async def threads(self, workspace: str, channel: str, room: str, now: datetime) -> list[str]:
        """The threads of a room in which a ticket is talked about, the last changed first."""
        return await self._database.read(
            lambda db: rows.threads(db, workspace, channel, room, now - LATELY, THREADS),
        )

    async def taken(self, workspace: str, channel: str, room: str, messages: Collection[str]) -> set[str]:
        """Those of a room's messages that a ticket holds, or begins with."""
        return await self._database.read(lambda db: rows.taken(db, workspace, channel, room, messages))

    async def people(self, workspace: str, channel: str) -> list[str]:
        """The ids of people with whom there may be a direct talk."""
        return await self._database.read(lambda db: rows.people(db, workspace, channel, PEOPLE))

    async def talks(self, workspace: str, channel: str) -> list[str]:
        """The ids of people with whom there is a direct talk, the last ones first."""
        return await self._database.read(lambda db: rows.talks(db, workspace, channel, PEOPLE))

    async def rooms(self, workspace: str, channel: str) -> dict[str, str]:
        """The platform's ids of rooms, by the names under which they were found."""
        kept = await self._database.read(lambda db: state.get(db, workspace, _rooms_name(channel)))
        found: dict[str, str] = from_json(kept) if kept else {}
        return found

    async def keep_rooms(self, workspace: str, channel: str, rooms: Mapping[str, str]) -> None:
        """Keep them, in place of those before."""
        made = to_json(rooms).decode()
        await self._database.write(lambda db: state.keep(db, workspace, _rooms_name(channel), made))

    async def home(self, workspace: str, channel: str, thread: str) -> str:
        """The room in which a thread is a ticket's, whatever the platform says where it is; "" where it is none's."""
        return await self._database.read(lambda db: rows.home(db, workspace, channel, thread))

    async def under(self, workspace: str, channel: str, room: str, message: str, names: int = 0) -> str:
        """The thread that a message in somebody's talk (`room`) belongs to; "" where to none.

        `names`: the ticket in its title, where it is the desk's: of answers to what somebody did nothing is kept.
        """
        found = await self._database.read(lambda db: rows.under(db, workspace, channel, room, message))
        if found or not names:
            return found
        now = self._now()
        await self._database.write(lambda db: rows.note(db, workspace, channel, room, message, names, now))
        return message

    async def below(self, workspace: str, channel: str, room: str, messages: Collection[str], names: int = 0) -> str:
        """The thread in a room that the first of these messages to do so belongs to, or that of the ticket that one
        `names`; "" where there is none, or the database does not say: better a new ticket than nothing heard.
        """

        def find(db: Session) -> str:
            found = filter(None, (rows.below(db, workspace, channel, room, message) for message in messages))
            return next(found, "") or (rows.requesters(db, workspace, channel, room, names) if names else "")

        try:
            return await self._database.read(find)
        except StorageFailed:
            return ""

    async def writer(self, workspace: str, channel: str, room: str, message: str) -> str:
        """The platform's id of who wrote a message that a ticket holds, for platforms that do not say it; else ""."""
        return await self._database.read(lambda db: rows.writer(db, workspace, channel, room, message))

    async def room(self, workspace: str, channel: str, names: Sequence[str], messages: Collection[str]) -> str:
        """That of a room's names under which one of these messages is a ticket's, or has its thread; else the first."""

        def find(db: Session) -> str:
            return next((name for name in names if rows.taken(db, workspace, channel, name, messages)), names[0])

        return await self._database.read(find) if len(names) > 1 else names[0]


def _rooms_name(channel: str) -> str:
    return f"{channel} rooms"


def _until_name(channel: str) -> str:
    return f"{channel} heard until"
