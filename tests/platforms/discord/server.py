"""A strict, stateful Discord on loopback: REST v10, gateway v10, files, and people who use the app."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.platforms.discord import page
from tests.platforms.discord import routes as routes
from tests.platforms.discord.answers import Modal
from tests.platforms.discord.clock import Clock
from tests.platforms.discord.events import Events
from tests.platforms.discord.faults import Faults
from tests.platforms.discord.gateway import Gateway
from tests.platforms.discord.interactions import Interactions
from tests.platforms.discord.making import Making
from tests.platforms.discord.messages import Attachment, Message
from tests.platforms.discord.people import User
from tests.platforms.discord.posting import Posting
from tests.platforms.discord.rates import Rates
from tests.platforms.discord.records import Channel
from tests.platforms.discord.refused import Book
from tests.platforms.discord.rest import Rest
from tests.platforms.discord.threads import Threads
from tests.platforms.discord.world import World

KEPT = 100_000
"""Requests that are remembered, the newest."""
BOT_PERMISSIONS = 395137108992
"""View, send, embed, attach, read history, manage threads, create both kinds of threads and send in them."""


class Discord(Making):
    """The server. `async with Discord() as discord:` binds a free port of 127.0.0.1.

    `now` gives Unix seconds; `patience` is how many real seconds a first response may take; `granted` are the
    privileged intents that the application has ("message_content", "guild_members", "presences"); `permissions` those
    of the bot's own role; `seed` makes every random choice repeatable.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        patience: float = 3.0,
        granted: Iterable[str] = ("message_content",),
        permissions: int = BOT_PERMISSIONS,
        seed: int = 0,
        port: int = 0,
    ) -> None:
        self.world = World(Clock(now), seed, permissions, set(granted))
        self.calls: deque[tuple[str, dict[str, str], Any]] = deque(maxlen=KEPT)
        self.modals: dict[str, Modal] = {}
        self.rates, self.shards = Rates(), 1
        self.events, self.posting, self.threads = Events(self), Posting(self), Threads(self)
        self.interactions, self.gateway, self.faults = Interactions(self, patience), Gateway(self), Faults(self)
        self.owner = self.world.add_user("owner")
        self.guild = self.world.add_guild("Example", self.owner)
        self._port = port

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.app.token

    @property
    def bot(self) -> User:
        """The bot."""
        return self.world.app.user

    @property
    def api_url(self) -> str:
        """What `discord.api_url` is set to."""
        return f"{self.world.base}api/v10"

    @property
    def gateway_url(self) -> str:
        """Where the gateway is."""
        return f"{self.world.base.replace('http', 'ws', 1)}gateway"

    @property
    def violations(self) -> Book:
        """All that the real Discord would have refused, or is documented as wrong."""
        return self.world.violations

    @property
    def refusals(self) -> Book:
        """Every request that was answered with an error, also where the app could not know better."""
        return self.world.refusals

    def delete(self, channel: Channel) -> None:
        """A channel goes, with its threads."""
        for thread in channel.threads:
            self.delete(thread)
        channel.deleted = True
        if channel.is_thread:
            self.events.thread("THREAD_DELETE", channel)
        else:
            self.events.channel("CHANNEL_DELETE", channel)

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """A thread rests: nobody wrote there for long (or the owner locked it)."""
        self.threads.change(thread, self.owner, {"archived": True, "locked": locked})

    def react(self, message: Message, user: User, emoji: str) -> None:
        """A reaction, told once."""
        who = message.reactions.setdefault(emoji, [])
        if user.id not in who:
            who.append(user.id)
            self.events.reaction("MESSAGE_REACTION_ADD", message, user, emoji)

    def unreact(self, message: Message, user: User, emoji: str) -> None:
        """A reaction, taken back."""
        who = message.reactions.get(emoji, [])
        if user.id in who:
            who.remove(user.id)
            if not who:
                del message.reactions[emoji]
            self.events.reaction("MESSAGE_REACTION_REMOVE", message, user, emoji)

    def upload(self, file: Any) -> Attachment:
        """A person's file: (name, content) or (name, content, type)."""
        name, content, *kind = file
        return self.world.attach(name, content, kind[0] if kind else "")

    def message(self, identity: str) -> Message:
        """Any message that stands, by its id: the one that a thread hangs on rather than a first one in a thread."""
        found = [one for one in self._places() if identity in one.standing]
        assert found, f"there is no message {identity}"
        return min(found, key=lambda one: one.id == identity).standing[identity]

    def thread(self, identity: str) -> Channel:
        """A channel or a thread by its id."""
        found = self.world.channel(identity)
        assert found, f"there is no channel {identity}"
        return found

    def asked(self, route: str) -> list[Any]:
        """The bodies of all requests of a route, oldest first."""
        return [body for name, _, body in self.calls if name == route]

    async def connected(self, sessions: int = 1, within: float = 5) -> None:
        """Wait until the bot has so many gateway connections."""
        gateway = self.gateway
        await self.until(lambda: len(gateway.connected) >= sessions, within)

    async def quiet(self, within: float = 5) -> None:
        """Wait until the bot has heard all that it was told; not until it has answered. A client may be asked for that
        some hundred times in a minute.
        """
        await self.gateway.quiet(within)

    async def until(self, seen: Callable[[], object], within: float = 3) -> None:
        """Wait until something is true of the server's state."""
        await self.world.until(seen, within, lambda: f"not within {within} s:\n{self.text()}")

    def text(self) -> str:
        """Everything that stands everywhere, as readable text."""
        lines = [line for place in self._places() if not place.deleted for line in _shown(place)]
        open_ = [form for form in self.modals.values() if not form.closed]
        lines += [f"── {form.user.name} has on the screen\n{form.text}" for form in open_]
        return "\n".join(lines + [f"! {one}" for one in self.violations])

    def _places(self) -> list[Channel]:
        inside = [one for guild in self.world.guilds.values() for one in guild.channels.values()]
        return [*inside, *self.world.talks.values()]

    async def __aenter__(self) -> Discord:
        app = web.Application(client_max_size=110 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{id}/{name}", self._file)
        app.router.add_get("/", partial(page.look, self))
        app.router.add_post("/", partial(page.act, self))
        app.router.add_routes(Rest(self).routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.world.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.interactions.close()
        await self.gateway.close()
        await self._runner.cleanup()

    async def _file(self, request: web.Request) -> web.Response:
        file = self.world.files.get(request.match_info["id"])
        if file is None or str(request.url).partition("?")[2] != file.url.partition("?")[2]:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file.content, content_type=file.content_type.partition(";")[0])


def _shown(place: Channel) -> list[str]:
    above = f"{place.parent.name} / " if place.is_thread and place.parent else ""
    standing = sorted([*place.standing.values(), *place.ephemerals], key=lambda one: int(one.id))
    told = [f"{one.author.name}{' (only to one)' if one.ephemeral else ''}: {one.text}" for one in standing]
    return [f"── {above}{place.name}{' (archived)' if place.archived else ''}", *told]
