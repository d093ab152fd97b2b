"""What a person did with an app, the form that opened, and what they got for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.platforms.discord.messages import Message
from tests.platforms.discord.people import User
from tests.platforms.discord.records import Channel, Json

COMMANDED, PRESSED, TYPED, SUBMITTED = 2, 3, 4, 5
"""Discord's interaction types: a command, a component, autocomplete, a modal's submit."""
SILENCE = "The application did not respond"


@dataclass(eq=False)
class Modal:
    """A form on somebody's screen. `source`: the message whose component opened it; `cause`: the interaction."""

    custom_id: str
    title: str
    components: list[Json]
    user: User
    channel: Channel
    source: Message | None = None
    cause: Json = field(default_factory=dict)
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
    cause: Json = field(default_factory=dict)
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
