"""A strict, stateful Slack on loopback: Web API, Socket Mode, signed HTTP, and people who use the app."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import web

from tests.platforms.slack import consent, page
from tests.platforms.slack import methods as methods
from tests.platforms.slack.acting import Acting
from tests.platforms.slack.api import Api
from tests.platforms.slack.app import App
from tests.platforms.slack.befall import befalling
from tests.platforms.slack.clock import Clock
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.events import Events
from tests.platforms.slack.faults import Faults
from tests.platforms.slack.grants import Grants
from tests.platforms.slack.hooks import Hooks
from tests.platforms.slack.manifest import manifest_problems
from tests.platforms.slack.rates import Rates
from tests.platforms.slack.records import Channel, Json, Kind, Message, Team, Usergroup
from tests.platforms.slack.refused import Book
from tests.platforms.slack.seeing import Seeing
from tests.platforms.slack.show import message_text, view_text
from tests.platforms.slack.sockets import Sockets
from tests.platforms.slack.talk import Talk
from tests.platforms.slack.triggers import Triggers
from tests.platforms.slack.uploads import Uploads
from tests.platforms.slack.views import View, Views
from tests.platforms.slack.visiting import Visiting
from tests.platforms.slack.world import World

KEPT = 100_000
"""Calls that are remembered, the newest."""


class Person(Acting, Visiting, Seeing):
    """Somebody who uses the app: acts, talks and sees."""


class Slack:
    """The server. `async with Slack() as slack:` binds a free port of 127.0.0.1.

    `manifest` gives the app's scopes, events, commands and shortcuts (without one it has all that a desk needs);
    `now` gives Unix seconds; `patience` is how many real seconds an acknowledgement may take; `seed` makes every
    random choice repeatable. `request_url` switches from Socket Mode to signed HTTP.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any] | None = None,
        *,
        now: Callable[[], float] = time.time,
        patience: float = 3.0,
        seed: int = 0,
        request_url: str = "",
        port: int = 0,
    ) -> None:
        problems = manifest_problems(manifest) if manifest is not None else []
        assert not problems, "\n".join(problems)
        self.app, self.request_url, self.assistants = App.of(manifest), request_url, dict[str, Json]()
        self.redirect_url = ""
        self.world = World(self.app, Clock(now), seed)
        self.calls: deque[tuple[str, Json]] = deque(maxlen=KEPT)
        self.faults, self.rates = Faults(self.world.random), Rates(self.world.clock)
        self.triggers, self.views, self.grants = Triggers(self.world), Views(self.world), Grants(self)
        self.talk, self.events, self.hooks = Talk(self), Events(self), Hooks(self)
        self.sockets, self.uploads = Sockets(self), Uploads(self)
        self.team = self.world.add_team("Example")
        self.installation = self.world.install(self.team, self.app.scopes)
        self._patience, self._port = patience, port

    @property
    def violations(self) -> Book:
        """All that the real Slack would have refused, or told the person about."""
        return self.world.violations

    @property
    def undelivered(self) -> Book:
        """What never reached the app: no connection was open, it was dead, or nobody listened."""
        return self.world.undelivered

    @property
    def api_url(self) -> str:
        """What `slack.api_url` is set to."""
        return f"{self.world.base}api/"

    @property
    def names(self) -> dict[str, str]:
        """Everybody's names, by id."""
        known = {user.id: user.name for team in self.world.teams.values() for user in team.users.values()}
        return known | {"USLACKBOT": "slackbot"}

    def user(self, name: str, team: Team | None = None, **details: object) -> Person:
        """The person of this name, who comes into being when first named; `details` are fields of User."""
        place = team or self.team
        known = next((user for user in place.users.values() if user.name == name), None)
        return Person(self, known or self.world.add_user(place, name, **details))

    def channel(
        self,
        name: str,
        *members: Person,
        kind: Kind = "channel",
        bot: bool = True,
        team: Team | None = None,
    ) -> Channel:
        """The channel of this name, made when first named. `bot`: the bot is in it."""
        place = team or self.team
        known = next((one for one in place.channels.values() if one.name == name and one.kind != "im"), None)
        channel = known or self.world.add_channel(place, name, kind)
        installed = self.world.installation(place.id)
        newcomers = [member.id for member in members] + ([installed.bot.id] if bot and installed and not known else [])
        channel.members += [one for one in newcomers if one not in channel.members]
        return channel

    def people(self) -> list[Person]:
        """Everybody in the first workspace who is no bot."""
        return [Person(self, user) for user in self.team.users.values() if not user.is_bot]

    def agrees(self, person: Person, url: str, denied: bool = False) -> str:
        """The person lets the app in at an authorize URL (or does not): where their browser goes next."""
        return consent.agree(self, person, url, denied)

    def workspace(self, name: str) -> Team:
        """Another workspace, in which the app is not installed."""
        return self.world.add_team(name)

    def usergroup(self, handle: str, *members: Person) -> Usergroup:
        """A new user group."""
        group = Usergroup(self.world.id("S"), self.team.id, handle, handle.title(), [one.id for one in members])
        self.team.groups[group.id] = group
        return group

    async def use_http(self, url: str) -> None:
        """Set the request URL after Slack's own check (url_verification); Socket Mode is off then."""
        await self.delivery.verify(url)
        self.request_url = url

    async def until(self, seen: Callable[[], object], within: float = 3) -> None:
        """Wait until something is true of the server's state."""
        await self.world.until(seen, within, lambda: f"not within {within} s:\n{self.text()}")

    def show(self, what: Message | View) -> str:
        """A message or a view as readable text."""
        return view_text(what) if isinstance(what, View) else message_text(what, self.names)

    def text(self) -> str:
        """Everything that stands everywhere, as readable text."""
        lines = []
        for channel in (one for team in self.world.teams.values() for one in team.channels.values()):
            direct = f"@{self.names.get(channel.user, channel.user)}"
            lines.append(f"── {direct if channel.kind == 'im' else '#' + channel.name}")
            standing = sorted([*channel.messages.values(), *channel.ephemerals], key=lambda one: one.ts)
            lines += [("    ↳ " if one.reply else "") + message_text(one, self.names) for one in standing]
        open_ = [stack[-1] for stack in self.views.stacks.values() if stack]
        lines += [f"── {self.names[view.user]} has on the screen\n{view_text(view)}" for view in open_]
        lines += [f"── {self.names[user]}'s Home\n{view_text(view)}" for user, view in self.views.homes.items()]
        return "\n".join(lines + [f"! {one}" for one in self.violations])

    async def __aenter__(self) -> Slack:
        self.delivery = Delivery(self, aiohttp.ClientSession(), self._patience)
        self._runner = web.AppRunner(self._routes(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.world.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.events.close()
        await self.sockets.close()
        await self._runner.cleanup()
        await self.delivery.session.close()

    def _routes(self) -> web.Application:
        app = web.Application(client_max_size=20 * 1024 * 1024, middlewares=[befalling(self)])
        app.router.add_route("*", "/api/{method}", Api(self).handle)
        app.router.add_get("/link/", self.sockets.handle)
        app.router.add_get("/oauth/v2/authorize", partial(consent.page, self))
        app.router.add_get("/", partial(page.look, self))
        app.router.add_post("/", partial(page.act, self))
        for kind in ("commands", "actions", "app"):
            app.router.add_post(f"/{kind}/{{team}}/{{id}}", self.hooks.handle)
        app.router.add_post("/upload/v1/{ticket}", self.uploads.receive)
        app.router.add_get("/files-pri/{place}/{name}", self.uploads.give)
        app.router.add_get("/files-pri/{place}/download/{name}", self.uploads.give)
        return app
