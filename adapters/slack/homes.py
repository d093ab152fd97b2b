"""Whose Home tab is kept current: of those who have looked at it lately, and never in the way of anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from heapq import nsmallest
from time import monotonic

import structlog

from adapters.contract import Desk
from adapters.slack import home_view
from adapters.slack.calls import Calls
from adapters.slack.faults import Fault
from adapters.slack.people import Finds
from adapters.slack.read import Payload
from adapters.slack.rooms import CHANNEL
from bot.words import Address, Incoming, Reply

log = structlog.get_logger()

EVERY = 1.0
"""Seconds between two looks at whether anything has happened. What happens in between is shown at once."""
LATELY = 3600.0
"""Seconds for which a Home tab is kept current after it was opened or used: Slack does not tell when it is left."""
AGAIN = 60.0
"""Seconds after which it is drawn anew in any case: a role, or what was missed, may have changed it."""
OLD = 10
"""So many of those are drawn in one look, those that were drawn longest ago."""
MOST = 2_000
"""Home tabs that are kept current, those that were opened last."""
WHILE = 2.0
"""Seconds to wait where Slack does not say how long."""

Visitor = tuple[str, str]
"""A workspace, and somebody's id in it."""


@dataclass
class _Visit:
    """A Home tab: what it shows (see home_view.view), when it was opened or drawn, and whether it has to be drawn."""

    opened: float
    shows: str
    drawn: float = 0.0
    stale: bool = True


class Homes:
    """Publishes Home tabs, one after the other: what changes while one waits for its turn is shown with it."""

    def __init__(self, desk: Desk, calls: Calls, sender: Finds, now: Callable[[], float] = monotonic) -> None:
        self._desk, self._calls, self._sender, self._now = desk, calls, sender, now
        self._visits: dict[Visitor, _Visit] = {}
        self._held: dict[str, float] = {}
        self._until: int | None = None
        self._wake = asyncio.Event()

    async def opened(self, workspace: str, user: str, shows: str) -> None:
        """app_home_opened, on the tab home: its reader sees how things stand, and then what becomes of them."""
        await self._sender(workspace, user)  # so that whoever opens it next need not wait for what Slack tells of them
        self._visited((workspace, user), shows)

    async def used(self, workspace: str, payload: Payload) -> None:
        """A click on a Home tab, which may have been opened before this process began."""
        view = payload.get("view") or {}
        if view.get("type") == "home":
            self._visited((workspace, str(payload["user"]["id"])), shows(view))

    def _visited(self, visitor: Visitor, shows: str) -> None:
        self._visits.pop(visitor, None)
        self._visits[visitor] = _Visit(self._now(), shows)
        while len(self._visits) > MOST:
            self._visits.pop(next(iter(self._visits)))
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.look()
            except Exception:  # the desk listens on without it
                log.exception("Home tabs were not brought up to date")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), EVERY)

    async def look(self) -> None:
        """Publish those that have changed, or were opened, since the last look."""
        self._visits = {who: visit for who, visit in self._visits.items() if self._now() - visit.opened < LATELY}
        await self._hear()
        while visitor := self._next():
            await self._bring(visitor, self._visits[visitor])

    async def _hear(self) -> None:
        """Mark those as stale whom it concerns that something has happened."""
        workspaces = {workspace for workspace, _ in self._visits}
        if not workspaces or self._until is None:
            self._until = await self._desk.news.begin() if workspaces else None
            return
        settings, ends = self._desk.settings, []
        for workspace in workspaces:
            told = await self._desk.news.since(workspace, CHANNEL, self._until, settings)
            ends.append(told.until)
            self._mark((workspace, user) for user in told.people)
        self._until = min(ends)
        aged = (who for who, visit in self._visits.items() if self._now() - visit.drawn >= AGAIN)
        self._mark(nsmallest(OLD, aged, key=lambda who: self._visits[who].drawn))

    def _mark(self, visitors: Iterable[Visitor]) -> None:
        for visitor in visitors:
            if visit := self._visits.get(visitor):
                visit.stale = True

    def _next(self) -> Visitor | None:
        """Of those to be drawn whoever opened theirs last: they are the most likely to look at it."""
        held = {workspace for workspace, until in self._held.items() if until > self._now()}
        stale = (who for who in reversed(self._visits) if self._visits[who].stale and who[0] not in held)
        return next(stale, None)

    async def _bring(self, visitor: Visitor, visit: _Visit) -> None:
        workspace, user = visitor
        visit.stale, visit.drawn = False, self._now()
        reply = await self._ask(workspace, user)
        if reply.failed or reply.card is None:
            return
        view = home_view.view(reply.card, reply.sections)
        if view["private_metadata"] == visit.shows:
            return
        try:
            await self._calls.do(workspace, "views.publish", user_id=user, view=view)
            visit.shows = view["private_metadata"]
        except Fault as fault:
            self._failed(visitor, visit, fault)

    async def _ask(self, workspace: str, user: str) -> Reply:
        sender, at, asked = (
            await self._sender(workspace, user),
            Address(CHANNEL, f"@{user}"),
            {"most": str(home_view.MOST)},
        )
        return await self._desk.receive(Incoming(f"home:{user}", sender, at, "home", asked, workspace=workspace))

    def _failed(self, visitor: Visitor, visit: _Visit, fault: Fault) -> None:
        """It is tried again when Slack is ready; what Slack refuses is not."""
        if fault.retry_after or fault.fate == "unknown":
            visit.stale = True
            self._held[visitor[0]] = self._now() + (fault.retry_after or WHILE)
        else:
            log.warning("Slack does not take a Home tab", slack=fault.code)
            self._visits.pop(visitor, None)


def shows(view: Payload) -> str:
    """What a Home tab of Slack's shows, see _Visit."""
    return str(view.get("private_metadata") or "")
