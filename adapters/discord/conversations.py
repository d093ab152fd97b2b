"""The talk around a message, as it goes into the ticket that is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import discord

from adapters.discord import read_messages
from adapters.discord.calls import Calls
from adapters.discord.faults import BARRED, GONE, Fault
from adapters.discord.names import Names
from adapters.discord.read import sender
from adapters.discord.retry import patiently
from adapters.discord.rooms import Spot
from bot.words import Said

MOST = 500


class Talk(NamedTuple):
    """A talk, its first message first; `where` that stands. `read`: the bot may read there."""

    said: tuple[Said, ...]
    where: Spot
    read: bool = True


class Conversations:
    """Reads messages, with the thread that hangs on them or in which they stand."""

    def __init__(self, calls: Calls, names: Names, pauses: Sequence[float]) -> None:
        self._calls, self._names, self._pauses = calls, names, pauses

    async def talk(self, where: Spot, message: int, given: Said | None = None) -> Talk:
        """The talk of which a message is a part; nothing when it is gone.

        `given` is the message where it came along, and all there is where the bot may not read.
        """
        top = Spot(where.parent) if where.parent else where
        try:
            found = await self._read(where, message)
        except Fault as fault:
            if fault.code not in GONE | BARRED and given is None:
                raise
            alone = (replace(given, message=str(where.channel)) if where.parent else given,) if given else ()
            return Talk(alone, top, read=fault.code in GONE)
        return Talk(self._with_words(found, given), top)

    async def _read(self, where: Spot, message: int) -> tuple[Said, ...]:
        if not where.parent:
            first = await self._message(where.channel, message)
            below = await self._thread(message) if first.flags.has_thread else []
            return await self._said(first, *below)
        await self._message(where.channel, message)
        found = await self._thread(where.channel)
        if found and found[0].id != where.channel and (begun := await self._starter(where)):
            found = [begun, *found]
        if not found:
            return ()
        # What hangs on the first message is said in the thread, and the thread has its id.
        first_said, *rest = await self._said(*found)
        return (replace(first_said, message=str(where.channel)), *rest)

    async def _starter(self, where: Spot) -> discord.Message | None:
        """The message on which a thread hangs; None for one that hangs on none."""
        try:
            return await self._message(where.parent, where.channel)
        except Fault as fault:
            if fault.code not in GONE | BARRED:
                raise
            return None

    async def _message(self, channel: int, message: int) -> discord.Message:
        place = self._calls.client.get_partial_messageable(channel, guild_id=self._calls.guild)
        return await patiently(lambda: place.fetch_message(message), self._pauses)

    async def _thread(self, thread: int) -> list[discord.Message]:
        place = self._calls.client.get_partial_messageable(thread, guild_id=self._calls.guild)

        async def read() -> list[discord.Message]:
            return [message async for message in place.history(limit=MOST, oldest_first=True)]

        return [message for message in await patiently(read, self._pauses) if message.type in read_messages.SPOKEN]

    async def _said(self, *messages: discord.Message) -> tuple[Said, ...]:
        """Only the desk's own messages count as a bot's: what another one tells may be worth a ticket."""
        known = await self._names.of(*messages)
        authors = (replace(sender(one.author), bot=one.author.id == self._calls.me) for one in messages)
        return tuple(read_messages.said(one, by, known) for one, by in zip(messages, authors, strict=True))

    def _with_words(self, found: tuple[Said, ...], given: Said | None) -> tuple[Said, ...]:
        """Without the intent for words only the message that came along has some, and files."""
        if given is None:
            return found
        return tuple(
            replace(one, text=given.text, files=given.files) if one.message == given.message else one for one in found
        )
