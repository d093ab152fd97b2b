"""reactions.*: emoji on messages."""

from __future__ import annotations

import re

from tests.platforms.slack.calls import Call, method
from tests.platforms.slack.records import Json
from tests.platforms.slack.refused import Refused

_NAME = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")


@method("reactions.add", "reactions:write", tier=3)
def add(call: Call) -> Json:
    """The bot reacts; the name comes without colons."""
    message = call.slack.world.message(call.channel(), call.arguments.text("timestamp", None))
    name = call.arguments.text("name", None)
    if not _NAME.fullmatch(name):
        raise Refused("invalid_name")
    if call.bot.id in message.reactions.get(name, []):
        raise Refused("already_reacted")
    call.slack.talk.react(message, call.bot, name)
    return {}


@method("reactions.remove", "reactions:write", tier=2)
def remove(call: Call) -> Json:
    """The bot takes its reaction back."""
    message = call.slack.world.message(call.channel(), call.arguments.text("timestamp", None))
    name = call.arguments.text("name", None)
    if call.bot.id not in message.reactions.get(name, []):
        raise Refused("no_reaction")
    call.slack.talk.unreact(message, call.bot, name)
    return {}


@method("reactions.get", "reactions:read", tier=3)
def get(call: Call) -> Json:
    """A message with its reactions."""
    channel = call.channel()
    message = call.slack.world.message(channel, call.arguments.text("timestamp", None))
    return {"type": "message", "channel": channel.id, "message": message.shown()}
