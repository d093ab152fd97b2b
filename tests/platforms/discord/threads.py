"""Threads: how they begin, who is in them, and how they rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.discord import permissions
from tests.platforms.discord.messages import ADDED, HAS_THREAD, RENAMED, STARTER, THREAD_CREATED, Message
from tests.platforms.discord.people import User
from tests.platforms.discord.records import Channel, Json, Kind
from tests.platforms.discord.refused import Refused

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord


class Threads:
    """`most` is how many threads may be active in a guild at once."""

    def __init__(self, discord: Discord) -> None:
        self.discord = discord
        self.most = 1000

    def start(self, parent: Channel, owner: User, body: Json, kind: Kind, *, at: str = "") -> Channel:
        """A new thread with its starter in it; `at` is its id, if that is given."""
        assert parent.guild
        self._room(parent)
        thread = Channel(at or self.discord.world.clock.snowflake(), body["name"], kind, parent.guild, parent)
        thread.owner, thread.archive_after = owner.id, body.get("auto_archive_duration") or 4320
        thread.invitable = body.get("invitable") is not False
        thread.applied = [str(one) for one in body.get("applied_tags") or []]
        thread.rate_limit = body.get("rate_limit_per_user") or 0
        thread.members[owner.id] = self.discord.world.clock.stamp()
        parent.guild.channels[thread.id] = thread
        return thread

    def from_message(self, message: Message, owner: User, body: Json) -> Channel:
        """A thread that hangs on a message: it has the message's id, and a link to it as its first message."""
        if message.thread and not message.thread.deleted:
            raise Refused(160004)
        if message.kind not in (0, 19, 20, 23):
            raise Refused(50021)
        parent = message.channel
        kind: Kind = "news_thread" if parent.kind == "news" else "public_thread"
        thread = self.start(parent, owner, body, kind, at=message.id)
        message.thread, message.flags = thread, message.flags | HAS_THREAD
        self._told(thread)
        self.discord.events.message("MESSAGE_UPDATE", message)
        assert parent.guild
        link = {"type": 0, "message_id": message.id, "channel_id": parent.id, "guild_id": parent.guild.id}
        self.discord.posting.system(thread, STARTER, message.author, reference=link, referenced=message)
        return thread

    def without_message(self, parent: Channel, owner: User, body: Json, kind: Kind) -> Channel:
        """A thread of its own; a public one is announced in the channel."""
        thread = self.start(parent, owner, body, kind)
        self._told(thread)
        if kind != "private_thread":
            assert parent.guild
            link = {"type": 0, "channel_id": thread.id, "guild_id": parent.guild.id}
            self.discord.posting.system(parent, THREAD_CREATED, owner, thread.name, reference=link, thread=thread)
        return thread

    def join(self, thread: Channel, users: list[str], by: User | None = None) -> None:
        """Members of a thread; `by` somebody who adds them. Who does not see the channel above is left out."""
        assert thread.guild and thread.parent
        new = [one for one in users if one in thread.guild.members and thread.parent.seen_by(one)]
        for one in new:
            thread.members[one] = self.discord.world.clock.stamp()
        if not new:
            return
        self.discord.events.thread_members(thread, new, [])
        if self.discord.world.app.id in new and by is not None:
            self.discord.events.thread("THREAD_CREATE", thread)
        for one in new if by else []:
            assert by
            self.discord.posting.system(thread, ADDED, by, mentions=[self.discord.world.users[one]])

    def leave(self, thread: Channel, user: str) -> None:
        """Somebody is no longer in a thread."""
        if thread.members.pop(user, None):
            self.discord.events.thread_members(thread, [], [user])

    def change(self, thread: Channel, by: User, body: Json) -> None:
        """Name, archived, locked and the like, as PATCH gives them."""
        changed = {name: value for name, value in body.items() if value is not None}
        if changed.get("archived") is False and thread.archived:
            self._room(thread)
        renamed = changed.get("name", thread.name) != thread.name
        if "archived" in changed and changed["archived"] != thread.archived:
            thread.archive_at = self.discord.world.clock.stamp()
        thread.archived, thread.locked = changed.get("archived", thread.archived), changed.get("locked", thread.locked)
        thread.name, thread.invitable = changed.get("name", thread.name), changed.get("invitable", thread.invitable)
        thread.archive_after = changed.get("auto_archive_duration", thread.archive_after)
        thread.rate_limit = changed.get("rate_limit_per_user", thread.rate_limit)
        thread.applied = [str(one) for one in changed.get("applied_tags", thread.applied)]
        self.discord.events.thread("THREAD_UPDATE", thread)
        if renamed:
            self.discord.posting.system(thread, RENAMED, by, thread.name)

    def wake(self, thread: Channel, author: User) -> None:
        """A message comes: an archived thread is opened; in a locked one only moderators write."""
        if thread.locked and not thread.allowed(author.id) & permissions.Permission.MANAGE_THREADS:
            raise Refused(160005)
        if thread.archived:
            self.change(thread, author, {"archived": False})

    def _told(self, thread: Channel) -> None:
        self.discord.events.thread("THREAD_CREATE", thread, new=True)

    def _room(self, place: Channel) -> None:
        assert place.guild
        if len(place.guild.active()) >= self.most:
            raise Refused(160006)
