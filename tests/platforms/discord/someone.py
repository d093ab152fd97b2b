"""A person: who they are, where they are, and what they see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.platforms.discord.answers import Modal
from tests.platforms.discord.messages import Message
from tests.platforms.discord.people import Member, User
from tests.platforms.discord.records import Channel, Guild

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

Place = Channel | str


@dataclass(frozen=True)
class Someone:
    """A person on a server; `guild` is the one that they act in."""

    discord: Discord
    user: User
    guild: Guild

    @property
    def id(self) -> str:
        """The person's id."""
        return self.user.id

    @property
    def name(self) -> str:
        """The person's name."""
        return self.user.name

    @property
    def mention(self) -> str:
        """How the person is mentioned in a text."""
        return f"<@{self.id}>"

    @property
    def member(self) -> Member:
        """The person in the guild."""
        return self.guild.members[self.id]

    @property
    def talk(self) -> Channel:
        """The person's direct talk with the bot."""
        return self.discord.world.talk(self.user)

    @property
    def modal(self) -> Modal | None:
        """The form in front of this person."""
        found = self.discord.modals.get(self.id)
        return found if found and not found.closed else None

    def place(self, channel: Place) -> Channel:
        """A channel by itself, its name or its id; "@" is the direct talk with the bot."""
        if isinstance(channel, Channel):
            return channel
        if channel == "@":
            return self.talk
        known = [one for one in self.guild.channels.values() if channel in (one.id, one.name) and not one.deleted]
        assert known, f"there is no channel {channel!r}"
        return known[0]

    def messages(self, channel: Place = "@") -> list[Message]:
        """What stands in a channel for this person, oldest first."""
        return self.place(channel).messages(self)

    def ephemerals(self, channel: Place = "@") -> list[Message]:
        """What only this person sees in a channel, oldest first."""
        return [one for one in self.place(channel).ephemerals if one.ephemeral == self.id]

    def threads(self, channel: Place) -> list[Channel]:
        """The threads in a channel that this person sees, oldest first."""
        return [one for one in self.place(channel).threads if one.seen_by(self.id)]

    def shown(self, channel: Place = "@") -> str:
        """A channel as readable text."""
        return "\n".join(f"{one.author.name}: {one.text}" for one in self.messages(channel))

    async def sees(self, text: str, channel: Place = "@", within: float = 3) -> Message:
        """Waits for a message with this text in it; the newest one."""
        found: list[Message] = []

        def seen() -> bool:
            found[:] = [one for one in self.messages(channel) if text in one.text][-1:]
            return bool(found)

        await self._until(seen, repr(text), lambda: self.shown(channel), within)
        return found[0]

    async def sees_thread(self, text: str, channel: Place, within: float = 3) -> Channel:
        """Waits for a thread with this text in its name; the newest one."""
        found: list[Channel] = []

        def seen() -> bool:
            found[:] = [one for one in self.threads(channel) if text in one.name][-1:]
            return bool(found)

        await self._until(
            seen, f"the thread {text!r}", lambda: str([one.name for one in self.threads(channel)]), within
        )
        return found[0]

    async def gets_modal(self, title: str = "", within: float = 3) -> Modal:
        """Waits for a form (with this in its title)."""

        def seen() -> bool:
            return self.modal is not None and title in self.modal.title

        await self._until(seen, f"the form {title!r}", lambda: self.modal.text if self.modal else "no form", within)
        assert self.modal
        return self.modal

    async def _until(self, seen: Callable[[], object], what: str, now: Callable[[], str], within: float) -> None:
        def otherwise() -> str:
            refused = "".join(f"\n! {one}" for one in self.discord.violations)
            return f"{self.name} does not see {what} within {within} s, but:\n{now()}{refused}"

        await self.discord.world.until(seen, within, otherwise)
