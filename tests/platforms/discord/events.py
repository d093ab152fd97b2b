"""What the gateway tells, and to which sessions: by shard, by intent, and by what the bot may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.discord.greeting import GUILD_MEMBERS, GUILDS, MESSAGE_CONTENT, guild_create
from tests.platforms.discord.messages import Message
from tests.platforms.discord.people import Member, Role, User
from tests.platforms.discord.records import Channel, Guild, Json
from tests.platforms.discord.sessions import Session

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS = 1 << 12, 1 << 13


class Events:
    """Dispatches to every session that has asked for them."""

    def __init__(self, discord: Discord) -> None:
        self.discord = discord

    def message(self, event: str, message: Message) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE. Nobody's app hears of what only one person sees."""
        if message.ephemeral or not self._sees(message.channel):
            return
        for session in self._sessions(message.channel, GUILD_MESSAGES, DIRECT_MESSAGES):
            session.dispatch(event, self._told(message, session))

    def message_gone(self, message: Message) -> None:
        """MESSAGE_DELETE."""
        said = self._at(message.channel) | {"id": message.id}
        self._in(message.channel, "MESSAGE_DELETE", said, GUILD_MESSAGES, DIRECT_MESSAGES)

    def reaction(self, event: str, message: Message, user: User, emoji: str) -> None:
        """MESSAGE_REACTION_ADD or MESSAGE_REACTION_REMOVE."""
        name, _, identity = emoji.partition(":")
        said = self._at(message.channel) | {"message_id": message.id, "user_id": user.id, "burst": False, "type": 0}
        said |= {"emoji": {"id": identity or None, "name": name}}
        if event == "MESSAGE_REACTION_ADD":
            said["message_author_id"] = message.author.id
            if member := message.channel.guild and message.channel.guild.members.get(user.id):
                said["member"] = member.shown()
        self._in(message.channel, event, said, GUILD_REACTIONS, DIRECT_REACTIONS)

    def channel(self, event: str, channel: Channel) -> None:
        """CHANNEL_CREATE, CHANNEL_UPDATE, CHANNEL_DELETE."""
        self._in(channel, event, channel.shown(), GUILDS, 0)

    def thread(self, event: str, thread: Channel, new: bool = False) -> None:
        """THREAD_CREATE, THREAD_UPDATE; THREAD_DELETE says less."""
        said = thread.shown(self.discord.world.app.id)
        if event == "THREAD_DELETE":
            said = {name: said[name] for name in ("id", "guild_id", "parent_id", "type")}
        self._in(thread, event, said | ({"newly_created": True} if new else {}), GUILDS, 0)

    def thread_members(self, thread: Channel, added: list[str], removed: list[str]) -> None:
        """THREAD_MEMBERS_UPDATE; without the intent for members it comes only if the bot itself is concerned."""
        me, guild = self.discord.world.app.id, thread.guild
        assert guild
        said: Json = {"id": thread.id, "guild_id": guild.id, "member_count": min(50, len(thread.members))}
        said["removed_member_ids"] = removed
        for session in self._sessions(thread, GUILDS, 0) if self._sees(thread) or me in removed else []:
            if me in [*added, *removed] or session.intents & GUILD_MEMBERS:
                new = [
                    thread.membership(one) | {"member": guild.members[one].shown(), "presence": None} for one in added
                ]
                session.dispatch("THREAD_MEMBERS_UPDATE", said | {"added_members": new})

    def member(self, event: str, guild: Guild, member: Member) -> None:
        """GUILD_MEMBER_ADD, GUILD_MEMBER_UPDATE, GUILD_MEMBER_REMOVE; the bot's own update needs no privilege."""
        said: Json = {"guild_id": guild.id} | member.shown()
        if event == "GUILD_MEMBER_REMOVE":
            said = {"guild_id": guild.id, "user": member.user.shown()}
        own = event == "GUILD_MEMBER_UPDATE" and member.id == self.discord.world.app.id
        for session in self.discord.gateway.sessions:
            if session.carries(guild.id) and session.intents & (GUILD_MEMBERS | (GUILDS if own else 0)):
                session.dispatch(event, said)

    def role(self, guild: Guild, role: Role) -> None:
        """GUILD_ROLE_CREATE."""
        for session in self.discord.gateway.sessions:
            if session.carries(guild.id) and session.intents & GUILDS:
                session.dispatch("GUILD_ROLE_CREATE", {"guild_id": guild.id, "role": role.shown()})

    def access(self, channel: Channel, before: bool) -> None:
        """A channel's overwrites have changed: for the bot it is changed, new with its threads, or gone."""
        after = channel.seen_by(self.discord.world.app.id)
        if after and before:
            self.channel("CHANNEL_UPDATE", channel)
        elif after:
            self.channel("CHANNEL_CREATE", channel)
            self._sync(channel)
        elif before:
            for session in self._sessions(channel, GUILDS, 0):
                session.dispatch("CHANNEL_DELETE", channel.shown())

    def _sync(self, channel: Channel) -> None:
        me, guild = self.discord.world.app.id, channel.guild
        assert guild
        threads = [one for one in channel.threads if not one.archived and one.seen_by(me)]
        said: Json = {"guild_id": guild.id, "channel_ids": [channel.id], "threads": [one.shown(me) for one in threads]}
        said["members"] = [one.membership(me) for one in threads if me in one.members]
        for session in self._sessions(channel, GUILDS, 0):
            session.dispatch("THREAD_LIST_SYNC", said)

    def guild(self, guild: Guild) -> None:
        """GUILD_CREATE: the bot has come into a guild."""
        for session in self.discord.gateway.sessions:
            if session.carries(guild.id) and session.intents & GUILDS:
                session.dispatch("GUILD_CREATE", guild_create(self.discord, guild, session))

    def guild_gone(self, guild: Guild) -> None:
        """GUILD_DELETE: the bot was removed from a guild."""
        for session in self.discord.gateway.sessions:
            if session.carries(guild.id) and session.intents & GUILDS:
                session.dispatch("GUILD_DELETE", {"id": guild.id})

    def interaction(self, payload: Json) -> None:
        """INTERACTION_CREATE: no intent is needed for it."""
        for session in self.discord.gateway.sessions:
            if session.carries(payload.get("guild_id", "")):
                session.dispatch("INTERACTION_CREATE", payload)

    def _told(self, message: Message, session: Session) -> Json:
        channel, world = message.channel, self.discord.world
        whole = world.whole if session.intents & MESSAGE_CONTENT else world.concerned
        said = message.shown(world.app.id, whole) | self._at(channel)
        if (member := message.member()) and not message.application:
            said["member"] = member.shown(user=False)
        if channel.guild:
            for one in said["mentions"]:
                if one["id"] in channel.guild.members:
                    one["member"] = channel.guild.members[one["id"]].shown(user=False)
        return said

    def _in(self, channel: Channel, event: str, said: Json, guilds: int, direct: int) -> None:
        for session in self._sessions(channel, guilds, direct) if self._sees(channel) else []:
            session.dispatch(event, said)

    def _sees(self, channel: Channel) -> bool:
        was, channel.deleted = channel.deleted, False
        try:
            return channel.seen_by(self.discord.world.app.id)
        finally:
            channel.deleted = was

    def _sessions(self, channel: Channel, guilds: int, direct: int) -> list[Session]:
        guild = channel.guild.id if channel.guild else ""
        wanted = guilds if guild else direct
        return [one for one in self.discord.gateway.sessions if one.carries(guild) and one.intents & wanted]

    @staticmethod
    def _at(channel: Channel) -> Json:
        return {"channel_id": channel.id} | ({"guild_id": channel.guild.id} if channel.guild else {})
