"""After a gap or a restart: what was missed is read from Slack's history and heard like any event.

Nothing is heard twice: of what a message became already the desk knows. Live traffic goes on meanwhile.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from adapters.contract import Desk
from adapters.slack import history
from adapters.slack.calls import Calls
from adapters.slack.faults import DOOR, Fault
from adapters.slack.history import Event, History, Message
from adapters.slack.listen import Receive
from adapters.slack.rooms import CHANNEL, Rooms

log = structlog.get_logger()

KEEP = 30.0
"""Seconds between two notes of how far was heard."""
STALE = 90.0
"""Seconds behind which such a note is so old that nobody listened since: the database was away, or we stood still."""
OVERLAP = 120.0
"""Seconds that are read although they were heard: what was on its way when the desk ended."""
MINUTE = 60.0
"""Seconds for which Slack holds events back at a time."""
AT_MOST = 72 * 3600.0
"""Seconds that are caught up with; what was said longer ago is not made a ticket of."""
TRIES = 20
"""So often a gap is looked into again, with KEEP between."""
AGAIN = (1.0, 5.0, 15.0)
"""Seconds before an event is handed over again that the database did not take."""


class Place(NamedTuple):
    """A channel of Slack's; `user` is whom the bot talks with there, "" in a room of several."""

    channel: str
    user: str = ""


class CatchUp:
    """Keeps how far was heard, and catches up with what was not. `listening` tells whether anything is heard now."""

    def __init__(
        self,
        desk: Desk,
        calls: Calls,
        rooms: Rooms,
        receive: Receive,
        emoji: Callable[[], str],
        wall: Callable[[], float],
    ) -> None:
        self._desk, self._calls, self._rooms, self._receive = desk, calls, rooms, receive
        self._emoji, self._wall = emoji, wall
        self.listening: Callable[[], bool] = lambda: True
        self._history = History(calls)
        self._since: dict[str, float] = {}
        self._begun: set[str] = set()
        self._busy = 0.0
        self._tries: dict[str, int] = {}
        self._look = asyncio.Event()

    def opened(self, missed: float) -> None:
        """There is a new connection; so many seconds may not have been heard on the one before."""
        if missed:
            for workspace in self._begun:
                self._missed(workspace, self._wall() - missed)
        self._look.set()

    def rate_limited(self, workspace: str, since: float) -> None:
        """Slack tells of no events for the minute that begins then: they are read up behind it."""
        pause = min(MINUTE, max(0.0, since + MINUTE - self._wall()))
        asyncio.get_running_loop().call_later(pause, self._read_up, workspace, since)

    def _read_up(self, workspace: str, since: float) -> None:
        self._missed(workspace, since)
        self._look.set()

    def _missed(self, workspace: str, since: float) -> None:
        self._since[workspace] = min(since, self._since.get(workspace, since))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._look.clear()
            try:
                if self.listening():
                    await self._round()
            except Exception:  # what is live is heard on without it
                log.exception("not looked for what was missed on Slack")
            with suppress(TimeoutError):
                async with asyncio.timeout(KEEP):
                    await self._look.wait()

    async def _round(self) -> None:
        """All gaps are seen before one is read: as long as that takes, nothing is noted of the others either."""
        now, workspaces = self._wall(), await self._desk.installations.workspaces()
        for workspace in workspaces:
            await self._look_back(workspace, now)
        read = [await self._one(workspace, now) for workspace in workspaces]
        if any(read):
            self._busy = self._wall()

    async def _one(self, workspace: str, now: float) -> bool:
        """Whether a gap was read. What goes wrong in one workspace is logged, and tried again with the next look."""
        since = None
        try:
            if not await self._calls.teams.token(workspace):
                return False
            since = self._since.pop(workspace, None)
            if since is None or await self._done(workspace, since, now):
                await self._desk.hearing.keep(workspace, CHANNEL, datetime.fromtimestamp(now, UTC))
        except Exception as error:
            log.exception("not caught up with Slack", workspace=workspace, reason=str(error)[:200])
        return since is not None

    async def _look_back(self, workspace: str, now: float) -> None:
        """There is a gap where this process has not listened yet, or nobody has noted for long that they listened.

        It begins where any replica has listened last. While we read up one, no note is made.
        """
        until = await self._desk.hearing.until(workspace, CHANNEL)
        if until is not None:
            noted = max(until.timestamp(), self._busy)
            if workspace not in self._begun or now - noted > STALE:
                self._missed(workspace, until.timestamp() - OVERLAP)
        self._begun.add(workspace)

    async def _done(self, workspace: str, since: float, now: float) -> bool:
        """Whether a gap is caught up with, or was looked into for the last time."""
        try:
            complete = await self._caught_up(workspace, max(since, now - AT_MOST))
        except Exception as error:
            log.exception("not caught up with Slack", workspace=workspace, reason=str(error)[:200])
            complete = False
        tries = self._tries.pop(workspace, 0) + 1
        if complete:
            return True
        if tries < TRIES:
            self._tries[workspace] = tries
            self._missed(workspace, since)
            return False
        log.error("what was missed on Slack could not all be read", workspace=workspace, since=since)
        return True

    async def _caught_up(self, workspace: str, since: float) -> bool:
        """Read what was missed and hand it over, oldest first; whether that is done."""
        try:
            me = await self._calls.me(workspace)
            places = await self._places(workspace)
        except Fault as fault:
            log.warning("Slack does not say where something may have been missed", slack=fault.code)
            return not _worth_another_try(fault)
        events: list[Event] = []
        complete = True
        for place in places:
            try:
                events += await self._room(workspace, place, since, me)
            except Fault as fault:
                log.warning("a room's history was not read", workspace=workspace, room=place.channel, slack=fault.code)
                complete = complete and not _worth_another_try(fault)
        events.sort(key=lambda event: (event["type"] == "reaction_added", float(event["event_ts"])))
        heard = await self._hand_over(str(me.get("team_id", "")), events)
        log.info("caught up with Slack", workspace=workspace, rooms=len(places), read=len(events), heard=heard)
        return complete and heard == len(events)

    async def _places(self, workspace: str) -> list[Place]:
        channels = [Place(channel) for channel in await self._history.channels(workspace)]
        people = await self._desk.hearing.people(workspace, CHANNEL)
        return channels + [Place(*talk) for talk in await self._history.talks(workspace, people)]

    async def _room(self, workspace: str, place: Place, since: float, me: Message) -> list[Event]:
        top = await self._history.top(workspace, place.channel, since)
        room = await self._rooms.room(workspace, place.channel, place.user)
        linked = await self._desk.hearing.threads(workspace, CHANNEL, room, self._desk.now())
        threads = _threads(top, linked, since, direct=bool(place.user))
        below = await self._history.threads(workspace, place.channel, threads, since)
        everything = {str(m["ts"]): m for m in [*top, *below]}.values()
        spoken = [m for m in everything if not history.reply(m)]
        bot = str(me.get("user_id", ""))
        heard = bool(place.user) or room in self._desk.settings.watched(CHANNEL)
        new = [m for m in spoken if history.at(m) > since and (heard or _names(m, bot))]
        new += [m for m in below if history.reply(m) and history.at(m) > since]
        events = [history.said(message, place.channel, bot) for message in new]
        events += [history.changed(m, place.channel) for m in everything if history.edited_at(m) > since]
        return events + await self._reactions(workspace, place, room, everything, since, me)

    async def _reactions(
        self, workspace: str, place: Place, room: str, messages: Iterable[Message], since: float, me: Message
    ) -> list[Event]:
        """The ticket emoji on what is no ticket yet."""
        emoji, own = self._emoji(), [me[part] for part in ("bot_id", "user_id") if part in me]
        lately = [m for m in messages if history.at(m) > since - history.LATELY]
        found = {str(m["ts"]): (m, user) for m in lately if (user := history.reacted(m, emoji, own))}
        taken = await self._desk.hearing.taken(workspace, CHANNEL, room, found) if found else set()
        return [history.put(m, place.channel, user, emoji) for ts, (m, user) in found.items() if ts not in taken]

    async def _hand_over(self, team: str, events: list[Event]) -> int:
        """Like Slack does it, one at a time; how many were taken."""
        run, heard = secrets.token_hex(4), 0
        for number, event in enumerate(events):
            payload = {"type": "event_callback", "event_id": f"caught-up:{run}:{number}", "team_id": team}
            if not await self._taken(payload | {"event_time": int(float(event["event_ts"])), "event": event}):
                break
            heard += 1
        return heard

    async def _taken(self, payload: Event) -> bool:
        for pause in (*AGAIN, None):
            if (await self._receive(payload, 1)).status < 500:  # it may have been heard, and even answered
                return True
            if pause is not None:
                await asyncio.sleep(pause)
        return False


def _threads(top: list[Message], linked: list[str], since: float, *, direct: bool) -> set[str]:
    """The threads to be read: in which something was said or may have been edited, and those that began too long ago.

    Where no ticket is talked about, only what began in the gap may have become one.
    """
    known, shown = set(linked), {str(m["ts"]) for m in top}
    spoken = {str(m["ts"]) for m in top if history.spoken_in(m, since)}
    lately = {str(m["ts"]) for m in top if history.spoken_in(m, since - history.LATELY)}
    begun = {str(m["ts"]) for m in top if history.at(m) > since}
    older = [thread for thread in linked if thread not in shown][: history.THREADS]
    return (spoken if direct else spoken & begun) | (lately & known) | set(older)


def _worth_another_try(fault: Fault) -> bool:
    return fault.code not in DOOR and (fault.fate == "unknown" or fault.retry_after is not None)


def _names(message: Message, bot: str) -> bool:
    return bool(bot) and f"<@{bot}>" in str(message.get("text"))
