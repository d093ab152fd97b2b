"""conversations.*: the channels, who is in them, and what was said there."""

from __future__ import annotations

import math

from tests.platforms.slack.calls import Call, method
from tests.platforms.slack.records import Channel, Json, Message
from tests.platforms.slack.refused import Refused

_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
_SCOPES = {"channel": "channels", "group": "groups"}


@method("conversations.list", tier=2)
def list_(call: Call) -> Json:
    """The conversations that the bot may know of, page by page."""
    kinds = [_kind(name.strip()) for name in call.arguments.names("types") or ["public_channel"]]
    for kind in kinds:
        call.needs(f"{_SCOPES.get(kind, kind)}:read")
    found = [one for one in call.team.channels.values() if one.kind in kinds and _visible(call, one)]
    page = call.page(found, "channels", lambda one: one.shown(call.bot.id, count=True))
    if call.arguments.flag("exclude_archived"):
        # Left out after the page was cut, as at Slack: a page may be short, or empty, and not the last.
        page["channels"] = [one for one in page["channels"] if not one["is_archived"]]
    return page


@method("users.conversations", tier=3)
def mine(call: Call) -> Json:
    """The conversations that a member (the bot, unless `user` is given) is in."""
    kinds = [_kind(name.strip()) for name in call.arguments.names("types") or ["public_channel"]]
    for kind in kinds:
        call.needs(f"{_SCOPES.get(kind, kind)}:read")
    member = call.arguments.text("user", call.bot.id)
    within = [one for one in call.team.channels.values() if one.kind in kinds and member in one.members]
    return call.page([one for one in within if _visible(call, one)], "channels", lambda one: one.shown(call.bot.id))


@method("conversations.info", tier=3)
def info(call: Call) -> Json:
    """One conversation."""
    channel = call.channel()
    call.needs(f"{channel.scope}:read")
    return {"channel": channel.shown(call.bot.id, count=call.arguments.flag("include_num_members"))}


@method("conversations.members", tier=4)
def members(call: Call) -> Json:
    """Who is in a conversation."""
    channel = call.channel()
    call.needs(f"{channel.scope}:read")
    return call.page(channel.members, "members", str)


@method("conversations.join", "channels:join", tier=3)
def join(call: Call) -> Json:
    """The bot enters a public channel by itself."""
    channel = call.channel()
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    if call.bot.id in channel.members:
        said = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": channel.shown(call.bot.id)} | said
    call.slack.talk.enter(channel, call.bot)
    return {"channel": channel.shown(call.bot.id)}


@method("conversations.leave", "channels:manage", "groups:write", tier=3)
def leave(call: Call) -> Json:
    """The bot goes out of a channel."""
    channel = call.channel()
    if call.bot.id not in channel.members:
        return {"not_in_channel": True}
    call.slack.talk.leave(channel, call.bot)
    return {}


@method("conversations.open", "im:write", "mpim:write", tier=3)
def open_(call: Call) -> Json:
    """The bot's talk with one person; the same one every time."""
    users = call.arguments.names("users")
    if len(users) != 1:
        raise Refused("not_enough_users" if not users else "method_not_supported_for_channel_type")
    user = call.team.users.get(users[0])
    if user is None:
        raise Refused("user_not_found")
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    if user.deleted:
        raise Refused("user_disabled")
    known = any(one.user == user.id for one in call.team.channels.values())
    channel = call.slack.world.direct(call.team, user.id)
    shown = channel.shown(call.bot.id) if call.arguments.flag("return_im") else {"id": channel.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if known else {})


@method("conversations.history", tier=3)
def history(call: Call) -> Json:
    """What stands in a channel, newest first, page by page."""
    channel = _readable(call)
    messages = [one for one in channel.top() if _within(call, one)]
    newest = sorted(messages, key=lambda one: one.ts, reverse=True)
    return _paged(call, newest, metadata=call.arguments.flag("include_all_metadata"))


@method("conversations.replies", tier=3)
def replies(call: Call) -> Json:
    """A thread: the parent, then its replies, oldest first; of a reply's ts that reply alone."""
    channel = _readable(call)
    ts = call.arguments.text("ts", None)
    if ts not in channel.messages:
        raise Refused("thread_not_found")
    found = channel.messages[ts]
    within = [] if found.reply else [one for one in found.replies if _within(call, one)]
    return _paged(call, [found, *within], metadata=call.arguments.flag("include_all_metadata"))


def _paged(call: Call, messages: list[Message], metadata: bool) -> Json:
    page = call.page(messages, "messages", lambda one: one.shown(metadata), most=999)
    more = bool(page["response_metadata"]["next_cursor"])
    if not more:
        del page["response_metadata"]
    return page | {"has_more": more, "pin_count": 0}


def _within(call: Call, message: Message) -> bool:
    oldest, latest, at = _moment(call, "oldest", 0), _moment(call, "latest", math.inf), float(message.ts)
    return oldest < at < latest or (call.arguments.flag("inclusive") and at in (oldest, latest))


def _moment(call: Call, name: str, default: float) -> float:
    try:
        return float(call.arguments.text(name) or default)
    except ValueError:
        raise Refused(f"invalid_ts_{name}") from None


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.needs(f"{channel.scope}:history")
    if call.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _kind(name: str) -> str:
    if name not in _TYPES:
        raise Refused("invalid_types")
    return _TYPES[name]


def _visible(call: Call, channel: Channel) -> bool:
    return channel.kind == "channel" or call.bot.id in channel.members
