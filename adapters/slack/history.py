"""What stands in Slack's history since an instant: messages, replies, edits and the ticket emoji, as Slack's events.

Deletions leave no trace there. From docs.slack.dev, the pages of conversations.history and conversations.replies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

import structlog

from adapters.slack.calls import Answer, Calls, next_cursor, pages
from adapters.slack.faults import DOOR, GONE, THREAD, Fault
from adapters.slack.rooms import direct

log = structlog.get_logger()

PATIENCE = 60.0
"""Seconds that a call waits for its turn: those who do something now go first."""
TRIES = 4
PAGE, PAGES = 200, 10
REACH = 7 * 86400.0
"""Seconds before the gap in which a thread may have begun that was spoken in during the gap."""
LATELY = 86400.0
"""Seconds before the gap in which a reply was said that was edited in it, or a message that got the ticket emoji.

Of an emoji history does not say when.
"""
THREADS = 200
"""Threads of one room that are read because a ticket is talked about there, whatever their age."""

Message = Mapping[str, Any]
Event = dict[str, Any]


class History:
    """Reads rooms. A Fault is raised when Slack does not tell in the end."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def top(self, workspace: str, channel: str, since: float) -> list[Message]:
        """What stands in the room itself, the gap and some time before it, newest first."""
        where = {"channel": channel, "oldest": f"{since - REACH:.6f}"}
        return await self._pages(workspace, "conversations.history", **where)

    async def threads(self, workspace: str, channel: str, threads: Iterable[str], since: float) -> list[Message]:
        """The replies of these threads that were said or edited in the gap."""
        found: list[Message] = []
        for thread in sorted(threads):
            try:
                said = await self._pages(workspace, "conversations.replies", channel=channel, ts=thread)
            except Fault as fault:
                if fault.code not in GONE | THREAD:
                    raise
                said = []
            found += [m for m in said if at(m) > since or edited_at(m) > since]
        return found

    async def talks(self, workspace: str, people: Iterable[str]) -> list[tuple[str, str]]:
        """The bot's talks as (channel, user): all of them where the app may ask (im:read), else those with `people`."""
        if await self._calls.may(workspace, "im:read"):
            found = await self._pages(workspace, "users.conversations", "channels", types="im")
            return [(str(talk["id"]), str(talk.get("user", ""))) for talk in found]
        opened: list[tuple[str, str]] = []
        for user in people:
            try:
                talk = await self.ask(workspace, "conversations.open", users=user)
                opened.append((str(talk["channel"]["id"]), user))
            except Fault as fault:
                log.info("a talk was not looked into", slack=fault.code)
        return opened

    async def channels(self, workspace: str) -> list[str]:
        """The channels that the bot is in."""
        kinds = "public_channel,private_channel"
        where = {"types": kinds, "exclude_archived": "true"}
        return [str(one["id"]) for one in await self._pages(workspace, "users.conversations", "channels", **where)]

    async def _pages(self, workspace: str, method: str, part: str = "messages", **where: Any) -> list[Message]:
        found: list[Message] = []
        page: Answer = {}
        async for page in pages(partial(self.ask, workspace, method, limit=PAGE, **where), PAGES):
            found += page.get(part) or ()
        if next_cursor(page):
            log.warning("a history is longer than is read", workspace=workspace, method=method, read=len(found))
        return found

    async def ask(self, workspace: str, method: str, **args: Any) -> Answer:
        """A call that is made again where Slack says when, or failed itself."""
        for left in range(TRIES - 1, -1, -1):
            try:
                return await self._calls.do(workspace, method, patience=PATIENCE, **args)
            except Fault as fault:
                worth = fault.fate == "unknown" or (fault.retry_after or PATIENCE) < PATIENCE
                if not (left and worth) or fault.code in DOOR:
                    raise
                await asyncio.sleep(fault.retry_after or 2.0 ** (TRIES - left))
        raise AssertionError("the last try returns or raises")


def at(message: Message) -> float:
    """When it was said, in Unix seconds."""
    return float(message.get("ts") or 0)


def edited_at(message: Message) -> float:
    """When its author changed it last; 0 for never."""
    edited = message.get("edited") or {}
    return float(edited.get("ts") or 0) if edited.get("user") == message.get("user") else 0.0


def spoken_in(message: Message, since: float) -> bool:
    """Whether something was said in its thread after an instant."""
    return float(message.get("latest_reply") or 0) > since


def reply(message: Message) -> bool:
    """Whether it stands in a thread: also where it was shown in the channel as well."""
    return str(message.get("thread_ts") or message["ts"]) != str(message["ts"])


def reacted(message: Message, emoji: str, own: Collection[object]) -> str:
    """Who put the emoji on a message first; "" for nobody, and on what is `own`, by bot or user."""
    users = [r.get("users") or () for r in message.get("reactions") or () if r.get("name") == emoji]
    ours = message.get("bot_id") in own or message.get("user") in own
    return str(users[0][0]) if users and users[0] and not ours else ""


def said(message: Message, channel: str, bot: str) -> Event:
    """The event of a message; it mentions the bot where nobody would hear it otherwise."""
    mentions = bool(bot) and f"<@{bot}>" in str(message.get("text")) and not direct(channel)
    kind = "app_mention" if mentions else "message"
    return {**message, "type": kind, "channel": channel, "event_ts": message["ts"]}


def changed(message: Message, channel: str) -> Event:
    """The event of an edit. What stood there before nobody knows any more."""
    before = {"type": "message", "user": message.get("user"), "ts": message["ts"], "text": ""}
    moved = {"subtype": "message_changed", "message": message, "previous_message": before, "hidden": True}
    ts = str(message["edited"]["ts"])
    return {"type": "message", "channel": channel, "ts": ts, "event_ts": ts, **moved}


def put(message: Message, channel: str, user: str, emoji: str) -> Event:
    """The event of an emoji that somebody put on a message."""
    item = {"type": "message", "channel": channel, "ts": message["ts"]}
    return {"type": "reaction_added", "user": user, "reaction": emoji, "item": item, "event_ts": message["ts"]}
