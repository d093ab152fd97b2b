"""What a workspace keeps: teams, people, channels, messages, files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Kind = Literal["channel", "group", "im", "mpim"]


@dataclass
class User:
    """A person or a bot. `email` is shown with the scope users:read.email only."""

    id: str
    team: str
    name: str
    real_name: str
    email: str = ""
    tz: str = "Europe/London"
    locale: str = "en-GB"
    is_bot: bool = False
    bot_id: str = ""
    app_id: str = ""
    deleted: bool = False
    is_admin: bool = False

    def shown(self, email: bool = False, locale: bool = False) -> Json:
        """The user object of users.info."""
        profile = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": "" if self.is_bot else self.name,
            "display_name_normalized": "" if self.is_bot else self.name,
            "team": self.team,
            "status_text": "",
            "status_emoji": "",
        }
        if email and self.email:
            profile["email"] = self.email
        if self.is_bot:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id}
        user: Json = {"id": self.id, "team_id": self.team, "name": self.name, "deleted": self.deleted}
        user |= {"profile": profile, "is_bot": self.is_bot, "is_app_user": False, "updated": 1700000000}
        if not self.deleted:
            user |= {"real_name": self.real_name, "tz": self.tz, "tz_label": self.tz, "tz_offset": self._offset()}
            user |= {"is_admin": self.is_admin, "is_owner": False, "is_primary_owner": False}
            user |= {"is_restricted": False, "is_ultra_restricted": False, "is_email_confirmed": True}
        return user | ({"locale": self.locale} if locale else {})

    def _offset(self) -> int:
        offset = datetime.now(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0


@dataclass
class File:
    """An uploaded file; `channels` are the places where it is shared."""

    id: str
    team: str
    user: str
    name: str
    content: bytes
    mimetype: str
    created: int
    base: str
    title: str = ""
    alt_text: str = ""
    channels: list[str] = field(default_factory=list)
    complete: bool = True

    def shown(self) -> Json:
        """The file object of files.info."""
        kind = self.name.rpartition(".")[2] if "." in self.name else "binary"
        private = f"{self.base}files-pri/{self.team}-{self.id}/"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": self.user,
            "user_team": self.team,
            "editable": False,
            "size": len(self.content),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{private}{self.name}",
            "url_private_download": f"{private}download/{self.name}",
            "permalink": f"{self.base}files/{self.user}/{self.id}/{self.name}",
            "permalink_public": "",
            "channels": self.channels,
            "file_access": "visible",
        }


@dataclass
class Message:
    """A message. `ephemeral` is the id of the one person who sees it ("" for everybody)."""

    channel: str
    ts: str
    user: str
    team: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str = ""
    parent_user: str = ""
    subtype: str = ""
    bot: Json | None = None
    app_id: str = ""
    username: str = ""
    client_msg_id: str = ""
    edited: Json | None = None
    files: list[File] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[Message] = field(default_factory=list, repr=False)
    ephemeral: str = ""
    unfurls: Json = field(default_factory=dict)

    @property
    def parent(self) -> bool:
        """Whether this message has a thread under it."""
        return bool(self.replies)

    @property
    def reply(self) -> bool:
        """Whether this message stands in a thread under another."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    def shown(self, metadata: bool = False) -> Json:
        """The message object, as history gives it."""
        said: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": self.team}
        said |= {"subtype": self.subtype} if self.subtype else {}
        if self.bot and self.subtype != "file_share":  # whose published type has none of these
            said |= {"bot_id": self.bot["id"], "app_id": self.app_id, "bot_profile": self.bot}
        said |= {"client_msg_id": self.client_msg_id} if self.client_msg_id else {}
        said |= {name: getattr(self, name) for name in ("username", "blocks", "edited") if getattr(self, name)}
        said |= {"attachments": self.attachments + self._unfurled()} if self.attachments or self.unfurls else {}
        if self.files:
            said |= {"files": [file.shown() for file in self.files], "upload": False, "display_as_bot": False}
        said |= {"metadata": self._metadata(metadata)} if self.metadata else {}
        return said | self._threading() | self._reacted()

    def _metadata(self, whole: bool) -> Json:
        """Without include_all_metadata the event_payload is left out."""
        return dict(self.metadata or {}) if whole else {"event_type": (self.metadata or {})["event_type"]}

    def _unfurled(self) -> list[Json]:
        return [{"id": n, "from_url": url} | unfurl for n, (url, unfurl) in enumerate(self.unfurls.items(), 1)]

    def _threading(self) -> Json:
        if not self.parent:
            parent = {"parent_user_id": self.parent_user} if self.parent_user else {}
            return {"thread_ts": self.thread_ts} | parent if self.thread_ts else {}
        users = list(dict.fromkeys(reply.user for reply in self.replies))
        counts = {"reply_count": len(self.replies), "reply_users_count": len(users), "reply_users": users[:5]}
        return {"thread_ts": self.ts, "latest_reply": self.replies[-1].ts, "is_locked": False} | counts

    def _reacted(self) -> Json:
        reacted = [{"name": name, "users": who, "count": len(who)} for name, who in self.reactions.items() if who]
        return {"reactions": reacted} if reacted else {}


@dataclass
class Channel:
    """A conversation: public (channel), private (group) or the talk with one person (im)."""

    id: str
    team: str
    name: str
    kind: Kind = "channel"
    members: list[str] = field(default_factory=list)
    archived: bool = False
    user: str = ""
    created: int = 0
    open: bool = True
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)

    @property
    def subscription(self) -> str:
        """The event subscription that tells of its messages: message.channels, .groups, .im or .mpim."""
        return {"channel": "message.channels", "group": "message.groups"}.get(self.kind, f"message.{self.kind}")

    @property
    def scope(self) -> str:
        """The family of scopes: channels, groups, im or mpim."""
        return {"channel": "channels", "group": "groups"}.get(self.kind, self.kind)

    @property
    def called(self) -> str:
        """Its name in commands and interactions: a private one is not named there."""
        return "privategroup" if self.kind == "group" else self.name

    def shown(self, member: str, count: bool = False) -> Json:
        """The conversation object of conversations.info, as one of its members sees it."""
        said: Json = {"id": self.id, "created": self.created, "is_archived": self.archived, "is_org_shared": False}
        said |= {"is_im": self.kind == "im", "context_team_id": self.team, "updated": self.created * 1000}
        if self.kind == "im":
            return said | {"user": self.user, "is_user_deleted": False, "is_open": self.open, "priority": 0}
        said |= {"name": self.name, "name_normalized": self.name, "is_channel": self.kind == "channel"}
        said |= {"is_group": self.kind == "group", "is_mpim": False, "is_private": self.kind == "group"}
        said |= {"is_general": False, "is_shared": False, "is_ext_shared": False, "is_member": member in self.members}
        said |= {part: {"value": "", "creator": "", "last_set": 0} for part in ("topic", "purpose")}
        return said | ({"num_members": len(self.members)} if count else {})

    def top(self) -> Iterator[Message]:
        """What stands in the channel itself, oldest first: no replies but those broadcast to it."""
        return (one for one in self.messages.values() if not one.reply or one.subtype == "thread_broadcast")


@dataclass
class Usergroup:
    """A user group: <!subteam^S1> pings its members."""

    id: str
    team: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)

    def shown(self, users: bool) -> Json:
        """The usergroup object of usergroups.list."""
        said: Json = {"id": self.id, "team_id": self.team, "is_usergroup": True, "is_subteam": True, "name": self.name}
        said |= {"description": "", "handle": self.handle, "is_external": False, "date_create": 0, "date_update": 0}
        said |= {"date_delete": 0, "auto_type": None, "user_count": len(self.users)}
        return said | ({"users": self.users} if users else {})


@dataclass
class Team:
    """A workspace."""

    id: str
    name: str
    domain: str
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, Usergroup] = field(default_factory=dict)
