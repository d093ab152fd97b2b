"""Who somebody is where a payload does not say it all: in a direct talk nobody has a nickname, or roles."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import discord
import structlog
from discord.http import Route

from adapters.discord.calls import BROKEN, Calls
from adapters.discord.faults import UNKNOWN_MEMBER, Fault
from adapters.discord.read import sender
from bot.words import Card, Sender

log = structlog.get_logger()

FRESH = 60.0
"""Seconds for which it is taken as it is what Discord said of somebody's roles, where nothing is done by them."""
PATIENCE = 1.5
KEPT = 10_000


ELSEWHERE = Card(body="This desk is at home on another server, and only works there.", tone="warning")
"""For whoever is not in the desk's own server, or asks in another one."""


class Stranger(Exception):
    """Somebody who is not in the desk's server, and writes to the bot from another one that it is in."""


class People:
    """The members of the server, asked for one at a time and only where it matters. No intent is needed for that."""

    def __init__(self, calls: Calls, now: Callable[[], float] = monotonic) -> None:
        self._calls, self._now = calls, now
        self._known: OrderedDict[str, tuple[Sender, float]] = OrderedDict()
        self._strangers: OrderedDict[str, None] = OrderedDict()

    async def whole(self, user: discord.User | discord.Member, *, lately: bool = True) -> Sender:
        """Somebody with their roles in the server; without them where Discord does not tell in time.

        `lately`: as they were a moment ago will do; else as they are at this moment.
        """
        told = sender(user)
        return told if isinstance(user, discord.Member) or user.bot else await self._whole(told, lately=lately)

    async def by_id(self, user: int) -> Sender:
        """The same for somebody of whom only the id is told."""
        return await self._whole(Sender(str(user)), lately=True)

    async def _whole(self, told: Sender, *, lately: bool) -> Sender:
        known = self._known.get(told.id)
        if lately and known and known[1] > self._now():
            return known[0]
        found = await self._asked(told)
        self._known[told.id] = found, self._now() + FRESH
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return found

    async def welcome(self, user: discord.User | discord.Member) -> Sender:
        """Somebody with their roles as they are at this moment, who does something; Stranger for who may not."""
        found = await self.whole(user, lately=False)
        if not isinstance(user, discord.Member) and self.is_stranger(found.id):
            raise Stranger
        return found

    def is_stranger(self, user: str) -> bool:
        """Whether Discord said lately that somebody is not in the server."""
        return user in self._strangers

    async def _asked(self, told: Sender) -> Sender:
        route = Route("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=self._calls.guild, user_id=told.id)
        try:
            async with asyncio.timeout(PATIENCE):
                member = await self._calls.ask(route)
        except (*BROKEN, Fault, TimeoutError) as error:
            self._note(told.id, stranger=getattr(error, "code", 0) == UNKNOWN_MEMBER)
            if getattr(error, "status", 0) != 404:
                log.warning("somebody's roles are not known", reason=str(error)[:200])
            return told
        self._note(told.id, stranger=False)
        roles = tuple(map(str, member.get("roles") or ()))
        user = member.get("user") or {}
        name = member.get("nick") or told.name or user.get("global_name") or user.get("username") or ""
        return replace(told, name=str(name), roles=roles)

    def _note(self, user: str, *, stranger: bool) -> None:
        if not stranger:
            self._strangers.pop(user, None)
            return
        self._strangers[user] = None
        while len(self._strangers) > KEPT:
            self._strangers.popitem(last=False)
