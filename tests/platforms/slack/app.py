"""The app under test, as its settings page has it, and its installations in workspaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.slack.records import User

SCOPES = frozenset(
    [
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "links:read",
        "links:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users:read",
        "users:read.email",
    ]
)
"""What an app has that was started without a manifest."""

NEEDS = {
    "app_mention": "app_mentions:read",
    "assistant_thread_started": "assistant:write",
    "assistant_thread_context_changed": "assistant:write",
    "channel_archive": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "file_shared": "files:read",
    "link_shared": "links:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
}
"""The scope without which a subscription to an event is refused; other events need none."""


@dataclass
class App:
    """The app's settings. `None` for events, commands or shortcuts: whatever happens is told to it."""

    id: str = "A0FIRST001"
    client_id: str = "111111111111.222222222222"
    client_secret: str = "0123456789abcdef0123456789abcdef"
    signing_secret: str = "fedcba9876543210fedcba9876543210"
    app_token: str = "xapp-1-A0FIRST001-1-loopback"
    verification_token: str = "verification-token"
    name: str = "firstline"
    scopes: frozenset[str] = SCOPES
    events: frozenset[str] | None = None
    commands: frozenset[str] | None = None
    shortcuts: frozenset[str] | None = None
    domains: frozenset[str] = frozenset()
    rotates: bool = False
    agent: bool = False

    @classmethod
    def of(cls, manifest: Mapping[str, Any] | None) -> App:
        """The app that a manifest makes: its scopes, events, commands, shortcuts and unfurl domains."""
        if manifest is None:
            return cls()
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        return cls(
            scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            commands=frozenset(one["command"] for one in features.get("slash_commands", ())),
            shortcuts=frozenset(one["callback_id"] for one in features.get("shortcuts", ())),
            domains=frozenset(features.get("unfurl_domains", ())),
            agent="agent_view" in features,
            rotates=bool(settings.get("token_rotation_enabled")),
        )

    def hears(self, subscription: str) -> bool:
        """Whether an event of this kind is sent to the app."""
        return NEEDS.get(subscription) in (None, *self.scopes) and (self.events is None or subscription in self.events)


@dataclass
class Installation:
    """The app in one workspace: its bot, the token and what it may do. `expires` in Unix seconds, 0 for never."""

    team: str
    bot: User
    token: str
    scopes: frozenset[str]
    refresh: str = ""
    expires: float = 0
    revoked: bool = False
    uninstalled: bool = False
    older: list[str] = field(default_factory=list)

    @property
    def profile(self) -> dict[str, Any]:
        """The bot_profile of its messages."""
        return {
            "id": self.bot.bot_id,
            "app_id": self.bot.app_id,
            "name": self.bot.name,
            "icons": {},
            "deleted": False,
            "updated": 1700000000,
            "team_id": self.team,
        }
