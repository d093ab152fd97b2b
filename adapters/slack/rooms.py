"""Slack's channel ids and the rooms of the settings, which may name a channel: `triage-it` is C024BE91L."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

from adapters.slack.calls import Calls, pages
from adapters.slack.faults import Fault
from bot.configuration.rooms import named_rooms
from bot.hearing import Hearing
from bot.settings import Settings

CHANNEL = "slack"
"""This channel's name in addresses and settings."""

ID = re.compile(r"[CGD][A-Z0-9]{6,}")
AGAIN = 60.0
"""Seconds until a name that was not there is looked for again."""
PAGES = 50


def direct(channel: str) -> bool:
    """Whether a channel's id is that of a talk between two, the bot's or other people's."""
    return channel.startswith("D")


class Rooms:
    """The channels of all workspaces, under the names that the settings give them.

    A channel that is called something else by now, or stands in the settings no more, goes on under the name that it
    had: tickets are talked about there.
    """

    hearing: Hearing | None = None

    def __init__(self, calls: Calls, settings: Callable[[], Settings], now: Callable[[], float] = monotonic) -> None:
        self._calls, self._settings, self._now = calls, settings, now
        self._written: tuple[Settings | None, tuple[frozenset[str], frozenset[str]]] = None, (frozenset(), frozenset())
        self._ids: dict[tuple[str, str], str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._looked: dict[str, float] = {}
        self._looking: dict[str, asyncio.Lock] = {}

    @property
    def named(self) -> frozenset[str]:
        """The names, no ids, that the settings have for Slack's channels."""
        return self._rooms()[0]

    def _rooms(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names and the ids that the settings have."""
        settings = self._settings()
        if self._written[0] is not settings:
            rooms = frozenset(named_rooms(settings, CHANNEL))
            ids = frozenset(filter(ID.fullmatch, rooms))
            self._written = settings, (rooms - ids, ids)
            self._looked.clear()
        return self._written[1]

    def known(self, workspace: str, channel: str, user: str) -> str:
        """The room of a channel id as far as it is known. `user` did something there.

        Whatever is done in a direct conversation belongs to the bot's talk with who does it. What a payload calls a
        channel is not heeded: a channel that is shared with another company has a name of theirs there.
        """
        if direct(channel) or not channel:
            return f"@{user}"
        return channel if channel in self._rooms()[1] else self._names.get((workspace, channel), channel)

    def called(self, workspace: str, channel: str, user: str) -> tuple[str, ...]:
        """The same, and all other names under which the room may be on record."""
        room = self.known(workspace, channel, user)
        others = (name for (at, name), id in self._ids.items() if at == workspace and id == channel)
        return (room,) if room.startswith("@") else tuple(dict.fromkeys((room, channel, *others)))

    async def room(self, workspace: str, channel: str, user: str) -> str:
        """The same, where Slack is asked first if the channel may be one of those that the settings name.

        Fault when Slack does not tell: taken for another room, what was said there would be lost.
        """
        room = self.known(workspace, channel, user)
        if room == channel and any((workspace, wanted) not in self._ids for wanted in self.named):
            await self.look(workspace)
        return self.known(workspace, channel, user)

    async def channel(self, workspace: str, room: str) -> str:
        """The channel id of a room; Fault when there is no such room for the bot."""
        if ID.fullmatch(room):
            return room
        key = workspace, room
        if key not in self._ids:
            if room.startswith("@"):
                await self._open(workspace, room)
            else:
                await self.look(workspace, room)
        if key not in self._ids:
            raise Fault("channel_not_found", final=True)
        return self._ids[key]

    def is_talk(self, workspace: str, user: str, channel: str) -> None:
        """This channel is the bot's talk with somebody."""
        self._ids[workspace, f"@{user}"] = channel

    def talker(self, workspace: str, channel: str) -> str:
        """With whom the bot talks in a channel; "" where it has not yet, since it began to listen."""
        talks = (
            room[1:] for (at, room), id in self._ids.items() if at == workspace and id == channel and room[0] == "@"
        )
        return next(talks, "")

    def forget(self, workspace: str, room: str) -> None:
        """The room's channel is another one now, or none."""
        channel = self._ids.pop((workspace, room), "")
        self._names.pop((workspace, channel), None)
        self._looked.pop(workspace, None)

    async def look(self, workspace: str, *more: str) -> None:
        """Find the channels that the settings name; not more often than once a minute where one is not there."""
        async with self._looking.setdefault(workspace, asyncio.Lock()):
            wanted = {name for name in (*self.named, *more) if (workspace, name) not in self._ids}
            if wanted and self._now() >= self._looked.get(workspace, 0.0):
                await self._look_for(workspace, wanted)
                await self._remember(workspace)
                self._looked[workspace] = self._now() + AGAIN

    async def _remember(self, workspace: str) -> None:
        """What was found is kept; what was not is where it was found last."""
        if self.hearing is None:
            return
        kept = await self.hearing.rooms(workspace, CHANNEL)
        for name, channel in kept.items():
            if (workspace, name) not in self._ids:
                self._ids[workspace, name] = channel
                self._names.setdefault((workspace, channel), name)
        rooms = {name: id for (at, name), id in self._ids.items() if at == workspace and not name.startswith("@")}
        if rooms != kept:
            await self.hearing.keep_rooms(workspace, CHANNEL, rooms)

    async def _look_for(self, workspace: str, wanted: set[str]) -> None:
        which: dict[str, Any] = {"types": "public_channel,private_channel", "exclude_archived": "true", "limit": 500}
        ask = partial(self._calls.do, workspace, "conversations.list", patience=2.0, **which)
        async for page in pages(ask, PAGES):
            for found in page.get("channels") or ():
                if found.get("name") in wanted:
                    self._keep(workspace, found["id"], found["name"])
                    wanted.discard(found["name"])
            if not wanted:
                break

    async def _open(self, workspace: str, room: str) -> None:
        opened = await self._calls.do(workspace, "conversations.open", patience=1.0, users=room.removeprefix("@"))
        self._ids[workspace, room] = str(opened["channel"]["id"])

    def _keep(self, workspace: str, channel: str, name: str) -> None:
        self._names[workspace, channel] = name
        self._ids[workspace, name] = channel
