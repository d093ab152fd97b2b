"""Messages of the desk's: said, edited, and both in threads that have to be opened for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from discord.http import Route

from adapters.discord.calls import Calls
from adapters.discord.drawn import Drawn
from adapters.discord.faults import GONE, SHUT, Fault
from adapters.discord.standing import Told
from adapters.discord.threads import Threads

T = TypeVar("T")


class Messages:
    """Calls about messages. Whatever Discord refuses is a Fault."""

    def __init__(self, calls: Calls, threads: Threads) -> None:
        self._calls, self._threads = calls, threads

    async def say(self, drawn: Drawn, channel: int, under: int = 0) -> str:
        """A new message there."""
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        return str((await self._calls.ask(route, drawn.said(under=under), time=drawn.time))["id"])

    async def edit(self, drawn: Drawn, channel: int, message: int) -> Told | None:
        """The message as it is now; None where it is gone."""
        route = Route("PATCH", "/channels/{channel_id}/messages/{message_id}", channel_id=channel, message_id=message)
        try:
            told: Told = await self._calls.ask(route, drawn.edited(), time=drawn.time)
        except Fault as fault:
            if fault.code not in GONE:
                raise
            return None
        return told

    async def reopened(self, thread: int, do: Callable[[], Awaitable[T]]) -> T:
        """What is done in a thread, opened for it where it is shut, and put away again where it was locked."""
        try:
            done = await do()
        except Fault as fault:
            if fault.code not in SHUT:
                raise
        else:
            if thread in self._threads.put_away:  # what a moderator says opens it, and leaves it locked
                await self._threads.shut(thread)
            return done
        locked = await self._threads.open(thread)
        try:
            return await do()
        finally:
            if locked:
                await self._threads.shut(thread)

    async def edit_first(self, drawn: Drawn, thread: int, message: int) -> bool:
        """Edit the card that a thread is about, which is opened for it and stays open. Whether it stands."""
        try:
            return await self.edit(drawn, thread, message) is not None
        except Fault as fault:
            if fault.code not in SHUT:
                raise
        await self._threads.open(thread)
        return await self.edit(drawn, thread, message) is not None
