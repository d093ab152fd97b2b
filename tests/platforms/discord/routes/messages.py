"""Messages in channels, threads and talks."""

from __future__ import annotations

from tests.platforms.discord.calls import Answer, Call, route
from tests.platforms.discord.clock import seconds_of
from tests.platforms.discord.messages import DEFAULT, REPLY, Message
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.records import Channel, Json
from tests.platforms.discord.refused import Refused, form
from tests.platforms.discord.rules import message as rules

NONCE = 300.0
"""Seconds for which a nonce is remembered: Discord says "a few minutes"."""


@route("GET", "/channels/{channel_id}/messages")
def history(call: Call) -> Answer:
    """Newest first; without READ_MESSAGE_HISTORY there are none."""
    channel = call.channel()
    asked = [name for name in ("around", "before", "after") if name in call.query]
    if len(asked) > 1:
        raise form(asked[1], "BASE_TYPE_EXCLUSIVE", f"{', '.join(asked)} cannot be combined")
    if not channel.allowed(call.me) & Permission.READ_MESSAGE_HISTORY:
        return []
    chosen = _chosen(list(channel.standing.values()), call.query, call.number("limit", 50))
    return [shown(call, one) for one in reversed(chosen)]


@route("GET", "/channels/{channel_id}/messages/{message_id}")
def one(call: Call) -> Answer:
    """One message."""
    return shown(call, call.message(call.channel(Permission.READ_MESSAGE_HISTORY)))


@route("POST", "/channels/{channel_id}/messages")
def send(call: Call) -> Answer:
    """Say something. With enforce_nonce the same nonce again gives the first message back."""
    channel = call.channel()
    may_write(call, channel, call.body)
    nonce = call.body.get("nonce")
    if call.body.get("enforce_nonce") and nonce is not None and (first := _said_already(call, nonce)):
        return shown(call, first)
    if rules.empty(call.body, call.uploads):
        raise Refused(50006)
    replied = _replied(call, channel, call.body.get("message_reference"))
    if channel.is_thread:
        call.discord.threads.wake(channel, call.world.app.user)
    more: Json = {"kind": REPLY if replied else DEFAULT, "referenced": replied[1] if replied else None}
    more |= {"reference": replied[0] if replied else None, "nonce": nonce}
    message = call.discord.posting.new(channel, call.world.app.user, call.body, call.uploads, **more)
    if nonce is not None:
        call.world.nonces[str(nonce)] = message
    return shown(call, message)


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit(call: Call) -> Answer:
    """Change a message of the bot's own."""
    channel = call.channel()
    message = call.message(channel)
    if message.author.id != call.me:
        raise Refused(50005)
    if not message.counts:
        raise Refused(50021)
    if channel.archived:
        raise Refused(50083)
    _unlocked(call, channel)
    call.discord.posting.change(message, call.body, call.uploads)
    return shown(call, message)


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete(call: Call) -> Answer:
    """Delete a message, in an archived thread as well; somebody else's with MANAGE_MESSAGES only."""
    channel = call.channel()
    message = call.message(channel)
    if channel.archived:
        _unlocked(call, channel)
    if message.author.id != call.me:
        call.need(channel, Permission.MANAGE_MESSAGES)
    call.discord.posting.remove(message)
    return None


@route("POST", "/channels/{channel_id}/messages/bulk-delete")
def delete_many(call: Call) -> Answer:
    """Delete up to a hundred messages."""
    channel = call.channel(Permission.MANAGE_MESSAGES)
    for wanted in map(str, call.body["messages"]):
        if wanted in channel.standing:
            call.discord.posting.remove(channel.standing[wanted])
    return None


@route("GET", "/channels/{channel_id}/messages/pins")
def pins(call: Call) -> Answer:
    """What is pinned, newest first."""
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    pinned = [one for one in reversed(channel.standing.values()) if one.pinned]
    items = [{"pinned_at": one.edited or call.world.clock.stamp(), "message": shown(call, one)} for one in pinned]
    return {"items": items, "has_more": False}


@route("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
def pin(call: Call) -> Answer:
    """Pin a message."""
    call.message(call.channel(Permission.PIN_MESSAGES)).pinned = True
    return None


@route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}")
def unpin(call: Call) -> Answer:
    """Take a message off the pins."""
    call.message(call.channel(Permission.PIN_MESSAGES)).pinned = False
    return None


def shown(call: Call, message: Message) -> Json:
    """A message as the app gets it: other people's content only with the intent MESSAGE_CONTENT."""
    return message.shown(call.me, call.world.whole)


def may_write(call: Call, channel: Channel, body: Json) -> None:
    """Whether the bot may say this here."""
    if channel.guild is None:
        _may_write_to(call, channel)
        return
    if channel.kind in ("forum", "category"):
        raise Refused(40058 if channel.kind == "forum" else 50008)
    _unlocked(call, channel)
    needs = [Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES]
    needs += [Permission.ATTACH_FILES] if call.uploads else []
    needs += [Permission.EMBED_LINKS] if body.get("embeds") else []
    call.need(channel, *needs)


def _may_write_to(call: Call, talk: Channel) -> None:
    user = next(one for one in talk.recipients)
    if not any(user.id in guild.members and call.me in guild.members for guild in call.world.guilds.values()):
        raise Refused(50278)
    if not user.takes_messages:
        raise Refused(50007)


def _unlocked(call: Call, channel: Channel) -> None:
    """In a locked thread only moderators write and change."""
    if channel.locked and not channel.allowed(call.me) & Permission.MANAGE_THREADS:
        raise Refused(160005)


def _said_already(call: Call, nonce: str | int) -> Message | None:
    """The message that this bot sent with this nonce a few minutes ago, wherever that was."""
    first = call.world.nonces.get(str(nonce))
    fresh = first is not None and not first.deleted and seconds_of(first.id) > call.world.clock.now() - NONCE
    return first if fresh else None


def _replied(call: Call, channel: Channel, reference: Json | None) -> tuple[Json, Message] | None:
    if not reference:
        return None
    if str(reference.get("channel_id") or channel.id) != channel.id:
        raise form("message_reference", "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", "Cannot reply in another channel")
    replied = channel.standing.get(str(reference["message_id"]))
    if replied is None:
        if reference.get("fail_if_not_exists") is False:
            return None
        raise form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    if not replied.counts:
        raise form("message_reference", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message")
    if channel.guild and not channel.allowed(call.me) & Permission.READ_MESSAGE_HISTORY:
        raise Refused(160002)
    link: Json = {"type": 0, "message_id": replied.id, "channel_id": channel.id}
    return link | ({"guild_id": channel.guild.id} if channel.guild else {}), replied


def _chosen(told: list[Message], query: object, limit: int) -> list[Message]:
    """The wanted messages, oldest first."""
    asked = {name: int(value) for name, value in dict(query).items()}  # type: ignore[call-overload]
    if "after" in asked:
        return [one for one in told if int(one.id) > asked["after"]][:limit]
    if "around" in asked:
        before = [one for one in told if int(one.id) < asked["around"]]
        rest = [one for one in told if int(one.id) >= asked["around"]]
        return [*before[-(limit // 2) :], *rest[: limit - limit // 2]]
    told = [one for one in told if int(one.id) < asked["before"]] if "before" in asked else told
    return told[-limit:]
