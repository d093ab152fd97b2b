"""A room, and what is to be heard in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.stories.chats import Chat, Message


@dataclass(frozen=True)
class Room:
    """A room, as everybody in it sees it, or as one reader does with what is private to them."""

    chat: Chat
    name: str

    def messages(self, reader: str = "") -> list[Message]:
        """All that stands in the room, each thread behind its first message."""
        return self.chat.messages(self.name, reader)

    def hears(self, words: str, *, mentioning: str = "", reader: str = "", times: int | None = None) -> Message:
        """Somebody said these words here (so many times), pinging that person; the last such message."""
        found = [m for m in self.messages(reader) if words in m.words and (not mentioning or mentioning in m.mentions)]
        enough = found if times is None else len(found) == times
        pinging = f" mentioning {mentioning}" if mentioning else ""
        assert enough, f"#{self.name} heard {words!r} {len(found)} times{pinging}:\n{self.transcript(reader)}"
        return found[-1]

    def never_hears(self, words: str, *, reader: str = "") -> None:
        assert not [m for m in self.messages(reader) if words in m.words], (
            f"#{self.name} heard {words!r}:\n{self.transcript(reader)}"
        )

    def card(self, reference: str) -> Message:
        """The one standing card of a ticket."""
        found = [m for m in self.messages() if not m.thread and m.card and f"{reference} ·" in m.card.title]
        assert len(found) == 1, f"#{self.name} holds {len(found)} cards of {reference}:\n{self.transcript()}"
        return found[0]

    def thread(self, reference: str) -> list[str]:
        """What was said under a ticket's card, in order."""
        card = self.card(reference)
        return [m.words for m in self.messages() if m.thread == card.id]

    def last(self, reader: str = "") -> Message:
        return self.messages(reader)[-1]

    def by(self, person: str, words: str = "") -> Message:
        """What a person last wrote here."""
        found = [m for m in self.messages() if m.author == person and words in m.words]
        assert found, f"{person} wrote no {words!r} in #{self.name}:\n{self.transcript()}"
        return found[-1]

    def transcript(self, reader: str = "") -> str:
        return transcript(self.messages(reader))


def transcript(messages: Iterable[Message]) -> str:
    """Messages as text, for failures."""
    lines = []
    for m in messages:
        head = f"{'    ' if m.thread else ''}{m.author}{f' (only {m.private_to})' if m.private_to else ''}"
        pings = f" @{' @'.join(m.mentions)}" if m.mentions else ""
        buttons = f" {m.buttons}" if m.buttons else ""
        lines.append(f"{head}:{pings} {m.words.replace(chr(10), ' / ')[:400]}{buttons}")
    return "\n".join(lines) or "(nothing)"
