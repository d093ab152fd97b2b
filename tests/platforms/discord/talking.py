"""What people do among themselves: speak, reply, edit, delete, react, come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.platforms.discord import mentions
from tests.platforms.discord.messages import DEFAULT, REPLY, Message
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.records import Channel, Json
from tests.platforms.discord.someone import Place, Someone


class Talking(Someone):
    """A person's client refuses what they may not do: AssertionError."""

    async def says(
        self, channel: Place, text: str, *, reply_to: Message | None = None, files: Sequence[Any] = ()
    ) -> Message:
        """A message in a channel, a thread or the talk with the bot; `files` as (name, content) or (…, type)."""
        place = self.place(channel)
        sends = Permission.SEND_MESSAGES_IN_THREADS if place.is_thread else Permission.SEND_MESSAGES
        self._may(place, Permission.VIEW_CHANNEL, sends)
        assert place.kind not in ("forum", "category"), f"{place.name} takes posts only: user.posts(…)"
        if place.is_thread:
            self.discord.threads.wake(place, self.user)
        return self._said(place, text, reply_to, files)

    async def forwards(self, message: Message, channel: Place) -> Message:
        """A message, passed on as it is now; the files at it keep their ids."""
        place = self.place(channel)
        self._may(message.channel, Permission.VIEW_CHANNEL, Permission.READ_MESSAGE_HISTORY)
        self._may(place, Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES)
        made = Message(self.discord.world.clock.snowflake(), place, self.user, forwarded=[replace(message)])
        made.reference = {"type": 1, "message_id": message.id, "channel_id": message.channel.id}
        self.discord.posting.stand(made)
        return made

    async def posts(self, forum: Place, title: str, text: str) -> Channel:
        """A post in a forum: the thread; its first message has the thread's id."""
        place = self.place(forum)
        self._may(place, Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES)
        thread = self.discord.threads.start(place, self.user, {"name": title}, "public_thread")
        self.discord.events.thread("THREAD_CREATE", thread, new=True)
        self.discord.posting.new(thread, self.user, {"content": text}, at=thread.id)
        return thread

    async def starts_thread(self, on: Message | Place, name: str, *, private: bool = False) -> Channel:
        """A thread on a message, or one without a message in a channel."""
        if isinstance(on, Message):
            self._may(on.channel, Permission.CREATE_PUBLIC_THREADS)
            return self.discord.threads.from_message(on, self.user, {"name": name})
        place = self.place(on)
        self._may(place, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS)
        kind: Any = "private_thread" if private else "public_thread"
        return self.discord.threads.without_message(place, self.user, {"name": name}, kind)

    async def edits(self, message: Message, text: str) -> None:
        """Their own message, changed."""
        assert message.author.id == self.id, "one edits what one wrote oneself"
        assert not message.channel.archived, "nothing is edited in an archived thread"
        self.discord.posting.change(message, {"content": text})

    async def deletes(self, message: Message) -> None:
        """Their own message, or anybody's with MANAGE_MESSAGES; what only they see goes unheard."""
        if message.author.id != self.id and message.ephemeral != self.id:
            self._may(message.channel, Permission.MANAGE_MESSAGES)
        self.discord.posting.remove(message)

    async def reacts(self, message: Message, emoji: str) -> None:
        """A reaction."""
        self._may(message.channel, Permission.VIEW_CHANNEL, Permission.READ_MESSAGE_HISTORY)
        assert not message.channel.archived, "nobody reacts in an archived thread"
        if emoji not in message.reactions:
            self._may(message.channel, Permission.ADD_REACTIONS)
        self.discord.react(message, self.user, emoji)

    async def unreacts(self, message: Message, emoji: str) -> None:
        """Their reaction, taken back."""
        self.discord.unreact(message, self.user, emoji)

    async def archives(self, thread: Channel, *, locked: bool = False) -> None:
        """A thread, closed; locked by moderators only."""
        if locked or thread.owner != self.id:
            self._may(thread, Permission.MANAGE_THREADS)
        self.discord.threads.change(thread, self.user, {"archived": True, "locked": locked})

    async def joins(self, thread: Channel) -> None:
        """They join a thread that they see."""
        self._may(thread, Permission.VIEW_CHANNEL)
        self.discord.threads.join(thread, [self.id])

    async def adds(self, thread: Channel, other: Someone) -> None:
        """They add somebody else to a thread, which the thread tells."""
        self._may(thread, Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES_IN_THREADS)
        self.discord.threads.join(thread, [other.id], self.user)

    async def adds_bot(self, thread: Channel) -> None:
        """They add the bot to a thread."""
        self.discord.threads.join(thread, [self.discord.bot.id], self.user)

    async def leaves(self, thread: Channel) -> None:
        """They leave a thread."""
        self.discord.threads.leave(thread, self.id)

    async def leaves_guild(self) -> None:
        """They leave the server: with no other in common the bot cannot write to them any more (50278)."""
        member = self.guild.members.pop(self.id)
        for thread in (one for one in self.guild.channels.values() if one.is_thread):
            thread.members.pop(self.id, None)
        self.discord.events.member("GUILD_MEMBER_REMOVE", self.guild, member)

    def refuses_messages(self, refuses: bool = True) -> None:
        """Whether they take direct messages from members of the server: the bot gets 50007."""
        self.user.takes_messages = not refuses

    def _said(self, place: Channel, text: str, reply_to: Message | None, files: Sequence[Any]) -> Message:
        world = self.discord.world
        more: Json = {"kind": REPLY if reply_to else DEFAULT, "referenced": reply_to}
        if reply_to:
            more["reference"] = {"type": 0, "message_id": reply_to.id, "channel_id": place.id}
            more["reference"] |= {"guild_id": place.guild.id} if place.guild else {}
        message = Message(world.clock.snowflake(), place, self.user, text, **more)
        message.attachments = [self.discord.upload(one) for one in files]
        mentions.resolve(message, None, world.users, ping=True)
        self.discord.posting.stand(message)
        return message

    def _may(self, place: Channel, *needs: Permission) -> None:
        held = place.allowed(self.id) if place.seen_by(self.id) else 0
        missing = [one.name for one in needs if not held & one]
        assert not missing, f"{self.name} lacks {missing} in {place.name}"
