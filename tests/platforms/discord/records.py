"""What a guild keeps: its channels and threads, with who is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.platforms.discord import permissions
from tests.platforms.discord.clock import seconds_of, stamp
from tests.platforms.discord.messages import Message
from tests.platforms.discord.people import Identified, Member, Overwrite, Role, User

Json = dict[str, Any]
Kind = Literal["text", "dm", "category", "news", "news_thread", "public_thread", "private_thread", "forum"]
NUMBERS: dict[Kind, int] = {
    "text": 0,
    "dm": 1,
    "category": 4,
    "news": 5,
    "news_thread": 10,
    "public_thread": 11,
    "private_thread": 12,
    "forum": 15,
}
"""Discord's channel types."""

THREADS = frozenset(("news_thread", "public_thread", "private_thread"))


@dataclass(eq=False)
class Channel:
    """A channel, a thread or a direct talk. `members`: who joined the thread, or the two of a talk."""

    id: str
    name: str
    kind: Kind
    guild: Guild | None = None
    parent: Channel | None = None
    topic: str | None = None
    position: int = 0
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    tags: list[Json] = field(default_factory=list)
    requires_tag: bool = False
    members: dict[str, str] = field(default_factory=dict)
    recipients: list[User] = field(default_factory=list)
    owner: str = ""
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    archive_after: int = 4320
    archive_at: str = ""
    rate_limit: int = 0
    applied: list[str] = field(default_factory=list)
    standing: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    sent: int = 0
    deleted: bool = False

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread."""
        return self.kind in THREADS

    @property
    def is_private(self) -> bool:
        """Whether only its members and moderators see it."""
        return self.kind == "private_thread"

    @property
    def threads(self) -> list[Channel]:
        """The threads in it, oldest first, archived ones as well."""
        return (
            [one for one in self.guild.channels.values() if one.parent is self and one.is_thread] if self.guild else []
        )

    @property
    def last(self) -> str | None:
        """The id of its newest message."""
        return next(reversed(self.standing), None)

    def messages(self, as_seen_by: Identified | None = None) -> list[Message]:
        """What stands in it, oldest first; for one person with what only they see, if they may see it at all."""
        told = list(self.standing.values())
        if as_seen_by is None:
            return told
        assert self.seen_by(as_seen_by.id), f"{as_seen_by.id} does not see {self.name}"
        mine = [one for one in self.ephemerals if one.ephemeral == as_seen_by.id]
        return sorted(told + mine, key=lambda one: int(one.id))

    def seen_by(self, user: str) -> bool:
        """Whether somebody sees this channel."""
        if self.guild is None:
            return user in self.members
        member = self.guild.members.get(user)
        return member is not None and not self.deleted and permissions.sees(self.guild, member, self)

    def allowed(self, user: str) -> int:
        """What somebody may do here; bits of Permission."""
        if self.guild is None:
            return int(permissions.DIRECT) if user in self.members else 0
        member = self.guild.members.get(user)
        return permissions.inside(self.guild, member, self) if member else 0

    def shown(self, user: str = "") -> Json:
        """The channel object; a thread with `member` if this user has joined it."""
        channel: Json = {"id": self.id, "type": NUMBERS[self.kind], "last_message_id": self.last, "flags": 0}
        if self.guild is None:
            return channel | {"recipients": [one.shown() for one in self.recipients]}
        channel |= {"guild_id": self.guild.id, "name": self.name, "rate_limit_per_user": self.rate_limit}
        channel |= {"parent_id": self.parent.id if self.parent else None}
        return channel | (self._thread(user) if self.is_thread else self._place())

    def _place(self) -> Json:
        place: Json = {
            "position": self.position,
            "nsfw": False,
            "topic": self.topic,
            "default_auto_archive_duration": 4320,
        }
        place |= {"permission_overwrites": [one.shown() for one in self.overwrites.values()]}
        if self.kind == "forum":
            place |= {"available_tags": self.tags, "default_reaction_emoji": None, "default_sort_order": None}
            place |= {"default_forum_layout": 0, "flags": 16 if self.requires_tag else 0}
        return place

    def _thread(self, user: str) -> Json:
        made = stamp(seconds_of(self.id))
        data: Json = {"archived": self.archived, "locked": self.locked, "archive_timestamp": self.archive_at or made}
        data |= {"auto_archive_duration": self.archive_after, "create_timestamp": made}
        data |= {"invitable": self.invitable} if self.is_private else {}
        count = len([one for one in self.standing.values() if one.id != self.id and one.counts])
        thread: Json = {"owner_id": self.owner, "thread_metadata": data, "message_count": count}
        thread |= {"member_count": min(50, len(self.members)), "total_message_sent": self.sent}
        thread |= {"applied_tags": list(self.applied)} if self.parent and self.parent.kind == "forum" else {}
        return thread | ({"member": self.membership(user)} if user in self.members else {})

    def membership(self, user: str) -> Json:
        """The thread member object."""
        return {"id": self.id, "user_id": user, "join_timestamp": self.members[user], "flags": 0}


@dataclass(eq=False)
class Guild:
    """A server, as people call it. `owner` may do everything."""

    id: str
    name: str
    owner: str
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    locale: str = "en-GB"

    def places(self) -> Iterator[Channel]:
        """Its channels, without threads."""
        return (one for one in self.channels.values() if not one.is_thread)

    def active(self) -> list[Channel]:
        """Its threads that are not archived."""
        return [one for one in self.channels.values() if one.is_thread and not one.archived]

    def shown(self) -> Json:
        """The guild object."""
        guild: Json = {"id": self.id, "name": self.name, "owner_id": self.owner, "preferred_locale": self.locale}
        guild |= dict.fromkeys(_NOTHING) | dict.fromkeys(_ZERO, 0)
        guild |= {"roles": [role.shown() for role in self.roles.values()], "emojis": [], "stickers": []}
        guild |= {"features": [], "afk_timeout": 300, "premium_progress_bar_enabled": False, "widget_enabled": False}
        guild |= {"region": "deprecated", "nsfw": False}
        return guild | {"max_members": 500_000, "max_video_channel_users": 25, "max_stage_video_channel_users": 50}


_NOTHING = (
    *("icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id"),
    *("afk_channel_id", "system_channel_id", "widget_channel_id", "rules_channel_id", "safety_alerts_channel_id"),
    *("public_updates_channel_id", "vanity_url_code", "max_presences", "latest_onboarding_question_id"),
    *("incidents_data", "owner_configured_content_level", "premium_features"),
)
_ZERO = (
    *("verification_level", "default_message_notifications", "mfa_level", "explicit_content_filter", "nsfw_level"),
    *("premium_tier", "premium_subscription_count", "system_channel_flags"),
)
