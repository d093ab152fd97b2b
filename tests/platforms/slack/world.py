"""All that the server keeps: workspaces, installations, what was refused."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable
from dataclasses import replace

from tests.platforms.patience import patience
from tests.platforms.slack.app import App, Installation
from tests.platforms.slack.clock import Clock
from tests.platforms.slack.records import Channel, File, Kind, Message, Team, User
from tests.platforms.slack.refused import Book, Refused

GLANCE = 0.01


class World:
    """The state, and nothing that listens or sends."""

    def __init__(self, app: App, clock: Clock, seed: int) -> None:
        self.app, self.clock, self.random = app, clock, random.Random(seed)
        self.violations, self.undelivered = Book(), Book()
        self.teams: dict[str, Team] = {}
        self.files: dict[str, File] = {}
        self.tokens: dict[str, Installation] = {}
        self.base = ""
        self._numbers = itertools.count(1)

    def id(self, prefix: str) -> str:
        """A new id: U, C, D, F, T … and ten characters in all."""
        return f"{prefix}0{next(self._numbers):08d}"

    def secret(self) -> str:
        """24 random hexadecimal characters."""
        return f"{self.random.getrandbits(96):024x}"

    async def until(self, seen: Callable[[], object], within: float, otherwise: Callable[[], str]) -> None:
        """Wait until `seen` is true; after `within` seconds an AssertionError with the text of `otherwise`."""
        try:
            async with patience(within):
                while not seen():  # noqa: ASYNC110 - what is waited for may be the app's, which tells nobody of changes
                    await asyncio.sleep(GLANCE)
        except TimeoutError:
            raise AssertionError(otherwise()) from None

    def add_team(self, name: str) -> Team:
        """A new workspace with nobody in it."""
        team = Team(self.id("T"), name, name.lower().replace(" ", "-"))
        self.teams[team.id] = team
        return team

    def add_user(self, team: Team, name: str, **details: object) -> User:
        """A person with a profile. `details` are fields of User."""
        known = {"real_name": name.title(), "email": f"{name}@example.com"} | details
        user = User(self.id("U"), team.id, name, **known)  # type: ignore[arg-type]
        team.users[user.id] = user
        return user

    def add_channel(self, team: Team, name: str, kind: Kind = "channel", user: str = "") -> Channel:
        """A conversation with nobody in it."""
        channel = Channel(self.id("D" if kind == "im" else "C"), team.id, name, kind, user=user)
        channel.created = self.clock.seconds()
        team.channels[channel.id] = channel
        return channel

    def install(self, team: Team, scopes: frozenset[str], token: str = "") -> Installation:
        """The app in a workspace, with a bot and a token; an older installation gives its bot on."""
        installed = self.installation(team.id)
        bot = installed.bot if installed else self._add_bot(team)
        granted = Installation(team.id, bot, token or f"xoxb-{team.id}-{self.secret()}", scopes)
        if self.app.rotates:
            granted = replace(granted, refresh=f"xoxe-1-{self.secret()}", expires=self.clock.now() + 43200)
        self.tokens[granted.token] = granted
        return granted

    def _add_bot(self, team: Team) -> User:
        bot = self.add_user(team, self.app.name, email="", is_bot=True, app_id=self.app.id)
        bot.bot_id = self.id("B")
        return bot

    def installation(self, team: str) -> Installation | None:
        """The app's newest installation in a workspace that still stands."""
        standing = [one for one in self.tokens.values() if one.team == team and not one.uninstalled]
        return standing[-1] if standing else None

    def direct(self, team: Team, user: str) -> Channel:
        """The bot's talk with one person, opened when it is not."""
        found = (one for one in team.channels.values() if one.kind == "im" and one.user == user)
        channel = next(found, None) or self.add_channel(team, "directmessage", "im", user)
        installed = self.installation(team.id)
        channel.members = [user, installed.bot.id] if installed else [user]
        return channel

    def channel(self, team: Team, wanted: str) -> Channel:
        """The conversation with this id or name; Refused when there is none."""
        name = wanted.removeprefix("#")
        for channel in team.channels.values():
            if channel.id == wanted or (channel.name == name and channel.kind != "im"):
                return channel
        raise Refused("channel_not_found")

    def message(self, channel: Channel, ts: str) -> Message:
        """The message with this ts; Refused when there is none."""
        if ts not in channel.messages:
            raise Refused("message_not_found")
        return channel.messages[ts]

    def put(self, channel: Channel, message: Message) -> Message:
        """Let a message stand in a channel, in its thread when it has one."""
        channel.messages[message.ts] = message
        if message.reply and message.thread_ts in channel.messages:
            message.parent_user = channel.messages[message.thread_ts].user
            channel.messages[message.thread_ts].replies.append(message)
        return message

    def drop(self, channel: Channel, message: Message) -> None:
        """Take a message away."""
        del channel.messages[message.ts]
        if message.reply and message.thread_ts in channel.messages:
            channel.messages[message.thread_ts].replies.remove(message)
