"""All that the server keeps: the application, guilds, talks, files, and the books."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.platforms.discord.clock import Clock
from tests.platforms.discord.messages import Attachment, Message
from tests.platforms.discord.people import Member, Overwrite, Role, User
from tests.platforms.discord.permissions import EVERYONE
from tests.platforms.discord.records import Channel, Guild, Json, Kind
from tests.platforms.discord.refused import Book
from tests.platforms.patience import patience

GLANCE = 0.01
PRIVILEGED = {"presences": 1 << 12, "guild_members": 1 << 14, "message_content": 1 << 18}
"""The application's flag for each privileged intent; the next bit is for apps in fewer than 100 guilds."""


@dataclass
class App:
    """The application and its bot. `granted`: the privileged intents that are switched on in its settings."""

    user: User
    token: str
    permissions: int
    granted: set[str]
    commands: dict[str, dict[str, Json]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The application's id, which is its bot's as well."""
        return self.user.id

    @property
    def flags(self) -> int:
        """The application's flags, as an app in fewer than 100 guilds has them."""
        return sum(flag << 1 for name, flag in PRIVILEGED.items() if name in self.granted)


class World:
    """The state, and nothing that listens or sends."""

    def __init__(self, clock: Clock, seed: int, permissions: int, granted: set[str]) -> None:
        self.clock, self.random = clock, random.Random(seed)
        self.violations, self.refusals = Book(), Book()
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.talks: dict[str, Channel] = {}
        self.files: dict[str, Attachment] = {}
        self.nonces: dict[str, Message] = {}
        self.base = ""
        bot = self.add_user("firstline", bot=True)
        self.app = App(bot, f"{bot.id}.{self.secret()}", permissions, granted)

    def secret(self) -> str:
        """32 random hexadecimal characters."""
        return f"{self.random.getrandbits(128):032x}"

    async def until(self, seen: Callable[[], object], within: float, otherwise: Callable[[], str]) -> None:
        """Wait until `seen` is true; after `within` seconds an AssertionError with the text of `otherwise`."""
        try:
            async with patience(within):
                while not seen():  # noqa: ASYNC110 - what is waited for may be the app's, which tells nobody of changes
                    await asyncio.sleep(GLANCE)
        except TimeoutError:
            raise AssertionError(otherwise()) from None

    def add_user(self, name: str, bot: bool = False) -> User:
        """Somebody new, in no guild yet."""
        user = User(self.clock.snowflake(), name, bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: User) -> Guild:
        """A guild with its owner, the bot, and the bot's own role."""
        guild = Guild(self.clock.snowflake(), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", int(EVERYONE))
        own = Role(self.clock.snowflake(), self.app.user.name, self.app.permissions, 1, bot=self.app.id)
        guild.roles[own.id] = own
        self.guilds[guild.id] = guild
        self.join(guild, owner)
        self.join(guild, self.app.user, [own.id])
        return guild

    def join(self, guild: Guild, user: User, roles: list[str] | None = None) -> Member:
        """A user becomes a member."""
        member = Member(user, self.clock.stamp(), list(roles or []))
        guild.members[user.id] = member
        return member

    def add_channel(self, guild: Guild, name: str, kind: Kind, overwrites: dict[str, Overwrite]) -> Channel:
        """A new channel that is no thread."""
        channel = Channel(self.clock.snowflake(), name, kind, guild, position=len(list(guild.places())))
        channel.overwrites = overwrites
        guild.channels[channel.id] = channel
        return channel

    def talk(self, user: User) -> Channel:
        """The bot's direct talk with one person, opened when it is not."""
        found = (one for one in self.talks.values() if user.id in one.members)
        return next(found, None) or self._open(user)

    def _open(self, user: User) -> Channel:
        now = self.clock.stamp()
        talk = Channel(self.clock.snowflake(), f"@{user.name}", "dm", recipients=[user])
        talk.members = {user.id: now, self.app.id: now}
        self.talks[talk.id] = talk
        return talk

    def channel(self, wanted: str) -> Channel | None:
        """A channel, a thread or a talk by its id."""
        for guild in self.guilds.values():
            if (found := guild.channels.get(wanted)) and not found.deleted:
                return found
        return self.talks.get(wanted)

    def attach(self, name: str, content: bytes, kind: str = "", about: str | None = None) -> Attachment:
        """A file, kept and served; its name becomes what Discord makes of it."""
        number, clean = self.clock.snowflake(), "".join(one if one.isalnum() or one in "-_." else "_" for one in name)
        url = f"{self.base}attachments/{number}/{clean}?ex={self.secret()[:8]}&is=1&hm={self.secret()}"
        file = Attachment(number, clean, content, url, kind or "application/octet-stream", about)
        self.files[number] = file
        return file

    def whole(self, message: Message) -> bool:
        """Whether the app gets a message's content: with the intent, its own, in a talk, or when it is mentioned."""
        return "message_content" in self.app.granted or self.concerned(message)

    def concerned(self, message: Message) -> bool:
        """Whether the app gets a message's content even without the intent."""
        own = message.author.id == self.app.id or message.channel.guild is None
        return own or self.app.user in message.mentions
