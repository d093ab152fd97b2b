"""Makes a post stand: in a room, in a thread of it, as a forum's post, in a private thread, in somebody's talk."""

from __future__ import annotations

import structlog

from adapters.discord import standing
from adapters.discord.calls import Calls
from adapters.discord.drawn import Drawn
from adapters.discord.faults import BARRED, FULL, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, Fault
from adapters.discord.members import Members
from adapters.discord.messages import Messages
from adapters.discord.places import Channel, Places
from adapters.discord.standing import Told
from adapters.discord.talks import Talks
from adapters.discord.threads import TALK, Threads, heading, is_locked, is_over
from bot.words import Post

log = structlog.get_logger()


class Delivery:
    """What is done with a post, by its place. Each gives the reference of its message, or a Fault."""

    def __init__(self, calls: Calls, places: Places) -> None:
        self._calls, self._places = calls, places
        self.threads = Threads(calls)
        self._messages = Messages(calls, self.threads)
        self.members = Members(places, self.threads)
        self._talks = Talks(calls, places, self.threads, self._messages, self.members)

    async def put(self, drawn: Drawn) -> str:
        """Make it stand, edited where it stands already."""
        post = drawn.post
        if post.at.direct:
            return await self._talks.put(drawn)
        channel = await self._places.about(post.at.room)
        if post.at.thread:
            return await self._in_thread(drawn, channel, int(post.at.thread))
        if channel.forum:
            return await self._in_forum(drawn, channel)
        return await self._in_room(drawn, channel.id)

    async def find(self, post: Post) -> str | None:
        """The reference of the message that carries its mark."""
        if post.at.direct:
            return await self._talks.find(post)
        channel = await self._places.about(post.at.room)
        if not post.at.thread:
            return await (self._find_in_forum if channel.forum else self._find_in)(post, channel.id)
        try:
            return await self._find_in(post, int(post.at.thread))
        except Fault as fault:
            if fault.code != UNKNOWN_CHANNEL:
                raise
        return await (self._find_in_forum if channel.forum else self._find_in)(post, channel.id)

    async def _find_in(self, post: Post, channel: int) -> str | None:
        found = await standing.find(self._calls, channel, post.key, post.since)
        return str(found) if found else None

    async def _find_in_forum(self, post: Post, forum: int) -> str | None:
        for told in await self.threads.active(forum, post.since, post.card.title):
            if await standing.first(self._calls, int(told["id"]), post.key):
                return str(told["id"])
        return None

    async def _in_room(self, drawn: Drawn, channel: int) -> str:
        post = drawn.post
        if post.ref and (told := await self._messages.edit(drawn, channel, int(post.ref))) is not None:
            await self._keep_open(drawn, int(post.ref), told)
            return post.ref
        return await self._messages.say(drawn, channel)

    async def _keep_open(self, drawn: Drawn, thread: int, message: Told) -> None:
        """The thread of a card in a room: shut when the card is over, and open when it is not."""
        told = message.get("thread") or {}
        if drawn.card.over:
            await self.threads.shut(thread)
        elif is_locked(told):
            await self.threads.open(thread)

    async def _in_thread(self, drawn: Drawn, channel: Channel, thread: int) -> str:
        post = drawn.post
        if post.ref and await self._edited(drawn, channel.id, thread, int(post.ref)):
            return post.ref
        try:
            return await self._messages.reopened(thread, lambda: self._messages.say(drawn, thread))
        except Fault as fault:
            if fault.code != UNKNOWN_CHANNEL:
                raise
        if channel.forum:  # its post is gone, and nothing can be said in a forum but posts
            return await self._posted(drawn, channel)
        return await self._in_new_thread(drawn, channel.id, thread)

    async def _edited(self, drawn: Drawn, channel: int, thread: int, message: int) -> bool:
        """Whether it could be edited, in the thread or where it was said instead."""
        told = await self._messages.reopened(thread, lambda: self._messages.edit(drawn, thread, message))
        return told is not None or await self._messages.edit(drawn, channel, message) is not None

    async def _in_new_thread(self, drawn: Drawn, channel: int, message: int) -> str:
        """Start the thread of a message and say it there; where there can be none, below the message or in the room.

        That of a card whose ticket is closed is put away behind it.
        """
        try:
            card = await self._card(channel, message)
            thread = await self.threads.start(channel, message, heading(card) or drawn.card.title or TALK)
        except Fault as fault:
            if fault.code == UNKNOWN_MESSAGE:
                return await self._messages.say(drawn, channel)
            if fault.code not in FULL | BARRED:
                raise
            log.warning("no thread can be started: it is said in the room", key=drawn.post.key, reason=str(fault))
            return await self._messages.say(drawn, channel, message)
        ref = await self._messages.say(drawn, thread)
        if is_over(card):
            await self.threads.shut(thread)
        return ref

    async def _card(self, channel: int, message: int) -> Told:
        """A message of the desk's; nothing of somebody else's."""
        told = await standing.told(self._calls, channel, message)
        return told if standing.ours(self._calls, told) else {}

    async def _in_forum(self, drawn: Drawn, forum: Channel) -> str:
        ref = drawn.post.ref
        if not ref:
            return await self._posted(drawn, forum)
        thread = int(ref)
        if not await self._messages.edit_first(drawn, thread, thread):
            return await self._posted(drawn, forum)
        await self.threads.tag(forum, thread, drawn.card)
        if drawn.card.over:
            await self.threads.shut(thread)
        return ref

    async def _posted(self, drawn: Drawn, forum: Channel) -> str:
        """A new post of a forum."""
        return str(await self.threads.forum(forum, drawn))
