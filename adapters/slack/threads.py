"""The talk around a message, as it goes into the ticket that is made of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import structlog

from adapters.slack import events, read
from adapters.slack.calls import Calls, pages
from adapters.slack.faults import FAST, THREAD, Fault
from adapters.slack.people import People
from bot.words import Said

log = structlog.get_logger()

MOST = 500
PAGE = 200
ROOTS = 1_000
AUTHORS = 0.8
"""Seconds that the names of those who took part may take."""

Message = Mapping[str, Any]


class Threads:
    """Reads threads, with who wrote them."""

    def __init__(self, calls: Calls, people: People) -> None:
        self._calls, self._people = calls, people
        self._roots: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    async def around(
        self, workspace: str, channel: str, ts: str, app: str, given: Message | None
    ) -> tuple[tuple[Said, ...], bool]:
        """The thread in which a message stands, its first message first; nothing when the message is gone.

        And whether it was read: `given` is the message where a payload brought it along, and all there is where the bot
        may not read. `app` is our own app's id. Fault when Slack may tell a little later.
        """
        try:
            root = str((given or {}).get("thread_ts") or "") or self._roots.get((workspace, channel, ts), ts)
            found = await self._thread(workspace, channel, root)
        except Fault as fault:
            if given is None and not fault.final and fault.code != "missing_scope" and fault.code not in THREAD:
                raise
            found = []
        messages = found or ([given] if given else [])
        return await self._said(workspace, messages, app), bool(found)

    async def _thread(self, workspace: str, channel: str, ts: str) -> list[Message]:
        """Of a reply Slack tells itself alone. Its thread is noted: apps from outside may read once a minute."""
        messages = await self._replies(workspace, channel, ts)
        root = str(messages[0].get("thread_ts") or ts) if messages else ts
        if root == ts:
            return messages
        self._roots[workspace, channel, ts] = root
        while len(self._roots) > ROOTS:
            self._roots.popitem(last=False)
        return await self._replies(workspace, channel, root)

    async def _replies(self, workspace: str, channel: str, ts: str) -> list[Message]:
        """The first messages of a thread, so many as Slack lets us read."""
        messages: list[Message] = []
        where: dict[str, Any] = {"channel": channel, "ts": ts, "limit": PAGE}
        ask = partial(self._calls.do, workspace, "conversations.replies", patience=1.0, **where)
        try:
            async for page in pages(ask, MOST):
                messages += page.get("messages") or ()
                if len(messages) >= MOST:
                    break
        except Fault as fault:
            if fault.code not in FAST or not 0 < len(messages) < PAGE:  # a full page is of an app that may read on soon
                raise
            log.warning("a thread was read in part", workspace=workspace, read=len(messages), slack=fault.code)
        return messages[:MOST]

    async def _said(self, workspace: str, messages: Sequence[Message], app: str) -> tuple[Said, ...]:
        written = {str(m["user"]) for m in messages if m.get("user") and not m.get("bot_id")}
        asked = written | read.mentioned(t for m in messages for t in (str(m.get("text") or ""), *events.shared(m)))
        people = await self._people.all(workspace, asked, AUTHORS) if asked else {}
        names = {user: sender.name for user, sender in people.items() if sender.name}
        me = self._calls.known_me(workspace)
        said = []
        for message in messages:
            own = _ours(message, app, me)
            who = events.author(message, own=own)
            ts = str(message["ts"])
            words, files = events.text(message, names), events.attached(message)
            said.append(Said(who if own else people.get(who.id, who), words, ts, events.instant(ts), files))
        return tuple(said)


def _ours(message: Message, app: str, me: Mapping[str, Any]) -> bool:
    """A file of the bot's names its user only."""
    bot = message.get("bot_id")
    by_app = bot and (bot == me.get("bot_id") or (app and message.get("app_id") == app))
    return bool(by_app or (me and message.get("user") == me.get("user_id")))
