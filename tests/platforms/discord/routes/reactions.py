"""Reactions."""

from __future__ import annotations

from tests.platforms.discord.calls import Answer, Call, route
from tests.platforms.discord.messages import Message
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.refused import Refused

_BASE = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}"


@route("PUT", f"{_BASE}/@me")
def add(call: Call) -> Answer:
    """The bot reacts; an emoji that is new to the message needs ADD_REACTIONS."""
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    message, emoji = call.message(channel), _emoji(call)
    if channel.archived:
        raise Refused(50083)
    if emoji not in message.reactions:
        call.need(channel, Permission.ADD_REACTIONS)
    call.discord.react(message, call.world.app.user, emoji)
    return None


@route("DELETE", f"{_BASE}/@me")
def remove(call: Call) -> Answer:
    """The bot takes its reaction back."""
    message = call.message(call.channel())
    call.discord.unreact(message, call.world.app.user, _emoji(call))
    return None


@route("DELETE", f"{_BASE}/{{user_id}}")
def remove_other(call: Call) -> Answer:
    """The bot takes somebody's reaction away."""
    message = call.message(call.channel(Permission.MANAGE_MESSAGES))
    call.discord.unreact(message, call.world.users[call.params["user_id"]], _emoji(call))
    return None


@route("GET", _BASE)
def who(call: Call) -> Answer:
    """Who reacted so, by id."""
    message: Message = call.message(call.channel(Permission.READ_MESSAGE_HISTORY))
    after = call.number("after", 0)
    found = [one for one in message.reactions.get(_emoji(call), []) if int(one) > after]
    return [call.world.users[one].shown() for one in found[: call.number("limit", 25)]]


def _emoji(call: Call) -> str:
    emoji = call.params["emoji_name"]
    if emoji.isascii() and ":" not in emoji:
        raise Refused(10014)
    return emoji
