"""One request of the app: what it asks for, who asks, and what it needs to be allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.discord.messages import Message
from tests.platforms.discord.people import Member
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.records import Channel, Guild, Json
from tests.platforms.discord.refused import Problem, Refused

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord
    from tests.platforms.discord.world import World


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request; `number` is that of its field `files[n]`."""

    number: str
    name: str
    content: bytes
    kind: str


@dataclass(frozen=True)
class Call:
    """`route` is the method and the path of Discord's document; `body` has been checked against its schema."""

    discord: Discord
    route: str
    params: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    uploads: tuple[Upload, ...] = ()

    @property
    def world(self) -> World:
        """The state."""
        return self.discord.world

    @property
    def me(self) -> str:
        """The bot's id, and the application's."""
        return self.world.app.id

    def channel(self, *needs: Permission) -> Channel:
        """The channel of the path, which the bot must see and where it must be allowed all of this."""
        channel = self.world.channel(self.params["channel_id"])
        if channel is None:
            raise Refused(10003)
        if not channel.seen_by(self.me):
            raise Refused(50001)
        self.need(channel, *needs)
        return channel

    def need(self, channel: Channel, *needs: Permission) -> None:
        """50013 unless the bot may do all of this in a channel."""
        held = channel.allowed(self.me)
        if missing := [one.name for one in needs if not held & one]:
            raise Refused(50013, message=f"Missing Permissions ({', '.join(str(one) for one in missing)})")

    def thread(self) -> Channel:
        """The thread of the path."""
        thread = self.channel()
        if not thread.is_thread:
            raise Refused(50024)
        return thread

    def message(self, channel: Channel) -> Message:
        """The message of the path: never one that only one person sees."""
        found = channel.standing.get(self.params["message_id"])
        if found is None:
            raise Refused(10008)
        return found

    def guild(self) -> Guild:
        """The guild of the path, where the bot must be."""
        guild = self.world.guilds.get(self.params["guild_id"])
        if guild is None or self.me not in guild.members:
            raise Refused(10004 if guild is None else 50001)
        return guild

    def member(self, guild: Guild) -> Member:
        """The member of the path."""
        user = self.params["user_id"]
        if user not in guild.members:
            raise Refused(10007 if user in self.world.users else 10013)
        return guild.members[user]

    def number(self, name: str, otherwise: int) -> int:
        """A number of the query."""
        return int(self.query.get(name, otherwise))

    def flag(self, name: str) -> bool:
        """A yes or no of the query."""
        return self.query.get(name, "").lower() in ("true", "1")

    def refuse(self, problems: list[Problem]) -> None:
        """50035 if there are problems."""
        if problems:
            raise Refused(50035, *problems)


Answer = Json | list[Any] | None
Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """`open`: the path's token is enough, no Authorization is needed. An answer of None is 204."""

    method: str
    path: str
    handler: Handler
    open: bool = False
    status: int = 200

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


ROUTES: dict[str, Route] = {}


def route(method: str, path: str, *, open: bool = False, status: int = 200) -> Callable[[Handler], Handler]:
    """Declare the handler of a route."""

    def declare(handler: Handler) -> Handler:
        made = Route(method, path, handler, open, status)
        assert made.name not in ROUTES, made.name
        ROUTES[made.name] = made
        return handler

    return declare
