"""The private thread that somebody has in place of direct messages, which people can refuse on Discord."""

from __future__ import annotations

from typing import Any

from discord.http import Route

from adapters.discord.calls import Calls
from adapters.discord.faults import HINTS, NO_TALK, Fault
from adapters.discord.places import Places
from adapters.discord.threads import Threads


class DirectThreads:
    """One for each person who needs one."""

    def __init__(self, calls: Calls, places: Places, threads: Threads) -> None:
        self._calls, self._places, self._threads = calls, places, threads

    async def instead(self, user: str, refused: Fault) -> int:
        """Open somebody's, or find it: from now on it is their talk. Fault where it has no channel to be in."""
        tickets = await self._places.tickets()
        if tickets is None:
            raise Fault(f"Discord says {refused.code}: {HINTS[NO_TALK]}", refused.code, status=403, final=True)
        name = f"Firstline and {await self._username(user)}"
        thread = await self._standing(tickets.id, name, user) or await self._threads.private(tickets.id, name)
        try:
            await self._threads.add(thread, user)
        except Fault as fault:
            if fault.final:
                await self._threads.shut(thread)
            raise
        await self._places.use_thread(user, thread)
        return thread

    async def _standing(self, channel: int, name: str, user: str) -> int | None:
        """One that was opened and not noted down. A name may have been somebody else's, whose thread it is then."""
        for told in await self._threads.active(channel, None, name):
            named = told.get("name") == name
            if named and await self._places.talk_of(int(told["id"])) in ("", f"@{user}"):
                return int(told["id"])
        return None

    async def _username(self, user: str) -> str:
        """Fault for who is not in the server: a thread in it would stay empty."""
        route = Route("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=self._calls.guild, user_id=int(user))
        told: Any = await self._calls.ask(route)
        return str(told["user"]["username"])
