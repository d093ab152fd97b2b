"""The people of the settings, found in Slack by their address: a lead is pinged before they have said a word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import structlog

from adapters.contract import Desk
from adapters.slack.calls import Calls
from adapters.slack.faults import Fault
from adapters.slack.people import sender
from adapters.slack.rooms import CHANNEL
from bot.settings import Settings
from bot.words import Sender

log = structlog.get_logger()

EVERY = 30.0
"""Seconds between two looks at whether the settings have changed."""
PATIENCE = 60.0


class Introductions:
    """Looks people up once for each change of the settings."""

    def __init__(self, calls: Calls, settings: Callable[[], Settings]) -> None:
        self._calls, self._settings = calls, settings
        self._met: set[tuple[str, str]] = set()

    async def run(self, desk: Desk) -> None:
        """Until cancelled."""
        seen: Settings | None = None
        while True:
            if self._settings() is not seen:
                seen = self._settings()
                for workspace in await desk.installations.workspaces():
                    await self.introduce(desk, workspace)
            await asyncio.sleep(EVERY)

    async def introduce(self, desk: Desk, workspace: str) -> None:
        """Make those known to the desk who have an address in the settings and no id of Slack's."""
        met = []
        for address in _addresses(self._settings(), workspace):
            if (workspace, address) in self._met:
                continue
            try:
                found = await self._find(workspace, address)
            except Fault as fault:
                log.warning("people of the settings were not looked up", workspace=workspace, slack=fault.code)
                break
            self._met.add((workspace, address))
            met += [found] if found else []
        if met:
            await desk.meet(workspace, CHANNEL, met)

    async def _find(self, workspace: str, address: str) -> Sender | None:
        home = str((await self._calls.me(workspace)).get("team_id", ""))
        try:
            answer = await self._calls.do(workspace, "users.lookupByEmail", patience=PATIENCE, email=address)
        except Fault as fault:
            if fault.code == "users_not_found":
                return None
            raise
        user = answer.get("user") or {}
        found = sender(user, str(user.get("id", "")), home)
        return found if found.id and found.email else None


def _addresses(settings: Settings, workspace: str) -> Iterator[str]:
    for entry in settings.people.values():
        if entry.email and CHANNEL not in entry.ids_in(workspace):
            yield entry.email
