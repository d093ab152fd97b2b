"""Whether a message stands already: looked up by the key in its metadata, where a send's fate is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from adapters.slack.calls import Calls, pages

PAGE = 200
PAGES = 10
EARLIER = timedelta(minutes=5)
"""How far Slack's clock may be behind ours."""

Mark = Mapping[str, Any]


def mark(kind: str, key: str, **more: Any) -> Mark:
    """The metadata of a message of ours: what kind it is, and its key."""
    return {"event_type": kind, "event_payload": {"key": key, **more}}


async def find(
    calls: Calls, workspace: str, channel: str, thread: str, wanted: Mark, since: datetime | None = None
) -> str | None:
    """The ts of the message with this mark; None when none stands. Fault when Slack does not tell."""
    return await first(calls, workspace, channel, thread, lambda message: _marked(message, wanted), since)


async def stands(calls: Calls, workspace: str, channel: str, ts: str) -> bool:
    """Whether there is a message of that ts in a channel: not in a thread. Fault when Slack does not tell."""
    only: dict[str, Any] = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True, "limit": 1}
    page = await calls.do(workspace, "conversations.history", patience=3.0, **only)
    return any(told["ts"] == ts and told.get("subtype") != "tombstone" for told in page.get("messages") or ())


async def first(
    calls: Calls,
    workspace: str,
    channel: str,
    thread: str,
    wanted: Callable[[Mapping[str, Any]], bool],
    since: datetime | None,
) -> str | None:
    """The ts of the first message that is wanted. The newest are looked through first, as far back as `since`."""
    oldest = f"{(since - EARLIER).timestamp():.6f}" if since else None
    where: dict[str, Any] = {"channel": channel, "limit": PAGE, "include_all_metadata": True, "oldest": oldest}
    method = "conversations.replies" if thread else "conversations.history"
    if thread:
        where["ts"] = thread
    async for page in pages(partial(calls.do, workspace, method, patience=3.0, **where), PAGES):
        for message in page.get("messages") or ():
            if wanted(message):
                return str(message["ts"])
    return None


def _marked(message: Mapping[str, Any], wanted: Mark) -> bool:
    metadata = message.get("metadata") or {}
    same_key = (metadata.get("event_payload") or {}).get("key") == wanted["event_payload"]["key"]
    return bool(metadata.get("event_type") == wanted["event_type"] and same_key)
