"""Discord's attachments as files of the desk's (docs.discord.com, the attachment object). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.discord.markup import tidy
from bot.words import File

Told = Mapping[str, Any]


def source(channel: int | str, message: int | str, attachment: int | str) -> str:
    """The name of a message's file, under which its address can be asked for again."""
    return f"{channel}/{message}/{attachment}"


def file(told: Told, source: str) -> File:
    """An attachment as a file."""
    name, kind = tidy(str(told.get("filename") or "")), str(told.get("content_type") or "").partition(";")[0]
    return File(source, name, kind, int(told.get("size") or 0), str(told.get("url") or ""))


def files(message: Told) -> tuple[File, ...]:
    """The files of a message. Those of one that it forwards are told with it, and may stand where nobody lets us in."""
    return tuple(file(one, source(message["channel_id"], message["id"], one["id"])) for one in attached(message))


def attached(message: Told) -> list[Told]:
    """The attachments of a message, and of what it forwards."""
    return [one for part in (message, *forwarded(message)) for one in part.get("attachments") or ()]


def forwarded(message: Told) -> list[Told]:
    """What a message forwards, as far as Discord tells it."""
    return [one.get("message") or {} for one in message.get("message_snapshots") or ()]
