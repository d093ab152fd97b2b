"""One call of the Web API, and the table of all methods."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tests.platforms.slack.app import Installation
from tests.platforms.slack.arguments import Arguments
from tests.platforms.slack.records import Channel, Json, Team, User
from tests.platforms.slack.refused import Refused

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

Item = TypeVar("Item")
Tier = Literal[0, 1, 2, 3, 4]
"""0 for methods with a limit of their own; the others allow 1, 20, 50 and 100 calls a minute."""


@dataclass(frozen=True)
class Call:
    """A call by the app in one workspace. Calls without a bot's token have no `installation`."""

    slack: Slack
    name: str
    arguments: Arguments
    installed: Installation | None = None

    @property
    def installation(self) -> Installation:
        """The app in the workspace whose token was sent."""
        if self.installed is None:
            raise Refused("not_authed")
        return self.installed

    @property
    def team(self) -> Team:
        """The workspace whose token was sent."""
        return self.slack.world.teams[self.installation.team]

    @property
    def bot(self) -> User:
        """The app's bot there."""
        return self.installation.bot

    def needs(self, *scopes: str) -> None:
        """Refused (missing_scope) unless the token has one of the scopes, or none is asked."""
        granted = self.installation.scopes
        if scopes and not granted & set(scopes):
            raise Refused("missing_scope", needed=",".join(scopes), provided=",".join(sorted(granted)))

    def channel(self, name: str = "channel") -> Channel:
        """The conversation that an argument names by id; one that the bot may not know of is not found."""
        wanted = self.arguments.text(name, None)
        channel = self.team.channels.get(wanted)
        if channel is None or (channel.kind != "channel" and self.bot.id not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def user(self, name: str = "user") -> User:
        """The person that an argument names."""
        user = self.team.users.get(self.arguments.text(name, None))
        if user is None:
            raise Refused("user_not_found")
        return user

    def page(
        self, items: Sequence[Item], name: str, show: Callable[[Item], Any], default: int = 100, most: int = 1000
    ) -> Json:
        """One page of a list, its items as `show` gives them, with the cursor of the next."""
        limit = self.arguments.number("limit", default)
        if not 1 <= limit <= most:
            raise Refused("invalid_limit")
        start = self._start()
        following = str(start + limit) if start + limit < len(items) else ""
        cursor = base64.b64encode(f"next:{following}".encode()).decode() if following else ""
        return {
            name: [show(item) for item in items[start : start + limit]],
            "response_metadata": {"next_cursor": cursor},
        }

    def _start(self) -> int:
        cursor = self.arguments.text("cursor")
        try:
            return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:")) if cursor else 0
        except ValueError:
            raise Refused("invalid_cursor") from None


Answer = Callable[[Call], Json]


@dataclass(frozen=True)
class Method:
    """A method: what it does, the scopes of which one is needed, its tier, and whose token it takes."""

    answer: Answer
    scopes: tuple[str, ...]
    tier: Tier
    token: Literal["bot", "app", "none"]


METHODS: dict[str, Method] = {}


def method(
    name: str, *scopes: str, tier: Tier = 3, token: Literal["bot", "app", "none"] = "bot"
) -> Callable[[Answer], Answer]:
    """Put a function into the table of methods."""

    def put(answer: Answer) -> Answer:
        METHODS[name] = Method(answer, scopes, tier, token)
        return answer

    return put
