"""The people of the settings, found in Slack by their address: a lead is pinged before they have said a word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import structlog

from adapters.contract import Desk
from adapters.slack.calls import Answer, Calls, next_cursor, pages
from adapters.slack.faults import Fault
from adapters.slack.people import People, sender
from adapters.slack.rooms import CHANNEL
from bot.settings import Settings
from bot.words import Sender

log = structlog.get_logger()

EVERY = 30.0
"""Seconds between two looks at whether the settings, or the workspaces, have changed."""
PATIENCE = 60.0
PAGE, PAGES = 200, 10
"""So many members are looked through; in a larger company the rest are asked for one by one."""


class Introductions:
    """Looks people up, once for each change of the settings and for each new workspace."""

    def __init__(self, calls: Calls, people: People, settings: Callable[[], Settings]) -> None:
        self._calls, self._people, self._settings = calls, people, settings
        self._met: set[tuple[str, str]] = set()
        self._seen: tuple[Settings | None, list[str]] = None, []

    async def run(self, desk: Desk) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look(desk)
            except Exception:  # the desk listens on without it
                log.exception("people of the settings were not looked up")
            await asyncio.sleep(EVERY)

    async def look(self, desk: Desk) -> None:
        """Once, if anything is new or Slack did not tell of somebody."""
        settings, workspaces = self._settings(), await desk.installations.workspaces()
        if settings is not self._seen[0] or workspaces != self._seen[1]:
            told = [await self._introduce(desk, workspace) for workspace in workspaces]
            self._seen = (settings, workspaces) if all(told) else (None, [])

    async def _introduce(self, desk: Desk, workspace: str) -> bool:
        """Make those known to the desk who have an address in the settings and no id of Slack's.

        Whether Slack told of all of them, so that it need not be asked again.
        """
        wanted = _addresses(self._settings(), workspace) - {address for at, address in self._met if at == workspace}
        if not (wanted and await self._calls.teams.token(workspace)):
            return True
        found: list[Sender] = []
        try:
            me = await self._calls.me(workspace)
            all_seen = await self._look_through(workspace, me, wanted, found)
            for address in () if all_seen else sorted(wanted - {one.email.casefold() for one in found}):
                found += await self._ask_for(workspace, me, address)
        except Fault as fault:
            log.warning("people of the settings were not looked up", workspace=workspace, slack=fault.code)
        else:
            self._met |= {(workspace, address) for address in wanted}
        for one in found:
            self._people.keep(workspace, one)
        if found:
            await desk.meet(workspace, CHANNEL, found)
        return all((workspace, address) in self._met for address in wanted)

    async def _look_through(self, workspace: str, me: Answer, wanted: set[str], found: list[Sender]) -> bool:
        """Whether there was nobody more to look at, or everybody was found."""
        page: Answer = {}
        async for page in pages(partial(self._calls.do, workspace, "users.list", patience=PATIENCE, limit=PAGE), PAGES):
            members = (_member(user, me) for user in page.get("members") or ())
            found += [one for one in members if one.email.casefold() in wanted]
            if len(found) == len(wanted):
                return True
        return next_cursor(page) is None

    async def _ask_for(self, workspace: str, me: Answer, address: str) -> list[Sender]:
        try:
            answer = await self._calls.do(workspace, "users.lookupByEmail", patience=PATIENCE, email=address)
        except Fault as fault:
            if fault.code == "users_not_found":
                return []
            raise
        one = _member(answer.get("user") or {}, me)
        return [one] if one.email else []


def _member(user: Answer, me: Answer) -> Sender:
    """A member; one who has left, or cannot be vouched for, without an address."""
    return Sender("") if user.get("deleted") else sender(user, str(user.get("id", "")), me)


def _addresses(settings: Settings, workspace: str) -> set[str]:
    entries = settings.people.values()
    return {entry.email.casefold() for entry in entries if entry.email and CHANNEL not in entry.ids_in(workspace)}
