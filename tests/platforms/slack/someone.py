"""A person: who they are, and what every payload about them holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.platforms.slack.records import Channel, Json, Team, User

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack


@dataclass(frozen=True)
class Someone:
    """A person in a workspace of a server."""

    slack: Slack
    user: User

    @property
    def id(self) -> str:
        """The person's id."""
        return self.user.id

    @property
    def team(self) -> Team:
        """The person's workspace."""
        return self.slack.world.teams[self.user.team]

    @property
    def talk(self) -> Channel:
        """The person's direct talk with the bot."""
        return self.slack.world.direct(self.team, self.id)

    def place(self, channel: Channel | str) -> Channel:
        """A channel by itself, its name or its id; "@" is the direct talk with the bot."""
        if isinstance(channel, Channel):
            return channel
        return self.talk if channel == "@" else self.slack.world.channel(self.team, channel)

    def _about(self, kind: str, *names: str) -> Json:
        """What stands in every payload; `names` are the fields of its user (all four, unless given)."""
        app = self.slack.app
        user = {"id": self.id, "username": self.user.name, "name": self.user.name, "team_id": self.team.id}
        user = {name: value for name, value in user.items() if not names or name in names}
        about = {"type": kind, "user": user, "token": app.verification_token}
        if kind not in ("message_action", "shortcut"):
            about["api_app_id"] = app.id
        team = {"id": self.team.id, "domain": self.team.domain}
        return about | {"team": team, "enterprise": None, "is_enterprise_install": False}
