"""Interactions: what a person did, how the app may answer it, once and in time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.discord.messages import COMMAND, CONTEXT, DEFAULT, EPHEMERAL, LOADING, Message
from tests.platforms.discord.permissions import base
from tests.platforms.discord.records import Channel, Json, User

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

COMMANDED, PRESSED, TYPED, SUBMITTED = 2, 3, 4, 5
"""Discord's interaction types: a command, a component, autocomplete, a modal's submit."""
LASTS = 900.0
"""Seconds that an interaction's token is good for."""
SILENCE = "The application did not respond"


@dataclass(eq=False)
class Modal:
    """A form on somebody's screen. `source`: the message whose component opened it."""

    custom_id: str
    title: str
    components: list[Json]
    user: User
    channel: Channel
    source: Message | None = None
    closed: bool = False

    @property
    def labels(self) -> list[str]:
        """The labels of its fields."""
        return [one["label"] for one in self.components if one["type"] == 18]

    @property
    def text(self) -> str:
        """The form as readable text."""
        lines = [f"# {self.title}"]
        for one in self.components:
            inner = one.get("component", {})
            chosen = [str(o["label"]) for o in inner.get("options") or [] if o.get("default")]
            held = inner.get("value") or ", ".join(chosen)
            lines.append(str(one["content"]) if one["type"] == 10 else f"{one.get('label')}: {held}".rstrip())
        return "\n".join(lines)


@dataclass(eq=False)
class Interaction:
    """`answered` is the type of the first response, 0 while there is none; `message` is what the press was on."""

    id: str
    token: str
    kind: int
    user: User
    channel: Channel
    payload: Json
    until: float
    message: Message | None = None
    answered: int = 0
    over: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list)
    edits: int = 0


@dataclass(eq=False)
class Answer:
    """What a person got for what they did.

    `message` is the answer (for a press whose answer takes the message's place: that message); `modal` a form that
    opened; `choices` what autocomplete offers; `error` what the client says in place of it; `sent` is False where the
    client itself refused to send what was entered.
    """

    interaction: Interaction | None = None
    error: str = ""
    sent: bool = True

    @property
    def message(self) -> Message | None:
        """The message that answers, None once it is deleted."""
        it = self.interaction
        return it.original if it and it.original and not it.original.deleted else None

    @property
    def modal(self) -> Modal | None:
        """The form that opened."""
        return self.interaction.modal if self.interaction else None

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """What autocomplete offers: (name, value)."""
        return [(one["name"], one["value"]) for one in self.interaction.choices] if self.interaction else []

    @property
    def followups(self) -> list[Message]:
        """What the app said after its first answer."""
        return self.interaction.followups if self.interaction else []

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees the answer."""
        return bool(self.message and self.message.ephemeral)

    @property
    def text(self) -> str:
        """What stands on the person's screen."""
        if self.error:
            return self.error
        if self.modal and not self.modal.closed:
            return self.modal.text
        return self.message.text if self.message else ""


class Interactions:
    """All interactions by id and by token. `patience` is how many real seconds the first response may take."""

    def __init__(self, discord: Discord, patience: float) -> None:
        self.discord, self.patience = discord, patience
        self.all: dict[str, Interaction] = {}
        self.tokens: dict[str, Interaction] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    def begin(self, kind: int, user: User, channel: Channel, data: Json, message: Message | None = None) -> Interaction:
        """A new interaction, not told to the app yet."""
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
            before = it.edits
            await self._until(lambda: it.edits > before or it.followups or it.original is None, within)

    def respond(self, it: Interaction, kind: int, data: Json, uploads: Any = ()) -> None:
        """The first response, checked already."""
        posting, it.answered = self.discord.posting, kind
        if kind in (4, 5):
            ephemeral = it.user.id if int(data.get("flags") or 0) & EPHEMERAL else ""
            more = self._more(it) | {"ephemeral": ephemeral}
            if kind == 4:
                it.original = posting.new(it.channel, self.discord.world.app.user, data, uploads, **more)
            else:
                message = Message(self.discord.world.clock.snowflake(), it.channel, self.discord.world.app.user, **more)
                message.flags = EPHEMERAL if ephemeral else 0
                posting.awaited(message)
                it.original = message
        elif kind in (6, 7):
            it.original = it.message
            if kind == 7 and it.message:
                posting.change(it.message, data, uploads)
        elif kind == 8:
            it.choices = data.get("choices") or []
        elif kind == 9:
            it.modal = Modal(data["custom_id"], data["title"], data["components"], it.user, it.channel, it.message)
            self.discord.modals[it.user.id] = it.modal

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
        more = self._more(it) | {"ephemeral": ephemeral, "kind": 19 if it.original else DEFAULT}
        if it.original:
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
        if it.message is not None:
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
