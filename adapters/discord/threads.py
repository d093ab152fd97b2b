"""Threads: started from messages, private ones, posts of forums; opened again, locked and put away."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from discord import ChannelType, ComponentType
from discord.http import Route

from adapters.discord import layout
from adapters.discord.calls import Calls
from adapters.discord.drawn import Drawn
from adapters.discord.faults import ARCHIVED, HAS_THREAD, UNKNOWN_CHANNEL, UNKNOWN_MEMBER, UNKNOWN_USER, Fault
from adapters.discord.places import Channel
from adapters.discord.standing import Told, begins
from bot.lifecycle import Status
from bot.settings import Priority
from bot.words import PRIORITY, STATUS, Card, Fact, one_line

log = structlog.get_logger()

WEEK = 10_080
"""Minutes of silence after which Discord archives a thread."""
PRIVATE = ChannelType.private_thread.value
NAME = 100
TAGS = 5
TALK = "Talk"

STATES = frozenset(word.casefold() for word in (*(status.label for status in Status), *Priority))
"""Names of a forum's tags that are the desk's to give and to take."""

MANY = 5_000
NOBODY = frozenset([UNKNOWN_MEMBER, UNKNOWN_USER])


class Threads:
    """Calls about threads. Whatever Discord refuses is a Fault. `put_away`: those it locked and archived lately."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.put_away: set[int] = set()

    async def start(self, channel: int, message: int, name: str) -> int:
        """The thread of a message, started where there is none yet: it has the message's id."""
        route = Route(
            "POST", "/channels/{channel_id}/messages/{message_id}/threads", channel_id=channel, message_id=message
        )
        try:
            await self._calls.ask(route, json={"name": named(name), "auto_archive_duration": WEEK})
        except Fault as fault:
            if fault.code != HAS_THREAD:
                raise
        return message

    async def private(self, channel: int, name: str) -> int:
        """A new private thread, to which only moderators may add people."""
        made = {"name": named(name), "auto_archive_duration": WEEK, "type": PRIVATE, "invitable": False}
        opened = await self._calls.ask(Route("POST", "/channels/{channel_id}/threads", channel_id=channel), json=made)
        return int(opened["id"])

    async def forum(self, forum: Channel, drawn: Drawn) -> int:
        """A new post of a forum."""
        made: dict[str, Any] = {"name": named(drawn.card.title), "auto_archive_duration": WEEK}
        if tags := states(forum, drawn.card):
            made["applied_tags"] = [str(tag) for tag in tags]
        route = Route("POST", "/channels/{channel_id}/threads", channel_id=forum.id)
        opened = await self._calls.ask(route, drawn.opened(made), time=drawn.time)
        return int(opened["id"])

    async def add(self, thread: int, user: str) -> None:
        """Let somebody into a private thread; nothing where they are in it."""
        route = Route("PUT", "/channels/{channel_id}/thread-members/{user_id}", channel_id=thread, user_id=int(user))
        await self._calls.ask(route)

    async def remove(self, thread: int, user: str) -> None:
        """Let somebody out of it; nothing where they are not in it."""
        route = Route("DELETE", "/channels/{channel_id}/thread-members/{user_id}", channel_id=thread, user_id=int(user))
        try:
            await self._calls.ask(route)
        except Fault as fault:
            if fault.code not in NOBODY:
                raise

    async def about(self, thread: int) -> Told:
        """A thread as Discord tells it."""
        told: Told = await self._calls.ask(Route("GET", "/channels/{channel_id}", channel_id=thread))
        return told

    async def open(self, thread: int) -> bool:
        """Make a thread one in which something can be said; whether it was locked."""
        locked = is_locked(await self.about(thread))
        await self._change(thread, archived=False, locked=False)
        self.put_away.discard(thread)
        return locked

    async def shut(self, thread: int) -> None:
        """Lock a thread and put it away; nothing where there is none."""
        try:
            await self._lock(thread)
        except Fault as fault:
            if fault.code != UNKNOWN_CHANNEL:
                raise
        else:
            if len(self.put_away) > MANY:
                self.put_away.clear()
            self.put_away.add(thread)

    async def _lock(self, thread: int) -> None:
        """An archived thread takes no lock (https://docs.discord.com/developers/resources/channel#modify-channel)."""
        try:
            return await self._change(thread, archived=True, locked=True)
        except Fault as fault:
            if fault.code != ARCHIVED:
                raise
        if not is_locked(await self.about(thread)):
            await self._change(thread, archived=False, locked=True)
            await self._change(thread, archived=True, locked=True)

    async def tag(self, forum: Channel, thread: int, card: Card) -> None:
        """Let a forum's post have the tags of its card's status and priority, beside those that people gave it."""
        if not STATES & forum.tags.keys():
            return
        now = [int(tag) for tag in (await self.about(thread)).get("applied_tags") or ()]
        names = {id: name for name, id in forum.tags.items()}
        wanted = [*states(forum, card), *(tag for tag in now if names.get(tag) not in STATES)][:TAGS]
        if set(wanted) != set(now):
            await self._change(thread, applied_tags=[str(tag) for tag in wanted])

    async def active(self, channel: int, since: datetime | None, name: str) -> list[Told]:
        """The bot's own threads of a channel that are open and were begun lately, first those with this name."""
        await self._calls.ready()
        route = Route("GET", "/guilds/{guild_id}/threads/active", guild_id=self._calls.guild)
        told = (await self._calls.ask(route)).get("threads") or ()
        found = [one for one in told if self._is_own(one, channel) and int(one["id"]) > begins(since)]
        return sorted(found, key=lambda one: (one.get("name") != named(name), -int(one["id"])))

    def _is_own(self, told: Told, channel: int) -> bool:
        return str(told.get("parent_id")) == str(channel) and str(told.get("owner_id")) == str(self._calls.me)

    async def _change(self, thread: int, **to: Any) -> None:
        await self._calls.ask(Route("PATCH", "/channels/{channel_id}", channel_id=thread), json=to)


def named(title: str) -> str:
    """A thread's name."""
    return one_line(title, NAME) or TALK


def heading(message: Told) -> str:
    """What a message of the desk's begins with: its title; "" where it has none."""
    texts = _texts(message.get("components") or ())
    found = next((text for text in texts if text.startswith("### ")), "")
    return re.sub(r"\\(\W)", r"\1", found.removeprefix("### ").partition("\n")[0])


def opening(message: Told) -> str:
    """The first line of a message of the desk's."""
    return next(iter(_texts(message.get("components") or ())), "").partition("\n")[0]


def is_over(card: Told) -> bool:
    """Whether a card of the desk's says that its ticket is closed."""
    closed = layout.line_of(Fact(STATUS, Status.CLOSED.label))
    return any(closed in text.split("\n") for text in _texts(card.get("components") or ()))


def states(forum: Channel, card: Card) -> list[int]:
    """The forum's tags that are named as a card's status and priority."""
    said = [str(fact.value).partition(" (")[0].casefold() for fact in card.facts if fact.label in (STATUS, PRIORITY)]
    return [forum.tags[name] for name in dict.fromkeys(said) if name in forum.tags][:TAGS]


def is_locked(told: Told) -> bool:
    """Whether a thread is locked."""
    return bool((told.get("thread_metadata") or {}).get("locked"))


def _texts(components: Iterable[Told]) -> Iterable[str]:
    for component in components:
        if component.get("type") == ComponentType.text_display.value:
            yield str(component.get("content") or "")
        yield from _texts(component.get("components") or ())
