"""Interactions: what a person did, how the app may answer it, once and in time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.platforms.discord.answers import COMMANDED, SILENCE, SUBMITTED, Interaction, Modal
from tests.platforms.discord.messages import COMMAND, CONTEXT, DEFAULT, EPHEMERAL, LOADING, REPLY, Message
from tests.platforms.discord.people import User
from tests.platforms.discord.permissions import base
from tests.platforms.discord.records import Channel, Json
from tests.platforms.discord.rules.components import numbered

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

LASTS = 900.0
"""Seconds that an interaction's token is good for."""


class Interactions:
    """All interactions by id and by token. `patience` is how many real seconds the first response may take."""

    def __init__(self, discord: Discord, patience: float) -> None:
        self.discord, self.patience = discord, patience
        self.all: dict[str, Interaction] = {}
        self.tokens: dict[str, Interaction] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    def begin(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        message: Message | None = None,
        cause: Json | None = None,
    ) -> Interaction:
        """A new interaction, not told to the app yet; `cause` is the one that opened the form."""
        world = self.discord.world
        identity, token = world.clock.snowflake(), f"aW50ZXJhY3Rpb246{world.secret()}{world.secret()}"
        payload = {
            "id": identity,
            "application_id": world.app.id,
            "type": kind,
            "data": data,
            "token": token,
            "version": 1,
        }
        payload |= self._place(user, channel)
        if message is not None:
            payload["message"] = message.shown(world.app.id) | self._guild(channel)
        made = Interaction(identity, token, kind, user, channel, payload, world.clock.now() + LASTS, message)
        made.cause = cause or {}
        self.all[identity] = self.tokens[token] = made
        return made

    async def deliver(self, it: Interaction) -> None:
        """Tell the app, and wait until it has answered or the patience is over."""
        faults = self.discord.faults
        seconds = faults.delayed.pop(0) if faults.delayed else 0.0
        times = 2 if faults.twice else 1
        faults.twice = max(0, faults.twice - 1)
        task = asyncio.create_task(self._tell(it, seconds, times))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        try:
            await self.discord.world.until(lambda: it.answered, self.patience, lambda: SILENCE)
        except AssertionError:
            it.over = True

    async def settle(self, it: Interaction, within: float) -> None:
        """Wait until what was deferred is there."""
        if it.answered == 5:
            await self._until(lambda: it.original is None or it.original.deleted or not _thinking(it.original), within)
        elif it.answered == 6:
            await self._until(lambda: it.edits or it.followups or it.original is None, within)

    def respond(self, it: Interaction, kind: int, data: Json, uploads: Any = ()) -> None:
        """The first response; what is refused leaves the interaction unanswered."""
        if kind in (4, 5):
            it.original = self._say(it, kind, data, uploads)
        elif kind in (6, 7):
            if kind == 7 and it.message:
                self.discord.posting.change(it.message, data, uploads)
            it.original = it.message
        elif kind == 8:
            it.choices = data.get("choices") or []
        elif kind == 9:
            it.modal = Modal(
                data["custom_id"], data["title"], numbered(data["components"]), it.user, it.channel, it.message
            )
            it.modal.cause = self._more(it)["interaction"]
            self.discord.modals[it.user.id] = it.modal
        it.answered = kind

    def _say(self, it: Interaction, kind: int, data: Json, uploads: Any) -> Message:
        bot, ephemeral = self.discord.world.app.user, bool(int(data.get("flags") or 0) & EPHEMERAL)
        more = self._more(it) | {"ephemeral": it.user.id if ephemeral else "", "flags": EPHEMERAL * ephemeral}
        if kind == 4:
            return self.discord.posting.new(it.channel, bot, data, uploads, **more)
        message = Message(self.discord.world.clock.snowflake(), it.channel, bot, **more)
        self.discord.posting.awaited(message)
        return message

    def edit(self, it: Interaction, message: Message, body: Json, uploads: Any) -> None:
        """A change of an answer through the interaction's token; the first one puts it in place of the waiting."""
        waited = bool(message.flags & LOADING)
        self.discord.posting.change(message, body, uploads, answered=waited)
        it.edits += 1

    def follow(self, it: Interaction, body: Json, uploads: Any) -> Message:
        """One more message; directly after a deferral it takes the place of the waiting."""
        if it.answered == 5 and it.original and _thinking(it.original):
            self.edit(it, it.original, body, uploads)
            return it.original
        ephemeral = it.user.id if int(body.get("flags") or 0) & EPHEMERAL else ""
        more = self._more(it) | {"ephemeral": ephemeral, "kind": REPLY if it.original else DEFAULT}
        if it.original:
            more["interaction"]["original_response_message_id"] = it.original.id
            more["reference"] = {"type": 0, "message_id": it.original.id, "channel_id": it.channel.id}
            more["referenced"] = it.original
        message = self.discord.posting.new(it.channel, self.discord.world.app.user, body, uploads, **more)
        it.followups.append(message)
        return message

    async def close(self) -> None:
        """Nothing is delivered any more."""
        for task in list(self.tasks):
            task.cancel()

    async def _tell(self, it: Interaction, seconds: float, times: int) -> None:
        await asyncio.sleep(seconds)
        for _ in range(times):
            self.discord.events.interaction(it.payload)

    async def _until(self, seen: Any, within: float) -> None:
        try:
            await self.discord.world.until(seen, within, str)
        except AssertionError:
            return

    def _more(self, it: Interaction) -> Json:
        kind = {COMMANDED: COMMAND}.get(it.kind, DEFAULT)
        if it.kind == COMMANDED and it.payload["data"]["type"] != 1:
            kind = CONTEXT if it.payload["data"]["type"] == 3 else COMMAND
        told: Json = {"id": it.id, "type": it.kind, "user": it.user.shown()}
        told["authorizing_integration_owners"] = it.payload["authorizing_integration_owners"]
        if it.kind == SUBMITTED:
            told["triggering_interaction_metadata"] = it.cause
        elif it.message is not None:
            told["interacted_message_id"] = it.message.id
        return {"kind": kind, "application": self.discord.world.app.id, "interaction": told}

    def _place(self, user: User, channel: Channel) -> Json:
        app, guild = self.discord.world.app, channel.guild
        held = str(channel.allowed(app.id))
        there: Json = {
            "channel_id": channel.id,
            "channel": channel.shown(),
            "app_permissions": held,
            "locale": user.locale,
        }
        there |= {"entitlements": [], "attachment_size_limit": 10 * 1024 * 1024, "context": 0 if guild else 1}
        if guild is None:
            return there | {"user": user.shown(), "authorizing_integration_owners": {"0": "0"}}
        there["channel"]["permissions"] = str(channel.allowed(user.id))
        member = guild.members[user.id].shown() | {
            "permissions": str(channel.allowed(user.id) or base(guild, guild.members[user.id]))
        }
        there |= {"member": member, "guild_locale": guild.locale, "authorizing_integration_owners": {"0": guild.id}}
        return there | {"guild_id": guild.id, "guild": {"id": guild.id, "locale": guild.locale, "features": []}}

    @staticmethod
    def _guild(channel: Channel) -> Json:
        return {"guild_id": channel.guild.id} if channel.guild else {}


def _thinking(message: Message) -> bool:
    return bool(message.flags & LOADING)
