"""What Discord's errors mean for what was asked: whether it was done, and when or whether it is worth asking again.

From the table of JSON error codes at https://docs.discord.com/developers/topics/opcodes-and-status-codes.
"""

from __future__ import annotations

import re
from typing import Literal

import aiohttp
import discord

from bot.words import SendFailed

AGAIN = 300.0
"""Seconds until it is worth looking whether an admin has mended what only an admin can."""
BUSY = 30.0
"""Seconds to wait where Discord says that it is too fast, and not for how long."""

UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
TOO_LARGE = 40005
NO_ACCESS = 50001
NO_TALK = 50007
NO_PERMISSION = 50013
NOT_TAKEN = 50035
TOKEN_OVER = 50027
"""Not the bot's token, but that of an interaction, which is good for a quarter of an hour."""
ARCHIVED = 50083
HAS_THREAD = 160004
LOCKED = 160005
MANY_THREADS = 160006
OVERLOADED = 130000

CLOSED_TALK = frozenset([NO_TALK, 50278])
"""They take no direct messages of the bot's."""

SHUT = frozenset([ARCHIVED, LOCKED])
"""The thread is archived or locked, and has to be opened first."""

FULL = frozenset([MANY_THREADS, 160007, 30033])
"""No more threads can be opened, or nobody more can be in one."""

DRAWN = frozenset([NOT_TAKEN, TOO_LARGE, 50006])
"""Discord does not take the message as it is drawn."""

BARRED = frozenset([NO_ACCESS, NO_PERMISSION])
"""The bot has no permission for it here."""

GONE = frozenset([UNKNOWN_CHANNEL, UNKNOWN_MESSAGE])
"""The message is gone, or all of its channel or thread."""

ROOM = (
    CLOSED_TALK
    | SHUT
    | FULL
    | DRAWN
    | BARRED
    | frozenset(
        [
            *(UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_MEMBER, UNKNOWN_USER, HAS_THREAD),
            *(40058, 40066, 40067, 50005, 50008, 50024, 50033, 50068, 160002),
        ]
    )
)
"""This cannot be said here, and trying again does not help."""

LATER = frozenset([30046, 20016, 20022, 20028, 20029, 40003, 40062, OVERLOADED])
"""Discord is busy with what we, or everybody, asked before."""

DOOR = frozenset([UNKNOWN_GUILD, 10002, 40002])
"""The bot itself is not let in: nothing can be said until an admin mends it."""

HINTS = {
    UNKNOWN_CHANNEL: "there is no such channel, or the bot cannot see it: give its role “View Channel” there",
    UNKNOWN_GUILD: "the bot is not in the server: `firstline discord invite` prints the link",
    NO_ACCESS: "the bot cannot see the channel: give its role “View Channel” there",
    NO_TALK: "they take no direct messages from this server: set discord.tickets, or have them allow these",
    MANY_THREADS: "too many threads are open: archive some",
    30033: "too many people are in the thread",
    40067: "the forum wants a tag on each post: see its settings",
}
"""What an admin can do about it."""

NEEDED = (
    (r"PUT .*/thread-members/", "Send Messages in Threads"),
    (r"POST .*/messages/\d+/threads$", "Create Public Threads"),
    (r"POST .*/threads$", "Create Private Threads, in a forum Send Messages"),
    (r"POST .*/messages$", "Send Messages, in a thread Send Messages in Threads, with files Attach Files"),
    (r"GET .*/messages", "Read Message History"),
    (r"PATCH .*/channels/\d+$", "Manage Threads"),
    (r"PUT .*/reactions/", "Add Reactions"),
    (r"GET .*/threads/archived/private$", "Manage Threads"),
)
"""Which permission a request needs, by its method and path."""


class Fault(SendFailed):
    """A call that Discord did not do, as far as is known; see SendFailed.

    `code` is Discord's own number for why (0 where it gave none), `status` that of HTTP (0 where nothing was answered).
    """

    def __init__(
        self,
        reason: str,
        code: int = 0,
        *,
        status: int = 0,
        fate: Literal["not sent", "unknown"] = "not sent",
        retry_after: float | None = None,
        final: bool = False,
    ) -> None:
        super().__init__(reason, fate=fate, retry_after=retry_after, final=final)
        self.code, self.status = code, status


def of(error: Exception) -> Fault:
    """The fault that an error of discord.py's or of the connection's speaks of."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, discord.RateLimited):
        return Fault("Discord says that we are too fast", status=429, retry_after=max(error.retry_after, 0.1))
    if isinstance(error, discord.LoginFailure):
        return Fault("Discord does not take the token", status=401, retry_after=AGAIN)
    if isinstance(error, discord.HTTPException):
        return _answered(error)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Fault(f"Discord cannot be reached: {_named(error)}")
    return Fault(f"Discord did not answer: {_named(error)}", fate="unknown")


def _answered(error: discord.HTTPException) -> Fault:
    code, status = error.code, error.status
    reason = f"Discord says {code or status}: {_hint(error) or error.text[:200]}"
    if code == TOKEN_OVER:
        return Fault(reason, code, status=status, final=True)
    if status == 401:
        return Fault(reason, code, status=status, retry_after=AGAIN)
    if status == 429 or code in LATER:
        return Fault(reason, code, status=status, retry_after=BUSY)
    if status >= 500:
        return Fault(reason, code, status=status, fate="unknown")
    if code in DOOR:
        return Fault(reason, code, status=status, retry_after=AGAIN)
    final = code in ROOM or status in (400, 404, 405, 413)
    return Fault(reason, code or (TOO_LARGE if status == 413 else 0), status=status, final=final)


def _hint(error: discord.HTTPException) -> str:
    if error.code == NO_PERMISSION:
        return f"the bot lacks a permission there ({needed(error)}); `firstline doctor` tells which, channel by channel"
    hint = HINTS.get(error.code)
    return f"{error.text[:100]}: {hint}" if hint else ""


def needed(error: discord.HTTPException) -> str:
    """The permission that the request which was refused needs."""
    response = error.response
    asked = f"{response.method} {response.url.path}" if isinstance(response, aiohttp.ClientResponse) else ""
    return next((named for pattern, named in NEEDED if re.match(pattern, asked)), "View Channel")


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
