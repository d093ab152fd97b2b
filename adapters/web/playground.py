"""The web channel as the desk has it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from adapters.contract import Adapter
from adapters.web.acts import Acts
from adapters.web.chat import Chat
from adapters.web.places import CHANNEL
from adapters.web.rooms import Rooms
from adapters.web.routes import routes
from bot.settings import Settings
from bot.words import Post, SendFailed

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from adapters.contract import Desk

Fault = Callable[[Post, bool], None]
"""Called with each post before it is stored (False) and after (True), to raise what a network might: for tests."""


class Playground(Adapter):
    """A chat in the browser, with rooms of its own in the file at `path`. See adapters.contract.Adapter."""

    name = CHANNEL

    def __init__(
        self, path: str, settings: Callable[[], Settings], now: Callable[[], datetime], *, fault: Fault | None = None
    ) -> None:
        self.chat = Chat(Rooms(path), settings, now)
        self.fault = fault
        self._acts: list[Acts] = []

    def routes(self, desk: Desk) -> Sequence[BaseRoute]:
        """The pages and the acts under /playground."""
        acts = Acts(self.chat, desk)
        self._acts.append(acts)
        return routes(self.chat, desk, acts)

    async def run(self, desk: Desk) -> None:
        """All comes in over the routes; when cancelled, the browsers' streams end, so that the server can stop."""
        try:
            await asyncio.Event().wait()
        finally:
            self.chat.feed.close()

    async def send(self, post: Post) -> str:
        """Make the post stand, anew if its message was deleted. SendFailed for good when there is no such room."""
        if not self.chat.places.exists(post.at.room):
            raise SendFailed(f"there is no room {post.at.room!r} in the playground", fate="not sent", final=True)
        try:
            self._disturb(post, False)
            message = self.chat.post(post)
            self._disturb(post, True)
        except OSError as error:
            raise SendFailed(f"the connection failed: {error}") from error
        return message

    def _disturb(self, post: Post, stored: bool) -> None:
        if self.fault:
            self.fault(post, stored)

    async def find(self, post: Post) -> str | None:
        """The message that carries this post's key."""
        return self.chat.rooms.find(post.at.room, post.key)

    async def settled(self) -> None:
        """Wait until every reply's `follow` has been answered and shown."""
        for acts in self._acts:
            await acts.settled()
