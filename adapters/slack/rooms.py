"""Slack's channel ids and the rooms of the settings, which may name a channel: `triage-it` is C024BE91L."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
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
TALKS = 10_000
"""The bot's talks with people whose channels are remembered, the last of them."""


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
        self._ids: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._talks: dict[tuple[str, str], str] = {}
        self._talkers: dict[tuple[str, str], str] = {}
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
        if room.startswith("@"):
            return (room,)
        others = (name for name, id in self._ids[workspace].items() if id == channel)
        return tuple(dict.fromkeys((room, channel, *others)))

    async def room(self, workspace: str, channel: str, user: str) -> str:
        """The same, where Slack is asked first if the channel may be one of those that the settings name.

        Fault when Slack does not tell: taken for another room, what was said there would be lost.
        """
        room = self.known(workspace, channel, user)
        if room == channel and not self.named <= self._ids[workspace].keys():
            await self.look(workspace)
        return self.known(workspace, channel, user)

    async def channel(self, workspace: str, room: str) -> str:
        """The channel id of a room; Fault when there is no such room for the bot."""
        if ID.fullmatch(room):
            return room
        if room.startswith("@"):
            return self._talks.get((workspace, room)) or await self._open(workspace, room)
        if room not in self._ids[workspace]:
            await self.look(workspace, room)
        if room not in self._ids[workspace]:
            raise Fault("channel_not_found", final=True)
        return self._ids[workspace][room]

    def is_talk(self, workspace: str, user: str, channel: str) -> None:
        """This channel is the bot's talk with somebody."""
        _note(self._talks, (workspace, f"@{user}"), channel)
        _note(self._talkers, (workspace, channel), user)

    def talker(self, workspace: str, channel: str) -> str:
        """With whom the bot talks in a channel; "" where it has not yet, since it began to listen."""
        return self._talkers.get((workspace, channel), "")

    def forget(self, workspace: str, room: str) -> None:
        """The room's channel is another one now, or none."""
        if talk := self._talks.pop((workspace, room), ""):
            self._talkers.pop((workspace, talk), None)
        if channel := self._ids[workspace].pop(room, ""):
            self._names.pop((workspace, channel), None)
            self._looked.pop(workspace, None)

    async def look(self, workspace: str, *more: str) -> None:
        """Find the channels that the settings name; not more often than once a minute where one is not there."""
        async with self._looking.setdefault(workspace, asyncio.Lock()):
            wanted = {name for name in (*self.named, *more) if name not in self._ids[workspace]}
            if wanted and self._now() >= self._looked.get(workspace, 0.0):
                await self._look_for(workspace, wanted)
                await self._remember(workspace)
                self._looked[workspace] = self._now() + AGAIN

    async def _remember(self, workspace: str) -> None:
        """What was found is kept; what was not is where it was found last."""
        if self.hearing is None:
            return
        kept, known = await self.hearing.rooms(workspace, CHANNEL), self._ids[workspace]
        for name, channel in kept.items():
            if name not in known:
                known[name] = channel
                self._names.setdefault((workspace, channel), name)
        if known != kept:
            await self.hearing.keep_rooms(workspace, CHANNEL, known)

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

    async def _open(self, workspace: str, room: str) -> str:
        user = room.removeprefix("@")
        opened = await self._calls.do(workspace, "conversations.open", patience=1.0, users=user)
        channel = str(opened["channel"]["id"])
        self.is_talk(workspace, user, channel)
        return channel

    def _keep(self, workspace: str, channel: str, name: str) -> None:
        self._names[workspace, channel] = name
        self._ids[workspace][name] = channel


def _note(talks: dict[tuple[str, str], str], key: tuple[str, str], told: str) -> None:
    """The oldest is forgotten for it."""
    talks.pop(key, None)
    talks[key] = told
    if len(talks) > TALKS:
        del talks[next(iter(talks))]
