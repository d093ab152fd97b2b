"""Threads: begun from a message, without one, as a forum's post; their members; those that rest."""

from __future__ import annotations

from tests.platforms.discord.calls import Answer, Call, route
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.records import Channel, Json, Kind
from tests.platforms.discord.refused import Refused, form
from tests.platforms.discord.routes.messages import shown
from tests.platforms.discord.rules import message as rules
from tests.platforms.discord.rules.openapi import shapes

_KINDS: dict[int, Kind] = {10: "news_thread", 11: "public_thread", 12: "private_thread"}
_MEMBERS = "/channels/{channel_id}/thread-members"


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads", status=201)
def from_message(call: Call) -> Answer:
    """A thread on a message."""
    channel = call.channel()
    if channel.kind not in ("text", "news"):
        raise Refused(50024)
    call.need(channel, Permission.CREATE_PUBLIC_THREADS, Permission.READ_MESSAGE_HISTORY)
    message = call.message(channel)
    return call.discord.threads.from_message(message, call.world.app.user, call.body).shown(call.me)


@route("POST", "/channels/{channel_id}/threads", status=201)
def start(call: Call) -> Answer:
    """A thread without a message (private unless it says otherwise), or a post in a forum."""
    channel = call.channel()
    if channel.kind == "forum":
        return _post(call, channel)
    if channel.kind not in ("text", "news"):
        raise Refused(50024)
    call.refuse(shapes().named("CreateTextThreadWithoutMessageRequest", call.body))
    kind = _KINDS[call.body.get("type") or 12]
    call.need(
        channel, Permission.CREATE_PRIVATE_THREADS if kind == "private_thread" else Permission.CREATE_PUBLIC_THREADS
    )
    return call.discord.threads.without_message(channel, call.world.app.user, call.body, kind).shown(call.me)


@route("GET", _MEMBERS)
def members(call: Call) -> Answer:
    """Who is in a thread; for an app with the intent GUILD_MEMBERS only."""
    thread = call.thread()
    if "guild_members" not in call.world.app.granted:
        raise Refused(50001)
    return [_member(call, thread, one) for one in thread.members]


@route("GET", f"{_MEMBERS}/{{user_id}}")
def member(call: Call) -> Answer:
    """Whether somebody is in a thread: 404 if not."""
    thread = call.thread()
    if call.params["user_id"] not in thread.members:
        raise Refused(10007)
    return _member(call, thread, call.params["user_id"])


@route("PUT", f"{_MEMBERS}/@me")
def join(call: Call) -> Answer:
    """The bot joins."""
    return _join(call, call.me)


@route("DELETE", f"{_MEMBERS}/@me")
def leave(call: Call) -> Answer:
    """The bot leaves."""
    call.discord.threads.leave(_awake(call), call.me)
    return None


@route("PUT", f"{_MEMBERS}/{{user_id}}")
def add(call: Call) -> Answer:
    """Add somebody; who cannot see the channel above cannot be added."""
    if call.params["user_id"] not in call.world.users:
        raise Refused(10013)
    return _join(call, call.params["user_id"])


@route("DELETE", f"{_MEMBERS}/{{user_id}}")
def remove(call: Call) -> Answer:
    """Take somebody out: by a moderator, or by who opened a private thread."""
    thread = _awake(call)
    if not (thread.is_private and thread.owner == call.me):
        call.need(thread, Permission.MANAGE_THREADS)
    call.discord.threads.leave(thread, call.params["user_id"])
    return None


@route("GET", "/channels/{channel_id}/threads/archived/public")
def archived(call: Call) -> Answer:
    """Public threads that rest, the last archived first."""
    return _archived(call, call.channel(Permission.READ_MESSAGE_HISTORY), private=False)


@route("GET", "/channels/{channel_id}/threads/archived/private")
def archived_private(call: Call) -> Answer:
    """Private threads that rest, for moderators."""
    needs = Permission.READ_MESSAGE_HISTORY, Permission.MANAGE_THREADS
    return _archived(call, call.channel(*needs), private=True)


@route("GET", "/channels/{channel_id}/users/@me/threads/archived/private")
def archived_mine(call: Call) -> Answer:
    """Private threads that rest and the bot is in."""
    return _archived(call, call.channel(Permission.READ_MESSAGE_HISTORY), private=True, mine=True)


def _post(call: Call, forum: Channel) -> Answer:
    call.refuse(shapes().named("CreateForumThreadRequest", call.body))
    call.need(forum, Permission.SEND_MESSAGES)
    body, tags = call.body["message"], [str(one) for one in call.body.get("applied_tags") or []]
    if unknown := [one for one in tags if one not in [tag["id"] for tag in forum.tags]]:
        raise form("applied_tags", "FORUM_TAG_UNKNOWN", f"the forum has no tags {unknown}")
    if forum.requires_tag and not tags:
        raise Refused(40067)
    if rules.empty(body, call.uploads):
        raise Refused(50006)
    return _posted(call, forum, body)


def _posted(call: Call, forum: Channel, body: Json) -> Json:
    from tests.platforms.discord.posting import check

    check(body, call.uploads, int(body.get("flags") or 0))
    thread = call.discord.threads.start(forum, call.world.app.user, call.body, "public_thread")
    call.discord.events.thread("THREAD_CREATE", thread, new=True)
    message = call.discord.posting.new(thread, call.world.app.user, body, call.uploads, at=thread.id)
    return thread.shown(call.me) | {"message": shown(call, message)}


def _awake(call: Call) -> Channel:
    thread = call.thread()
    if thread.archived:
        raise Refused(50083)
    return thread


def _join(call: Call, user: str) -> Answer:
    thread = _awake(call)
    if user != call.me:
        call.need(thread, Permission.SEND_MESSAGES_IN_THREADS)
    if user in thread.members:
        return None
    assert thread.guild and thread.parent
    if user not in thread.guild.members:
        raise Refused(10007)
    if not thread.parent.seen_by(user):
        raise Refused(50001)
    by = call.world.app.user if user != call.me else None
    call.discord.threads.join(thread, [user], by)
    return None


def _member(call: Call, thread: Channel, user: str) -> Json:
    told = thread.membership(user)
    assert thread.guild
    return told | ({"member": thread.guild.members[user].shown()} if call.flag("with_member") else {})


def _archived(call: Call, channel: Channel, *, private: bool, mine: bool = False) -> Json:
    resting = [one for one in channel.threads if one.archived and one.is_private == private and not one.deleted]
    resting = [one for one in resting if not mine or call.me in one.members]
    resting.sort(key=lambda one: int(one.id) if mine else one.archive_at, reverse=True)
    if before := call.query.get("before"):
        resting = [one for one in resting if (int(one.id) < int(before) if mine else one.archive_at < before)]
    limit = call.number("limit", 50)
    joined = [one.membership(call.me) for one in resting[:limit] if call.me in one.members]
    told = {"threads": [one.shown(call.me) for one in resting[:limit]], "members": joined}
    return told | {"has_more": len(resting) > limit}
