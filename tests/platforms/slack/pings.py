"""Whom a message pings: every live mention in it, wherever it stands."""

from __future__ import annotations

import re
from typing import Any

from tests.platforms.slack.records import Message

_LIVE = re.compile(r"<(@[UW][A-Z0-9]+|!subteam\^[A-Z0-9]+|!channel|!here|!everyone)(?:\|[^<>]*)?>")


def pings(message: Message) -> set[str]:
    """What is pinged: @U0ANA, !subteam^S1, !channel, !here, !everyone. plain_text never pings."""
    return set(_LIVE.findall(message.text)).union(*(_within(part) for part in message.blocks + message.attachments))


def _within(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*(_within(one) for one in part))
    if not isinstance(part, dict):
        return set()
    kind = part.get("type")
    if kind == "user":
        return {f"@{part.get('user_id')}"}
    if kind == "usergroup":
        return {f"!subteam^{part.get('usergroup_id')}"}
    if kind == "broadcast":
        return {f"!{part.get('range')}"}
    # An attachment has no type: its text is mrkdwn.
    told = str(part.get("text", "")) if kind in ("mrkdwn", "markdown", None) else ""
    return set(_LIVE.findall(told)).union(*(_within(one) for one in part.values()))
