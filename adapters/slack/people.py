"""Who somebody is: asked of Slack once in a while, and never in the way of what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from time import monotonic
from typing import Any

from adapters.contract import Desk
from adapters.slack.calls import Answer, Calls
from adapters.slack.faults import Fault
from adapters.slack.rooms import CHANNEL
from bot.words import Sender

FRESH = 3600.0
"""Seconds for which what Slack said of somebody is taken as it is; then it is asked anew, beside."""
FAILED = 60.0
"""Seconds for which somebody is not asked for again where Slack did not tell."""
FIRST_WORD = 1.0
"""Seconds that the first thing somebody does may wait for their address, which may make them an agent."""
KEPT = 20_000

Finds = Callable[[str, str], Awaitable[Sender]]
"""Who somebody is, as far as that can be told at once: workspace, Slack's id."""


class People:
    """The people of all workspaces, as `users.info` tells them."""

    def __init__(self, calls: Calls, now: Callable[[], float] = monotonic) -> None:
        self._calls, self._now = calls, now
        self._known: dict[tuple[str, str], tuple[Sender, float]] = {}
        self._asked: dict[tuple[str, str], asyncio.Task[None]] = {}

    def cached(self, workspace: str, user: str) -> Sender | None:
        """Somebody as Slack told of them last; None when it has not."""
        entry = self._known.get((workspace, user))
        return entry[0] if entry and entry[0].name else None

    async def at_once(self, workspace: str, user: str, name: str, desk: Desk, *, hurry: bool = False) -> Sender:
        """Who does something now; who is new to the desk waits for what Slack tells of them, a second at the most.

        `hurry`: not even that. What could not be told in time comes with the next thing they do.
        """
        key, bare = (workspace, user), Sender(user, name)
        entry = self._known.get(key)
        if entry is None or self._now() > entry[1]:
            asking = self._ask(key)
            if entry is None and not hurry and not await desk.knows(workspace, CHANNEL, user):
                await asyncio.wait({asking}, timeout=FIRST_WORD)
        return self.cached(workspace, user) or bare

    def by_now(self, workspace: str, user: str) -> Sender:
        """Somebody as far as it is known; who is new is asked for, and told with what they do next."""
        if (workspace, user) not in self._known:
            self._ask((workspace, user))
        return self.cached(workspace, user) or Sender(user)

    async def all(self, workspace: str, users: Iterable[str], within: float) -> Mapping[str, Sender]:
        """Several people; those whom Slack does not tell of within so many seconds by their id alone."""
        keys = {(workspace, user) for user in users}
        asking = {self._ask(key) for key in keys if key not in self._known}
        if asking:
            await asyncio.wait(asking, timeout=within)
        return {user: self.cached(workspace, user) or Sender(user) for _, user in keys}

    def keep(self, workspace: str, sender: Sender) -> None:
        """Slack has told of somebody."""
        self._keep((workspace, sender.id), sender, FRESH)

    def _keep(self, key: tuple[str, str], sender: Sender, seconds: float) -> None:
        self._known[key] = sender, self._now() + seconds
        while len(self._known) > KEPT:
            self._known.pop(next(iter(self._known)))

    async def stop(self) -> None:
        """Ask no more."""
        asked = list(self._asked.values())
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    def _ask(self, key: tuple[str, str]) -> asyncio.Task[None]:
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.create_task(self._learn(key))
            task.add_done_callback(lambda _: self._asked.pop(key, None))
        return task

    async def _learn(self, key: tuple[str, str]) -> None:
        workspace, user = key
        before = self._known.pop(key, None)
        try:
            me = await self._calls.me(workspace)
            answer = await self._calls.do(workspace, "users.info", user=user)
            self._keep(key, sender(answer.get("user") or {}, user, me), FRESH)
        except Fault:
            self._keep(key, before[0] if before else Sender(user), FAILED)


def sender(user: Answer, id: str, me: Answer) -> Sender:
    """A person from a user object. Only the own team vouches for an address: another's admins write what they like.

    `me` is who the bot is (auth.test): a member of another team of its own enterprise is no stranger.
    """
    profile: Mapping[str, Any] = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name") or id
    bot = bool(user.get("is_bot"))
    email = "" if bot or _foreign(user, me) else profile.get("email") or ""
    return Sender(id, str(name), str(email), str(user.get("tz") or ""))


def _foreign(user: Answer, me: Answer) -> bool:
    if user.get("is_stranger") or user.get("is_email_confirmed") is False:
        return True
    if user.get("team_id") in (None, me.get("team_id")):
        return False
    enterprise = (user.get("enterprise_user") or {}).get("enterprise_id")
    return not enterprise or enterprise != me.get("enterprise_id")
