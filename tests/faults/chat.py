"""The strict Slack, with the desk in another process that may be gone at any moment."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from bot.settings import Settings
from bot.words import Dialog, Reply
from tests.faults.process import Process
from tests.platforms.slack import Slack
from tests.platforms.slack.faults import Fault, Faults
from tests.stories.chats import Message
from tests.stories.chats import slack_reading as reading
from tests.stories.chats.slack import SlackChat, Told

SENDS = ("chat.postMessage", "chat.update", "files.completeUploadExternal")
LOST = 0.1
"""Of so many sends Slack's answer is lost after they were done."""
AGAIN = (0.05,) * 10_000
"""Pauses in seconds after which Slack brings an event again."""


class Deadly(Faults):
    """Faults, one of which is that the desk dies while it waits for Slack: before the call is done, or after."""

    def __init__(self, like: Faults) -> None:
        super().__init__(like.random)
        self.called: list[str] = []
        self.pid: Callable[[], int] = lambda: 0
        self._fatal: tuple[str, int, bool] | None = None

    def kill_at(self, method: str, time: int, *, done: bool) -> None:
        """When this method is called so many times from now on; `done`: Slack does all the same what it was asked."""
        self._counted = Counter[str]()
        self._fatal = method, time, done

    def spare(self) -> None:
        """It does not die any more."""
        self._fatal = None

    def strike(self, method: str) -> Fault | None:
        self.called.append(method)
        if self._fatal and method == self._fatal[0]:
            self._counted[method] += 1
            if self._counted[method] == self._fatal[1]:
                fault = Fault("lost" if self._fatal[2] else "dropped", method, 1)
                self._fatal = None
                os.kill(self.pid(), signal.SIGKILL)
                return fault
        return super().strike(method)


class FarChat(SlackChat):
    """People of a Slack whose app is a process of its own. What is not acknowledged they do again, to the letter."""

    def __init__(self, slack: Slack, process: Process) -> None:
        super().__init__(slack, "http")
        self.process = process
        self.deadly = slack.faults = Deadly(slack.faults)
        self.deadly.pid = lambda: process.pid
        for method in SENDS:
            slack.faults.lost(method, times=None, chance=LOST)
        slack.events.retries = AGAIN
        process.started = self._listens

    def _listens(self) -> None:
        self.slack.request_url = f"http://127.0.0.1:{self.process.port}/slack/events"

    def gather(self, settings: Settings, now: Callable[[], float]) -> None:
        """Everybody is in."""
        self.slack.world.clock.now = now
        self._gather(settings)

    async def settles(self) -> None:
        """Every event is acknowledged, and all that follows has followed."""
        await self.heard()
        await self.process.insist("settle")
        await self.heard()

    async def heard(self) -> None:
        """Every event is acknowledged."""
        events = self.slack.events
        while events.first or events.again:
            await self.process.start()
            await asyncio.wait([*events.first, *events.again], timeout=AGAIN[0])
            await self.process.alive()

    def check(self) -> None:
        """The desk was right to refuse what was signed long ago: the clock has jumped while it was on its way."""
        violations = [one for one in self.slack.violations if "too old" not in str(one)]
        assert not violations, "\n".join(map(str, violations))

    async def submits(
        self, who: str, form: Dialog, answers: Mapping[str, str], message: Message | None, id: str = ""
    ) -> Reply:
        view = self.slack.views.all[form.view]  # type: ignore[attr-defined]
        filled = {f"{reading.ASKED}{name}": text for name, text in answers.items()}
        while (wrong := await self.slack.user(who).submits(view, filled)).get(""):
            await self.process.alive()
            await self.process.start()
        await self.settles()
        return Reply(failed=bool(wrong))

    async def _once(self, who: str, id: str, act: Callable[[], Awaitable[Told]]) -> Reply:
        person = self.slack.user(who)
        before = self._seen.before(person)
        told = await act()
        while told.answer.error:
            await self.process.alive()
            await self.process.start()
            told = told._replace(answer=await self.slack.delivery.deliver(told.kind, told.answer.payload))
        await self.settles()
        return self._seen.reply(person, before, told.answer)
