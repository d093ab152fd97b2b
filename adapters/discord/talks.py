"""The bot's talks with people: private threads for their tickets, direct messages, and what stands in for these."""

from __future__ import annotations

import structlog
from discord.http import Route

from adapters.discord import standing
from adapters.discord.calls import Calls
from adapters.discord.direct_threads import DirectThreads
from adapters.discord.drawn import Drawn
from adapters.discord.faults import CLOSED_TALK, SHUT, UNKNOWN_CHANNEL, Fault
from adapters.discord.members import Members
from adapters.discord.messages import Messages
from adapters.discord.places import Places
from adapters.discord.threads import Threads, named
from bot.words import Post

log = structlog.get_logger()

MANY = 5_000


class Talks:
    """Posts to `@USER`."""

    def __init__(self, calls: Calls, places: Places, threads: Threads, messages: Messages, members: Members) -> None:
        self._calls, self._places, self._threads, self._messages = calls, places, threads, messages
        self._members = members
        self._direct_threads = DirectThreads(calls, places, threads)
        self._cards: dict[int, int] = {}

    async def put(self, drawn: Drawn) -> str:
        """Make it stand there."""
        post = drawn.post
        if post.at.thread and await self._places.is_thread(int(post.at.thread)):
            return await self._in_thread(drawn, int(post.at.thread))
        if not post.at.thread and post.ref and await self._places.is_thread(int(post.ref)):
            return await self._card(drawn, int(post.ref))
        if post.members and not post.at.thread and not post.ref:
            return await self._opened(drawn)
        return await self._direct(drawn)

    async def find(self, post: Post) -> str | None:
        """The message, or for a ticket's card its thread, which may be without it still."""
        if post.at.thread and await self._places.is_thread(int(post.at.thread)):
            found = await standing.find(self._calls, int(post.at.thread), post.key, post.since)
            return str(found) if found else None
        if post.members and not post.at.thread and (thread := await self._find_opened(post)):
            return thread
        talk = await self._places.talk(_user(post))
        found = await standing.find(self._calls, talk, post.key, post.since)
        return str(found) if found else None

    async def _find_opened(self, post: Post) -> str | None:
        tickets = await self._places.tickets()
        if tickets is None:
            return None
        for told in await self._threads.active(tickets.id, post.since, post.card.title):
            thread = int(told["id"])
            card = await standing.first(self._calls, thread, post.key)
            if card or (told.get("name") == named(post.card.title) and await self._is_empty(thread)):
                self._places.know_thread(thread)
                return str(thread)
        return None

    async def _is_empty(self, thread: int) -> bool:
        """Whether the desk has said nothing there yet."""
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=thread)
        page = await self._calls.ask(route, params={"limit": standing.PAGE, "after": thread - 1})
        return not any(standing.ours(self._calls, message) and message.get("components") for message in page)

    async def _in_thread(self, drawn: Drawn, thread: int) -> str:
        post, messages = drawn.post, self._messages

        async def do() -> str:
            if post.ref and await messages.edit(drawn, thread, int(post.ref)) is not None:
                return post.ref
            return await messages.say(drawn, thread)

        try:
            return await messages.reopened(thread, do)
        except Fault as fault:
            if fault.code != UNKNOWN_CHANNEL:
                raise
        return await self._direct(drawn)

    async def _opened(self, drawn: Drawn) -> str:
        """A private thread for a ticket; a direct message where none can be opened, or the requester not be let in."""
        tickets = await self._places.tickets()
        if tickets is None:
            return await self._direct(drawn)
        try:
            thread = await self._threads.private(tickets.id, drawn.card.title)
        except Fault as fault:
            if not fault.final:
                raise
            if fault.code == UNKNOWN_CHANNEL:
                self._places.forget_tickets()
            return await self._instead(drawn, fault)
        self._places.know_thread(thread)
        return await self._begun(drawn, thread)

    async def _begun(self, drawn: Drawn, thread: int) -> str:
        """Let the requester in, say the ticket's card, let the others in."""
        members = drawn.post.members or (_user(drawn.post),)
        try:
            await self._threads.add(thread, members[0])
        except Fault as fault:
            if not fault.final or fault.code in SHUT | {UNKNOWN_CHANNEL}:
                raise
            await self._threads.shut(thread)
            return await self._instead(drawn, fault)
        self._note(thread, int(await self._messages.say(drawn, thread)))
        await self._members.fit(thread, drawn.post.members)
        return str(thread)

    async def _instead(self, drawn: Drawn, fault: Fault) -> str:
        log.warning("no thread for a ticket: it is a direct message", key=drawn.post.key, reason=str(fault))
        return await self._direct(drawn)

    async def _card(self, drawn: Drawn, thread: int) -> str:
        """The card that a private thread is about, edited; said where it does not stand (any more)."""
        try:
            message = self._cards.get(thread) or await standing.first(self._calls, thread, drawn.post.key)
            if message and await self._messages.edit_first(drawn, thread, message):
                self._note(thread, message)
                await self._members.fit(thread, drawn.post.members)
                if drawn.card.over:
                    await self._threads.shut(thread)
                return str(thread)
            self._cards.pop(thread, None)
            return await self._messages.reopened(thread, lambda: self._begun(drawn, thread))
        except Fault as fault:
            if fault.code != UNKNOWN_CHANNEL:
                raise
        return await self._opened(drawn)

    def _note(self, thread: int, message: int) -> None:
        if len(self._cards) > MANY:
            self._cards.clear()
        self._cards[thread] = message

    async def _direct(self, drawn: Drawn) -> str:
        """A direct message, in reply to its thread's first one; where these are refused, in a thread of their own."""
        user = _user(drawn.post)
        try:
            return await self._in_talk(drawn, await self._places.talk(user))
        except Fault as fault:
            if fault.code == UNKNOWN_CHANNEL and await self._places.forget_talk(user):
                return await self._direct(drawn)
            if fault.code not in CLOSED_TALK:
                raise
            refused = fault
        return await self._in_talk(drawn, await self._direct_threads.instead(user, refused))

    async def _in_talk(self, drawn: Drawn, talk: int) -> str:
        post, messages = drawn.post, self._messages

        async def do() -> str:
            if post.ref and await messages.edit(drawn, talk, int(post.ref)) is not None:
                return post.ref
            return await messages.say(drawn, talk, int(post.at.thread or 0))

        return await messages.reopened(talk, do)


def _user(post: Post) -> str:
    return post.at.room.removeprefix("@")
