"""Channels, threads among them: read, change, delete, and the sign that the bot is typing."""

from __future__ import annotations

from tests.platforms.discord.calls import Answer, Call, route
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.records import Channel, Json
from tests.platforms.discord.refused import Refused, form
from tests.platforms.discord.rules.openapi import shapes

_OWN = frozenset(("archived", "auto_archive_duration", "name"))
"""What whoever opened a thread may change of it without MANAGE_THREADS; who is in it may unarchive it."""


@route("GET", "/channels/{channel_id}")
def channel(call: Call) -> Answer:
    """A channel, a thread or a talk."""
    return call.channel().shown(call.me)


@route("PATCH", "/channels/{channel_id}")
def change(call: Call) -> Answer:
    """Change a channel or a thread; its name at most twice in ten minutes."""
    found = call.channel()
    if found.guild is None:
        raise Refused(50003)
    call.refuse(shapes().named(_shape(found), call.body))
    _may(call, found)
    if call.body.get("name", found.name) != found.name and (wait := call.discord.rates.rename(found.id)):
        raise Refused(0, status=429, message=str(wait))
    if found.is_thread:
        call.discord.threads.change(found, call.world.app.user, call.body)
    else:
        _change(call, found, call.body)
    return found.shown(call.me)


@route("DELETE", "/channels/{channel_id}")
def delete(call: Call) -> Answer:
    """Delete a channel or a thread; a talk is only closed."""
    found = call.channel()
    if found.guild is None:
        return found.shown()
    call.need(found, Permission.MANAGE_THREADS if found.is_thread else Permission.MANAGE_CHANNELS)
    call.discord.delete(found)
    return found.shown()


@route("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> Answer:
    """The bot is typing."""
    found = call.channel()
    call.need(found, Permission.SEND_MESSAGES_IN_THREADS if found.is_thread else Permission.SEND_MESSAGES)
    return None


def _shape(found: Channel) -> str:
    return "UpdateThreadRequestPartial" if found.is_thread else "UpdateGuildChannelRequestPartial"


def _may(call: Call, found: Channel) -> None:
    held, body = found.allowed(call.me), call.body
    if not found.is_thread:
        call.need(found, Permission.MANAGE_CHANNELS)
        return
    asked = {name for name, value in body.items() if value is not None}
    if found.archived and body.get("archived") is not False:
        raise Refused(50083)
    if held & Permission.MANAGE_THREADS:
        return
    joined = body.get("archived") is False and asked == {"archived"} and call.me in found.members and not found.locked
    if not joined and (found.owner != call.me or asked - _OWN):
        raise Refused(50013)


def _change(call: Call, found: Channel, body: Json) -> None:
    if "name" in body and not body["name"]:
        raise form("name", "BASE_TYPE_MIN_LENGTH", "Must be between 1 and 100 in length.")
    found.name, found.topic = body.get("name", found.name), body.get("topic", found.topic)
    found.position = body.get("position", found.position)
    call.discord.events.channel("CHANNEL_UPDATE", found)
