"""Who there is: people, their roles, and what a channel allows and denies them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]


class Identified(Protocol):
    """Somebody or something with an id."""

    @property
    def id(self) -> str:
        """A snowflake."""


@dataclass
class User:
    """A person or a bot. `takes_messages`: whether the bot may open a talk with them (else 50007)."""

    id: str
    name: str
    bot: bool = False
    locale: str = "en-GB"
    takes_messages: bool = True

    def shown(self) -> Json:
        """The user object."""
        user: Json = {"id": self.id, "username": self.name, "discriminator": "0", "avatar": None, "public_flags": 0}
        user |= {"flags": 0, "banner": None, "accent_color": None, "avatar_decoration_data": None, "clan": None}
        user |= {"global_name": None if self.bot else self.name.title(), "primary_guild": None, "collectibles": None}
        return user | ({"bot": True} if self.bot else {})


@dataclass
class Role:
    """A role; the one with the guild's id is @everyone. `bot`: the id of the app whose own role it is."""

    id: str
    name: str
    permissions: int = 0
    position: int = 0
    mentionable: bool = False
    bot: str = ""

    def shown(self) -> Json:
        """The role object."""
        colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
        role: Json = {"id": self.id, "name": self.name, "description": None, "permissions": str(self.permissions)}
        role |= {"position": self.position, "color": 0, "colors": colors, "hoist": False, "managed": bool(self.bot)}
        role |= {"mentionable": self.mentionable, "icon": None, "unicode_emoji": None, "flags": 0}
        return role | ({"tags": {"bot_id": self.bot}} if self.bot else {})


@dataclass
class Member:
    """A user in a guild, with the ids of their roles (@everyone is not among them)."""

    user: User
    joined: str
    roles: list[str] = field(default_factory=list)
    nick: str | None = None

    @property
    def id(self) -> str:
        """The user's id."""
        return self.user.id

    def shown(self, user: bool = True) -> Json:
        """The guild member object; without its user inside a message."""
        member: Json = {"nick": self.nick, "avatar": None, "banner": None, "roles": list(self.roles)}
        member |= {"joined_at": self.joined, "premium_since": None, "deaf": False, "mute": False, "flags": 0}
        member |= {"pending": False, "communication_disabled_until": None}
        return ({"user": self.user.shown()} if user else {}) | member


@dataclass
class Overwrite:
    """What a channel allows and denies to a role or a member."""

    id: str
    member: bool
    allow: int = 0
    deny: int = 0

    def shown(self) -> Json:
        """The overwrite object."""
        return {"id": self.id, "type": int(self.member), "allow": str(self.allow), "deny": str(self.deny)}
