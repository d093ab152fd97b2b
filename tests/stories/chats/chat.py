"""What a story needs of a chat: people who do things in its rooms, and what they see there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from adapters.contract import Adapter
from bot.clock import Clock
from bot.core import Desk
from bot.settings import Settings
from bot.words import Address, Button, Card, Dialog, Fact, Reply, Sender

EVERYBODYS = "it-help"
SHARED = (EVERYBODYS, "triage-it", "triage-network", "escalations")
"""The rooms; all but the first are for those who work here."""

DESK = "firstline"
"""The author of what the desk says, in every chat."""


class NotPossible(Exception):
    """Nobody can do that in this chat: it says so itself, and the desk never hears of it."""


@dataclass(frozen=True)
class Message:
    """A message as somebody sees it. `words` is all its text, but not its buttons; `raw` is the chat's own record."""

    id: str
    room: str
    thread: str
    author: str
    private_to: str
    words: str
    card: Card | None
    mentions: tuple[str, ...]
    raw: Any = field(default=None, compare=False, repr=False)

    def shows(self, **facts: str) -> None:
        """The card's facts: `shows(Status="New")`; a blank in a label is written as _."""
        shown = {fact.label.replace(" ", "_"): fact_text(fact) for fact in (self.card.facts if self.card else ())}
        wrong = {label: (shown.get(label), wanted) for label, wanted in facts.items() if shown.get(label) != wanted}
        assert not wrong, f"(shown, expected): {wrong}\non {self.words}"

    @property
    def buttons(self) -> list[str]:
        """Their labels."""
        return [button.label for button in (self.card.buttons if self.card else ())]


class Chat(Protocol):
    """A chat with everybody of the settings in it. Rooms are `it-help`, or `@ana` for her talk with the desk.

    An act returns what the person who did it was answered. `id` names it: done again with the same one, it is the same
    act that the platform, or the browser, brings once more. NotPossible where the chat has no such act.
    """

    name: str
    environment: Mapping[str, str]
    """What the desk is told of it beside the settings."""

    @property
    def adapter(self) -> Adapter: ...

    def identity(self, handle: str) -> str:
        """The chat's own name of somebody of the settings."""

    def sender(self, handle: str) -> Sender:
        """The same person as the desk is told of them."""

    def at(self, room: str) -> Address:
        """A room as the desk names it."""

    async def opens(self, desk: Desk, settings: Callable[[], Settings], clock: Clock) -> None:
        """The desk begins to listen."""

    async def closes(self) -> None:
        """The desk's process is gone; what was said stands."""

    async def settles(self) -> None:
        """Everything that was done is answered."""

    async def newcomer(self, handle: str, name: str) -> None:
        """Somebody whom no settings name comes in."""

    async def says(self, who: str, text: str, room: str, thread: str = "", id: str = "") -> Reply:
        """Words, or a command where the chat has one of that name."""

    async def presses(self, who: str, button: Button, message: Message, id: str = "") -> Reply:
        """A button, which may be gone by now from the message, or never have been on it."""

    async def submits(
        self, who: str, form: Dialog, answers: Mapping[str, str], message: Message | None, id: str = ""
    ) -> Reply:
        """A dialog that is open, with these answers in place of what stands in its fields."""

    async def reacts(self, who: str, message: Message, emoji: str, id: str = "") -> Reply: ...

    async def makes_a_ticket_of(self, who: str, message: Message, id: str = "") -> Reply:
        """The chat's own way beside the emoji: a shortcut."""

    async def edits(self, who: str, message: Message, text: str) -> Reply: ...

    async def deletes(self, who: str, message: Message) -> Reply: ...

    def sees(self, who: str, room: str) -> bool:
        """Whether a room is open to somebody."""

    def messages(self, room: str, reader: str = "") -> list[Message]:
        """All that stands in the room, each thread behind its first message; with what this reader alone sees."""

    def posted(self) -> list[str]:
        """The key of every message that stands for a post, wherever it stands."""

    def check(self) -> None:
        """AssertionError for whatever the platform has refused."""


def card_words(text: str, card: Card | None) -> str:
    """All the words of a message."""
    parts = [text]
    if card:
        parts += [card.title, card.body, *(f"{fact.label}: {fact_text(fact)}" for fact in card.facts)]
    return "\n".join(part for part in parts if part)


def fact_text(fact: Fact) -> str:
    """A fact's value; an instant as `Mon 13:00` in UTC."""
    return fact.value if isinstance(fact.value, str) else f"{fact.value:%a %H:%M}"
