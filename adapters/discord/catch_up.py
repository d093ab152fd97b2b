"""After a gap, a restart or a take-over: what was missed is read over REST and heard like anything else.

Nothing is heard twice: of what a message became already the desk knows. Live traffic goes on meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from time import monotonic

import discord
import structlog

from adapters.contract import Desk
from adapters.discord.calls import BROKEN, Calls
from adapters.discord.faults import BARRED, CLOSED_TALK, UNKNOWN_CHANNEL, Fault
from adapters.discord.heard import Heard
from adapters.discord.missed import Missed, Read
from adapters.discord.places import CHANNEL, Places
from adapters.discord.retry import patiently
from adapters.discord.rooms import Rooms
from adapters.discord.shards import Lease
from adapters.discord.timing import Timing
from bot.words import WORKSPACE, Address

log = structlog.get_logger()

OVERLAP = 120.0
"""Seconds that are read although they were heard: a connection may be dead for a while before that is noticed."""
AT_MOST = 72 * 3600.0
"""Seconds that are caught up with; what was said longer ago is not made a ticket of."""
TRIES = 20
SHUT = BARRED | CLOSED_TALK | {UNKNOWN_CHANNEL}
"""There is nothing for the bot to read, now or later."""


class Gap:
    """How one shard listens: `live` while it is connected, `missed` from a new session on until all of it is heard."""

    def __init__(self, lease: Lease, now: Callable[[], float] = monotonic) -> None:
        self.lease, self._now = lease, now
        self._live, self._since = False, now()
        self.missed, self.tries = False, 0
        self.look = asyncio.Event()

    @property
    def live(self) -> bool:
        return self._live

    @live.setter
    def live(self, live: bool) -> None:
        if live or self._live:
            self._since = self._now()
        self._live = live

    def silent(self) -> float:
        """Seconds since the connection was lost; 0.0 while it lives.

        discord.py ends one on which no heartbeat was answered for a minute.
        """
        return 0.0 if self._live else self._now() - self._since

    @property
    def name(self) -> str:
        return f"{CHANNEL} shard {self.lease.shard}"

    def ready(self) -> None:
        """A new session has begun."""
        self.live = True
        self.unheard()

    def unheard(self) -> None:
        """Something was told that was not heard; it is caught up with as soon as the session is surely ours."""
        self.missed, self.tries = True, 0
        self.look.set()

    @property
    def waits(self) -> bool:
        """Whether there is something to catch up with that may be another replica's to do."""
        return self.missed and not self.lease.held


class CatchUp:
    """Keeps how far was heard, and catches up with what was not."""

    def __init__(
        self,
        desk: Desk,
        calls: Calls,
        places: Places,
        rooms: Rooms,
        heard: Heard,
        wall: Callable[[], float],
        timing: Timing,
    ) -> None:
        self._desk, self._calls, self._places, self._rooms = desk, calls, places, rooms
        self._heard, self._wall, self._timing = heard, wall, timing
        self._missed = Missed(calls, places, timing.retry)

    async def run(self, gap: Gap) -> None:
        """Until cancelled."""
        while True:
            gap.look.clear()
            try:
                if gap.live and not gap.waits:
                    await self._look(gap)
            except Exception:  # what is live is heard on without it
                log.exception("not caught up with Discord")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.renew if gap.waits else self._timing.keep):
                    await gap.look.wait()

    async def _look(self, gap: Gap) -> None:
        now = self._wall()
        if gap.missed:
            gap.missed = not await self._caught_up(gap, now)
            gap.tries += 1
            if gap.missed and gap.tries < TRIES:
                return
            if gap.missed:
                log.error("what was missed on Discord could not all be read", shard=gap.lease.shard)
                gap.missed = False
        if gap.live and gap.lease.held:
            await self._desk.hearing.keep(WORKSPACE, gap.name, datetime.fromtimestamp(now, UTC))

    async def _caught_up(self, gap: Gap, now: float) -> bool:
        """Whether all that was missed is heard now."""
        until = await self._desk.hearing.until(WORKSPACE, gap.name)
        if until is None:
            return True
        since = max(until.timestamp() - OVERLAP, now - AT_MOST)
        complete, read = True, 0
        for channel in await self._channels(gap.lease, since, now):
            try:
                read += await self._channel(channel, since, until.timestamp())
            except (*BROKEN, Fault) as error:
                code = getattr(error, "code", 0)
                log.warning("a channel was not caught up with", channel=channel, code=code, reason=str(error)[:200])
                complete = complete and code in SHUT
        log.info("caught up with Discord", shard=gap.lease.shard, heard=read, complete=complete)
        return complete

    async def _channels(self, lease: Lease, since: float, now: float) -> list[int]:
        """What this shard is told of: Discord tells the first one of direct talks, and one of each server."""
        found: list[int] = []
        if (self._calls.guild >> 22) % lease.count == lease.shard:
            watched = self._desk.settings.watched(CHANNEL)
            found += await self._missed.rooms(watched)
            threads = await self._missed.threads({*watched, *self._worked_in()}, since, now)
            found += [thread for thread in threads if await self._heard.concerned(thread)]
        return found + await self._talks() if lease.shard == 0 else found

    async def _talks(self) -> list[int]:
        """Those that are open: Discord does not like it when many are opened, and lists none."""
        found = []
        for person in await self._desk.hearing.talks(WORKSPACE, CHANNEL):
            with suppress(Fault):
                found.append(await patiently(partial(self._places.talk, person), self._timing.retry))
        return found

    async def _channel(self, channel: int, since: float, until: float) -> int:
        """Hear what was missed in one place, oldest first; how many messages."""
        read = await self._missed.channel(channel, since)
        room = (await self._rooms.address(await self._rooms.found(channel))).room
        ids = [str(message.id) for message in read.messages]
        taken = await self._desk.hearing.taken(WORKSPACE, CHANNEL, room, ids) if ids else set()
        new = list(self._new(read, since, until, taken))
        for message in new:
            await self._heard.said(message)
        for message in read.messages:
            if message.edited_at and message.edited_at.timestamp() > since:
                await self._heard.edited(message)
        await self._reactions(read, taken)
        return len(new)

    def _new(self, read: Read, since: float, until: float, taken: set[str]) -> Iterator[discord.Message]:
        """What was said in the gap. What was said just before, and has an answer or is a ticket's, was heard."""
        answered = max((m.id for m in read.messages if m.author.id == self._calls.me), default=0)
        for message in read.messages:
            at = message.created_at.timestamp()
            heard = at <= until and (message.id < answered or str(message.id) in taken)
            if at > since and not heard:
                yield message

    async def _reactions(self, read: Read, taken: set[str]) -> None:
        """The ticket emoji on what is no ticket yet, and none of the desk's own words."""
        for message in read.messages:
            if message.author.id == self._calls.me or str(message.id) in taken:
                continue
            for reaction in (one for one in message.reactions if self._heard.is_ticket(one.emoji)):
                people = [user async for user in reaction.users(limit=10) if not user.bot]
                if people:
                    await self._heard.reacted(read.channel, message.id, people[0], people[0].id)

    def _worked_in(self) -> Iterator[str]:
        """The rooms in whose threads tickets are talked about."""
        for team in self._desk.settings.teams.values():
            rooms = (Address.parse(room) for room in team.triage)
            yield from (room.room for room in rooms if room.channel == CHANNEL)
        if tickets := self._desk.settings.discord.tickets:
            yield tickets.removeprefix("#")
