"""What people see, and waiting until they see it."""

from __future__ import annotations

from collections.abc import Callable

from tests.platforms.slack.records import Channel, Message
from tests.platforms.slack.show import message_text, view_text
from tests.platforms.slack.someone import Someone
from tests.platforms.slack.views import View


class Seeing(Someone):
    """Channels, modals and the Home tab as this person has them on the screen."""

    def messages(self, channel: Channel | str = "@", thread: Message | str = "") -> list[Message]:
        """What stands in a channel, or in a thread of it, oldest first: with what only this person sees."""
        place = self.place(channel)
        assert self.id in place.members, f"{self.user.name} is not in {place.name}"
        root = thread if isinstance(thread, str) else thread.ts
        standing = [one for one in place.messages.values() if one.thread_ts == root or one.ts == root] if root else []
        seen = (standing or list(place.top())) + [one for one in self.ephemerals(place) if one.thread_ts == root]
        return sorted(seen, key=lambda one: one.ts)

    def ephemerals(self, channel: Channel | str = "@") -> list[Message]:
        """What only this person sees in a channel, oldest first."""
        return [one for one in self.place(channel).ephemerals if one.ephemeral == self.id]

    @property
    def modal(self) -> View | None:
        """The modal in front of this person."""
        return self.slack.views.top(self.id)

    @property
    def home(self) -> View | None:
        """The Home tab as it was published last."""
        return self.slack.views.homes.get(self.id)

    def shown(self, channel: Channel | str = "@", thread: Message | str = "") -> str:
        """A channel or a thread as readable text."""
        return "\n".join(message_text(one, self.slack.names) for one in self.messages(channel, thread))

    async def sees(
        self, text: str, channel: Channel | str = "@", thread: Message | str = "", within: float = 3
    ) -> Message:
        """Waits for a message with this text in it; the newest one."""
        found: list[Message] = []

        def seen() -> bool:
            told = [one for one in self.messages(channel, thread) if text in message_text(one, self.slack.names)]
            found[:] = told[-1:]
            return bool(found)

        await self._until(seen, f"{text!r}", lambda: self.shown(channel, thread), within)
        return found[0]

    async def gets_modal(self, title: str = "", within: float = 3) -> View:
        """Waits for a modal (with this in its text)."""
        await self._until(
            lambda: self.modal is not None and title in view_text(self.modal),
            f"the modal {title!r}",
            lambda: view_text(self.modal) if self.modal else "no modal",
            within,
        )
        assert self.modal
        return self.modal

    async def gets_home(self, text: str = "", within: float = 3) -> View:
        """Waits for a Home tab with this text in it."""
        await self._until(
            lambda: self.home is not None and text in view_text(self.home),
            f"{text!r} on the Home tab",
            lambda: view_text(self.home) if self.home else "no Home tab",
            within,
        )
        assert self.home
        return self.home

    async def _until(self, seen: Callable[[], object], what: str, now: Callable[[], str], within: float) -> None:
        violations = self.slack.violations

        def otherwise() -> str:
            refused = "".join(f"\n! {one}" for one in violations)
            return f"{self.user.name} does not see {what} within {within} s, but:\n{now()}{refused}"

        await self.slack.world.until(seen, within, otherwise)
