"""What an interaction's token is good for, for fifteen minutes: its answer, and more messages."""

from __future__ import annotations

from tests.platforms.discord.answers import Interaction
from tests.platforms.discord.calls import Answer, Call, route
from tests.platforms.discord.messages import Message
from tests.platforms.discord.refused import Refused
from tests.platforms.discord.rules import message as messages

_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL, _ONE = f"{_HOOK}/messages/@original", f"{_HOOK}/messages/{{message_id}}"


@route("POST", _HOOK, open=True)
def follow(call: Call) -> Answer:
    """One more message."""
    it = _interaction(call)
    if messages.empty(call.body, call.uploads):
        raise Refused(50006)
    message = call.discord.interactions.follow(it, call.body, call.uploads)
    return message.shown(call.me)


@route("GET", _ORIGINAL, open=True)
def original(call: Call) -> Answer:
    """The answer."""
    return _original(call, _interaction(call)).shown(call.me)


@route("PATCH", _ORIGINAL, open=True)
def edit_original(call: Call) -> Answer:
    """Change the answer, or put it in place of the waiting."""
    it = _interaction(call)
    return _edited(call, it, _original(call, it))


@route("DELETE", _ORIGINAL, open=True)
def delete_original(call: Call) -> Answer:
    """Delete the answer."""
    call.discord.posting.remove(_original(call, _interaction(call)))
    return None


@route("GET", _ONE, open=True)
def one(call: Call) -> Answer:
    """A later message."""
    return _later(call, _interaction(call)).shown(call.me)


@route("PATCH", _ONE, open=True)
def edit(call: Call) -> Answer:
    """Change a later message."""
    it = _interaction(call)
    return _edited(call, it, _later(call, it))


@route("DELETE", _ONE, open=True)
def delete(call: Call) -> Answer:
    """Delete a later message."""
    call.discord.posting.remove(_later(call, _interaction(call)))
    return None


def _interaction(call: Call) -> Interaction:
    it = call.discord.interactions.tokens.get(call.params["webhook_token"])
    if call.params["webhook_id"] != call.me or it is None or not it.answered:
        raise Refused(10015)
    if call.world.clock.now() > it.until:
        raise Refused(50027)
    return it


def _original(call: Call, it: Interaction) -> Message:
    if it.original is None or it.original.deleted:
        raise Refused(10008)
    return it.original


def _later(call: Call, it: Interaction) -> Message:
    own = [*it.followups, *([it.original] if it.original else []), *([it.message] if it.message else [])]
    found = next((one for one in own if one.id == call.params["message_id"] and not one.deleted), None)
    if found is None:
        raise Refused(10008)
    return found


def _edited(call: Call, it: Interaction, message: Message) -> Answer:
    call.discord.interactions.edit(it, message, call.body, call.uploads)
    return message.shown(call.me)
