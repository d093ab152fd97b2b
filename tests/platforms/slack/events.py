"""The Events API: what happened in a workspace, told to the app, and told again when it does not acknowledge."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.platforms.slack.app import Installation
from tests.platforms.slack.delivery import Answer
from tests.platforms.slack.records import Channel, Json, Message, User

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

UNTOLD = ("previous_message", "event_ts", "channel_type")
"""What the pages of message_deleted and message_changed do not show."""


@dataclass
class Events:
    """All events so far (`sent`, the newest last) and their deliveries. `retries` are the pauses in seconds.

    `bare`: of what is deleted no more is told than the page of message_deleted shows.
    """

    slack: Slack
    retries: tuple[float, ...] = (0, 60, 300)
    bare: bool = False
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=100_000))
    first: set[asyncio.Task[str]] = field(default_factory=set)
    again: set[asyncio.Task[None]] = field(default_factory=set)
    _held: list[Json] = field(default_factory=list)

    def emit(self, team: str, subscription: str, event: Json, installed: Installation | None = None) -> None:
        """Tell an event to the app, if it has subscribed to it and is installed."""
        installed = installed or self.slack.world.installation(team)
        if installed is None or not self.slack.app.hears(subscription):
            return
        told = self._envelope(team, event, installed)
        self.sent.append(told)
        if self.slack.faults.held:
            self._hold(told)
        else:
            self._tell(told)

    def message(self, channel: Channel, message: Message) -> None:
        """A message was said in a channel; the bot's own ones come back to it too."""
        event = message.shown(metadata=True) | self._where(channel, message.ts)
        if message.subtype == "thread_broadcast":
            event["root"] = channel.messages[message.thread_ts].shown()
        self._in_channel(channel, channel.subscription, event)
        installed = self.slack.world.installation(channel.team)
        if installed and f"<@{installed.bot.id}>" in message.text and message.user != installed.bot.id:
            mentioned = {name: part for name, part in event.items() if name not in ("subtype", "channel_type")}
            self._in_channel(channel, "app_mention", mentioned | {"type": "app_mention"})

    def hidden(self, channel: Channel, subtype: str, ts: str, more: Json) -> None:
        """message_changed or message_deleted."""
        event = {"type": "message", "subtype": subtype, "hidden": True, "ts": ts} | more | self._where(channel, ts)
        if self.bare:
            event = {part: told for part, told in event.items() if part not in UNTOLD}
        self._in_channel(channel, channel.subscription, event)

    def reaction(self, kind: str, message: Message, user: User, name: str) -> None:
        """reaction_added or reaction_removed."""
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": kind, "user": user.id, "reaction": name, "item": item, "item_user": message.user}
        channel = self.slack.world.teams[message.team].channels[message.channel]
        self._in_channel(channel, kind, event | {"event_ts": self.slack.world.clock.ts()})

    def membership(self, kind: str, channel: Channel, user: User) -> None:
        """member_joined_channel or member_left_channel."""
        letter = "C" if channel.kind == "channel" else "G"
        event = {"type": kind, "user": user.id, "channel": channel.id, "channel_type": letter, "team": channel.team}
        self.emit(channel.team, kind, event | {"event_ts": self.slack.world.clock.ts()})

    async def repeat(self, told: Json, **changes: object) -> Answer:
        """Bring an event once more, with other parts where given (`team_id`, `event_id`): as Slack Connect does."""
        return await self.slack.delivery.deliver("events_api", told | changes, 1, "http_timeout")

    async def quiet(self) -> None:
        """Every event so far has been tried once."""
        while self.first:
            await asyncio.gather(*self.first)

    async def close(self) -> None:
        """No more attempts."""
        tasks = [*self.first, *self.again]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _in_channel(self, channel: Channel, subscription: str, event: Json) -> None:
        installed = self.slack.world.installation(channel.team)
        if installed and installed.bot.id in channel.members:
            self.emit(channel.team, subscription, event)

    def _where(self, channel: Channel, ts: str) -> Json:
        return {"channel": channel.id, "channel_type": channel.kind, "event_ts": ts}

    def _envelope(self, team: str, event: Json, installed: Installation) -> Json:
        world = self.slack.world
        authorization = {"enterprise_id": None, "team_id": team, "user_id": installed.bot.id, "is_bot": True}
        return {
            "token": self.slack.app.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": self.slack.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": world.id("Ev"),
            "event_time": world.clock.seconds(),
            "authorizations": [authorization | {"is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": f"4-{world.secret()}",
        }

    def _hold(self, told: Json) -> None:
        self._held.append(told)
        if len(self._held) < self.slack.faults.held:
            return
        held, self._held, self.slack.faults.held = self._held, [], 0
        for one in reversed(held):
            self._tell(one)

    def _tell(self, told: Json) -> None:
        task = asyncio.ensure_future(self._try(told, 0, ""))
        self.first.add(task)
        task.add_done_callback(self._tried(told))

    def _tried(self, told: Json) -> Callable[[asyncio.Task[str]], None]:
        def tried(task: asyncio.Task[str]) -> None:
            self.first.discard(task)
            if task.cancelled() or task.exception():
                return
            twice = self.slack.faults.twice > 0
            self.slack.faults.twice -= twice
            if reason := task.result() or ("http_timeout" if twice else ""):
                self._retry(told, reason)

        return tried

    def _retry(self, told: Json, reason: str) -> None:
        task = asyncio.ensure_future(self._keep_trying(told, reason))
        self.again.add(task)
        task.add_done_callback(self.again.discard)

    async def _keep_trying(self, told: Json, reason: str) -> None:
        for number, pause in enumerate(self.retries, 1):
            await asyncio.sleep(pause)
            if not (reason := await self._try(told, number, reason)):
                return

    async def _try(self, told: Json, number: int, reason: str) -> str:
        """One attempt; the reason for another one, "" when there need be none."""
        answer = await self.slack.delivery.deliver("events_api", told, number, reason)
        if not answer.error or answer.no_retry:
            return ""
        if answer.error == "operation_timeout":
            return "http_timeout"
        return "http_error" if answer.status else "connection_failed"
