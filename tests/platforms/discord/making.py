"""How people, roles, channels and guilds come into being."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from tests.platforms.discord.acting import Acting
from tests.platforms.discord.people import Overwrite, Role, User
from tests.platforms.discord.records import Channel, Guild, Json, Kind
from tests.platforms.discord.talking import Talking

if TYPE_CHECKING:
    from tests.platforms.discord.events import Events
    from tests.platforms.discord.server import Discord
    from tests.platforms.discord.world import World

Grants = Mapping[Any, tuple[int, int]]
"""Overwrites of a channel: (allow, deny) by a Role, a Person, or a name: "@everyone", "bot", a role's."""


class Person(Acting, Talking):
    """Somebody who uses the app: acts, talks and sees."""


class Making:
    """What is named for the first time is made, in the server's first guild unless another is given."""

    world: World
    events: Events
    guild: Guild
    owner: User

    def user(
        self, name: str, *, roles: Iterable[Role | str] = (), guild: Guild | None = None, locale: str = ""
    ) -> Person:
        """The person of this name, a member of the guild, who comes into being when first named."""
        place = guild or self.guild
        known = next((one for one in self.world.users.values() if one.name == name), None)
        user = known or self.world.add_user(name)
        user.locale = locale or user.locale
        member = place.members.get(user.id)
        if member is None:
            member = self.world.join(place, user)
            self.events.member("GUILD_MEMBER_ADD", place, member)
        given = [self.role(one, guild=place).id if isinstance(one, str) else one.id for one in roles]
        if given:
            member.roles = list(dict.fromkeys([*member.roles, *given]))
            self.events.member("GUILD_MEMBER_UPDATE", place, member)
        return Person(cast("Discord", self), user, place)

    def role(self, name: str, *, guild: Guild | None = None, permissions: int = 0, mentionable: bool = False) -> Role:
        """The role of this name, made when first named."""
        place = guild or self.guild
        known = next((one for one in place.roles.values() if one.name == name), None)
        if known:
            return known
        role = Role(self.world.clock.snowflake(), name, permissions, len(place.roles), mentionable)
        place.roles[role.id] = role
        self.events.role(place, role)
        return role

    def channel(
        self,
        name: str,
        kind: Kind = "text",
        *,
        overwrites: Grants | None = None,
        tags: Iterable[str] = (),
        requires_tag: bool = False,
        guild: Guild | None = None,
    ) -> Channel:
        """The channel of this name, made when first named; `tags` are a forum's."""
        place = guild or self.guild
        known = next((one for one in place.places() if one.name == name and not one.deleted), None)
        if known:
            return known
        channel = self.world.add_channel(place, name, kind, self._overwrites(place, overwrites or {}))
        channel.tags = [self._tag(one) for one in tags]
        channel.requires_tag = requires_tag
        self.events.channel("CHANNEL_CREATE", channel)
        return channel

    def allow(self, channel: Channel, overwrites: Grants) -> None:
        """Overwrites of a channel, as from now on."""
        assert channel.guild
        before = channel.seen_by(self.world.app.id)
        channel.overwrites |= self._overwrites(channel.guild, overwrites)
        self.events.access(channel, before)

    def add_guild(self, name: str) -> Guild:
        """Another guild with the bot in it."""
        guild = self.world.add_guild(name, self.owner)
        self.events.guild(guild)
        return guild

    def _overwrites(self, guild: Guild, grants: Grants) -> dict[str, Overwrite]:
        made = [self._overwrite(guild, who, allow, deny) for who, (allow, deny) in grants.items()]
        return {one.id: one for one in made}

    def _overwrite(self, guild: Guild, who: Any, allow: int, deny: int) -> Overwrite:
        if who == "@everyone":
            return Overwrite(guild.id, False, int(allow), int(deny))
        if who == "bot":
            return Overwrite(self.world.app.id, True, int(allow), int(deny))
        role = self.role(who, guild=guild) if isinstance(who, str) else who
        return Overwrite(role.id, not isinstance(role, Role), int(allow), int(deny))

    def _tag(self, name: str) -> Json:
        tag: Json = {"id": self.world.clock.snowflake(), "name": name, "moderated": False}
        return tag | {"emoji_id": None, "emoji_name": None}
