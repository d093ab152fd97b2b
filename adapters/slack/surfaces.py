"""What Slack shows of the desk beside messages: Home tabs, prompts in the talk with a person, previews of links."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from adapters.contract import Desk
from adapters.slack.calls import Calls
from adapters.slack.faults import Fault
from adapters.slack.homes import Homes, shows
from adapters.slack.links import Links
from adapters.slack.listen import Hook
from adapters.slack.manifest import AGENTS_PROMPT, PROMPTS
from adapters.slack.people import People
from adapters.slack.read import Payload
from adapters.slack.rooms import CHANNEL, Rooms
from bot.settings import Settings
from bot.words import Sender

log = structlog.get_logger()


class Surfaces:
    """Hears what they need to know; what they show is never waited for."""

    def __init__(
        self, desk: Desk, calls: Calls, people: People, rooms: Rooms, settings: Callable[[], Settings]
    ) -> None:
        self._desk, self._calls, self._people = desk, calls, people
        self.homes = Homes(desk, calls, self._sender)
        self._links = Links(desk, calls, self._sender, rooms, settings)

    @property
    def hooks(self) -> dict[str, Hook]:
        """By the type of event, or of what else a person did."""
        return {"app_home_opened": self._opened, "link_shared": self._links.shared, "block_actions": self.homes.used}

    def _opened(self, workspace: str, payload: Payload) -> Coroutine[Any, Any, None] | None:
        event = payload["event"]
        match event.get("tab"):
            case "home":
                return self.homes.opened(workspace, str(event["user"]), shows(event.get("view") or {}))
            case "messages":
                return self._suggest(workspace, str(event["user"]), str(event["channel"]))
        return None

    async def _suggest(self, workspace: str, user: str, channel: str) -> None:
        """Prompts above the field in which a person writes to the bot. No thread is named: the whole talk is meant."""
        verbs = await self._desk.verbs(workspace, CHANNEL, await self._sender(workspace, user))
        offered = [*PROMPTS, AGENTS_PROMPT] if AGENTS_PROMPT[1].removeprefix("/") in verbs else PROMPTS
        prompts = [{"title": title, "message": message} for title, message in offered]
        try:
            await self._calls.do(
                workspace, "assistant.threads.setSuggestedPrompts", patience=2.0, channel_id=channel, prompts=prompts
            )
        except Fault as fault:
            log.info("no prompts were suggested", slack=fault.code)

    async def _sender(self, workspace: str, user: str) -> Sender:
        return await self._people.at_once(workspace, user, "", self._desk)
