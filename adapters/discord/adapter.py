"""The Discord channel as the desk has it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog

from adapters.contract import Adapter
from adapters.discord import standing
from adapters.discord.calls import Calls
from adapters.discord.delivery import Delivery
from adapters.discord.drawn import draw
from adapters.discord.faults import DRAWN, UNKNOWN_CHANNEL, Fault
from adapters.discord.files import Files
from adapters.discord.listening import Listening
from adapters.discord.places import CHANNEL, Places
from adapters.discord.timing import Timing
from bot.settings import Settings
from bot.words import Address, Post

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from adapters.contract import Desk

log = structlog.get_logger()


class Discord(Adapter):
    """Discord, over its REST API and its gateway. See adapters.contract.Adapter.

    `wall` tells the time in Unix seconds, `owner` names this replica where there are several. Each can send; the
    gateway is heard by the one that owns it.
    """

    name = CHANNEL
    gathers = True

    def __init__(
        self,
        settings: Callable[[], Settings],
        wall: Callable[[], float],
        *,
        owner: str = "",
        timing: Timing | None = None,
    ) -> None:
        self._wall, self._owner, self._timing = wall, owner or uuid4().hex, timing or Timing()
        self.calls = Calls(settings)
        self.places = Places(self.calls, settings)
        self.files = Files(self.calls, settings)
        self.delivery = Delivery(self.calls, self.places)
        self._listening: Listening | None = None

    def routes(self, _desk: Desk) -> Sequence[BaseRoute]:
        """None: Discord is heard over its gateway."""
        return []

    async def run(self, desk: Desk) -> None:
        """Listens until cancelled. Whatever goes wrong, it begins again."""
        self.places.hearing, self.places.memory = desk.hearing, desk.memory
        try:
            while True:
                try:
                    await self._run(desk)
                except Exception:
                    log.exception("the desk is off Discord, and begins again")
                await asyncio.sleep(self._timing.again[-1])
        finally:
            await self.close()

    async def _run(self, desk: Desk) -> None:
        await self.calls.start()
        self._listening = Listening(desk, self.calls, self.places, self._wall, self._owner, self._timing)
        await self._listening.run()

    async def close(self) -> None:
        """Close all connections."""
        await self.delivery.members.stop()
        await self.calls.close()

    def silent(self) -> float | None:
        """Seconds since the gateway's last sign of life; None where another replica listens."""
        return self._listening.silent() if self._listening else None

    async def settled(self) -> None:
        """Wait until everything that was heard is answered and shown."""
        await self.delivery.members.settled()
        if self._listening is not None:
            await self._listening.settled()

    async def send(self, post: Post) -> str:
        """Make the post stand; the id of its message, or of the thread that was opened for it.

        Edited where it stands, said anew where that is gone.
        """
        drawn = await draw(post, self.places.memory)
        try:
            return await self.delivery.put(drawn)
        except Fault as fault:
            if fault.code == UNKNOWN_CHANNEL:  # the channel of this name may be another one now
                self.places.forget(post.at.room)
            if fault.code not in DRAWN:
                raise
            log.warning("Discord does not take a card as it is drawn: its words are sent", key=post.key, why=str(fault))
        return await self.delivery.put(drawn.words())

    async def link(self, _workspace: str, at: Address) -> str:
        """The web address of a message, or of a forum's post."""
        channel = await self.places.about(at.room)
        place = at.thread if channel.forum else f"{channel.id}/{at.thread}"
        return f"https://discord.com/channels/{self.calls.guild}/{place}"

    async def stands(self, _workspace: str, at: Address) -> bool:
        """Whether a message is still there; in a forum it is the first one of its post."""
        channel = await self.places.about(at.room)
        message = int(at.thread)
        return await standing.stands(self.calls, message if channel.forum else channel.id, message)

    async def find(self, post: Post) -> str | None:
        """The reference of what carries this post's mark; where its thread is gone it stands in the room."""
        return await self.delivery.find(post)
