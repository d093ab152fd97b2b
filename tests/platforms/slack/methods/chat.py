"""chat.*: the bot's messages, posted, edited, deleted, shown to one person."""

from __future__ import annotations

from tests.platforms.slack.blockkit import message_problems
from tests.platforms.slack.calls import Call, method
from tests.platforms.slack.methods.content import UPDATED, Content, content
from tests.platforms.slack.records import Channel, Json, Message
from tests.platforms.slack.refused import Refused


@method("chat.postMessage", "chat:write", tier=0)
def post_message(call: Call) -> Json:
    """A message of the bot's; its own event comes back to the app."""
    channel = _target(call)
    said = content(call.slack.world, call.arguments, call.name)
    if said.empty:
        raise Refused("no_text")
    message = _compose(call, channel, said)
    call.slack.world.put(channel, message)
    call.slack.events.message(channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.shown(metadata=True)}


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral(call: Call) -> Json:
    """A message that only one person sees, and that no history keeps."""
    channel = _target(call)
    user = call.team.users.get(call.arguments.text("user", None))
    if user is None or user.id not in channel.members:
        raise Refused("user_not_in_channel")
    said = content(call.slack.world, call.arguments, call.name)
    if said.empty:
        raise Refused("no_text")
    message = _compose(call, channel, said)
    message.ephemeral = user.id
    channel.ephemerals.append(message)
    return {"message_ts": message.ts}


@method("chat.update", "chat:write", tier=3)
def update(call: Call) -> Json:
    """A new text or new blocks for one of the bot's own messages."""
    channel = call.channel()
    message = call.slack.world.message(channel, call.arguments.text("ts", None))
    _own(call, message, "cant_update_message")
    said = content(call.slack.world, call.arguments, call.name)
    if not said.text and said.blocks is None and said.attachments is None:
        raise Refused("no_text")
    if said.text and len(said.text) > UPDATED:
        raise Refused("msg_too_long")
    call.slack.talk.edit(channel, message, said)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.shown(metadata=True)}


@method("chat.delete", "chat:write", tier=3)
def delete(call: Call) -> Json:
    """One of the bot's own messages, gone."""
    channel = call.channel()
    message = call.slack.world.message(channel, call.arguments.text("ts", None))
    _own(call, message, "cant_delete_message")
    call.slack.talk.remove(channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", tier=0)
def permalink(call: Call) -> Json:
    """The web address of a message."""
    channel = call.channel()
    message = call.slack.world.message(channel, call.arguments.text("message_ts", None))
    return {"channel": channel.id, "permalink": call.slack.talk.permalink(message)}


@method("chat.unfurl", "links:write", tier=3)
def unfurl(call: Call) -> Json:
    """What is shown under links of the app's domains in a person's message."""
    unfurls = call.arguments.value("unfurls", "cannot_parse_attachment") or {}
    metadata = call.arguments.value("metadata", "cannot_parse_attachment")
    if not isinstance(unfurls, dict) or not (unfurls or metadata):
        raise Refused("missing_unfurls")
    channel = call.channel()
    message = call.slack.world.message(channel, call.arguments.text("ts", None))
    if unknown := [url for url in unfurls if url.replace("&", "&amp;") not in message.text and url not in message.text]:
        raise Refused("cannot_unfurl_url", *unknown)
    for one in unfurls.values():
        _check_unfurl(one)
    call.slack.talk.unfurl(channel, message, unfurls)
    return {}


def _check_unfurl(unfurl: Json) -> None:
    if problems := message_problems(unfurl.get("blocks", [])):
        raise Refused("cannot_parse_attachment", *problems)


def _own(call: Call, message: Message, error: str) -> None:
    if message.user != call.bot.id:
        raise Refused(error)


def _target(call: Call) -> Channel:
    wanted = call.arguments.text("channel", None)
    if wanted in call.team.users:
        return _direct(call, wanted)
    channel = call.slack.world.channel(call.team, wanted)
    member = call.bot.id in channel.members
    if not member and channel.kind != "channel":
        raise Refused("channel_not_found")
    if not member and "chat:write.public" not in call.installation.scopes:
        raise Refused("not_in_channel")
    if channel.archived:
        raise Refused("is_archived")
    return channel


def _direct(call: Call, user_id: str) -> Channel:
    user = call.team.users[user_id]
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    if user.deleted:
        raise Refused("channel_not_found")
    return call.slack.world.direct(call.team, user_id)


def _compose(call: Call, channel: Channel, said: Content) -> Message:
    thread = _thread(call, channel)
    message = Message(channel.id, call.slack.world.clock.ts(), call.bot.id, call.team.id, said.text or "")
    message.blocks, message.attachments = said.blocks or [], said.attachments or []
    message.metadata, message.thread_ts = said.metadata, thread
    message.bot, message.app_id = call.installation.profile, call.slack.app.id
    if thread and call.arguments.flag("reply_broadcast"):
        message.subtype = "thread_broadcast"
    if username := call.arguments.text("username"):
        call.needs("chat:write.customize")
        message.username, message.subtype = username, "bot_message"
    return message


def _thread(call: Call, channel: Channel) -> str:
    thread = call.arguments.text("thread_ts")
    if thread and thread not in channel.messages:
        raise Refused("message_not_found" if thread.replace(".", "").isdigit() else "invalid_thread_ts")
    if thread and channel.messages[thread].reply:
        # Slack tells to avoid a reply's ts: the message lands in the parent's thread, or beside it.
        call.slack.world.violations.note(call.name, "thread_ts_of_a_reply", thread)
        return channel.messages[thread].thread_ts
    return thread
